//! The names that the state uses wherever it is kept.

/// The state.
pub(crate) const STATE: &str = "state.json";
/// The journal.
pub(crate) const JOURNAL: &str = "journal.jsonl";
/// The lock.
pub(super) const LOCK: &str = "lock.json";
/// Where earlier versions are kept.
pub(super) const PAST: &str = "history";
