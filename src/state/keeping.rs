//! What the backends of names and bytes have in common: in which order they read and write, so that a crash at any point loses nothing.

use std::io;

use uuid::Uuid;

use super::error::StoreError;
use super::files::{Files, JOURNAL, LOCK, PAST, STATE};
use super::format::{State, Unreadable};
use super::journal::{Entry, Journal, Line};
use super::moment;
use super::snapshot::{Condition, Snapshot};
use super::store::{HISTORY, Held, Holder, Position, Version};

/// Reads the state with the journal taken in. The journal is fetched first; see [`Snapshot::of`].
pub(super) fn snapshot(files: &impl Files) -> Result<Snapshot, StoreError> {
    let journal = fetch(files, JOURNAL)?.unwrap_or_default();
    let journal =
        Journal::read(&journal).map_err(|unreadable| refusal(files, JOURNAL, unreadable))?;
    let state = fetch(files, STATE)?;
    Snapshot::of(state.as_deref(), journal).map_err(|unreadable| refusal(files, STATE, unreadable))
}

/// Who the lock's record names; nothing if there is no lock or the record is only half written.
pub(super) fn holder(files: &impl Files) -> Result<Option<Box<Holder>>, StoreError> {
    Ok(fetch(files, LOCK)?.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Fails unless the lock's record is still the one that was written when the lock was taken.
pub(super) fn verify(files: &impl Files, held: &Held) -> Result<(), StoreError> {
    match holder(files)? {
        Some(holder) if holder.id == held.id => Ok(()),
        _ => Err(StoreError::LostLock { place: files.place(LOCK), id: held.id }),
    }
}

/// Adds an entry to the journal. The serial is used up even if that fails, because the line may have arrived all the same.
pub(super) fn append(files: &impl Files, held: &Held, entry: &Entry) -> Result<(), StoreError> {
    let mut position = held.position();
    verify(files, held)?;
    position.serial += 1;
    let line = Line::new(position.lineage, position.serial, held.id, entry.clone());
    files.append(JOURNAL, &line.to_bytes()).map_err(unwritable(files.place(JOURNAL)))
}

/// Replaces the state: first what was there is kept, then the state changes in one go, and only then the journal is cleared. A crash
/// before the last step leaves lines that the state already holds, which the next reader passes over.
pub(super) fn write(files: &impl Files, held: &Held, state: &State) -> Result<u64, StoreError> {
    let mut position = held.position();
    verify(files, held)?;
    let found = snapshot(files)?;
    let Some(next) = found.successor(state) else {
        return Err(StoreError::Stale {
            place: files.place(STATE),
            found: found.state.serial,
            given: state.serial,
        });
    };
    keep_what_was(files, &found, &next.state)?;
    files.replace(STATE, &next.state.to_bytes()).map_err(unwritable(files.place(STATE)))?;
    *position = Position { lineage: next.state.lineage, serial: next.state.serial };
    match next.journal.as_slice() {
        [] => files.remove(JOURNAL),
        open => files.replace(JOURNAL, open),
    }
    .map_err(unwritable(files.place(JOURNAL)))?;
    Ok(next.state.serial)
}

/// Removes the lock's record if it is the one with this id. Says whether it was.
pub(super) fn unlock(files: &impl Files, id: Uuid) -> Result<bool, StoreError> {
    let ours = holder(files)?.is_some_and(|holder| holder.id == id);
    if ours {
        files.remove(LOCK).map_err(unwritable(files.place(LOCK)))?;
    }
    Ok(ours)
}

/// The earlier versions, oldest first. Other files that somebody has put there are passed over.
pub(super) fn history(files: &impl Files) -> Result<Vec<Version>, StoreError> {
    let names = files.past().map_err(unreadable(files.place(PAST)))?;
    Ok(names.into_iter().filter_map(version_of).collect())
}

/// An earlier version as it was.
pub(super) fn recall(files: &impl Files, version: &Version) -> Result<Option<State>, StoreError> {
    let name = format!("{PAST}/{}", version.name);
    let read = |bytes: Vec<u8>| State::read(&bytes).map_err(|wrong| refusal(files, &name, wrong));
    fetch(files, &name)?.map(read).transpose()
}

/// Puts the bytes that are about to be replaced into the history, or aside if they are damaged.
fn keep_what_was(files: &impl Files, found: &Snapshot, next: &State) -> Result<(), StoreError> {
    let time = moment::for_a_name(next.written_at);
    if found.journal_is_broken {
        set_aside(files, JOURNAL, &format!("journal.broken-{time}"), "jsonl")?;
    }
    if found.state_is_broken {
        return set_aside(files, STATE, &format!("state.broken-{time}"), "json");
    }
    if found.condition == Condition::Absent {
        return Ok(());
    }
    let Some(bytes) = fetch(files, STATE)? else { return Ok(()) };
    let was = State::read(&bytes).map_err(|wrong| refusal(files, STATE, wrong))?;
    let name = name_in_the_past(&was);
    files.replace(&name, &bytes).map_err(unwritable(files.place(&name)))?;
    prune(files)
}

/// Keeps damaged bytes under a name that is still free.
fn set_aside(
    files: &impl Files,
    name: &str,
    stem: &str,
    extension: &str,
) -> Result<(), StoreError> {
    let Some(bytes) = fetch(files, name)? else { return Ok(()) };
    let mut aside = format!("{stem}.{extension}");
    let mut attempt = 1;
    while fetch(files, &aside)?.is_some() {
        attempt += 1;
        aside = format!("{stem}-{attempt}.{extension}");
    }
    files.replace(&aside, &bytes).map_err(unwritable(files.place(&aside)))
}

/// Removes what is older than the versions that are kept.
fn prune(files: &impl Files) -> Result<(), StoreError> {
    let versions = history(files)?;
    let surplus = versions.len().saturating_sub(HISTORY);
    for version in versions.iter().take(surplus) {
        let name = format!("{PAST}/{}", version.name);
        files.remove(&name).map_err(unwritable(files.place(&name)))?;
    }
    Ok(())
}

/// The name under which a version is kept: `history/TIME-SERIAL.json`.
pub(super) fn name_in_the_past(was: &State) -> String {
    format!("{PAST}/{}-{:010}.json", moment::for_a_name(was.written_at), was.serial)
}

/// Reads `TIME-SERIAL.json`.
pub(super) fn version_of(name: String) -> Option<Version> {
    let serial = name.strip_suffix(".json")?.rsplit_once('-')?.1.parse().ok()?;
    Some(Version { name, serial })
}

fn fetch(files: &impl Files, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    files.read(name).map_err(unreadable(files.place(name)))
}

fn refusal(files: &impl Files, name: &str, wrong: Unreadable) -> StoreError {
    match wrong {
        Unreadable::Newer { version } => StoreError::Newer { place: files.place(name), version },
        broken @ Unreadable::Broken { .. } => {
            StoreError::Unreadable { place: files.place(name), source: Box::new(broken) }
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;

    use super::{Files, JOURNAL, Line, STATE, State, snapshot};
    use crate::state::{Entry, Memory};
    use uuid::Uuid;

    /// A store in which somebody else writes right after the first read.
    struct Busy(Memory, Cell<bool>);

    impl Files for Busy {
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
        let recorded = Entry::Failed { step: 0, code: None, why: "refused".to_owned() };
        memory.put(JOURNAL, &Line::new(Uuid::nil(), 2, Uuid::nil(), recorded).to_bytes());
        assert_eq!(snapshot(&Busy(memory, Cell::new(false))).unwrap().state.serial, 3);
    }
}
