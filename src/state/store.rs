//! The port: what every backend of the state can do. One conformance list, `tests/state/`, is run against all of them.

use std::fmt;
use std::fs::File;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::error::StoreError;
use crate::ledger::State;
use crate::ledger::journal::{JournalEntry, Line};

use super::remote::lease::Lease;
use crate::ledger::snapshot::Snapshot;

/// How long a lock is good for without a renewal, where nothing ends it with its process.
pub const LEASE: Duration = Duration::from_secs(120);

/// How often a holder renews.
pub const RENEW_EVERY: Duration = Duration::from_secs(30);

/// A holder that has not renewed for so long starts no further call.
pub const TRUST: Duration = Duration::from_secs(90);

/// How many earlier versions of the state are kept.
pub const HISTORY: usize = 20;

/// How long a waiting run sleeps between two attempts at the lock.
const RETRY: Duration = Duration::from_millis(100);

/// Who wants the lock, for those who have to wait for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The user's name.
    pub user: String,
    /// The machine.
    pub host: String,
    /// The process id.
    pub pid: u32,
    /// What is being done: `apply`.
    pub operation: String,
}

/// Who holds the lock. Stored; readers ignore keys they do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The lock's id, which a forced unlock names.
    pub id: Uuid,
    /// Who.
    pub owner: Owner,
    /// Since when.
    pub since: Timestamp,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Owner { user, host, pid, operation } = &self.owner;
        write!(f, "{user}@{host} (process {pid}, {operation}) since {}", self.since)
    }
}

/// The right to write. Two of them exist at once only after a forced unlock, and the earlier one then fails with
/// [`StoreError::LostLock`].
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
    /// The lease, where the lock is one.
    pub(super) lease: Option<Lease>,
    /// Where the journal is; also makes those who append side by side go one by one.
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
        Held { id, _file: file, lease: None, position: Mutex::new(position) }
    }

    /// The same for a lock that is a lease.
    pub(super) fn leased(id: Uuid, lease: Lease, found: &State) -> Held {
        Held { lease: Some(lease), ..Held::new(id, None, found) }
    }

    /// The serial after the last one, used up by this.
    pub(super) fn next_serial(&self) -> u64 {
        let mut position = self.position();
        position.serial += 1;
        position.serial
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

/// An earlier version of the state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Its name in the store; names sort by age.
    pub name: String,
    /// Its serial.
    pub serial: u64,
}

/// A place where the state is kept.
pub trait Store: Send + Sync {
    /// Reads the state with the journal taken in. Creates nothing, locks nothing, writes nothing.
    ///
    /// # Errors
    /// `Unreadable` when the bytes could not be had, `Newer` for a later format. An absent or broken state is no error.
    fn read(&self) -> impl Future<Output = Result<Snapshot, StoreError>> + Send;

    /// Takes the lock, trying again for as long as `timeout`; zero tries once.
    ///
    /// # Errors
    /// `Locked` when somebody else holds it; as `read`, because nobody should lock what he cannot write back; `Unwritable`.
    fn lock(
        &self,
        owner: &Owner,
        timeout: Duration,
    ) -> impl Future<Output = Result<LockToken, StoreError>> + Send;

    /// Makes sure that the lock is still held, and extends it where it is a lease. To be called each [`RENEW_EVERY`].
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    fn renew(&self, token: &LockToken) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Whether the lock may still be relied on, without asking the store: to be asked before each call to the API. A holder that has not
    /// renewed for [`TRUST`] must assume that somebody else has begun.
    ///
    /// # Errors
    /// `LostLock`.
    fn trust(&self, token: &LockToken) -> Result<(), StoreError> {
        token.held.lease.as_ref().map_or(Ok(()), |lease| lease.check(token.id()))
    }

    /// Adds an entry to the journal; it is on the disk when this returns. Its cost does not grow with the number of applications.
    /// Tasks may append side by side.
    ///
    /// # Errors
    /// `LostLock`, `Unreadable`, `Unwritable`.
    fn append(
        &self,
        token: &LockToken,
        entry: &JournalEntry,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Replaces the state, all or nothing, and returns its new serial. The state must be what `read` last gave, journal and all, with
    /// changes of the caller's own: its serial says so. The journal is cleared but for the steps that are still open, the version
    /// before is kept in the history, and a broken one is kept aside.
    ///
    /// # Errors
    /// `Stale` when the store has moved on, `LostLock`, `Newer`, `Unreadable`, `Unwritable`.
    fn write(
        &self,
        token: &LockToken,
        state: &State,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Gives the lock back. A token that is only dropped frees a local lock too, but leaves a remote one to its lease.
    ///
    /// # Errors
    /// `LostLock` when it was not held any more, `Unreadable`, `Unwritable`.
    fn release(&self, token: LockToken) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes the lock with this id away from whoever holds it. Says whether there was one.
    ///
    /// # Errors
    /// `Unreadable`, `Unwritable`.
    fn unlock(&self, id: Uuid) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The earlier versions that are kept, oldest first, at most [`HISTORY`].
    ///
    /// # Errors
    /// `Unreadable`.
    fn history(&self) -> impl Future<Output = Result<Vec<Version>, StoreError>> + Send;

    /// An earlier version as it was; nothing if it is not kept.
    ///
    /// # Errors
    /// `Unreadable`, also for bytes that are no state; `Newer`.
    fn recall(
        &self,
        version: &Version,
    ) -> impl Future<Output = Result<Option<State>, StoreError>> + Send;
}

/// One attempt at the lock.
pub(super) enum Attempt {
    /// It is ours.
    Taken(LockToken),
    /// Somebody else has it.
    Busy(Option<Box<Holder>>),
}

/// Makes attempts until one succeeds, one fails, or the time is up.
pub(super) async fn insist<F>(
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
