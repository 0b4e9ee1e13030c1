//! A state, wherever it is kept. One conformance list, `tests/state/`, is run against both backends.

use std::time::Duration;

use uuid::Uuid;

use super::error::StoreError;
use super::history::Version;
use super::holder::Owner;
use super::local::Local;
use super::remote::Remote;
use super::token::LockToken;
use crate::ledger::State;
use crate::ledger::journal::JournalEntry;
use crate::ledger::snapshot::Snapshot;

/// A place where the state is kept. Clones share it.
#[derive(Debug, Clone)]
pub enum Store {
    /// A folder of this machine.
    Folder(Local),
    /// A bucket.
    Bucket(Box<Remote>),
}

/// Does the same with whichever it is.
macro_rules! either {
    ($any:expr, $store:ident => $work:expr) => {
        match $any {
            Store::Folder($store) => $work,
            Store::Bucket($store) => $work,
        }
    };
}

impl From<Local> for Store {
    fn from(local: Local) -> Store {
        Store::Folder(local)
    }
}

impl From<Remote> for Store {
    fn from(remote: Remote) -> Store {
        Store::Bucket(Box::new(remote))
    }
}

impl Store {
    /// Makes sure that the place keeps to conditional writes; a place on this machine does.
    ///
    /// # Errors
    /// `Unconditional`, `Unwritable`, `Unreadable`.
    pub async fn probe(&self) -> Result<(), StoreError> {
        match self {
            Store::Bucket(remote) => remote.probe().await,
            Store::Folder(_) => Ok(()),
        }
    }

    /// Reads the state with the journal taken in. Creates nothing, locks nothing, writes nothing.
    ///
    /// # Errors
    /// `Unreadable` when the bytes could not be had, `Newer` for a later format. An absent or broken state is no error.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        either!(self, store => store.read().await)
    }

    /// Takes the lock, trying again for as long as `timeout`; zero tries once.
    ///
    /// # Errors
    /// `Locked` when somebody else holds it; as `read`, because nobody should lock what he cannot write back; `Unwritable`.
    pub async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        either!(self, store => store.lock(owner, timeout).await)
    }

    /// Makes sure that the lock is still held, and extends it where it is a lease. To be called each half minute.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        either!(self, store => store.renew(token).await)
    }

    /// Whether the lock may still be relied on, without asking the store: to be asked before each call to the API. A holder that has not
    /// renewed for a minute and a half must assume that somebody else has begun.
    ///
    /// # Errors
    /// `LostLock`.
    pub fn trust(&self, token: &LockToken) -> Result<(), StoreError> {
        token.held.lease.as_ref().map_or(Ok(()), |lease| lease.check(token.id()))
    }

    /// Adds an entry to the journal; it is on the disk when this returns. Its cost does not grow with the number of applications.
    /// Tasks may append side by side.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        either!(self, store => store.append(token, entry).await)
    }

    /// Replaces the state, all or nothing, and returns its new serial. The state must be what `read` last gave, journal and all, with
    /// changes of the caller's own: its serial says so. The journal is cleared but for the steps that are still open, the version
    /// before is kept in the history, and a broken one is kept aside.
    ///
    /// # Errors
    /// `Stale` when the store has moved on, `LostLock`, `Newer`, `Unreadable`, `Unwritable`.
    pub async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        either!(self, store => store.write(token, state).await)
    }

    /// Gives the lock back. A token that is only dropped frees a local lock too, but leaves a remote one to its lease.
    ///
    /// # Errors
    /// `LostLock` when it was not held any more, `Unreadable`, `Unwritable`.
    pub async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        either!(self, store => store.release(token).await)
    }

    /// Takes the lock with this id away from whoever holds it. Says whether there was one.
    ///
    /// # Errors
    /// `Unreadable`, `Unwritable`.
    pub async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        either!(self, store => store.unlock(id).await)
    }

    /// The earlier versions that are kept, oldest first, at most [`super::HISTORY`].
    ///
    /// # Errors
    /// `Unreadable`.
    pub async fn history(&self) -> Result<Vec<Version>, StoreError> {
        either!(self, store => store.history().await)
    }

    /// An earlier version as it was; nothing if it is not kept.
    ///
    /// # Errors
    /// `Unreadable`, also for bytes that are no state; `Newer`.
    pub async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        either!(self, store => store.recall(version).await)
    }
}
