//! The state of a bucket, read and written.

use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::path::Path;
use tokio::sync::OnceCell;
use tokio::time::Instant;
use uuid::Uuid;

use super::journal::Entries;
use super::lease::Terms;
use super::location::RemoteSettings;
use super::objects::{Objects, Put};
use super::sight::Sight;
use super::{lease, location, lock, probe, sight};
use crate::ledger::State;
use crate::ledger::journal::JournalEntry;
use crate::ledger::snapshot::Snapshot;
use crate::state::blobs::STATE;
use crate::state::error::StoreError;
use crate::state::history::{self, Version};
use crate::state::holder::Owner;
use crate::state::state_key::StateKey;
use crate::state::token::{Deadline, Held, LockToken};

/// A state in a bucket. Clones share it.
#[derive(Debug, Clone)]
pub struct Remote {
    objects: Objects,
    entries: Entries,
    terms: Terms,
    /// Whether the store was found to keep to conditions.
    probed: Arc<OnceCell<()>>,
}

impl Remote {
    /// The state at a URL such as `s3://bucket/prefix`. Nothing is asked of the network yet.
    ///
    /// # Errors
    /// `Unusable` for a URL or settings that no store can be made from.
    pub fn open(url: &str, settings: &RemoteSettings) -> Result<Remote, StoreError> {
        let (store, prefix) = location::open(url, settings)?;
        Ok(Remote::over(store, prefix, url, settings.state_key.clone()))
    }

    /// The state under a prefix of any object store; `shown` is what messages call it.
    pub fn over(
        store: Arc<dyn ObjectStore>,
        prefix: Path,
        shown: &str,
        state_key: Option<StateKey>,
    ) -> Remote {
        let objects = Objects::new(store, prefix, shown, state_key);
        Remote {
            entries: Entries::new(objects.clone()),
            objects,
            terms: Terms::default(),
            probed: Arc::default(),
        }
    }

    /// The same state with other times for its lease.
    #[must_use]
    pub fn with_terms(self, terms: Terms) -> Remote {
        Remote { terms, ..self }
    }

    /// Writes and removes an object to see whether the store keeps to conditions. The first lock of a process does so by itself.
    ///
    /// # Errors
    /// `Unconditional` if it does not; `Unwritable`, `Unreadable`.
    pub async fn probe(&self) -> Result<(), StoreError> {
        probe::probe(&self.objects).await
    }

    /// The token of a lock that was taken, which renews itself from now on.
    fn token(&self, id: Uuid, lease: Deadline, found: &State) -> LockToken {
        let held = Arc::new(Held::leased(id, lease, found));
        tokio::spawn(lease::keep_renewed(self.objects.clone(), self.terms, Arc::downgrade(&held)));
        LockToken { held }
    }

    async fn sight(&self) -> Result<Sight, StoreError> {
        sight::sight(&self.objects, &self.entries).await
    }
}

/// The lease of a token; one that another backend gave out is no lock here.
fn lease_of(token: &LockToken) -> Result<&Deadline, StoreError> {
    let lost = || StoreError::LostLock { place: "another store".to_owned(), id: token.id() };
    token.held.lease.as_ref().ok_or_else(lost)
}

impl Remote {
    /// Reads the state with the journal taken in.
    ///
    /// # Errors
    /// `Unreadable`, `Newer`.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        Ok(self.sight().await?.snapshot)
    }

    /// Takes the lock; see [`crate::state::Store::lock`].
    ///
    /// # Errors
    /// `Locked`, `Unwritable`, and as `read`.
    pub async fn lock(&self, owner: &Owner, timeout: Duration) -> Result<LockToken, StoreError> {
        self.sight().await?;
        self.probed.get_or_try_init(|| self.probe()).await?;
        let begun = Instant::now();
        loop {
            let left = timeout.saturating_sub(begun.elapsed());
            let (id, lease) = lease::take(&self.objects, &self.terms, owner, left).await?;
            let found = match self.sight().await {
                Ok(sight) => sight.snapshot.state,
                Err(error) => {
                    // What is wrong with the state is worth more than what may be wrong with the release; the lease ends by itself.
                    let _ = lease::release(&self.objects, id, &lease).await;
                    return Err(error);
                }
            };
            // A server that checks a condition and writes in two steps can let two takers through; the later one has the lock.
            match lease::verify(&self.objects, id, &lease).await {
                Ok(()) => return Ok(self.token(id, lease, &found)),
                Err(StoreError::LostLock { .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Extends the lock.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn renew(&self, token: &LockToken) -> Result<(), StoreError> {
        lease::renew(&self.objects, token.id(), lease_of(token)?).await
    }

    /// Adds an entry to the journal.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn append(&self, token: &LockToken, entry: &JournalEntry) -> Result<(), StoreError> {
        let lease = lease_of(token)?;
        let _beside_others = token.held.gate.read().await;
        lease::verify(&self.objects, token.id(), lease).await?;
        self.entries.append(&token.held, entry).await?;
        // Writing may have taken long; what is begun afterwards must still be in time.
        lease.check(token.id())
    }

    /// Replaces the state.
    ///
    /// # Errors
    /// `Stale`, `LostLock`, `Newer`, `Unreadable`, `Unwritable`.
    pub async fn write(&self, token: &LockToken, state: &State) -> Result<u64, StoreError> {
        let lease = lease_of(token)?;
        let _alone = token.held.gate.write().await;
        lease::verify(&self.objects, token.id(), lease).await?;
        let found = self.sight().await?;
        let stale = |found| StoreError::Stale {
            place: self.objects.place(STATE),
            found,
            given: state.serial,
        };
        let kept = history::greatest(&self.objects).await?;
        let next = found
            .snapshot
            .successor(state, Uuid::new_v4(), kept)
            .ok_or_else(|| stale(found.snapshot.state.serial))?;
        history::keep_what_was(&self.objects, &found.found(), &next.state).await?;
        lease.check(token.id())?;
        match self.objects.put_over(STATE, &next.state.to_bytes(), found.version.as_ref()).await? {
            Put::Done(_) => {}
            Put::Conflict => return Err(stale(self.sight().await?.snapshot.state.serial)),
        }
        token.held.moved_to(&next.state);
        let serial = next.state.serial;
        self.entries.replace(&token.held, found.entries, (serial, &next.journal)).await?;
        Ok(serial)
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    pub async fn release(&self, token: LockToken) -> Result<(), StoreError> {
        lease::release(&self.objects, token.id(), lease_of(&token)?).await
    }

    /// Takes the lock with this id away from whoever holds it; says whether there was one.
    ///
    /// # Errors
    /// `Unreadable`, `Unwritable`.
    pub async fn unlock(&self, id: Uuid) -> Result<bool, StoreError> {
        lock::unlock(&self.objects, id).await
    }

    /// The earlier versions that are kept, oldest first.
    ///
    /// # Errors
    /// `Unreadable`.
    pub async fn history(&self) -> Result<Vec<Version>, StoreError> {
        history::versions(&self.objects).await
    }

    /// An earlier version as it was; nothing if it is not kept.
    ///
    /// # Errors
    /// `Unreadable`, `Newer`.
    pub async fn recall(&self, version: &Version) -> Result<Option<State>, StoreError> {
        history::recall(&self.objects, version).await
    }
}
