//! What the backends of names and bytes have in common: in which order they read and write, so that a crash at any point loses nothing.

use std::io;

use uuid::Uuid;

use super::blobs::{Blobs, JOURNAL, LOCK, PAST, STATE};
use super::error::StoreError;
use super::store::{HISTORY, Held, Holder, Position, Version};
use crate::ledger::journal::{Journal, JournalEntry, Line};
use crate::ledger::snapshot::{Condition, Snapshot};
use crate::ledger::{State, Unreadable};

/// Reads the state with the journal taken in. The journal is fetched first; see [`Snapshot::of`].
pub(super) fn snapshot(blobs: &impl Blobs) -> Result<Snapshot, StoreError> {
    let journal = fetch(blobs, JOURNAL)?.unwrap_or_default();
    let journal =
        Journal::read(&journal).map_err(|unreadable| refusal(blobs, JOURNAL, unreadable))?;
    let state = fetch(blobs, STATE)?;
    Snapshot::new(state.as_deref(), journal).map_err(|unreadable| refusal(blobs, STATE, unreadable))
}

/// Who the lock's record names; nothing if there is no lock or the record is only half written.
pub(super) fn holder(blobs: &impl Blobs) -> Result<Option<Box<Holder>>, StoreError> {
    Ok(fetch(blobs, LOCK)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Fails unless the lock's record is still the one that was written when the lock was taken.
pub(super) fn verify(blobs: &impl Blobs, held: &Held) -> Result<(), StoreError> {
    match holder(blobs)? {
        Some(holder) if holder.id == held.id => Ok(()),
        _ => Err(StoreError::LostLock { place: blobs.place(LOCK), id: held.id }),
    }
}

/// Adds an entry to the journal. The serial is used up even if that fails, because the line may have arrived all the same.
pub(super) fn append(
    blobs: &impl Blobs,
    held: &Held,
    entry: &JournalEntry,
) -> Result<(), StoreError> {
    let mut position = held.position();
    verify(blobs, held)?;
    position.serial += 1;
    let line = Line::new(position.lineage, position.serial, held.id, entry.clone());
    blobs.append(JOURNAL, &line.to_bytes()).map_err(unwritable(blobs.place(JOURNAL)))
}

/// Replaces the state: first what was there is kept, then the state changes in one go, and only then the journal is cleared. A crash
/// before the last step leaves lines that the state already holds, which the next reader passes over.
pub(super) fn write(blobs: &impl Blobs, held: &Held, state: &State) -> Result<u64, StoreError> {
    let mut position = held.position();
    verify(blobs, held)?;
    let found = snapshot(blobs)?;
    let kept = greatest(&history(blobs)?);
    let Some(next) = found.successor(state, Uuid::new_v4(), kept) else {
        return Err(StoreError::Stale {
            place: blobs.place(STATE),
            found: found.state.serial,
            given: state.serial,
        });
    };
    keep_what_was(blobs, &found, &next.state)?;
    blobs.replace(STATE, &next.state.to_bytes()).map_err(unwritable(blobs.place(STATE)))?;
    *position = Position { lineage: next.state.lineage, serial: next.state.serial };
    match next.journal.as_slice() {
        [] => blobs.remove(JOURNAL),
        open => blobs.replace(JOURNAL, open),
    }
    .map_err(unwritable(blobs.place(JOURNAL)))?;
    Ok(next.state.serial)
}

/// Removes the lock's record if it is the one with this id. Says whether it was.
pub(super) fn unlock(blobs: &impl Blobs, id: Uuid) -> Result<bool, StoreError> {
    let ours = holder(blobs)?.is_some_and(|holder| holder.id == id);
    if ours {
        blobs.remove(LOCK).map_err(unwritable(blobs.place(LOCK)))?;
    }
    Ok(ours)
}

/// The earlier versions, oldest first. Other blobs that somebody has put there are passed over.
pub(super) fn history(blobs: &impl Blobs) -> Result<Vec<Version>, StoreError> {
    let names = blobs.past().map_err(unreadable(blobs.place(PAST)))?;
    Ok(names.into_iter().filter_map(version_of).collect())
}

/// The greatest serial of the versions that are kept.
pub(super) fn greatest(versions: &[Version]) -> u64 {
    versions.iter().map(|version| version.serial).max().unwrap_or_default()
}

/// An earlier version as it was.
pub(super) fn recall(blobs: &impl Blobs, version: &Version) -> Result<Option<State>, StoreError> {
    let name = format!("{PAST}/{}", version.name);
    let read = |bytes: Vec<u8>| State::read(&bytes).map_err(|wrong| refusal(blobs, &name, wrong));
    fetch(blobs, &name)?.map(read).transpose()
}

/// Puts the bytes that are about to be replaced into the history, or aside if they are damaged.
fn keep_what_was(blobs: &impl Blobs, found: &Snapshot, next: &State) -> Result<(), StoreError> {
    let time = name_time(next.written_at);
    if found.journal_is_broken {
        set_aside(blobs, JOURNAL, &format!("journal.broken-{time}"), "jsonl")?;
    }
    if found.state_is_broken {
        return set_aside(blobs, STATE, &format!("state.broken-{time}"), "json");
    }
    if found.condition == Condition::Absent {
        return Ok(());
    }
    let Some(bytes) = fetch(blobs, STATE)? else { return Ok(()) };
    let was = State::read(&bytes).map_err(|wrong| refusal(blobs, STATE, wrong))?;
    let name = name_in_the_past(&was);
    blobs.replace(&name, &bytes).map_err(unwritable(blobs.place(&name)))?;
    prune(blobs)
}

/// Keeps damaged bytes under a name that is still free.
fn set_aside(
    blobs: &impl Blobs,
    name: &str,
    stem: &str,
    extension: &str,
) -> Result<(), StoreError> {
    let Some(bytes) = fetch(blobs, name)? else { return Ok(()) };
    let mut aside = format!("{stem}.{extension}");
    let mut attempt = 1;
    while fetch(blobs, &aside)?.is_some() {
        attempt += 1;
        aside = format!("{stem}-{attempt}.{extension}");
    }
    blobs.replace(&aside, &bytes).map_err(unwritable(blobs.place(&aside)))
}

/// Removes what is older than the versions that are kept.
fn prune(blobs: &impl Blobs) -> Result<(), StoreError> {
    let versions = history(blobs)?;
    let surplus = versions.len().saturating_sub(HISTORY);
    for version in versions.iter().take(surplus) {
        let name = format!("{PAST}/{}", version.name);
        blobs.remove(&name).map_err(unwritable(blobs.place(&name)))?;
    }
    Ok(())
}

/// The name under which a version is kept: `history/TIME-SERIAL.json`.
pub(super) fn name_in_the_past(was: &State) -> String {
    format!("{PAST}/{}-{:010}.json", name_time(was.written_at), was.serial)
}

/// Reads `TIME-SERIAL.json`.
pub(super) fn version_of(name: String) -> Option<Version> {
    let serial = name.strip_suffix(".json")?.rsplit_once('-')?.1.parse().ok()?;
    Some(Version { name, serial })
}

fn fetch(blobs: &impl Blobs, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    blobs.read(name).map_err(unreadable(blobs.place(name)))
}

fn refusal(blobs: &impl Blobs, name: &str, wrong: Unreadable) -> StoreError {
    match wrong {
        Unreadable::Newer { version } => StoreError::Newer { place: blobs.place(name), version },
        broken @ Unreadable::Broken { .. } => {
            StoreError::Unreadable { place: blobs.place(name), source: Box::new(broken) }
        }
    }
}

fn unreadable(place: String) -> impl FnOnce(io::Error) -> StoreError {
    |error| StoreError::Unreadable { place, source: Box::new(error) }
}

/// What a failed write is reported as.
pub(super) fn unwritable(place: String) -> impl FnOnce(io::Error) -> StoreError {
    |error| StoreError::Unwritable { place, source: Box::new(error) }
}

/// The time to the second without punctuation, for the names of blobs: `20261122T171644Z`.
pub(super) fn name_time(at: jiff::Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;

    use super::{Blobs, JOURNAL, Line, STATE, State, snapshot};
    use crate::ledger::JournalEntry;
    use crate::state::Memory;
    use uuid::Uuid;

    /// A store in which somebody else writes right after the first read.
    struct Busy(Memory, Cell<bool>);

    impl Blobs for Busy {
        fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
            let bytes = self.0.read(name)?;
            if !self.1.replace(true) {
                self.0.replace(STATE, &State { serial: 3, ..State::empty() }.to_bytes())?;
                self.0.remove(JOURNAL)?;
            }
            Ok(bytes)
        }
        fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
            self.0.replace(name, bytes)
        }
        fn append(&self, name: &str, line: &[u8]) -> io::Result<()> {
            self.0.append(name, line)
        }
        fn remove(&self, name: &str) -> io::Result<()> {
            self.0.remove(name)
        }
        fn past(&self) -> io::Result<Vec<String>> {
            self.0.past()
        }
        fn place(&self, name: &str) -> String {
            self.0.place(name)
        }
    }

    #[test]
    fn a_write_between_the_two_reads_hides_nothing_that_was_recorded() {
        let memory = Memory::default();
        memory.put(STATE, &State { serial: 1, ..State::empty() }.to_bytes());
        let recorded = JournalEntry::Failed { step: 0, code: None, why: "refused".to_owned() };
        memory.put(JOURNAL, &Line::new(Uuid::nil(), 2, Uuid::nil(), recorded).to_bytes());
        assert_eq!(snapshot(&Busy(memory, Cell::new(false))).unwrap().state.serial, 3);
    }
}
