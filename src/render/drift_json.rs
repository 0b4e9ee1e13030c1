//! Drift as JSON, for other programs: a plan's report with only what somebody else has changed, and what is missing beside it.
//!
//! `format_version` is "1.0", with the rules of `findings_json`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::findings_json::{FORMAT_VERSION, FindingEntry, write_json};
use super::plan_json::{FieldEntry, Tool, UnmanagedEntry};
use crate::model::Impact;
use crate::plan::{
    Action, Appearance, AuditEvent, Drift, Drifted, DriftedField, Missing, Reason, Selected,
};

/// The report of `drift`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DriftReport<'a> {
    /// The version of the format.
    pub format_version: &'a str,
    /// Who wrote it.
    pub tool: Tool,
    /// Whether it was looked for in a simulator.
    pub simulated: bool,
    /// Whether every zone was read, and nothing is wrong.
    pub complete: bool,
    /// The digest of the plan that would repair it.
    pub digest: &'a str,
    /// What was selected; null for everything.
    pub selection: Option<&'a Selected>,
    /// The zones that were not read.
    pub unread: &'a [String],
    /// How many of each kind.
    pub summary: DriftSummary,
    /// Applications that were changed or created again outside.
    pub changes: Vec<DriftedEntry<'a>>,
    /// Applications that are gone; they are not among `changes`.
    pub missing: Vec<MissingEntry<'a>>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<AppearanceEntry<'a>>,
    /// Changes in fields that the configuration ignores.
    pub ignored: Vec<DriftedEntry<'a>>,
    /// Changes that the configuration has taken over since, and that the next apply only records.
    pub settled: Vec<DriftedEntry<'a>>,
    /// How many changes an apply would make for another reason than drift.
    pub pending: usize,
    /// What is wrong, in reading order.
    pub findings: Vec<FindingEntry<'a>>,
}

/// How many of each kind.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DriftSummary {
    /// Always 0, as what is gone is counted under `missing`: an apply would create it again.
    pub create: usize,
    /// The changes by what an apply would do about them, as in a plan.
    pub update: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    pub replace: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    pub delete: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    pub adopt: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    #[serde(rename = "move")]
    pub moved: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    pub forget: usize,
    #[expect(missing_docs, reason = "as in a plan")]
    pub record: usize,
    /// Applications that differ from what was applied, created again ones included.
    pub drifted: usize,
    /// Applications that were created again outside.
    pub recreated: usize,
    /// Applications that are gone.
    pub missing: usize,
    /// Live applications that the configuration does not have.
    pub unmanaged: usize,
    /// Those of them that no apply has met.
    pub appeared: usize,
    /// Applications with changes that the configuration ignores.
    pub ignored: usize,
    /// Applications with changes that the configuration has taken over.
    pub settled: usize,
    /// Applications that are as they were applied.
    pub unchanged: usize,
}

/// An application that is no longer as it was applied.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DriftedEntry<'a> {
    /// The address.
    pub address: String,
    /// The zone's name.
    pub zone: &'a str,
    /// The zone's id.
    pub zone_id: &'a str,
    /// The live application's id.
    pub app_id: &'a str,
    /// The id that it was applied under, where it was created again outside.
    pub former_id: Option<&'a str>,
    /// What the next apply does about it.
    #[schemars(with = "String")]
    pub action: Action,
    /// `differs` or `recreated_outside`.
    #[schemars(with = "String")]
    pub reason: Reason,
    /// What clients notice of a repair.
    #[schemars(with = "String")]
    pub impact: Impact,
    /// The labels.
    pub labels: &'a BTreeMap<String, String>,
    /// When it was last modified.
    pub modified_on: Option<&'a str>,
    /// What differs.
    pub fields: Vec<DriftedFieldEntry<'a>>,
    /// Who has changed it, the newest first; null where the audit log was not asked.
    pub who: Option<Vec<DeedEntry<'a>>>,
}

/// A field that somebody else has changed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DriftedFieldEntry<'a> {
    /// As in a plan: `before` is live, `after` is desired.
    #[serde(flatten)]
    pub field: FieldEntry<'a>,
    /// What was last applied; null for nothing.
    pub applied: Option<&'a Json>,
}

/// An application that was applied and is gone.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MissingEntry<'a> {
    /// The address.
    pub address: String,
    /// The id that it had; null where nothing was recorded of it.
    pub app_id: Option<&'a str>,
    /// The zone's name.
    pub zone: &'a str,
    /// Who deleted it; null where the audit log was not asked.
    pub who: Option<Vec<DeedEntry<'a>>>,
}

/// A live application that the configuration does not have.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AppearanceEntry<'a> {
    /// As in a plan.
    #[serde(flatten)]
    pub unmanaged_app: UnmanagedEntry<'a>,
    /// Whether no apply has met it.
    pub appeared: bool,
    /// Who created it; null where the audit log was not asked.
    pub who: Option<Vec<DeedEntry<'a>>>,
}

/// Who did something, as the audit log tells it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeedEntry<'a> {
    /// Who.
    pub actor: &'a str,
    /// When.
    pub time: &'a str,
    /// What.
    pub action: &'a str,
    /// By which means.
    pub means: Option<&'a str>,
}

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, drift: &Drift) -> io::Result<()> {
    let drifted = |one| drifted_entry(drift, one);
    let report = DriftReport {
        format_version: FORMAT_VERSION,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        simulated: drift.simulated,
        complete: drift.complete,
        digest: &drift.digest,
        selection: drift.selection.as_ref(),
        unread: &drift.unread,
        summary: summary(drift),
        changes: drift.changed.iter().map(drifted).collect(),
        missing: drift.missing.iter().map(|one| missing_entry(drift, one)).collect(),
        unmanaged: drift.unmanaged.iter().map(|one| appearance_entry(drift, one)).collect(),
        ignored: drift.ignored.iter().map(drifted).collect(),
        settled: drift.accepted.iter().map(drifted).collect(),
        pending: drift.pending,
        findings: drift.findings.iter().map(FindingEntry::new).collect(),
    };
    write_json(out, &report)
}

fn summary(drift: &Drift) -> DriftSummary {
    let of = |action: Action| drift.changed.iter().filter(|it| it.action == action).count();
    DriftSummary {
        create: of(Action::Create),
        update: of(Action::Update),
        replace: of(Action::Replace),
        delete: of(Action::Delete),
        adopt: of(Action::Adopt),
        moved: of(Action::Move),
        forget: of(Action::Forget),
        record: of(Action::Record),
        drifted: drift.changed.len(),
        recreated: drift
            .changed
            .iter()
            .filter(|drifted| drifted.reason == Reason::RecreatedOutside)
            .count(),
        missing: drift.missing.len(),
        unmanaged: drift.unmanaged.len(),
        appeared: drift.appeared().count(),
        ignored: drift.ignored.len(),
        settled: drift.accepted.len(),
        unchanged: drift.unchanged,
    }
}

fn drifted_entry<'a>(drift: &Drift, drifted: &'a Drifted) -> DriftedEntry<'a> {
    DriftedEntry {
        address: drifted.address.to_string(),
        zone: &drifted.address.zone,
        zone_id: drifted.zone_id.as_str(),
        app_id: drifted.app_id.as_str(),
        former_id: drifted.former_id.as_ref().map(|id| id.as_str()),
        action: drifted.action,
        reason: drifted.reason,
        impact: drifted.impact,
        labels: &drifted.labels,
        modified_on: drifted.modified_on.as_deref(),
        fields: drifted.fields.iter().map(field_entry).collect(),
        who: deeds(drift, &drifted.who),
    }
}

fn field_entry(field: &DriftedField) -> DriftedFieldEntry<'_> {
    DriftedFieldEntry {
        field: FieldEntry::new(&field.change),
        applied: field.applied.as_ref().map(|side| &side.json),
    }
}

fn missing_entry<'a>(drift: &Drift, missing: &'a Missing) -> MissingEntry<'a> {
    MissingEntry {
        address: missing.address.to_string(),
        app_id: Some(missing.app_id.as_str()).filter(|id| !id.is_empty()),
        zone: &missing.address.zone,
        who: deeds(drift, &missing.who),
    }
}

fn appearance_entry<'a>(drift: &Drift, one: &'a Appearance) -> AppearanceEntry<'a> {
    AppearanceEntry {
        unmanaged_app: UnmanagedEntry::new(&one.unmanaged_app),
        appeared: one.appeared,
        who: deeds(drift, &one.who),
    }
}

fn deeds<'a>(drift: &Drift, deeds: &'a [AuditEvent]) -> Option<Vec<DeedEntry<'a>>> {
    let entry = |deed: &'a AuditEvent| DeedEntry {
        actor: &deed.actor,
        time: &deed.time,
        action: &deed.action,
        means: deed.means.as_deref(),
    };
    drift.asked.then(|| deeds.iter().map(entry).collect())
}
