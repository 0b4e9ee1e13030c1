//! The state in a folder of this machine: `state.json`, `journal.jsonl`, `lock.json` and `history/`.
//!
//! The lock is the operating system's, on `lock.json`, so that a process that dies leaves none behind; what is written in that file tells
//! others whom they wait for, and holds the id by which a forced unlock is noticed. No lease is needed.

use std::fs::{File, TryLockError};
use std::io::{self, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::blob_store::{self, unwritable};
use super::blobs::{Blobs, LOCK, STATE};
use super::encrypted_folder::EncryptedFolder;
use super::error::StoreError;
use super::folder::Folder;
use super::state_key::StateKey;
use super::store::{Attempt, Held, Holder, LockToken, Owner, Store, Version, insist};
use crate::ledger::State;
use crate::ledger::journal::JournalEntry;
use crate::ledger::snapshot::Snapshot;

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

impl Store for Local {
    async fn read(&self) -> Result<Snapshot, StoreError> {
        self.at_work(blob_store::snapshot).await
    }

    async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        let attempt = || {
            let owner = owner.clone();
            self.at_work(move |blobs| try_lock(blobs, owner))
        };
        insist(self.blobs.place(STATE), timeout, attempt).await
    }

    async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        let held = Arc::clone(&token.held);
        self.at_work(move |folder| blob_store::verify(folder, &held)).await
    }

    async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        let (held, entry) = (Arc::clone(&token.held), entry.clone());
        self.at_work(move |folder| blob_store::append(folder, &held, &entry)).await
    }

    async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        let (held, state) = (Arc::clone(&token.held), state.clone());
        self.at_work(move |folder| blob_store::write(folder, &held, &state)).await
    }

    async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        self.at_work(move |folder| {
            blob_store::verify(folder, &token.held)?;
            blob_store::unlock(folder, token.id()).map(drop)
        })
        .await
    }

    async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        self.at_work(move |folder| blob_store::unlock(folder, id)).await
    }

    async fn history(&self) -> Result<Vec<Version>, StoreError> {
        self.at_work(blob_store::history).await
    }

    async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        let version = version.clone();
        self.at_work(move |folder| blob_store::recall(folder, &version)).await
    }
}

/// One attempt at the lock. A state that could not be written back is refused before the lock's file is made.
fn try_lock(blobs: &EncryptedFolder, owner: Owner) -> Result<Attempt, StoreError> {
    blob_store::snapshot(blobs)?;
    let failed = || unwritable(blobs.place(LOCK));
    blobs.folder.create().map_err(failed())?;
    take(blobs, blobs.folder.open_lock().map_err(failed())?, owner)
}

/// Locks the file that was opened, unless somebody else has.
fn take(folder: &EncryptedFolder, mut file: File, owner: Owner) -> Result<Attempt, StoreError> {
    let failed = || unwritable(folder.place(LOCK));
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Busy(blob_store::holder(folder)?)),
        Err(TryLockError::Error(error)) => return Err(failed()(error)),
    }
    let holder = Holder { id: Uuid::new_v4(), owner, since: Timestamp::now() };
    inscribe(&mut file, &holder).map_err(failed())?;
    // Between the opening and the locking, the holder before may have removed the file and a third process may have made another one:
    // then the lock that was just taken is on a file without a name, and means nothing.
    if blob_store::holder(folder)?.is_none_or(|found| found.id != holder.id) {
        return Ok(Attempt::Busy(None));
    }
    let found = blob_store::snapshot(folder)?;
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
    use super::{Attempt, EncryptedFolder, Folder, Owner, take};

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
}
