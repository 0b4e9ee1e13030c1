//! Holding a lock that is a lease: taking it, renewing it, and knowing when it can no longer be relied on.
//!
//! Clocks of two machines are never compared to decide anything. A holder counts from before it sent its last renewal that arrived; a
//! taker counts from when it first saw the record that has not changed since. The holder's time is the shorter one by far.

use std::sync::{Arc, Weak};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::lock::{Record, Seen, see};
use super::objects::{Objects, Put};
use crate::state::blobs::LOCK;
use crate::state::error::StoreError;
use crate::state::holder::{Holder, Owner};
use crate::state::token::{Deadline, Held};

/// How long a lock is good for without a renewal, where nothing ends it with its process.
const LEASE: Duration = Duration::from_secs(120);

/// How often a holder renews.
const RENEW_EVERY: Duration = Duration::from_secs(30);

/// A holder that has not renewed for so long starts no further call.
const TRUST: Duration = Duration::from_secs(90);

/// The times of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// How long a renewal is good for.
    pub lease: Duration,
    /// How long a call that was begun in time may last: who takes an expired lock waits so much longer than the lease.
    pub grace: Duration,
    /// How often the holder renews.
    pub renew_every: Duration,
    /// A holder that has not renewed for so long starts no further call.
    pub trust: Duration,
    /// The pause between two looks at a lock that somebody else holds.
    pub look_every: Duration,
}

impl Default for Terms {
    fn default() -> Terms {
        let grace = Duration::from_secs(60);
        Terms {
            lease: LEASE,
            grace,
            renew_every: RENEW_EVERY,
            trust: TRUST,
            look_every: Duration::from_secs(1),
        }
    }
}

/// Takes the lock: a free one at once, one that is held when it becomes free within `timeout`. One whose lease is over is waited for
/// until nothing of its holder can be under way any more, however short `timeout` is.
pub(super) async fn take(
    objects: &Objects,
    terms: &Terms,
    owner: &Owner,
    timeout: Duration,
) -> Result<(Uuid, Deadline), StoreError> {
    let begun = Instant::now();
    let mut watched: Option<(Vec<u8>, Instant)> = None;
    loop {
        let asked = Instant::now();
        let seen = see(objects).await?;
        let since = match (&seen, &watched) {
            (Some(seen), Some((bytes, since))) if seen.found.bytes == *bytes => *since,
            _ => asked,
        };
        let outlived = since.elapsed() >= terms.lease + terms.grace;
        let record = seen.as_ref().and_then(|seen| seen.record.as_ref());
        let is_free = seen.is_none() || record.is_some_and(|record| record.holder.is_none());
        if (is_free || outlived)
            && let Some(taken) = try_to_take(objects, terms, owner, seen.as_ref()).await?
        {
            return Ok(taken);
        }
        let holder = record.and_then(|record| record.holder.clone()).map(Box::new);
        let is_over = !is_free && record.is_none_or(Record::is_expired);
        if is_over && watched.is_none() {
            tracing::info!(
                "the lock's lease is over; it is taken when its holder has not renewed it for {:?}",
                terms.lease + terms.grace
            );
        }
        watched = seen.map(|seen| (seen.found.bytes, since));
        let own = timeout.saturating_sub(begun.elapsed());
        let left = if is_over {
            own.max((terms.lease + terms.grace).saturating_sub(since.elapsed()))
        } else {
            own
        };
        if left.is_zero() {
            return Err(StoreError::Locked { place: objects.place(LOCK), holder });
        }
        sleep(terms.look_every.min(left)).await;
    }
}

/// Writes the lock over what was seen; nothing if somebody was faster.
async fn try_to_take(
    objects: &Objects,
    terms: &Terms,
    owner: &Owner,
    seen: Option<&Seen>,
) -> Result<Option<(Uuid, Deadline)>, StoreError> {
    let holder = Holder { id: Uuid::new_v4(), owner: owner.clone(), since: Timestamp::now() };
    let asked = Instant::now();
    let record = Record::taken(&holder, terms.lease);
    let over = seen.map(|seen| &seen.found.version);
    let Put::Done(_) = objects.plain().put_over(LOCK, &record.to_bytes(), over).await? else {
        return Ok(None);
    };
    let lease = Deadline::new(objects.place(LOCK), terms.trust, asked);
    Ok(Some((holder.id, lease)))
}

/// Renews the lock.
pub(super) async fn renew(objects: &Objects, id: Uuid, lease: &Deadline) -> Result<(), StoreError> {
    rewrite(objects, id, lease, Record::renewed).await
}

/// Gives the lock back; nothing is done under it any more.
pub(super) async fn release(
    objects: &Objects,
    id: Uuid,
    lease: &Deadline,
) -> Result<(), StoreError> {
    rewrite(objects, id, lease, Record::freed).await?;
    // Nothing may rely on it any more; what that would be reported as is nobody's concern.
    let _ = lease.lose(id);
    Ok(())
}

async fn rewrite(
    objects: &Objects,
    id: Uuid,
    lease: &Deadline,
    change: impl FnOnce(Record) -> Record,
) -> Result<(), StoreError> {
    let _alone = lease.writing.lock().await;
    let asked = Instant::now();
    let Some(Seen { found, record: Some(record) }) = see(objects).await? else {
        return Err(lease.lose(id));
    };
    if !record.is_held_by(id) {
        return Err(lease.lose(id));
    }
    match objects.plain().update(LOCK, &change(record).to_bytes(), &found.version).await? {
        Put::Done(_) => {
            lease.renewed(asked);
            Ok(())
        }
        Put::Conflict => Err(lease.lose(id)),
    }
}

/// Fails unless the lock's object still names this lock.
pub(super) async fn verify(
    objects: &Objects,
    id: Uuid,
    lease: &Deadline,
) -> Result<(), StoreError> {
    lease.check(id)?;
    match see(objects).await? {
        Some(Seen { record: Some(record), .. }) if record.is_held_by(id) => lease.check(id),
        _ => Err(lease.lose(id)),
    }
}

/// Renews the lock for as long as somebody holds it. A renewal that fails for another reason than the loss of the lock is tried again
/// soon, because the lease goes on meanwhile.
pub(super) async fn keep_renewed(objects: Objects, terms: Terms, held: Weak<Held>) {
    let mut pause = terms.renew_every;
    loop {
        sleep(pause).await;
        let Some(held): Option<Arc<Held>> = held.upgrade() else { return };
        let Some(lease) = held.lease.as_ref() else { return };
        pause = match renew(&objects, held.id, lease).await {
            Ok(()) => terms.renew_every,
            Err(StoreError::LostLock { .. }) => return,
            Err(error) => {
                tracing::warn!("the lock could not be renewed: {error}");
                terms.renew_every / 6
            }
        };
    }
}
