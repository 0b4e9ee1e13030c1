//! A plan as Markdown, fit for a comment on a pull request: a table, the fields folded, and short enough for every forge.

use std::io::{self, Write};

use super::layout::shortened;
use super::markdown::{Page, code, escaped, prose};
use super::words::{self, outage, remarks, state_only};
use super::{findings, style};
use crate::finding::Finding;
use crate::model::Impact;
use crate::plan::{Change, FieldChange, Plan, Side, UnmanagedApp};

/// By which a bot finds its comment, to replace it.
pub const MARKER: &str = "<!-- spectrumctl plan -->";

/// The length that the page stays under, in bytes; the forges take 65,536 characters.
const MOST: usize = 59_500;

/// What the table leaves free for the findings, and these for the fields and the lines at the end, in bytes.
const FREE_AFTER_TABLE: usize = 34_000;
const FREE_AFTER_FINDINGS: usize = 14_000;
const FREE_AT_END: usize = 2_000;

/// How much of a value is shown, in characters.
const VALUE_SHOWN: usize = 300;

/// How many members of a list are shown.
const MEMBERS_SHOWN: usize = 20;

/// Writes the plan.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    let mut page = Page::new(MOST);
    page.push(&format!("{MARKER}\n"));
    if !plan.is_empty() {
        let simulated = if plan.simulated { " (SIMULATED)" } else { "" };
        page.push(&format!("### Spectrum plan{simulated}\n\n"));
    }
    let summary =
        if plan.is_empty() { words::titled_summary(plan) } else { words::summary(plan).join(" ") };
    page.push(&format!("{}\n", escaped(&summary)));
    push_table(&mut page, &plan.changes);
    push_findings(&mut page, &plan.findings);
    push_strangers(&mut page, &plan.unmanaged);
    push_unread(&mut page, &plan.unread);
    push_details(&mut page, &plan.changes);
    if !plan.is_empty() {
        page.push(&format!("\ndigest: <code>{}</code>\n", escaped(&plan.digest)));
    }
    out.write_all(page.text().as_bytes())
}

fn push_table(page: &mut Page, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    page.push("\n| | Address | Action | Why | Impact |\n|---|---|---|---|---|\n");
    let left = page.push_all(changes.iter().map(row), FREE_AFTER_TABLE);
    push_rest(page, left);
}

fn row(change: &Change) -> String {
    let action = change.action;
    let why = match &change.from {
        Some(from) => format!("moved from {}", code(&from.to_string())),
        None => words::reason(change).to_owned(),
    };
    let impact = match (change.impact, state_only(change)) {
        (Impact::Outage, _) => format!("**outage**: {}", outage(action)),
        (_, Some(only)) => only.to_owned(),
        _ => words::impact(change).to_owned(),
    };
    let sign = code(style::sign(action));
    format!(
        "| {sign} | {} | {} | {why} | {impact} |\n",
        code(&change.address.to_string()),
        action.text()
    )
}

fn push_rest(page: &mut Page, left: usize) {
    if left > 0 {
        page.push(&format!("\nand {left} more; see the job's log\n"));
    }
}

fn push_findings(page: &mut Page, all: &[Finding]) {
    let Some(count) = findings::count(all) else { return };
    page.push(&format!("\n#### {count}\n\n"));
    let left = page.push_all(all.iter().map(finding), FREE_AFTER_FINDINGS);
    push_rest(page, left);
}

fn finding(finding: &Finding) -> String {
    let text = |text: &str| prose(&shortened(text, 1000));
    let who = finding
        .address
        .as_deref()
        .map(|address| format!("{}: ", code(address)))
        .unwrap_or_default();
    let place = finding
        .place
        .as_ref()
        .map(|place| format!(" ({})", code(&place.to_string())))
        .unwrap_or_default();
    let head = format!(
        "- **{} {}** {who}{}{place}\n",
        finding.severity,
        text(&finding.code),
        text(&finding.summary)
    );
    let answer = finding.refusal.as_ref().map(|refusal| {
        let ray = refusal
            .ray_id
            .as_deref()
            .map(|ray| format!(", Ray ID {}", text(ray)))
            .unwrap_or_default();
        format!("  - answer: {} (HTTP {}{ray})\n", text(&refusal.message), refusal.http_status)
    });
    let notes = [("why", &finding.why), ("fix", &finding.fix)]
        .map(|(name, note)| format!("  - {name}: {}\n", text(note)));
    format!("{head}{}{}", answer.unwrap_or_default(), notes.concat())
}

fn push_strangers(page: &mut Page, strangers: &[UnmanagedApp]) {
    if strangers.is_empty() {
        return;
    }
    page.push("\n<details><summary>Not managed: live applications that the configuration does not have</summary>\n\n");
    let rows = strangers.iter().map(|unmanaged_app| {
        let name = format!("{} {}", unmanaged_app.protocol, unmanaged_app.dns_name);
        format!(
            "- {} in {} ({})\n",
            code(&name),
            code(&unmanaged_app.zone),
            code(unmanaged_app.app_id.as_str())
        )
    });
    let left = page.push_all(rows, FREE_AFTER_FINDINGS - FREE_AT_END);
    push_rest(page, left);
    page.push("\n</details>\n");
}

fn push_unread(page: &mut Page, unread: &[String]) {
    if unread.is_empty() {
        return;
    }
    page.push("\nNot read, so that nothing is planned there:\n\n");
    let left = page.push_all(unread.iter().map(|zone| format!("- {}\n", code(zone))), FREE_AT_END);
    push_rest(page, left);
}

fn push_details(page: &mut Page, changes: &[Change]) {
    let with_fields: Vec<&Change> =
        changes.iter().filter(|change| !change.fields.is_empty()).collect();
    let left = page.push_all(with_fields.into_iter().map(details), FREE_AT_END);
    push_rest(page, left);
}

fn details(change: &Change) -> String {
    let title = format!("{} {}", change.action.text(), code(&change.address.to_string()));
    let id = change
        .app_id
        .as_ref()
        .map(|id| format!("app {}\n\n", code(id.as_str())))
        .unwrap_or_default();
    let rows: String = change.fields.iter().map(field_row).collect();
    format!(
        "\n<details><summary>{title}</summary>\n\n{id}| Field | Before | After | |\n|---|---|---|---|\n{rows}\n</details>\n"
    )
}

fn field_row(field: &FieldChange) -> String {
    let remarks = remarks(field).join("; ");
    format!(
        "| {} | {} | {} | {remarks} |\n",
        code(field.field.path()),
        value(&field.before),
        value(&field.after)
    )
}

/// A value; the members of a list below one another.
fn value(side: &Option<Side>) -> String {
    let Some(side) = side else { return String::new() };
    let Some(members) = &side.members else { return code(&shortened(&side.text, VALUE_SHOWN)) };
    let shown =
        members.iter().take(MEMBERS_SHOWN).map(|member| code(&shortened(member, VALUE_SHOWN)));
    let rest = members.len().saturating_sub(MEMBERS_SHOWN);
    shown.chain((rest > 0).then(|| format!("and {rest} more"))).collect::<Vec<_>>().join("<br>")
}
