//! A state in a bucket as it is found, and what is kept of it when it is replaced: the last versions, and damaged bytes.

use std::collections::BTreeMap;

use object_store::UpdateVersion;

use super::journal::Entries;
use super::objects::{Objects, Put};
use crate::ledger::State;
use crate::ledger::snapshot::Snapshot;
use crate::state::blob_store::{name_in_the_past, name_time, version_of};
use crate::state::blobs::{PAST, STATE};
use crate::state::error::StoreError;
use crate::state::store::{HISTORY, Version};

/// The state with what a write over it needs.
pub(super) struct Sight {
    pub(super) snapshot: Snapshot,
    /// The version of the state's object, if there is one.
    pub(super) version: Option<UpdateVersion>,
    /// The state's bytes, if there are any.
    bytes: Option<Vec<u8>>,
    /// The journal's objects.
    pub(super) entries: BTreeMap<String, Vec<u8>>,
}

/// Reads the state with the journal taken in. The journal is fetched first; see [`Snapshot::of`].
pub(super) async fn sight(objects: &Objects, entries: &Entries) -> Result<Sight, StoreError> {
    let read = entries.read().await?;
    let found = objects.get(STATE).await?;
    let (bytes, version) = found.map(|found| (found.bytes, found.version)).unzip();
    let snapshot = Snapshot::new(bytes.as_deref(), read.journal)
        .map_err(|wrong| objects.refusal(STATE, wrong))?;
    Ok(Sight { snapshot, version, bytes, entries: read.entries })
}

/// Puts the bytes that are about to be replaced into the history, or aside if they are damaged.
pub(super) async fn keep_what_was(
    objects: &Objects,
    found: &Sight,
    next: &State,
) -> Result<(), StoreError> {
    let time = name_time(next.written_at);
    if found.snapshot.journal_is_broken {
        let journal: Vec<u8> = found.entries.values().flatten().copied().collect();
        set_aside(objects, &journal, &format!("journal.broken-{time}"), "jsonl").await?;
    }
    let Some(bytes) = &found.bytes else { return Ok(()) };
    if found.snapshot.state_is_broken {
        return set_aside(objects, bytes, &format!("state.broken-{time}"), "json").await;
    }
    let was = State::read(bytes).map_err(|wrong| objects.refusal(STATE, wrong))?;
    // The name tells the version, so that one that is there already, from a write that died half way, is the same.
    objects.create(&name_in_the_past(&was), bytes).await?;
    prune(objects).await
}

/// Keeps damaged bytes under a name that is still free.
async fn set_aside(
    objects: &Objects,
    bytes: &[u8],
    stem: &str,
    extension: &str,
) -> Result<(), StoreError> {
    let mut name = format!("{stem}.{extension}");
    let mut attempt = 1;
    while let Put::Conflict = objects.create(&name, bytes).await? {
        attempt += 1;
        name = format!("{stem}-{attempt}.{extension}");
    }
    Ok(())
}

/// Removes what is older than the versions that are kept.
async fn prune(objects: &Objects) -> Result<(), StoreError> {
    let versions = history(objects).await?;
    let surplus = versions.len().saturating_sub(HISTORY);
    let names = versions.iter().take(surplus).map(|version| format!("{PAST}/{}", version.name));
    objects.remove(names.collect()).await
}

/// The earlier versions, oldest first. Other objects that somebody has put there are passed over.
pub(super) async fn history(objects: &Objects) -> Result<Vec<Version>, StoreError> {
    let names = objects.list(PAST).await?;
    let plain = |name: String| Some(name.strip_prefix(PAST)?.strip_prefix('/')?.to_owned());
    Ok(names.into_iter().filter_map(plain).filter_map(version_of).collect())
}

/// An earlier version as it was.
pub(super) async fn recall(
    objects: &Objects,
    version: &Version,
) -> Result<Option<State>, StoreError> {
    let name = format!("{PAST}/{}", version.name);
    let Some(found) = objects.get(&name).await? else { return Ok(None) };
    State::read(&found.bytes).map(Some).map_err(|wrong| objects.refusal(&name, wrong))
}
