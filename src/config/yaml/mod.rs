//! YAML text to a tree of values with their places.
//!
//! The events come from `granit-parser`; equal keys, aliases, merge keys, tags, several documents and the budgets against hostile
//! input are handled here, once. Nothing above this room knows the parser.

mod builder;
pub(super) mod outline;
mod read;
pub(super) mod spots;
mod tree;

pub(super) use builder::duplicate_key;
pub use read::read;
pub use tree::Read;
pub(super) use tree::{MAX_FILE, MAX_NODES};
