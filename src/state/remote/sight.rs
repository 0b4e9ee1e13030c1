//! A state in a bucket as it is found.

use std::collections::BTreeMap;

use object_store::UpdateVersion;

use super::journal::Entries;
use super::objects::Objects;
use crate::ledger::snapshot::Snapshot;
use crate::state::blobs::STATE;
use crate::state::error::StoreError;
use crate::state::history::Found;

/// The state with what a write over it needs.
pub(super) struct Sight {
    pub(super) snapshot: Snapshot,
    /// The version of the state's object, if there is one.
    pub(super) version: Option<UpdateVersion>,
    /// The state's bytes, if there are any.
    bytes: Option<Vec<u8>>,
    /// The journal's objects.
    pub(super) entries: BTreeMap<String, Vec<u8>>,
    /// The bytes of all of them.
    journal: Vec<u8>,
}

impl Sight {
    /// What a write over it replaces.
    pub(super) fn found(&self) -> Found<'_> {
        Found { snapshot: &self.snapshot, state: self.bytes.as_deref(), journal: &self.journal }
    }
}

/// Reads the state with the journal taken in. The journal is fetched first; see [`Snapshot::of`].
pub(super) async fn sight(objects: &Objects, entries: &Entries) -> Result<Sight, StoreError> {
    let read = entries.read().await?;
    let found = objects.get(STATE).await?;
    let (bytes, version) = found.map(|found| (found.bytes, found.version)).unzip();
    let snapshot = Snapshot::new(bytes.as_deref(), read.journal)
        .map_err(|wrong| objects.refusal(STATE, wrong))?;
    let journal = read.entries.values().flatten().copied().collect();
    Ok(Sight { snapshot, version, bytes, entries: read.entries, journal })
}
