//! A saved plan: everything that an apply needs which reads neither configuration nor variables, and everything by which it sees whether
//! the plan still fits. It holds origin addresses, like the state; it holds no credential.
//!
//! - **Old reader, new data:** a greater `format_version` is refused, never guessed at.
//! - **New reader, old data:** a plan is carried out by the version that made it or a later one with the same `format_version`. Version 2
//!   holds the ways back; a plan of version 1 has none, so it is refused.
//! - **Old writer, new data:** cannot happen, because a saved plan is never written over.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::change::Group;
use super::change::{
    Change, Plan, Selected, StateEffect, Step, Summary, UnmanagedApp, Verdict, Work,
};
use super::compensation::WayBack;
use super::input::{LiveZone, StatePlace};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Snapshot, State};
use crate::model::{AccountId, Address, AppId, Identity, Live, Recorded, ZoneId, hexadecimal};

/// The version that this program writes and reads.
pub const FORMAT_VERSION: u32 = 2;

/// The file: the content, and the hash by which a damaged or edited one is known.
#[derive(Debug, Serialize, Deserialize)]
struct File {
    format_version: u32,
    integrity: String,
    content: serde_json::Value,
}

/// A saved plan.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Saved {
    /// Its id; a plan is carried out once.
    pub id: Uuid,
    /// The program that made it, with its version.
    pub tool: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// Whether it was made against a simulator.
    pub simulated: bool,
    /// Where the state is, as it was named.
    pub state: String,
    /// The state's lineage; none if there was no state.
    pub lineage: Option<Uuid>,
    /// The bucket in which the apply before the plan kept the state; none where that was a folder. A plan of an earlier program does not
    /// say, which reads as a folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The zones that it touches, by name.
    pub zones: BTreeMap<String, SavedZone>,
    /// How many steps run side by side.
    pub parallelism: u32,
    /// Whether the run stops at the first failure.
    pub stops: bool,
    /// The ids that were live.
    pub known: BTreeSet<AppId>,
    /// What was recorded of each address that it touches.
    pub records: BTreeMap<Address, Option<Recorded>>,
    /// The changes.
    pub changes: Vec<Change>,
    /// The steps.
    pub steps: Vec<Step>,
    /// What is replaced together.
    pub groups: Vec<Group>,
    /// What takes each group of steps back once one of them is refused.
    pub ways_back: Vec<WayBack>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<UnmanagedApp>,
    /// How many changes of each kind.
    pub summary: Summary,
    /// What was selected, when not everything was.
    pub selection: Option<Selected>,
    /// Whether nothing was left out.
    pub complete: bool,
    /// The plan's digest.
    pub digest: String,
}

/// A zone as it was when the plan was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedZone {
    /// Its id.
    pub id: ZoneId,
    /// Its account.
    pub account: Option<AccountId>,
}

/// What a saved plan is given besides the plan: who makes it, when, and how it is to be carried out.
#[derive(Debug, Clone)]
pub struct PlanMetadata {
    /// The id.
    pub id: Uuid,
    /// The program, with its version.
    pub tool: String,
    /// Now, RFC 3339.
    pub made_at: String,
    /// Where the state is.
    pub state: String,
    /// How many steps run side by side.
    pub parallelism: u32,
    /// Whether the run stops at the first failure.
    pub stops: bool,
}

impl Saved {
    /// The saved form of a plan that was made from this state and these zones.
    pub fn new(
        plan: &Plan,
        recorded: &Snapshot,
        zones: &[LiveZone],
        making: PlanMetadata,
    ) -> Saved {
        let touched =
            |zone: &&LiveZone| plan.changes.iter().any(|change| change.zone_id == zone.id);
        let of_zone = |zone: &LiveZone| {
            (zone.name.clone(), SavedZone { id: zone.id.clone(), account: zone.account.clone() })
        };
        let addresses =
            plan.changes.iter().flat_map(|change| change.from.iter().chain([&change.address]));
        Saved {
            id: making.id,
            tool: making.tool,
            made_at: making.made_at,
            simulated: plan.simulated,
            state: making.state,
            lineage: recorded.state.lineage(),
            location: recorded.state.location.clone(),
            zones: zones.iter().filter(touched).map(of_zone).collect(),
            parallelism: making.parallelism,
            stops: making.stops,
            known: plan.known.clone(),
            records: addresses
                .map(|address| (address.clone(), recorded.state.apps.get(address).cloned()))
                .collect(),
            changes: plan.changes.clone(),
            steps: plan.steps.clone(),
            groups: plan.groups.clone(),
            ways_back: plan.ways_back.clone(),
            unmanaged: plan.unmanaged.clone(),
            summary: plan.summary,
            selection: plan.selection.clone(),
            complete: plan.complete,
            digest: plan.digest.clone(),
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = serde_json::to_value(self)
            .expect("every key of a plan is a text and every value plain data");
        let file =
            File { format_version: FORMAT_VERSION, integrity: integrity_of(&content), content };
        let mut bytes = serde_json::to_vec_pretty(&file)
            .expect("every key of a file is a text and every value plain data");
        bytes.push(b'\n');
        bytes
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    /// The finding `not-a-plan` for what is no saved plan, of another version, damaged or edited.
    pub fn read(bytes: &[u8]) -> Result<Saved, Box<Finding>> {
        let unusable = |summary: String| Box::new(Finding::new(&codes::NOT_A_PLAN, summary));
        let not_read =
            |error: serde_json::Error| unusable(format!("the file is not a saved plan: {error}"));
        let header: serde_json::Value = serde_json::from_slice(bytes).map_err(not_read)?;
        let version = header.get("format_version").and_then(serde_json::Value::as_u64);
        if version.is_some_and(|version| version != u64::from(FORMAT_VERSION)) {
            return Err(unusable(format!(
                "the saved plan has format version {}, and this version of spectrumctl reads {FORMAT_VERSION}",
                version.unwrap_or_default()
            )));
        }
        let file: File = serde_json::from_value(header).map_err(not_read)?;
        if file.integrity != integrity_of(&file.content) {
            return Err(unusable("the saved plan was damaged or edited".to_owned()));
        }
        serde_json::from_value(file.content).map_err(not_read)
    }

    /// The plan, to be shown and carried out.
    pub fn plan(&self) -> Plan {
        Plan {
            changes: self.changes.clone(),
            steps: self.steps.clone(),
            groups: self.groups.clone(),
            ways_back: self.ways_back.clone(),
            known: self.known.clone(),
            unmanaged: self.unmanaged.clone(),
            summary: self.summary,
            selection: self.selection.clone(),
            digest: self.digest.clone(),
            complete: self.complete,
            ..Plan::refused(Vec::new(), Verdict::default(), self.simulated)
        }
    }

    /// Why the plan no longer fits what is recorded and live; empty when it does. Other applications than those that it touches do not
    /// matter, so that somebody else's apply does not make it stale.
    pub fn stale(
        &self,
        recorded: &Snapshot,
        zones: &[LiveZone],
        place: &StatePlace,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        if recorded.state.lineage() != self.lineage {
            findings.push(stale("the state is not the one that the plan was made with".to_owned()));
        }
        findings.extend(self.moved(&recorded.state, place));
        findings.extend(
            self.zones.iter().filter(|(name, zone)| !self.is_same_zone(name, zone, zones)).map(
                |(name, _)| {
                    stale(format!(
                        "the zone {name} has another id or account than when the plan was made"
                    ))
                },
            ),
        );
        for (address, was) in &self.records {
            if recorded.state.apps.get(address) != was.as_ref() {
                findings.push(
                    stale(format!("what is recorded of {address} has changed")).about(address),
                );
            }
        }
        let live: BTreeMap<&AppId, &Live> =
            zones.iter().flat_map(|zone| &zone.apps).map(|live| (&live.id, live)).collect();
        findings.extend(self.changes.iter().filter_map(|change| {
            differs(change, &live).map(|what| stale(what).about(&change.address))
        }));
        findings.extend(self.changes.iter().filter_map(|change| self.taken(change, zones)));
        findings
    }

    /// A state that is elsewhere than the last apply kept it, which nobody has agreed to when the plan was made.
    fn moved(&self, state: &State, place: &StatePlace) -> Option<Finding> {
        let last = state.location.as_ref().filter(|last| !place.is(Some(last)))?;
        let is_agreed = self.location.as_ref() == Some(last)
            && place.url().is_none_or(|_| place.is(Some(&self.state)));
        let now = place.url().map_or("a folder", String::as_str);
        (!is_agreed).then(|| {
            stale(format!("the state is read from {now}, and the last apply kept it in {last}"))
        })
    }

    fn is_same_zone(&self, name: &str, zone: &SavedZone, zones: &[LiveZone]) -> bool {
        zones
            .iter()
            .any(|read| read.name == name && read.id == zone.id && read.account == zone.account)
    }

    /// Another live application that has the identity which a change is to give.
    fn taken(&self, change: &Change, zones: &[LiveZone]) -> Option<Finding> {
        let StateEffect::Keep(template) = &change.record else { return None };
        if matches!(change.work, Work::Nothing | Work::Delete { .. }) {
            return None;
        }
        let identity: Identity = template.fields.identity()?;
        let zone = zones.iter().find(|zone| zone.id == change.zone_id)?;
        let is_touched = |live: &Live| {
            self.changes.iter().any(|change| change.app_id.as_ref() == Some(&live.id))
        };
        let taken = zone
            .apps
            .iter()
            .find(|live| live.spec.identity().as_ref() == Some(&identity) && !is_touched(live))?;
        let summary = format!(
            "{} {} is served by the live application {} by now",
            identity.hostname, identity.protocol, taken.id
        );
        Some(stale(summary).about(&change.address))
    }
}

/// How a live application differs from the one that a change was made for.
fn differs(change: &Change, live: &BTreeMap<&AppId, &Live>) -> Option<String> {
    let found = change.app_id.as_ref().and_then(|id| live.get(id));
    match (&change.expects, found) {
        (None, None) => None,
        (None, Some(_)) => {
            Some(format!("{} was gone when the plan was made, and is live", change.address))
        }
        (Some(_), None) => Some(format!("the live application of {} is gone", change.address)),
        (Some(expected), Some(live)) => (!expected.moved(live).is_empty())
            .then(|| format!("the live application of {} was changed", change.address)),
    }
}

fn stale(summary: String) -> Finding {
    Finding::new(&codes::STALE_PLAN, summary)
}

fn integrity_of(content: &serde_json::Value) -> String {
    format!("sha256:{}", hexadecimal(&Sha256::digest(content.to_string())))
}
