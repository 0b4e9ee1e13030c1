//! The lock of a state in a bucket: an object that says who holds it, written conditionally each time. It is never removed, because a
//! removal knows no condition; a lock that is free says so.
//!
//! - **Old reader, new data:** a greater `format_version` is refused.
//! - **New reader, old data:** every version is read for ever.
//! - **Old writer, new data:** cannot happen, because whoever takes the lock reads it first.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::objects::{Found, Objects, Put};
use crate::ledger::{FORMAT_VERSION, Unreadable, check_version};
use crate::state::blobs::LOCK;
use crate::state::error::StoreError;
use crate::state::holder::Holder;

/// What the lock's object says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    format_version: u32,
    /// Who holds it; nobody once it was given back.
    pub(super) holder: Option<Holder>,
    /// The lock that was held last, so that no two records are the same bytes.
    last: Uuid,
    /// When it was renewed, by the holder's clock.
    renewed: Timestamp,
    /// How long a renewal is good for.
    lease_seconds: u64,
    /// How many times it was renewed.
    renewals: u64,
}

impl Record {
    /// A lock that is taken now.
    pub(super) fn taken(holder: &Holder, lease: Duration) -> Record {
        Record {
            format_version: FORMAT_VERSION,
            holder: Some(holder.clone()),
            last: holder.id,
            renewed: holder.since,
            lease_seconds: lease.as_secs().max(1),
            renewals: 0,
        }
    }

    /// The same lock, renewed now.
    pub(super) fn renewed(self) -> Record {
        Record { renewed: Timestamp::now(), renewals: self.renewals + 1, ..self }
    }

    /// The same lock, given back.
    pub(super) fn freed(self) -> Record {
        Record { holder: None, ..self.renewed() }
    }

    /// Whether the lease is over, as far as this machine's clock can be believed.
    pub(super) fn is_expired(&self) -> bool {
        let age = Timestamp::now().duration_since(self.renewed);
        age > jiff::SignedDuration::from_secs(i64::try_from(self.lease_seconds).unwrap_or(i64::MAX))
    }

    /// Whether this lock holds it.
    pub(super) fn is_held_by(&self, id: Uuid) -> bool {
        self.holder.as_ref().is_some_and(|holder| holder.id == id)
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec(self)
            .expect("every key of a record is a text and every value plain data");
        bytes.push(b'\n');
        bytes
    }
}

/// The lock's object with what it says; nothing inside if it is damaged.
pub(super) struct Seen {
    pub(super) found: Found,
    pub(super) record: Option<Record>,
}

/// Reads the lock.
pub(super) async fn see(objects: &Objects) -> Result<Option<Seen>, StoreError> {
    let Some(found) = objects.plain().get(LOCK).await? else { return Ok(None) };
    let record = match check_version(&found.bytes) {
        Ok(()) => serde_json::from_slice(&found.bytes).ok(),
        Err(Unreadable::Newer { version }) => {
            return Err(StoreError::Newer { place: objects.place(LOCK), version });
        }
        Err(Unreadable::Broken { .. }) => None,
    };
    Ok(Some(Seen { found, record }))
}

/// Takes the lock with this id away from whoever holds it; a renewal in between is followed.
pub(super) async fn unlock(objects: &Objects, id: Uuid) -> Result<bool, StoreError> {
    loop {
        let Some(Seen { found, record: Some(record) }) = see(objects).await? else {
            return Ok(false);
        };
        if !record.is_held_by(id) {
            return Ok(false);
        }
        let put = objects.plain().update(LOCK, &record.freed().to_bytes(), &found.version).await?;
        if let Put::Done(_) = put {
            return Ok(true);
        }
    }
}
