//! Who holds the lock, for those who have to wait for it.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
