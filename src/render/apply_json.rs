//! What came of an apply as JSON, for other programs.
//!
//! `format_version` is "1.0", with the rules of `findings_json`.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::findings_json::{FORMAT_VERSION, FindingEntry};
use crate::apply::{Outcome, Report, Restored, Status, Tally};
use crate::finding::Finding;
use crate::plan::{Action, Plan};

/// The report of `apply`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ApplyReport<'a> {
    /// The version of the format.
    pub format_version: &'a str,
    /// Whether it ran against a simulator.
    pub simulated: bool,
    /// How many changes ended how.
    #[schemars(with = "serde_json::Value")]
    pub summary: Tally,
    /// How many live applications were read again right before they were written.
    pub reads: usize,
    /// The changes in the plan's order.
    pub steps: Vec<StepEntry<'a>>,
    /// What kept the plan from being carried out, and warnings.
    pub findings: Vec<FindingEntry<'a>>,
}

/// What came of one change.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepEntry<'a> {
    /// The address.
    pub address: String,
    /// What was to be done.
    #[schemars(with = "String")]
    pub action: Action,
    /// How it ended.
    #[schemars(with = "String")]
    pub status: Status,
    /// The live application's id.
    pub app_id: Option<&'a str>,
    /// How many calls were made.
    pub attempts: u32,
    /// Whether what a failed group of replacements had deleted was brought back: true, "partial", false, or null.
    #[schemars(with = "serde_json::Value")]
    pub restored: Option<Restored>,
    /// The addresses whose failure kept it from being begun.
    pub blocked_by: Vec<String>,
    /// Why it failed or is unknown.
    pub error: Option<StepError<'a>>,
}

/// Why a change failed or is unknown.
#[derive(Debug, Serialize, JsonSchema)]
pub struct StepError<'a> {
    /// The error code as text, or a slug.
    pub code: &'a str,
    /// The HTTP status; null when there was no answer.
    pub http_status: Option<u16>,
    /// The server's own words, else ours.
    pub message: &'a str,
    /// The Ray ID.
    pub ray_id: Option<&'a str>,
    /// Why; null where the message says everything.
    pub why: Option<&'a str>,
    /// What to do.
    pub fix: &'a str,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The field that it is about, by the API's own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<&'a str>,
    /// The file in which that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<&'a str>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// Writes the report; without one, what kept the plan from being carried out.
///
/// # Errors
/// Those of the writer.
pub fn write(
    out: &mut dyn Write,
    plan: &Plan,
    report: Option<&Report>,
    failure: Option<&Finding>,
) -> io::Result<()> {
    let state_failure = report
        .into_iter()
        .flat_map(|report| [report.ended_early.as_deref(), report.state_failure.as_deref()])
        .flatten();
    let entry = ApplyReport {
        format_version: FORMAT_VERSION,
        simulated: plan.simulated,
        summary: report.map(Report::tally).unwrap_or_default(),
        reads: report.map(|report| report.reads).unwrap_or_default(),
        steps: report.into_iter().flat_map(|report| &report.outcomes).map(step).collect(),
        findings: plan
            .findings
            .iter()
            .chain(failure)
            .chain(state_failure)
            .chain(
                report.into_iter().flat_map(|report| &report.outcomes).flat_map(|it| &it.further),
            )
            .map(FindingEntry::new)
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &entry)?;
    writeln!(out)
}

fn step(outcome: &Outcome) -> StepEntry<'_> {
    StepEntry {
        address: outcome.address.to_string(),
        action: outcome.action,
        status: outcome.status,
        app_id: outcome.app_id.as_ref().map(|id| id.as_str()),
        attempts: outcome.attempts,
        restored: outcome.restored,
        blocked_by: outcome.blocked_by.iter().map(ToString::to_string).collect(),
        error: outcome.error.as_deref().map(error),
    }
}

fn error(finding: &Finding) -> StepError<'_> {
    let refusal = finding.refusal.as_deref();
    StepError {
        code: &finding.code,
        http_status: refusal.map(|refusal| refusal.http_status).filter(|status| *status != 0),
        message: refusal.map_or(&finding.summary, |refusal| &refusal.message),
        ray_id: refusal.and_then(|refusal| refusal.ray_id.as_deref()),
        why: finding.why.as_deref(),
        fix: &finding.fix,
        retryable: refusal.is_some_and(|refusal| refusal.retryable),
        path: finding.path.as_deref(),
        file: finding.place.as_ref().map(|place| &*place.file),
        line: finding.place.as_ref().map(|place| place.line),
        column: finding.place.as_ref().map(|place| place.column),
    }
}
