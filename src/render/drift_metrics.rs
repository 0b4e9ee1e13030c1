//! Drift as figures in Prometheus' text format, for the textfile collector of a node exporter.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use crate::plan::{Drift, Reason};

/// The gauge that says when drift was last looked for with success, in seconds since 1970.
pub const LAST_SUCCESS: &str = "spectrumctl_drift_last_success_timestamp_seconds";

/// What the run itself was like.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Whether every zone was read and compared.
    pub success: bool,
    /// When drift was last looked for with success, in seconds since 1970; none if never.
    pub last_success: Option<f64>,
    /// How many API calls were made.
    pub calls: u64,
    /// How long it took, in seconds.
    pub seconds: f64,
}

/// The kinds of drift; each is told for each zone, so that a figure that falls to zero is told as zero.
const KINDS: [&str; 5] = ["changed", "recreated", "missing", "appeared", "ignored"];

/// Writes the figures. Those about applications are left out where nothing was read, because zero would say that all is well.
///
/// # Errors
/// Those of the writer.
pub fn write(
    out: &mut dyn Write,
    drift: &Drift,
    zones: &[String],
    measured: Measured,
) -> io::Result<()> {
    let mut text = String::new();
    let read: Vec<&String> = zones.iter().filter(|zone| !drift.unread.contains(zone)).collect();
    let mut samples = Vec::new();
    for ((zone, kind), count) in counted(drift, &read) {
        samples.push((format!("{{zone=\"{}\",kind=\"{kind}\"}}", label(zone)), count.to_string()));
    }
    family(
        &mut text,
        "spectrumctl_drift_apps",
        "Applications that are not as they were last applied.",
        &samples,
    );
    let unmanaged = read.iter().map(|zone| {
        let count = drift.unmanaged.iter().filter(|one| one.unmanaged_app.zone == **zone).count();
        (format!("{{zone=\"{}\"}}", label(zone)), count.to_string())
    });
    let unmanaged: Vec<_> = unmanaged.collect();
    family(
        &mut text,
        "spectrumctl_unmanaged_apps",
        "Live applications that the configuration does not have.",
        &unmanaged,
    );
    let single = |value: String| vec![(String::new(), value)];
    if measured.success {
        let help = "Changes that an apply would make for another reason than drift.";
        family(&mut text, "spectrumctl_pending_changes", help, &single(drift.pending.to_string()));
    }
    let help = "Whether the last drift run read everything.";
    family(
        &mut text,
        "spectrumctl_drift_success",
        help,
        &single(u8::from(measured.success).to_string()),
    );
    let last = measured.last_success.map(|time| single(time.to_string())).unwrap_or_default();
    family(&mut text, LAST_SUCCESS, "When drift was last looked for with success.", &last);
    family(
        &mut text,
        "spectrumctl_drift_api_calls",
        "API calls of the last drift run.",
        &single(measured.calls.to_string()),
    );
    family(
        &mut text,
        "spectrumctl_drift_duration_seconds",
        "How long the last drift run took.",
        &single(format!("{:.3}", measured.seconds)),
    );
    out.write_all(text.as_bytes())
}

fn counted<'a>(drift: &'a Drift, zones: &[&'a String]) -> BTreeMap<(&'a str, &'static str), usize> {
    let mut counts: BTreeMap<(&str, &str), usize> =
        zones.iter().flat_map(|zone| KINDS.map(|kind| ((zone.as_str(), kind), 0))).collect();
    let mut count = |zone: &'a str, kind| *counts.entry((zone, kind)).or_default() += 1;
    for drifted in &drift.changed {
        count(
            &drifted.address.zone,
            if drifted.reason == Reason::RecreatedOutside { "recreated" } else { "changed" },
        );
    }
    drift.missing.iter().for_each(|missing| count(&missing.address.zone, "missing"));
    drift.appeared().for_each(|one| count(&one.unmanaged_app.zone, "appeared"));
    drift.ignored.iter().for_each(|one| count(&one.address.zone, "ignored"));
    counts
}

fn family(text: &mut String, name: &str, help: &str, samples: &[(String, String)]) {
    if samples.is_empty() {
        return;
    }
    writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge")
        .expect("writing to a string does not fail");
    for (labels, value) in samples {
        writeln!(text, "{name}{labels} {value}").expect("writing to a string does not fail");
    }
}

fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
