//! What a round of a watch found: in one line, for a program, and whether it is something else than before.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::finding::Finding;
use crate::plan::Drift;
use crate::render::{self, counted};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything was compared, and nothing differs.
    NoDrift,
    /// Something was changed outside; everything was compared.
    Drift,
    /// Something could not be compared, so whether there is drift is unknown.
    Unknown,
}

impl Standing {
    pub(super) const ALL: [Standing; 3] = [Standing::NoDrift, Standing::Drift, Standing::Unknown];

    /// The word for it in JSON and in metrics.
    pub(super) fn text(self) -> &'static str {
        match self {
            Standing::NoDrift => "no_drift",
            Standing::Drift => "drift",
            Standing::Unknown => "unknown",
        }
    }
}

/// A round.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) at: Timestamp,
    pub(super) standing: Standing,
    /// What was found, in a sentence or two.
    pub(super) what: String,
    /// The same as two rounds have that found the same.
    pub(super) likeness: String,
    /// What `drift --format json` prints; nothing where not even that could be made.
    pub(super) report: Json,
    pub(super) calls: u64,
    pub(super) elapsed: Duration,
}

impl Round {
    /// The round that found this.
    pub(super) fn of(drift: &Drift, calls: u64, (at, elapsed): (Timestamp, Duration)) -> Round {
        let mut bytes = Vec::new();
        render::drift_json::write(&mut bytes, drift).expect("writing to memory does not fail");
        let report: Json = serde_json::from_slice(&bytes).expect("it was written as JSON");
        let is_known = drift.complete && !drift.verdict.unread && !drift.verdict.errors;
        let standing = match is_known {
            true if drift.is_any() => Standing::Drift,
            true => Standing::NoDrift,
            false => Standing::Unknown,
        };
        let what = match standing {
            Standing::Unknown => unknown(drift),
            Standing::NoDrift | Standing::Drift => totals(drift),
        };
        let likeness = likeness(standing, &report);
        Round { at, standing, what, likeness, report, calls, elapsed }
    }

    /// A round that could not even begin, and why.
    pub(super) fn failed(why: &str, (at, elapsed): (Timestamp, Duration)) -> Round {
        let standing = Standing::Unknown;
        let what = format!("Drift is unknown: {why}");
        let likeness = likeness(standing, &json!({ "findings": [{ "summary": why }] }));
        Round { at, standing, what, likeness, report: Json::Null, calls: 0, elapsed }
    }

    /// The round in one line.
    pub(super) fn line(&self) -> String {
        let at = self.at.strftime("%Y-%m-%dT%H:%M:%SZ");
        let calls = counted(usize::try_from(self.calls).unwrap_or(usize::MAX), "call");
        format!("{at} {} ({calls}, {:.1} s)", self.what, self.elapsed.as_secs_f64())
    }

    /// The same for a program, and what is told beside it.
    pub(super) fn summary(&self) -> Json {
        json!({
            "at": self.at.to_string(),
            "result": self.standing.text(),
            "text": self.what,
            "calls": self.calls,
            "seconds": self.elapsed.as_secs_f64(),
        })
    }
}

fn totals(drift: &Drift) -> String {
    let mut text = Vec::new();
    render::drift_text::write_totals(&mut text, drift).expect("writing to memory does not fail");
    let text = String::from_utf8_lossy(&text);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why it is not known whether there is drift.
fn unknown(drift: &Drift) -> String {
    let errors: Vec<&Finding> = drift.findings.iter().filter(|it| it.is_error()).collect();
    let simulated = if drift.simulated { "SIMULATED: " } else { "" };
    let why = match (errors.as_slice(), drift.unread.as_slice()) {
        ([only], _) => only.summary.clone(),
        ([first, rest @ ..], _) => format!("{} (and {} more)", first.summary, rest.len()),
        ([], []) => "not everything could be compared".to_owned(),
        ([], unread) => format!("could not be read: {}", unread.join(", ")),
    };
    format!("{simulated}Drift is unknown: {why}")
}

/// A digest of what was found, without times and without how it was found.
fn likeness(standing: Standing, report: &Json) -> String {
    let strings = |list: &str, name: &str| -> Vec<Json> {
        let entries = report[list].as_array().into_iter().flatten();
        let mut values: Vec<Json> = entries.map(|entry| entry[name].clone()).collect();
        values.sort_by_key(ToString::to_string);
        values
    };
    let changed = report["changes"].as_array().into_iter().flatten();
    let changed: Vec<Json> = changed
        .map(|change| {
            let fields = change["fields"].as_array().into_iter().flatten();
            let fields = fields.map(|it| json!([it["path"], it["before"], it["after"]]));
            json!([change["address"], change["app_id"], fields.collect::<Vec<_>>()])
        })
        .collect();
    // Of a failure the code says whether it is another one: its text may hold times and ids.
    let findings = match report["findings"][0]["code"].is_string() {
        true => strings("findings", "code"),
        false => strings("findings", "summary"),
    };
    let appeared = report["unmanaged"].as_array().into_iter().flatten();
    let appeared = appeared.filter(|it| it["appeared"] == true).map(|it| it["app_id"].clone());
    let parts = json!([
        standing.text(),
        changed,
        strings("missing", "address"),
        appeared.collect::<Vec<_>>(),
        report["unread"],
        findings,
    ]);
    let digest = Sha256::digest(parts.to_string().as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
