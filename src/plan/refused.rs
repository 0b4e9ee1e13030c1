//! A plan that could not be made.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Plan, Summary, Verdict};
use super::digest;
use crate::finding::Finding;

impl Plan {
    /// A plan that could not be made, for what is wrong.
    pub fn refused(findings: Vec<Finding>, verdict: Verdict, simulated: bool) -> Plan {
        Plan {
            changes: Vec::new(),
            blocked: Vec::new(),
            steps: Vec::new(),
            groups: Vec::new(),
            ways_back: Vec::new(),
            known: BTreeSet::new(),
            confirms: Vec::new(),
            unmanaged: Vec::new(),
            loads: BTreeMap::new(),
            findings: crate::finding::in_order(findings),
            verdict,
            blocked_by: Vec::new(),
            unread: Vec::new(),
            selection: None,
            summary: Summary::default(),
            complete: false,
            digest: digest::of_nothing(),
            lineage: None,
            simulated,
        }
    }
}
