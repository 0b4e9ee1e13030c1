//! Drift as Markdown, fit for an issue or a chat: a table of what happened, and the differences below it.

use std::io::{self, Write};

use super::drift_words::{from_applied, happened, summary, who};
use super::markdown::{Page, code, diff_block, escaped, finding_entry, push_rest};
use crate::plan::{AuditEvent, Drift, Drifted, FieldChange};

/// By which a bot finds its comment, to replace it.
pub const MARKER: &str = "<!-- spectrumctl drift -->";

/// The length that the page stays under, in bytes; the forges take 65,536 characters.
const MOST: usize = 59_500;

/// What each part leaves free for those behind it, in bytes.
const FREE_AFTER_TABLE: usize = 32_000;
const FREE_AFTER_FINDINGS: usize = 22_000;
const FREE_AT_END: usize = 2_000;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, drift: &Drift) -> io::Result<()> {
    let mut page = Page::new(MOST);
    let simulated = if drift.simulated { " (SIMULATED)" } else { "" };
    page.push(&format!(
        "{MARKER}\n### Spectrum drift{simulated}\n\n{}\n",
        escaped(&summary(drift).join(" "))
    ));
    let rows = rows(drift);
    if !rows.is_empty() {
        page.push("\n| Application | What happened | App id | Who |\n|---|---|---|---|\n");
        let left = page.push_all(rows.into_iter(), FREE_AFTER_TABLE);
        push_rest(&mut page, left, "application");
    }
    if !drift.findings.is_empty() {
        page.push("\n");
        let left = page.push_all(drift.findings.iter().map(finding_entry), FREE_AFTER_FINDINGS);
        push_rest(&mut page, left, "finding");
    }
    let with_fields: Vec<&Drifted> =
        drift.changed.iter().chain(&drift.ignored).filter(|one| !one.fields.is_empty()).collect();
    let left = page.push_all(with_fields.into_iter().map(details), FREE_AT_END);
    push_rest(&mut page, left, "difference");
    if !drift.unread.is_empty() {
        let zones: Vec<String> = drift.unread.iter().map(|zone| code(zone)).collect();
        page.push(&format!("\nCould not be read, so its drift is unknown: {}\n", zones.join(", ")));
    }
    out.write_all(page.text().as_bytes())
}

fn rows(drift: &Drift) -> Vec<String> {
    let row = |address: &str, what: &str, id: &str, events: &[AuditEvent]| {
        let who: Vec<String> = who(drift, events).iter().map(|line| escaped(line)).collect();
        format!("| {} | {what} | {} | {} |\n", code(address), code(id), who.join("<br>"))
    };
    let mut rows = Vec::new();
    let changed = drift.changed.iter().map(|one| (one, happened(one)));
    let ignored = drift.ignored.iter().map(|one| (one, "changed outside, ignored"));
    for (one, what) in changed.chain(ignored) {
        rows.push(row(&one.address.to_string(), what, one.app_id.as_str(), &one.who));
    }
    for one in &drift.missing {
        rows.push(row(&one.address.to_string(), one.happened(), one.app_id.as_str(), &one.who));
    }
    for one in drift.appeared() {
        let name = format!("{} {}", one.unmanaged_app.protocol, one.unmanaged_app.dns_name);
        rows.push(row(&name, "appeared, not managed", one.unmanaged_app.app_id.as_str(), &one.who));
    }
    rows
}

/// The fields from what was last applied (`-`) to what is live (`+`).
fn details(drifted: &Drifted) -> String {
    let modified =
        drifted.modified_on.as_deref().map(|time| format!(", modified {}", escaped(time)));
    let fields: Vec<FieldChange> = drifted.fields.iter().map(from_applied).collect();
    format!(
        "\n**{}**{}: last applied (`-`), live (`+`)\n\n{}",
        code(&drifted.address.to_string()),
        modified.unwrap_or_default(),
        diff_block(&fields)
    )
}
