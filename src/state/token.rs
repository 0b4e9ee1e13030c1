//! The right to write: what a holder of the lock knows of it. Nothing here asks a store.

use std::fs::File;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::RwLock;
use tokio::time::Instant;
use uuid::Uuid;

use super::error::StoreError;
use crate::ledger::State;
use crate::ledger::journal::{JournalEntry, Line};

/// Until when a lock that is a lease can be relied on: what its holder knows, without asking anybody.
#[derive(Debug)]
pub(super) struct Deadline {
    /// The lock's object, for messages.
    place: String,
    trust: Duration,
    /// Makes those of this process who write the lock's object go one by one.
    pub(super) writing: tokio::sync::Mutex<()>,
    /// From before the last renewal that arrived.
    renewed: Mutex<Instant>,
    lost: AtomicBool,
}

impl Deadline {
    /// The deadline of a lock that was asked for at this time.
    pub(super) fn new(place: String, trust: Duration, asked: Instant) -> Deadline {
        Deadline {
            place,
            trust,
            writing: tokio::sync::Mutex::new(()),
            renewed: Mutex::new(asked),
            lost: AtomicBool::new(false),
        }
    }

    /// Notes a renewal that was asked for at this time.
    pub(super) fn renewed(&self, asked: Instant) {
        *self.renewed.lock().unwrap_or_else(PoisonError::into_inner) = asked;
    }

    /// Fails once the lease may be over, whether or not anybody has taken the lock.
    pub(super) fn check(&self, id: Uuid) -> Result<(), StoreError> {
        let since = *self.renewed.lock().unwrap_or_else(PoisonError::into_inner);
        if self.lost.load(Ordering::SeqCst) || since.elapsed() >= self.trust {
            return Err(self.lost(id));
        }
        Ok(())
    }

    fn lost(&self, id: Uuid) -> StoreError {
        StoreError::LostLock { place: self.place.clone(), id }
    }

    /// Notes that the lock is somebody else's.
    pub(super) fn lose(&self, id: Uuid) -> StoreError {
        self.lost.store(true, Ordering::SeqCst);
        self.lost(id)
    }
}

/// The right to write. Two of them exist at once only after a forced unlock, and the earlier one then fails with
/// `LostLock`.
#[derive(Debug)]
pub struct LockToken {
    pub(super) held: Arc<Held>,
}

impl LockToken {
    /// The lock's id, which is also the run's id in the journal.
    pub fn id(&self) -> Uuid {
        self.held.id
    }
}

/// What a backend remembers of a lock that is held.
#[derive(Debug)]
pub(super) struct Held {
    /// The lock's id.
    pub(super) id: Uuid,
    /// The locked file, which the operating system unlocks when the process ends, however it ends.
    pub(super) _file: Option<File>,
    /// The deadline, where the lock is a lease.
    pub(super) lease: Option<Deadline>,
    /// Appends go side by side where they can, a write of the state goes alone.
    pub(super) gate: RwLock<()>,
    /// Where the journal is.
    position: Mutex<Position>,
}

/// Where the journal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    /// The state's lineage; nil before the first write.
    pub(super) lineage: Uuid,
    /// The serial of the last line, else of the state.
    pub(super) serial: u64,
}

impl Held {
    /// A lock that was just taken on a store that was found so.
    pub(super) fn new(id: Uuid, file: Option<File>, found: &State) -> Held {
        let position = Position { lineage: found.lineage, serial: found.serial };
        Held { id, _file: file, lease: None, gate: RwLock::new(()), position: Mutex::new(position) }
    }

    /// The same for a lock that is a lease.
    pub(super) fn leased(id: Uuid, lease: Deadline, found: &State) -> Held {
        Held { lease: Some(lease), ..Held::new(id, None, found) }
    }

    /// A journal line with the next serial.
    pub(super) fn next_line(&self, entry: &JournalEntry) -> Line {
        let mut position = self.position();
        position.serial += 1;
        Line::new(position.lineage, position.serial, self.id, entry.clone())
    }

    /// Notes that the state was written.
    pub(super) fn moved_to(&self, state: &State) {
        *self.position() = Position { lineage: state.lineage, serial: state.serial };
    }

    /// The position, held until it is dropped. A thread that died over it leaves at worst a gap in the serials, which is allowed.
    pub(super) fn position(&self) -> MutexGuard<'_, Position> {
        self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
