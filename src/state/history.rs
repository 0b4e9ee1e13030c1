//! What is kept of a state when it is replaced: the last versions, and damaged bytes. The same in a folder and in a bucket.

use std::future::Future;

use jiff::Timestamp;

use super::blobs::PAST;
use super::error::StoreError;
use crate::ledger::{Snapshot, State, Unreadable};

/// How many earlier versions of the state are kept.
pub const HISTORY: usize = 20;

/// An earlier version of the state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Its name in the store; names sort by age.
    pub name: String,
    /// Its serial.
    pub serial: u64,
}

/// Where bytes are kept under names; an absent name is no error.
pub(super) trait Archive: Sync {
    /// The bytes under a name.
    fn get(&self, name: &str) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;
    /// Puts bytes under a name that is free; says whether it was.
    fn add(
        &self,
        name: &str,
        bytes: &[u8],
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;
    /// Removes names.
    fn remove(&self, names: Vec<String>) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// The plain names of the earlier versions, in byte order.
    fn past(&self) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;
    /// Where a name is, for messages.
    fn place(&self, name: &str) -> String;
}

/// A store as it was found, with the bytes that a write over it replaces.
pub(super) struct Found<'a> {
    pub(super) snapshot: &'a Snapshot,
    /// The state's bytes, if there are any.
    pub(super) state: Option<&'a [u8]>,
    /// The journal's bytes.
    pub(super) journal: &'a [u8],
}

/// Puts the bytes that are about to be replaced into the history, or aside if they are damaged.
pub(super) async fn keep_what_was(
    archive: &impl Archive,
    found: &Found<'_>,
    next: &State,
) -> Result<(), StoreError> {
    let time = name_time(next.written_at);
    if found.snapshot.journal_is_broken {
        set_aside(archive, found.journal, &format!("journal.broken-{time}"), "jsonl").await?;
    }
    let Some(bytes) = found.state else { return Ok(()) };
    if found.snapshot.state_is_broken {
        return set_aside(archive, bytes, &format!("state.broken-{time}"), "json").await;
    }
    let was = State::read(bytes).map_err(|wrong| refusal(archive.place(PAST), wrong))?;
    // The name tells the version, so that one that is there already, from a write that died half way, is the same.
    let name = format!("{PAST}/{}-{:010}.json", name_time(was.written_at), was.serial);
    archive.add(&name, bytes).await?;
    prune(archive).await
}

/// Keeps damaged bytes under a name that is still free.
async fn set_aside(
    archive: &impl Archive,
    bytes: &[u8],
    stem: &str,
    extension: &str,
) -> Result<(), StoreError> {
    let mut name = format!("{stem}.{extension}");
    let mut attempt = 1;
    while !archive.add(&name, bytes).await? {
        attempt += 1;
        name = format!("{stem}-{attempt}.{extension}");
    }
    Ok(())
}

/// Removes what is older than the versions that are kept.
async fn prune(archive: &impl Archive) -> Result<(), StoreError> {
    let versions = versions(archive).await?;
    let surplus = versions.len().saturating_sub(HISTORY);
    let names = versions.iter().take(surplus).map(|version| format!("{PAST}/{}", version.name));
    archive.remove(names.collect()).await
}

/// The earlier versions, oldest first. Other names that somebody has put there are passed over.
pub(super) async fn versions(archive: &impl Archive) -> Result<Vec<Version>, StoreError> {
    Ok(archive.past().await?.into_iter().filter_map(version_of).collect())
}

/// The greatest serial of the versions that are kept.
pub(super) async fn greatest(archive: &impl Archive) -> Result<u64, StoreError> {
    let serials = versions(archive).await?.into_iter().map(|version| version.serial);
    Ok(serials.max().unwrap_or_default())
}

/// An earlier version as it was; nothing if it is not kept.
pub(super) async fn recall(
    archive: &impl Archive,
    version: &Version,
) -> Result<Option<State>, StoreError> {
    let name = format!("{PAST}/{}", version.name);
    let Some(bytes) = archive.get(&name).await? else { return Ok(None) };
    State::read(&bytes).map(Some).map_err(|wrong| refusal(archive.place(&name), wrong))
}

/// What bytes that are no state are reported as.
pub(super) fn refusal(place: String, wrong: Unreadable) -> StoreError {
    match wrong {
        Unreadable::Newer { version } => StoreError::Newer { place, version },
        broken @ Unreadable::Broken { .. } => {
            StoreError::Unreadable { place, source: Box::new(broken) }
        }
    }
}

/// The time to the second without punctuation, for the names of blobs: `20261122T171644Z`.
fn name_time(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Reads `TIME-SERIAL.json`.
fn version_of(name: String) -> Option<Version> {
    let serial = name.strip_suffix(".json")?.rsplit_once('-')?.1.parse().ok()?;
    Some(Version { name, serial })
}
