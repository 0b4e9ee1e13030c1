//! Drift as Markdown, fit for an issue or a chat: a table of what happened, and the fields below it.

use std::io::{self, Write};

use super::drift_words::{from_applied, happened, summary, who};
use super::layout::shortened;
use super::markdown::{Page, code, escaped, prose};
use crate::finding::Finding;
use crate::plan::{Drift, Drifted, Side};

/// By which a bot finds its comment, to replace it.
pub const MARKER: &str = "<!-- spectrumctl drift -->";

/// The length that the page stays under, in bytes; the forges take 65,536 characters.
const MOST: usize = 59_500;

/// What each part leaves free for those behind it, in bytes.
const FREE_AFTER_TABLE: usize = 24_000;
const FREE_AT_END: usize = 2_000;

/// How much of a value is shown, in characters.
const VALUE_SHOWN: usize = 300;

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
        push_rest(&mut page, left);
    }
    if !drift.findings.is_empty() {
        page.push("\n");
        let left = page.push_all(drift.findings.iter().map(finding), FREE_AFTER_TABLE / 2);
        push_rest(&mut page, left);
    }
    let with_fields: Vec<&Drifted> =
        drift.changed.iter().chain(&drift.ignored).filter(|one| !one.fields.is_empty()).collect();
    let left = page.push_all(with_fields.into_iter().map(details), FREE_AT_END);
    push_rest(&mut page, left);
    if !drift.unread.is_empty() {
        page.push(&format!(
            "\nNot read: {}\n",
            drift.unread.iter().map(|zone| code(zone)).collect::<Vec<_>>().join(", ")
        ));
    }
    out.write_all(page.text().as_bytes())
}

fn push_rest(page: &mut Page, left: usize) {
    if left > 0 {
        page.push(&format!("\nand {left} more; see the job's log\n"));
    }
}

fn rows(drift: &Drift) -> Vec<String> {
    let row = |address: &str, what: &str, id: &str, deeds: &[crate::plan::AuditEvent]| {
        let who: Vec<String> = who(drift, deeds).iter().map(|line| escaped(line)).collect();
        format!("| {} | {what} | {} | {} |\n", code(address), code(id), who.join("<br>"))
    };
    let mut rows = Vec::new();
    let changed = drift.changed.iter().map(|one| (one, happened(one)));
    let ignored = drift.ignored.iter().map(|one| (one, "changed outside, ignored"));
    for (one, what) in changed.chain(ignored) {
        rows.push(row(&one.address.to_string(), what, one.app_id.as_str(), &one.who));
    }
    for one in &drift.missing {
        rows.push(row(&one.address.to_string(), "deleted outside", one.app_id.as_str(), &one.who));
    }
    for one in drift.appeared() {
        let name = format!("{} {}", one.unmanaged_app.protocol, one.unmanaged_app.dns_name);
        rows.push(row(&name, "appeared, not managed", one.unmanaged_app.app_id.as_str(), &one.who));
    }
    rows
}

fn finding(finding: &Finding) -> String {
    let text = |text: &str| prose(&shortened(text, 1000));
    let who = finding
        .address
        .as_deref()
        .map(|address| format!("{}: ", code(address)))
        .unwrap_or_default();
    format!(
        "- **{} {}** {who}{}; {}\n",
        finding.severity,
        text(&finding.code),
        text(&finding.summary),
        text(&finding.fix)
    )
}

fn details(drifted: &Drifted) -> String {
    let modified = drifted
        .modified_on
        .as_deref()
        .map(|time| format!(", modified {}", escaped(time)))
        .unwrap_or_default();
    let rows: String = drifted
        .fields
        .iter()
        .map(from_applied)
        .map(|field| {
            format!(
                "| {} | {} | {} |\n",
                code(field.field.path()),
                value(&field.before),
                value(&field.after)
            )
        })
        .collect();
    format!(
        "\n**{}**{modified}\n\n| Field | Last applied | Live |\n|---|---|---|\n{rows}",
        code(&drifted.address.to_string())
    )
}

fn value(side: &Option<Side>) -> String {
    side.as_ref().map(|side| code(&shortened(&side.text, VALUE_SHOWN))).unwrap_or_default()
}
