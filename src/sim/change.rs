//! What one write changes in a world: a line of the log beside its snapshot.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// What a write changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Change {
    /// The world's counter afterwards; a snapshot with the same or a later counter holds the change
    /// already.
    pub(super) counter: u64,
    /// What became of an application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) app: Option<AppChange>,
    /// The entry of the audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) audit: Option<Json>,
}

/// What became of an application.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AppChange {
    /// It was created, or another was put in its place.
    Put {
        /// Its id.
        id: String,
        /// The id of its zone.
        zone: String,
        /// What a read answers.
        object: Map<String, Json>,
    },
    /// It was deleted.
    Remove {
        /// Its id.
        id: String,
    },
}
