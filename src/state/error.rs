//! What can go wrong with a store, and how it becomes a finding.

use uuid::Uuid;

use super::holder::Holder;
use crate::codes::{self, Code};
use crate::finding::Finding;
use crate::ledger::FORMAT_VERSION;

/// The cause, in the words of the file system or of a remote store.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do what it was asked. An absent or broken state is none of these. The text of an error says what and where;
/// [`StoreError::to_finding`] adds why and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The state may well be there, but its bytes could not be had. Going on without them could create what exists.
    #[error("failed to read the state at {place}: {source}")]
    Unreadable {
        /// The file or object.
        place: String,
        /// Why.
        source: Cause,
    },
    /// What was to be recorded could not be.
    #[error("failed to write the state at {place}: {source}")]
    Unwritable {
        /// The file or object.
        place: String,
        /// Why.
        source: Cause,
    },
    /// Somebody else holds the lock, for as long as the caller was willing to wait.
    #[error("the state at {place} is locked{}", locked_by(.holder.as_deref()))]
    Locked {
        /// The lock's file or object.
        place: String,
        /// Who holds it, unless that could not be read.
        holder: Option<Box<Holder>>,
    },
    /// A later program wrote the state.
    #[error(
        "the state at {place} has format version {version}, and this version of spectrumctl reads up to {FORMAT_VERSION}"
    )]
    Newer {
        /// The file or object.
        place: String,
        /// Its version.
        version: u32,
    },
    /// The lock was taken away or expired: whatever is done now may collide with somebody else's work.
    #[error("the lock {id} on the state at {place} was lost")]
    LostLock {
        /// The lock's file or object.
        place: String,
        /// The lock that was held.
        id: Uuid,
    },
    /// A store that does not keep to the conditions of a write.
    #[error("the store at {place} does not support conditional writes: {why}")]
    Unconditional {
        /// The bucket and prefix.
        place: String,
        /// What it did.
        why: &'static str,
    },
    /// A place that no store can be made from.
    #[error("the state cannot be kept at {place}: {why}")]
    Unusable {
        /// The place as it was named.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// The state in the store is not the one that the given state was made from.
    #[error(
        "the state at {place} has serial {found}, and the one to be written was made from serial {given}"
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

fn locked_by(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| format!(" by {holder}"))
}

impl StoreError {
    /// The failure as a finding.
    pub fn to_finding(&self) -> Finding {
        let finding = Finding::new(self.code(), self.to_string());
        match self {
            StoreError::Locked { holder: Some(holder), .. } => {
                let unlock = format!(
                    "{}; if it no longer runs, run `spectrumctl state unlock {}`",
                    finding.fix, holder.id
                );
                finding.fix(unlock)
            }
            _ => finding,
        }
    }

    fn code(&self) -> &'static Code {
        match self {
            StoreError::Unreadable { .. } => &codes::STATE_UNREADABLE,
            StoreError::Unwritable { .. } => &codes::STATE_UNWRITABLE,
            StoreError::Locked { .. } => &codes::STATE_LOCKED,
            StoreError::Newer { .. } => &codes::STATE_NEWER,
            StoreError::LostLock { .. } => &codes::STATE_LOCK_LOST,
            StoreError::Stale { .. } => &codes::STATE_STALE,
            StoreError::Unconditional { .. } => &codes::STATE_UNCONDITIONAL,
            StoreError::Unusable { .. } => &codes::STATE_BACKEND,
        }
    }
}
