//! What can go wrong with a store. Each text says what, where, why and what to do; the cause's own words are in `source`.

use std::fmt;

use uuid::Uuid;

use super::store::Holder;
use crate::finding::Finding;
use crate::ledger::format::FORMAT_VERSION;

/// The cause, in the words of the file system or of a remote store.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do what it was asked. An absent or broken state is none of these.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The state may well be there, but its bytes could not be had. Going on without them could create what exists.
    #[error(
        "cannot read the state at {place}: what is ours is unknown, so nothing is planned; see that it can be reached, and that this user or these credentials may read it"
    )]
    Unreadable {
        /// The file or object.
        place: String,
        /// Why.
        source: Cause,
    },
    /// What was to be recorded could not be.
    #[error(
        "cannot write the state at {place}: what is done would not be remembered; see that it can be reached, that there is room, and that this user or these credentials may write"
    )]
    Unwritable {
        /// The file or object.
        place: String,
        /// Why.
        source: Cause,
    },
    /// Somebody else holds the lock, for as long as the caller was willing to wait.
    #[error("the state at {place} is locked{}; {}", held_by(.holder.as_deref()), way_out(.holder.as_deref()))]
    Locked {
        /// The lock's file or object.
        place: String,
        /// Who holds it, unless that could not be read.
        holder: Option<Box<Holder>>,
    },
    /// A later program wrote the state.
    #[error(
        "the state at {place} has format version {version}: this program reads up to version {FORMAT_VERSION} and would damage it; use the \
         program that wrote it, or a later one"
    )]
    Newer {
        /// The file or object.
        place: String,
        /// Its version.
        version: u32,
    },
    /// The lock was taken away or expired: whatever is done now may collide with somebody else's work.
    #[error(
        "the lock {id} on the state at {place} is no longer held: it was released by force or it expired; plan again before going on"
    )]
    LostLock {
        /// The lock's file or object.
        place: String,
        /// The lock that was held.
        id: Uuid,
    },
    /// A store that does not keep to the conditions of a write.
    #[error(
        "the store at {place} does not keep to conditional writes ({why}): two runs could overwrite each other's state without a word; \
         use a store that honours If-None-Match and If-Match, such as S3, R2, Google Cloud Storage, Azure Blob or a recent MinIO"
    )]
    Unconditional {
        /// The bucket and prefix.
        place: String,
        /// What it did.
        why: &'static str,
    },
    /// A place that no store can be made from.
    #[error(
        "the state cannot be kept at {place}: {why}; name a folder, s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX, and give \
         credentials in the variables that the cloud's own tools read"
    )]
    Unusable {
        /// The place as it was named.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// The state in the store is not the one that the given state was made from.
    #[error(
        "the state at {place} has serial {found}, and the one to be written was made from serial {given}: writing it would undo what was \
         recorded in between; read the state again under the lock"
    )]
    Stale {
        /// The file or object.
        place: String,
        /// The serial in the store, journal included.
        found: u64,
        /// The serial of the state that was given.
        given: u64,
    },
}

fn held_by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!(" by {holder}"))
}

fn way_out(holder: Option<&Holder>) -> impl fmt::Display {
    let wait = "wait for that run, or wait longer with --lock-timeout";
    match holder {
        Some(holder) => {
            format!("{wait}; if it is gone for good: spectrumctl state unlock {}", holder.id)
        }
        None => wait.to_owned(),
    }
}

impl StoreError {
    /// The failure as a finding. The texts above hold why and fix behind the colon, so that they also serve a log.
    pub fn to_finding(&self) -> Finding {
        let text = self.to_string();
        let (what, advice) = text.split_once(": ").unwrap_or((&text, ""));
        let (why, fix) = advice.rsplit_once("; ").unwrap_or(("", advice));
        let summary = match std::error::Error::source(self) {
            Some(source) => format!("{what}: {source}"),
            None => what.to_owned(),
        };
        let slug = match self {
            StoreError::Unreadable { .. } => "state-unreadable",
            StoreError::Unwritable { .. } => "state-unwritable",
            StoreError::Locked { .. } => "state-locked",
            StoreError::Newer { .. } => "state-newer",
            StoreError::LostLock { .. } => "state-lock-lost",
            StoreError::Stale { .. } => "state-stale",
            StoreError::Unconditional { .. } => "state-unconditional",
            StoreError::Unusable { .. } => "state-backend",
        };
        Finding::error(slug, summary, why, fix)
    }
}
