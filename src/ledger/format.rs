//! The state's stored form: one JSON object, pretty, keys in a fixed order, a newline at the end; equal states give equal bytes.
//!
//! - **Old reader, new data:** a greater `format_version` is refused as [`Unreadable::Newer`], never guessed at.
//! - **New reader, old data:** every version is read for ever. Version 1 is the first; a key that joins it later has a default.
//! - **Old writer, new data:** top-level keys that this version does not know are kept in `rest` and written back. What must not be lost
//!   deeper down (a new key or word inside an application) takes a new version, which an old writer refuses.
//!
//! Origin addresses stand in it, tokens never do.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::earlier::EarlierBackup;
use super::recorded_apps::RecordedApps;
use super::version::{FORMAT_VERSION, Unreadable, check_version};
use crate::model::facts::CachedRefusal;
use crate::model::{AccountId, Address, AppId, Backup, Kept, Recorded, ZoneId};

/// What is known that Cloudflare does not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The version of the form.
    pub format_version: u32,
    /// Which history of states this one belongs to; nil until the first write, which draws one.
    pub lineage: Uuid,
    /// Counts changes: each journal line and each write is one. Of two states of one lineage the greater serial is the later.
    pub serial: u64,
    /// The program that wrote it, with its version. The writer sets it; see [`State::stamped`].
    #[serde(default)]
    pub tool: String,
    /// When it was written. The writer sets it; see [`State::stamped`].
    #[serde(default)]
    pub written_at: Timestamp,
    /// Who wrote it, and doing what. The writer sets it; see [`State::by`]. A state of an earlier program does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_by: Option<Writer>,
    /// The account that the applications belong to, if there is but one.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// The zones that were written to, by name, with the ids they had then.
    #[serde(default)]
    pub zones: BTreeMap<String, LedgerZone>,
    /// The applications that are ours.
    #[serde(default)]
    pub apps: RecordedApps,
    /// Tombstones: applications that were ours and were let go alive. They are never deleted as unmanaged.
    #[serde(default)]
    pub released: BTreeMap<AppId, Released>,
    /// Live applications that an apply has listed as unmanaged, with the zone's name. Only these may be deleted as unmanaged.
    #[serde(default)]
    pub unmanaged_seen: BTreeMap<AppId, String>,
    /// What the API taught by refusing.
    #[serde(default)]
    pub learned: Vec<CachedRefusal>,
    /// Applications that were deleted for a replacement that did not come about, as they were, by the ids that they had.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending_restore: BTreeMap<AppId, Backup>,
    /// The values of an exchange that was interrupted which are not live any more and belong to these addresses.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<Address, Kept>,
    /// The name of the configuration that the state belongs to: its `settings.name`, or what stood for it at the first apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The bucket in which the last apply kept it; none where that was a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The zones whose live applications were noted since the state began without a memory of what was released before; nothing where that
    /// is so of every zone. What is met in another zone may have been released, so it counts as released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<BTreeSet<String>>,
    /// The saved plans that were carried out, with when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub plans: BTreeMap<Uuid, Timestamp>,
    /// Top-level keys of a later program, kept as they came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Who wrote a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writer {
    /// The user's name.
    pub user: String,
    /// The machine.
    pub host: String,
    /// What was done: `apply`.
    pub operation: String,
}

/// A zone as it was when it was last written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerZone {
    /// The id.
    pub id: ZoneId,
    /// The account it belonged to.
    #[serde(default)]
    pub account: Option<AccountId>,
}

/// An application that was ours and was let go alive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// The address it had.
    pub address: Address,
    /// The id of its zone.
    pub zone: ZoneId,
    /// When it was let go.
    pub when: Timestamp,
}

impl Default for State {
    fn default() -> State {
        State::empty()
    }
}

impl State {
    /// A state that knows nothing, of no lineage yet.
    pub fn empty() -> State {
        State {
            format_version: FORMAT_VERSION,
            lineage: Uuid::nil(),
            serial: 0,
            tool: String::new(),
            written_at: Timestamp::UNIX_EPOCH,
            written_by: None,
            account: None,
            zones: BTreeMap::new(),
            apps: RecordedApps::default(),
            released: BTreeMap::new(),
            unmanaged_seen: BTreeMap::new(),
            learned: Vec::new(),
            pending_restore: BTreeMap::new(),
            kept: BTreeMap::new(),
            owner: None,
            location: None,
            noted: Some(BTreeSet::new()),
            plans: BTreeMap::new(),
            rest: Map::new(),
        }
    }

    /// The lineage; none before the first write.
    pub fn lineage(&self) -> Option<Uuid> {
        Some(self.lineage).filter(|lineage| !lineage.is_nil())
    }

    /// Whether what is live in a zone may have been released under a state that is not remembered.
    pub fn may_have_released(&self, zone: &str) -> bool {
        self.noted.as_ref().is_some_and(|noted| !noted.contains(zone))
    }

    /// The applications of a zone that are ours.
    pub fn apps_in(&self, zone: &str) -> impl Iterator<Item = (&Address, &Recorded)> {
        let first = Address::new(zone, "");
        self.apps.range(first..).take_while(move |(address, _)| address.zone == zone)
    }

    /// What is kept of an application that was deleted for a replacement, by any address that it may be asked for by.
    pub fn backup_of(&self, address: &Address) -> Option<&Backup> {
        let first = |backup: &&Backup| backup.addresses.first() == Some(address);
        let any = |backup: &&Backup| backup.addresses.contains(address);
        let mut kept = self.pending_restore.values();
        kept.clone().find(first).or_else(|| kept.find(any))
    }

    /// Says who writes the state and when. The store reads no clock for it, so that a test's time is the state's.
    #[must_use]
    pub fn stamped(self, tool: &str, at: Timestamp) -> State {
        State { tool: tool.to_owned(), written_at: at, ..self }
    }

    /// Says who writes the state, and doing what.
    #[must_use]
    pub fn by(self, writer: Writer) -> State {
        State { written_by: Some(writer), ..self }
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`Unreadable::Newer`] for a later format, [`Unreadable::Broken`] for everything else that is not a state.
    pub fn read(bytes: &[u8]) -> Result<State, Unreadable> {
        check_version(bytes)?;
        let mut state: State = serde_json::from_slice(bytes)
            .map_err(|error| Unreadable::Broken { why: error.to_string() })?;
        if let Some(lost) = state.rest.remove("lost") {
            let lost: BTreeMap<Address, EarlierBackup> = serde_json::from_value(lost)
                .map_err(|error| Unreadable::Broken { why: error.to_string() })?;
            let kept = lost.into_iter().map(|(address, backup)| backup.at(&address));
            state.pending_restore.extend(kept.map(|backup| (backup.id.clone(), backup)));
        }
        Ok(state)
    }

    /// The stored form.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self)
            .expect("every key of the state is a text and every value plain data");
        bytes.push(b'\n');
        bytes
    }
}
