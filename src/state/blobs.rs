//! What a backend of names and bytes has to provide, and the names that the state uses in it.

use std::io;

/// The state.
pub(super) const STATE: &str = "state.json";
/// The journal.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// The lock.
pub(super) const LOCK: &str = "lock.json";
/// Where earlier versions are kept.
pub(super) const PAST: &str = "history";

/// Bytes under names; a name is plain or `history/` and a plain one. An absent name is no error anywhere.
pub(super) trait Blobs {
    /// The bytes under a name.
    fn read(&self, name: &str) -> io::Result<Option<Vec<u8>>>;
    /// Puts bytes under a name, all or nothing, and lastingly.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Adds a line after the last whole one, lastingly; a torn line is cut off first.
    fn append(&self, name: &str, line: &[u8]) -> io::Result<()>;
    /// Removes a name.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// The plain names under `history/`, in byte order.
    fn past(&self) -> io::Result<Vec<String>>;
    /// Where a name is, for messages.
    fn place(&self, name: &str) -> String;
}
