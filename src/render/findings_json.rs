//! Findings as JSON, for other programs: the report of `validate`, and the entries that a plan's report shares with it.
//!
//! `format_version` is "1.0". Readers ignore names they do not know, so a name may be added without a new version; an old reader of new data and
//! a new reader of old data go on with what both know. A name that changes its meaning or goes away makes version 2.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Severity};

/// The version of every JSON report.
pub const FORMAT_VERSION: &str = "1.0";

/// The report of `validate`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingsReport<'a> {
    /// The version of the format.
    pub format_version: &'a str,
    /// How many there are.
    pub summary: FindingsSummary,
    /// The findings, in reading order.
    pub findings: Vec<FindingEntry<'a>>,
}

/// How many findings of each weight.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingsSummary {
    /// Those that stop the run.
    pub errors: usize,
    /// Those that do not.
    pub warnings: usize,
}

/// One finding.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingEntry<'a> {
    /// A Spectrum error code as text, or a slug.
    pub code: &'a str,
    /// `error` or `warning`.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// What is wrong, one line.
    pub summary: &'a str,
    /// Why it is wrong; null where the summary says everything.
    pub why: Option<&'a str>,
    /// What to do.
    pub fix: &'a str,
    /// The application, as `zone/key`.
    pub address: Option<&'a str>,
    /// The field, by the API's own name.
    pub path: Option<&'a str>,
    /// The file it stands in.
    pub file: Option<&'a str>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1, in characters.
    pub column: Option<u32>,
    /// The page that documents the rule.
    pub docs: Option<&'a str>,
    /// What the server answered, if it was a server that refused.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalEntry<'a>>,
}

/// What a server answered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RefusalEntry<'a> {
    /// The HTTP status; null when there was no answer.
    pub http_status: Option<u16>,
    /// The server's own words.
    pub message: &'a str,
    /// The Ray ID, which Cloudflare's support asks for.
    pub ray_id: Option<&'a str>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

impl<'a> FindingEntry<'a> {
    /// The entry of a finding.
    pub fn new(finding: &'a Finding) -> Self {
        let place = finding.place.as_ref();
        FindingEntry {
            code: &finding.code,
            severity: finding.severity,
            summary: &finding.summary,
            why: finding.why.as_deref(),
            fix: &finding.fix,
            address: finding.address.as_deref(),
            path: finding.path.as_deref(),
            file: place.map(|place| &*place.file),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            docs: finding.docs.as_deref(),
            refusal: finding.refusal.as_deref().map(|refusal| RefusalEntry {
                http_status: Some(refusal.http_status).filter(|status| *status != 0),
                message: &refusal.message,
                ray_id: refusal.ray_id.as_deref(),
                retryable: refusal.retryable,
            }),
        }
    }
}

/// Writes the report of `validate`.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let report = FindingsReport {
        format_version: FORMAT_VERSION,
        summary: FindingsSummary { errors, warnings: findings.len() - errors },
        findings: findings.iter().map(FindingEntry::new).collect(),
    };
    write_json(out, &report)
}

/// Writes a value as indented JSON with a line break at its end.
pub(super) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}
