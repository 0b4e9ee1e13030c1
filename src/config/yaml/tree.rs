//! What reading a file gives, and the budgets against hostile input within which it is read.

use crate::finding::Finding;
use crate::model::Node;

/// The most nodes that one file may have once its aliases are written out.
pub(in crate::config) const MAX_NODES: usize = 3_000_000;
/// How many nodes aliases may bring to a file for each node that is written in it, …
pub(super) const ALIASED_FOR_EACH: usize = 100;
/// … beside so many that they may bring to any file.
pub(super) const ALIASED: usize = 10_000;
/// The most levels of nesting.
pub(super) const MAX_DEPTH: usize = 64;
/// The most bytes of one scalar.
pub(super) const MAX_SCALAR: usize = 64 * 1024;
/// The most bytes of one file.
pub(in crate::config) const MAX_FILE: usize = 64 * 1024 * 1024;

/// What came of reading a file: the tree as far as it could be read, and everything that is wrong with the YAML itself.
#[derive(Debug)]
pub struct Read {
    /// The tree; null for an empty document.
    pub root: Node,
    /// What is wrong.
    pub findings: Vec<Finding>,
}
