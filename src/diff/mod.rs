//! Two applications in canonical form to the fields in which they differ.
//!
//! Floor 3: names `model` only.

mod delta;

pub use delta::{Delta, between, changes, is_unseen, known};
