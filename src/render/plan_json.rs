//! A plan as JSON, for other programs.
//!
//! `format_version` is "1.0"; what may change within it stands in `findings_json`. Nothing reads this report back into a plan: a saved plan is a
//! format of its own.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::findings_json::{FORMAT_VERSION, FindingEntry, write_json};
use crate::model::load::Reading;
use crate::model::{Impact, Source};
use crate::plan::{
    Action, Change, ChangeCause, FieldChange, Plan, Reason, Selected, Summary, UnmanagedApp,
};

/// The report of `plan`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlanReport<'a> {
    /// The version of the format.
    pub format_version: &'a str,
    /// Who wrote it.
    pub tool: Tool,
    /// Whether it was made against a simulator.
    pub simulated: bool,
    /// Whether every zone was read, nothing was selected away, and nothing is wrong.
    pub complete: bool,
    /// The digest, equal for plans that do the same.
    pub digest: &'a str,
    /// What was selected; null for everything.
    pub selection: Option<&'a Selected>,
    /// The zones that were not read.
    pub unread: &'a [String],
    /// How many changes of each kind.
    #[schemars(with = "BTreeMap<String, usize>")]
    pub summary: Summary,
    /// The changes by address.
    pub changes: Vec<ChangeEntry<'a>>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<UnmanagedEntry<'a>>,
    /// What is wrong, in reading order.
    pub findings: Vec<FindingEntry<'a>>,
}

/// The program.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// What happens to one address.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ChangeEntry<'a> {
    /// The address, `zone/key`, or `zone/?APP_ID` of what is not managed.
    pub address: String,
    /// The zone's name.
    pub zone: &'a str,
    /// The zone's id.
    pub zone_id: &'a str,
    /// The application's id; null when there is none yet.
    pub app_id: Option<&'a str>,
    /// What is done.
    #[schemars(with = "String")]
    pub action: Action,
    /// Why.
    #[schemars(with = "String")]
    pub reason: Reason,
    /// What clients notice: `none`, `new_connections` or `outage`.
    #[schemars(with = "String")]
    pub impact: Impact,
    /// The traffic that an outage cuts; absent where there is no outage, or where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<LoadEntry<'a>>,
    /// The labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The former address of what moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    /// What changes.
    pub fields: Vec<FieldEntry<'a>>,
}

/// The traffic of the last minute, or why it is not known.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum LoadEntry<'a> {
    /// What was read.
    Known {
        /// Connections.
        connections: u64,
        /// Bytes in both directions, a second.
        bytes_per_second: u64,
    },
    /// What was not.
    Unknown {
        /// Why.
        unknown: &'a str,
    },
}

/// A field that changes.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FieldEntry<'a> {
    /// The field, by the API's own name.
    pub path: &'a str,
    /// What it is, in the API's form; null for nothing.
    pub before: Option<&'a Json>,
    /// What it becomes; null for nothing.
    pub after: Option<&'a Json>,
    /// Who made it differ: `config`, `drift` or `both`.
    #[schemars(with = "String")]
    pub cause: ChangeCause,
    /// Where the new value comes from: `app`, `defaults` or `api_default`.
    #[schemars(with = "String")]
    pub source: Source,
    /// Whether the API can only change it by a replace.
    pub forces_replace: bool,
    /// Present where answers leave the field out, so that `before` is what was last applied.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cannot_be_read_back: bool,
}

/// A live application that the configuration does not have.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnmanagedEntry<'a> {
    /// The zone's name.
    pub zone: &'a str,
    /// The application's id.
    pub app_id: &'a str,
    /// Its protocol.
    pub protocol: &'a str,
    /// Its hostname.
    pub dns_name: &'a str,
}

impl<'a> PlanReport<'a> {
    /// The report of a plan.
    pub fn new(plan: &'a Plan) -> Self {
        PlanReport {
            format_version: FORMAT_VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
            simulated: plan.simulated,
            complete: plan.complete,
            digest: &plan.digest,
            selection: plan.selection.as_ref(),
            unread: &plan.unread,
            summary: plan.summary,
            changes: plan
                .changes
                .iter()
                .map(|change| ChangeEntry::new(change, plan.loads.get(&change.address)))
                .collect(),
            unmanaged: plan.unmanaged.iter().map(UnmanagedEntry::new).collect(),
            findings: plan.findings.iter().map(FindingEntry::new).collect(),
        }
    }
}

impl<'a> ChangeEntry<'a> {
    fn new(change: &'a Change, load: Option<&'a Reading>) -> Self {
        ChangeEntry {
            address: change.address.to_string(),
            zone: &change.address.zone,
            zone_id: change.zone_id.as_str(),
            app_id: change.app_id.as_ref().map(|id| id.as_str()),
            action: change.action,
            reason: change.reason,
            impact: change.impact,
            load: load.map(LoadEntry::new),
            labels: &change.labels,
            moved_from: change.from.as_ref().map(ToString::to_string),
            fields: change.fields.iter().map(FieldEntry::new).collect(),
        }
    }
}

impl<'a> LoadEntry<'a> {
    fn new(reading: &'a Reading) -> Self {
        match reading {
            Reading::Known(load) => LoadEntry::Known {
                connections: load.connections,
                bytes_per_second: load.bytes_per_second,
            },
            Reading::Unknown(why) => LoadEntry::Unknown { unknown: why },
        }
    }
}

impl<'a> FieldEntry<'a> {
    pub(super) fn new(field: &'a FieldChange) -> Self {
        FieldEntry {
            path: field.field.path(),
            before: field.before.as_ref().map(|side| &side.json),
            after: field.after.as_ref().map(|side| &side.json),
            cause: field.cause,
            source: field.source,
            forces_replace: field.forces_replace,
            cannot_be_read_back: field.is_unseen,
        }
    }
}

impl<'a> UnmanagedEntry<'a> {
    pub(super) fn new(unmanaged_app: &'a UnmanagedApp) -> Self {
        UnmanagedEntry {
            zone: &unmanaged_app.zone,
            app_id: unmanaged_app.app_id.as_str(),
            protocol: &unmanaged_app.protocol,
            dns_name: &unmanaged_app.dns_name,
        }
    }
}

/// Writes the report of a plan.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    write_json(out, &PlanReport::new(plan))
}
