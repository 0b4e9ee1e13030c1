//! Any backend of the state, for those who learn only from the configuration which one it is.

use std::time::Duration;

use uuid::Uuid;

use super::error::StoreError;
use super::local::Local;
use super::memory::Memory;
use super::remote::Remote;
use super::store::{LockToken, Owner, Store, Version};
use crate::ledger::State;
use crate::ledger::journal::JournalEntry;
use crate::ledger::snapshot::Snapshot;

/// A state, wherever it is kept.
#[derive(Debug, Clone)]
pub enum AnyStore {
    /// In a folder.
    Local(Local),
    /// In a bucket.
    Remote(Box<Remote>),
    /// In memory.
    Memory(Memory),
}

/// Does the same with whichever it is.
macro_rules! either {
    ($any:expr, $store:ident => $work:expr) => {
        match $any {
            AnyStore::Local($store) => $work,
            AnyStore::Remote($store) => $work,
            AnyStore::Memory($store) => $work,
        }
    };
}

impl AnyStore {
    /// Makes sure that the place keeps to conditional writes; a place on this machine does.
    ///
    /// # Errors
    /// `Unconditional`, `Unwritable`, `Unreadable`.
    pub async fn probe(&self) -> Result<(), StoreError> {
        match self {
            AnyStore::Remote(remote) => remote.probe().await,
            AnyStore::Local(_) | AnyStore::Memory(_) => Ok(()),
        }
    }
}

impl Store for AnyStore {
    async fn read(&self) -> Result<Snapshot, StoreError> {
        either!(self, store => store.read().await)
    }

    async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        either!(self, store => store.lock(owner, timeout).await)
    }

    async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        either!(self, store => store.renew(token).await)
    }

    async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        either!(self, store => store.append(token, entry).await)
    }

    async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        either!(self, store => store.write(token, state).await)
    }

    async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        either!(self, store => store.release(token).await)
    }

    async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        either!(self, store => store.unlock(id).await)
    }

    async fn history(&self) -> Result<Vec<Version>, StoreError> {
        either!(self, store => store.history().await)
    }

    async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        either!(self, store => store.recall(version).await)
    }
}
