//! The state in memory, for tests: the same bytes under the same names as in a folder, and each name can be made unreadable.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use uuid::Uuid;

use super::blob_store::{self, unwritable};
use super::blobs::{Blobs, LOCK, PAST, STATE};
use super::error::StoreError;
use super::store::{Attempt, Held, Holder, LockToken, Owner, Store, Version, insist};
use crate::ledger::State;
use crate::ledger::journal::{JournalEntry, whole_length};
use crate::ledger::snapshot::Snapshot;

/// A state in memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Debug, Default)]
struct Shelf {
    bytes: BTreeMap<String, Vec<u8>>,
    unreadable: BTreeSet<String>,
}

impl Memory {
    /// Puts bytes under a name, such as `state.json`.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        self.shelf().bytes.insert(name.to_owned(), bytes.to_owned());
    }

    /// The bytes under a name.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.shelf().bytes.get(name).cloned()
    }

    /// All names, in byte order.
    pub fn names(&self) -> Vec<String> {
        self.shelf().bytes.keys().cloned().collect()
    }

    /// Makes every later read of a name fail.
    pub fn make_unreadable(&self, name: &str) {
        self.shelf().unreadable.insert(name.to_owned());
    }

    /// The shelf, alone. A thread that died over it has finished each single change of the map.
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_lock(&self, owner: &Owner) -> Result<Attempt, StoreError> {
        blob_store::snapshot(self)?;
        let holder = Holder { id: Uuid::new_v4(), owner: owner.clone(), since: Timestamp::now() };
        let record = serde_json::to_vec(&holder)
            .map_err(io::Error::from)
            .map_err(unwritable(self.place(LOCK)))?;
        let mut shelf = self.shelf();
        if shelf.bytes.contains_key(LOCK) {
            drop(shelf);
            return Ok(Attempt::Busy(blob_store::holder(self)?));
        }
        shelf.bytes.insert(LOCK.to_owned(), record);
        drop(shelf);
        let found = blob_store::snapshot(self)?;
        Ok(Attempt::Taken(LockToken { held: Arc::new(Held::new(holder.id, None, &found.state)) }))
    }
}

impl Blobs for Memory {
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let shelf = self.shelf();
        if shelf.unreadable.contains(name) {
            return Err(io::Error::other("it was made unreadable"));
        }
        Ok(shelf.bytes.get(name).cloned())
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.put(name, bytes);
        Ok(())
    }

    fn append(&self, name: &str, line: &[u8]) -> io::Result<()> {
        let mut shelf = self.shelf();
        let bytes = shelf.bytes.entry(name.to_owned()).or_default();
        bytes.truncate(whole_length(bytes));
        bytes.extend_from_slice(line);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.shelf().bytes.remove(name);
        Ok(())
    }

    fn past(&self) -> io::Result<Vec<String>> {
        let plain = |name: &String| name.strip_prefix(PAST)?.strip_prefix('/').map(str::to_owned);
        Ok(self.shelf().bytes.keys().filter_map(plain).collect())
    }

    fn place(&self, name: &str) -> String {
        format!("memory:{name}")
    }
}

impl Store for Memory {
    async fn read(&self) -> Result<Snapshot, StoreError> {
        blob_store::snapshot(self)
    }

    async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        insist(self.place(STATE), timeout, || std::future::ready(self.try_lock(owner))).await
    }

    async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        blob_store::verify(self, &token.held)
    }

    async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        blob_store::append(self, &token.held, entry)
    }

    async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        blob_store::write(self, &token.held, state)
    }

    async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        blob_store::verify(self, &token.held)?;
        blob_store::unlock(self, token.id()).map(drop)
    }

    async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        blob_store::unlock(self, id)
    }

    async fn history(&self) -> Result<Vec<Version>, StoreError> {
        blob_store::history(self)
    }

    async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        blob_store::recall(self, version)
    }
}
