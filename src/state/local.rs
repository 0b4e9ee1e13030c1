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

use super::error::StoreError;
use super::files::{Files, LOCK, STATE};
use super::folder::Folder;
use super::format::State;
use super::journal::Entry;
use super::keeping::{self, unwritable};
use super::seal::Seal;
use super::sealed::Sealed;
use super::snapshot::Snapshot;
use super::store::{Attempt, Held, Holder, LockToken, Owner, Store, Version, insist};

/// A state in a folder.
#[derive(Debug, Clone)]
pub struct Local {
    files: Sealed,
}

impl Local {
    /// The state in the folder at `path`, which the first lock creates.
    pub fn new(path: &Path) -> Local {
        Local::sealed(path, None)
    }

    /// The same, encrypted.
    pub fn sealed(path: &Path, seal: Option<Seal>) -> Local {
        Local { files: Sealed { folder: Folder::new(path), seal } }
    }

    /// Does work on the folder in a thread that may wait for the disk.
    async fn at_work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Sealed) -> T + Send + 'static,
    ) -> T {
        let files = self.files.clone();
        spawn_blocking(move || work(&files))
            .await
            .expect("the work returns errors, it does not panic, and nobody aborts it")
    }
}

impl Store for Local {
    async fn read(&self) -> Result<Snapshot, StoreError> {
        self.at_work(keeping::snapshot).await
    }

    async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        let attempt = || {
            let owner = owner.clone();
            self.at_work(move |files| try_lock(files, owner))
        };
        insist(self.files.place(STATE), timeout, attempt).await
    }

    async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        let held = Arc::clone(&token.held);
        self.at_work(move |folder| keeping::verify(folder, &held)).await
    }

    async fn append(&self, token: &LockToken, entry: &Entry) -> Result<(), StoreError> {
        let (held, entry) = (Arc::clone(&token.held), entry.clone());
        self.at_work(move |folder| keeping::append(folder, &held, &entry)).await
    }

    async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        let (held, state) = (Arc::clone(&token.held), state.clone());
        self.at_work(move |folder| keeping::write(folder, &held, &state)).await
    }

    async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        self.at_work(move |folder| {
            keeping::verify(folder, &token.held)?;
            keeping::unlock(folder, token.id()).map(drop)
        })
        .await
    }

    async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        self.at_work(move |folder| keeping::unlock(folder, id)).await
    }

    async fn history(&self) -> Result<Vec<Version>, StoreError> {
        self.at_work(keeping::history).await
    }

    async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        let version = version.clone();
        self.at_work(move |folder| keeping::recall(folder, &version)).await
    }
}

/// One attempt at the lock. A state that could not be written back is refused before the lock's file is made.
fn try_lock(files: &Sealed, owner: Owner) -> Result<Attempt, StoreError> {
    keeping::snapshot(files)?;
    let failed = || unwritable(files.place(LOCK));
    files.folder.create().map_err(failed())?;
    take(files, files.folder.open_lock().map_err(failed())?, owner)
}

/// Locks the file that was opened, unless somebody else has.
fn take(folder: &Sealed, mut file: File, owner: Owner) -> Result<Attempt, StoreError> {
    let failed = || unwritable(folder.place(LOCK));
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Attempt::Busy(keeping::holder(folder)?)),
        Err(TryLockError::Error(error)) => return Err(failed()(error)),
    }
    let holder = Holder { id: Uuid::new_v4(), owner, since: Timestamp::now() };
    inscribe(&mut file, &holder).map_err(failed())?;
    // Between the opening and the locking, the holder before may have removed the file and a third process may have made another one:
    // then the lock that was just taken is on a file without a name, and means nothing.
    if keeping::holder(folder)?.is_none_or(|found| found.id != holder.id) {
        return Ok(Attempt::Busy(None));
    }
    let found = keeping::snapshot(folder)?;
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
    use super::{Attempt, Folder, Owner, Sealed, take};

    #[test]
    fn a_lock_on_a_file_that_lost_its_name_meanwhile_is_no_lock() {
        let home = tempfile::TempDir::new().unwrap();
        let folder = Sealed { folder: Folder::new(home.path()), seal: None };
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
