//! The state in a folder of this machine: `state.json`, `journal.jsonl`, `lock.json` and `history/`.
//!
//! The lock is the operating system's, on `lock.json`, so that a process that dies leaves none behind; what is written in that file tells
//! others whom they wait for, and holds the id by which a forced unlock is noticed. No lease is needed.

use std::fs::{File, TryLockError};
use std::future::Future;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::blobs::{JOURNAL, LOCK, PAST, STATE};
use super::encrypted_folder::EncryptedFolder;
use super::error::StoreError;
use super::folder::Folder;
use super::history::{self, Archive, Found, Version, refusal};
use super::holder::{Holder, Owner};
use super::state_key::StateKey;
use super::token::{Held, LockToken};
use crate::ledger::State;
use crate::ledger::journal::{Journal, JournalEntry};
use crate::ledger::snapshot::{Snapshot, Successor};

/// How long a waiting run sleeps between two attempts at the lock.
const RETRY: Duration = Duration::from_millis(100);

/// A state in a folder.
#[derive(Debug, Clone)]
pub struct Local {
    blobs: EncryptedFolder,
}

impl Local {
    /// The state in the folder at `path`, which the first lock creates.
    pub fn new(path: &Path) -> Local {
        Local::with_key(path, None)
    }

    /// The same, encrypted.
    pub fn with_key(path: &Path, state_key: Option<StateKey>) -> Local {
        Local { blobs: EncryptedFolder { folder: Folder::new(path), state_key } }
    }

    /// Does work on the folder in a thread that may wait for the disk.
    async fn at_work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&EncryptedFolder) -> T + Send + 'static,
    ) -> T {
        let blobs = self.blobs.clone();
        spawn_blocking(move || work(&blobs))
            .await
            .expect("the work returns errors, it does not panic, and nobody aborts it")
    }
}

impl Local {
    /// Reads the state with the journal taken in.
    ///
    /// # Errors
    /// `Unreadable`, `Newer`.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        self.at_work(|blobs| sight(|name| blobs.read(name), |name| blobs.place(name)))
            .await
            .map(|sight| sight.snapshot)
    }

    /// Takes the lock; see [`super::Store::lock`].
    ///
    /// # Errors
    /// `Locked`, `Unwritable`, and as `read`.
    pub async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        let attempt = || {
            let owner = owner.clone();
            self.at_work(move |blobs| try_lock(blobs, owner))
        };
        insist(self.blobs.place(STATE), timeout, attempt).await
    }

    /// Extends the lock.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        let held = Arc::clone(&token.held);
        self.at_work(move |blobs| verify(blobs, &held)).await
    }

    /// Adds an entry to the journal.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        // Lines follow one another in one file.
        let _alone = token.held.gate.write().await;
        let (held, entry) = (Arc::clone(&token.held), entry.clone());
        self.at_work(move |blobs| {
            verify(blobs, &held)?;
            let line = held.next_line(&entry);
            blobs.append(JOURNAL, &line.to_bytes()).map_err(unwritable(blobs.place(JOURNAL)))
        })
        .await
    }

    /// First what was there is kept, then the state changes in one go, and only then the journal is cleared. A crash before the last step
    /// leaves lines that the state already holds, which the next reader passes over.
    /// Replaces the state.
    ///
    /// # Errors
    /// `Stale`, `LostLock`, `Newer`, `Unreadable`, `Unwritable`.
    pub async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        let _alone = token.held.gate.write().await;
        let held = Arc::clone(&token.held);
        let verified = move |blobs: &EncryptedFolder| {
            verify(blobs, &held)?;
            sight(|name| blobs.read(name), |name| blobs.place(name))
        };
        let found = self.at_work(verified).await?;
        let kept = history::greatest(self).await?;
        let Some(next) = found.snapshot.successor(state, Uuid::new_v4(), kept) else {
            return Err(StoreError::Stale {
                place: self.blobs.place(STATE),
                found: found.snapshot.state.serial,
                given: state.serial,
            });
        };
        history::keep_what_was(self, &found.found(), &next.state).await?;
        let held = Arc::clone(&token.held);
        self.at_work(move |blobs| replace(blobs, &held, &next)).await
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        self.at_work(move |blobs| {
            verify(blobs, &token.held)?;
            unlock(blobs, token.id()).map(drop)
        })
        .await
    }

    /// Takes the lock with this id away from whoever holds it; says whether there was one.
    ///
    /// # Errors
    /// `Unreadable`, `Unwritable`.
    pub async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        self.at_work(move |blobs| unlock(blobs, id)).await
    }

    /// The earlier versions that are kept, oldest first.
    ///
    /// # Errors
    /// `Unreadable`.
    pub async fn history(&self) -> Result<Vec<Version>, StoreError> {
        history::versions(self).await
    }

    /// An earlier version as it was; nothing if it is not kept.
    ///
    /// # Errors
    /// `Unreadable`, `Newer`.
    pub async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        history::recall(self, version).await
    }
}

impl Archive for Local {
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let name = name.to_owned();
        self.at_work(move |blobs| blobs.read(&name).map_err(unreadable(blobs.place(&name)))).await
    }

    async fn add(&self, name: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let (name, bytes) = (name.to_owned(), bytes.to_owned());
        self.at_work(move |blobs| {
            if blobs.read(&name).map_err(unreadable(blobs.place(&name)))?.is_some() {
                return Ok(false);
            }
            blobs.replace(&name, &bytes).map_err(unwritable(blobs.place(&name))).map(|()| true)
        })
        .await
    }

    async fn remove(&self, names: Vec<String>) -> Result<(), StoreError> {
        self.at_work(move |blobs| {
            let remove = |name: &String| blobs.remove(name).map_err(unwritable(blobs.place(name)));
            names.iter().try_for_each(remove)
        })
        .await
    }

    async fn past(&self) -> Result<Vec<String>, StoreError> {
        self.at_work(|blobs| blobs.past().map_err(unreadable(blobs.place(PAST)))).await
    }

    fn place(&self, name: &str) -> String {
        self.blobs.place(name)
    }
}

/// A state in a folder as it is found.
struct Sight {
    snapshot: Snapshot,
    state: Option<Vec<u8>>,
    journal: Vec<u8>,
}

impl Sight {
    fn found(&self) -> Found<'_> {
        Found { snapshot: &self.snapshot, state: self.state.as_deref(), journal: &self.journal }
    }
}

/// Reads the state with the journal taken in. The journal is fetched first; see [`Snapshot::new`].
fn sight(
    read: impl Fn(&str) -> io::Result<Option<Vec<u8>>>,
    place: impl Fn(&str) -> String,
) -> Result<Sight, StoreError> {
    let bytes = |name: &str| read(name).map_err(unreadable(place(name)));
    let journal = bytes(JOURNAL)?.unwrap_or_default();
    let lines = Journal::read(&journal).map_err(|wrong| refusal(place(JOURNAL), wrong))?;
    let state = bytes(STATE)?;
    let snapshot =
        Snapshot::new(state.as_deref(), lines).map_err(|wrong| refusal(place(STATE), wrong))?;
    Ok(Sight { snapshot, state, journal })
}

/// Puts the next state in the place of the one that was found, and clears the journal but for the steps that are still open.
fn replace(blobs: &EncryptedFolder, held: &Held, next: &Successor) -> Result<u64, StoreError> {
    blobs.replace(STATE, &next.state.to_bytes()).map_err(unwritable(blobs.place(STATE)))?;
    held.moved_to(&next.state);
    match next.journal.as_slice() {
        [] => blobs.remove(JOURNAL),
        open => blobs.replace(JOURNAL, open),
    }
    .map_err(unwritable(blobs.place(JOURNAL)))?;
    Ok(next.state.serial)
}

/// Who the lock's record names; nothing if there is no lock or the record is only half written.
fn current_holder(blobs: &EncryptedFolder) -> Result<Option<Box<Holder>>, StoreError> {
    let found = blobs.read(LOCK).map_err(unreadable(blobs.place(LOCK)))?;
    Ok(found.and_then(|bytes| serde_json::from_slice(&bytes).ok()))
}

/// Fails unless the lock's record is still the one that was written when the lock was taken.
fn verify(blobs: &EncryptedFolder, held: &Held) -> Result<(), StoreError> {
    match current_holder(blobs)? {
        Some(holder) if holder.id == held.id => Ok(()),
        _ => Err(StoreError::LostLock { place: blobs.place(LOCK), id: held.id }),
    }
}

/// Removes the lock's record if it is the one with this id. Says whether it was.
fn unlock(blobs: &EncryptedFolder, id: Uuid) -> Result<bool, StoreError> {
    let ours = current_holder(blobs)?.is_some_and(|holder| holder.id == id);
    if ours {
        blobs.remove(LOCK).map_err(unwritable(blobs.place(LOCK)))?;
    }
    Ok(ours)
}

fn unreadable(place: String) -> impl FnOnce(io::Error) -> StoreError {
    |error| StoreError::Unreadable { place, source: Box::new(error) }
}

/// What a failed write is reported as.
fn unwritable(place: String) -> impl FnOnce(io::Error) -> StoreError {
    |error| StoreError::Unwritable { place, source: Box::new(error) }
}

/// One attempt at the lock.
enum Attempt {
    /// It is ours.
    Taken(LockToken),
    /// Somebody else has it.
    Busy(Option<Box<Holder>>),
}

/// Makes attempts until one succeeds, one fails, or the time is up.
async fn insist<F>(
    place: String,
    timeout: Duration,
    mut attempt: impl FnMut() -> F,
) -> Result<LockToken, StoreError>
where
    F: Future<Output = Result<Attempt, StoreError>>,
{
    let begun = Instant::now();
    loop {
        let holder = match attempt().await? {
            Attempt::Taken(token) => return Ok(token),
            Attempt::Busy(holder) => holder,
        };
        let left = timeout.saturating_sub(begun.elapsed());
        if left.is_zero() {
            return Err(StoreError::Locked { place, holder });
        }
        sleep(RETRY.min(left)).await;
    }
}

/// One attempt at the lock. A state that could not be written back is refused before the lock's file is made.
fn try_lock(blobs: &EncryptedFolder, owner: Owner) -> Result<Attempt, StoreError> {
    sight(|name| blobs.read(name), |name| blobs.place(name))?;
    let failed = || unwritable(blobs.place(LOCK));
    blobs.folder.create().map_err(failed())?;
    take(blobs, blobs.folder.open_lock().map_err(failed())?, owner)
}

/// Locks the file that was opened, unless somebody else has.
fn take(folder: &EncryptedFolder, mut file: File, owner: Owner) -> Result<Attempt, StoreError> {
    let failed = || unwritable(folder.place(LOCK));
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Busy(current_holder(folder)?)),
        Err(TryLockError::Error(error)) => return Err(failed()(error)),
    }
    let holder = Holder { id: Uuid::new_v4(), owner, since: Timestamp::now() };
    inscribe(&mut file, &holder).map_err(failed())?;
    // Between the opening and the locking, the holder before may have removed the file and a third process may have made another one:
    // then the lock that was just taken is on a file without a name, and means nothing.
    if current_holder(folder)?.is_none_or(|found| found.id != holder.id) {
        return Ok(Attempt::Busy(None));
    }
    let found = sight(|name| folder.read(name), |name| folder.place(name))?.snapshot;
    Ok(Attempt::Taken(LockToken { held: Arc::new(Held::new(holder.id, Some(file), &found.state)) }))
}

/// Writes into the lock's file who holds it. In place, because the lock is on this very file.
fn inscribe(file: &mut File, holder: &Holder) -> io::Result<()> {
    let mut record = serde_json::to_vec(holder)?;
    record.push(b'\n');
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(&record)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use uuid::Uuid;

    use super::{Attempt, EncryptedFolder, Folder, JOURNAL, Owner, STATE, State, sight, take};
    use crate::ledger::JournalEntry;
    use crate::ledger::journal::Line;

    #[test]
    fn a_lock_on_a_file_that_lost_its_name_meanwhile_is_no_lock() {
        let home = tempfile::TempDir::new().unwrap();
        let folder = EncryptedFolder { folder: Folder::new(home.path()), state_key: None };
        let owner = || Owner {
            user: "ada".to_owned(),
            host: "desk".to_owned(),
            pid: 1,
            operation: "apply".to_owned(),
        };
        let opened_too_early = folder.folder.open_lock().unwrap();
        std::fs::remove_file(home.path().join("lock.json")).unwrap();
        let winner = take(&folder, folder.folder.open_lock().unwrap(), owner()).unwrap();
        assert!(matches!(winner, Attempt::Taken(_)));
        assert!(matches!(take(&folder, opened_too_early, owner()).unwrap(), Attempt::Busy(_)));
    }

    #[test]
    fn a_write_between_the_two_reads_hides_nothing_that_was_recorded() {
        let state = |serial| State { serial, ..State::empty() }.to_bytes();
        let recorded = JournalEntry::Failed { step: 0, code: None, why: "refused".to_owned() };
        let journal = Line::new(Uuid::nil(), 2, Uuid::nil(), recorded).to_bytes();
        let is_written = Cell::new(false);
        // Somebody else writes right after the first read.
        let read = |name: &str| {
            let before = !is_written.replace(true);
            Ok(match (name, before) {
                (JOURNAL, true) => Some(journal.clone()),
                (STATE, before) => Some(state(if before { 1 } else { 3 })),
                _ => None,
            })
        };
        assert_eq!(sight(read, str::to_owned).unwrap().snapshot.state.serial, 3);
    }
}
