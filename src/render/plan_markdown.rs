//! A plan as Markdown, fit for a comment on a pull request: the risk first, then what blocks it, a table, the differences folded, and
//! short enough for every forge. Every value that differs is in it, or it says how many changes are not shown.

use std::io::{self, Write};

use super::layout::counted;
use super::markdown::{Page, code, diff_block, escaped, push_findings, push_rest};
use super::style;
use super::words::{self, outage, state_only};
use crate::finding::Finding;
use crate::model::Impact;
use crate::model::load::{self, Reading};
use crate::plan::{Action, Change, Plan, UnmanagedApp};

/// The length that the page stays under, in bytes; the forges take 65,536 characters.
const MOST: usize = 59_500;

/// What each part leaves free for those behind it, in bytes.
const FREE_AFTER_ERRORS: usize = 40_000;
const FREE_AFTER_TABLE: usize = 28_000;
const FREE_AFTER_DETAILS: usize = 7_000;
const FREE_AFTER_WARNINGS: usize = 4_000;
const FREE_AT_END: usize = 1_000;

/// The comment's hidden mark, by which a bot finds the one of this configuration and replaces it.
pub fn marker(name: Option<&str>) -> String {
    let name: String = name.unwrap_or_default().chars().filter(|letter| is_safe(*letter)).collect();
    let name = if name.is_empty() { String::new() } else { format!(" {name}") };
    format!("<!-- spectrumctl plan{name} -->")
}

/// What may stand in a comment of HTML without ending it.
fn is_safe(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '/')
}

/// Writes the plan; `name` is that of the configuration, so that a pull request may hold the comments of several.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, plan: &Plan, name: Option<&str>) -> io::Result<()> {
    let mut page = Page::new(MOST);
    page.push(&format!("{}\n", marker(name)));
    if !plan.is_empty() {
        let simulated = if plan.simulated { " (SIMULATED)" } else { "" };
        page.push(&format!("### Spectrum plan{simulated}\n\n"));
    }
    if let Some(risk) = risk(plan) {
        page.push(&format!("**Risk:** {risk}\n\n"));
    }
    let summary =
        if plan.is_empty() { words::titled_summary(plan) } else { words::summary(plan).join(" ") };
    page.push(&format!("{}\n", escaped(&summary)));
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) =
        plan.findings.iter().partition(|finding| finding.is_error());
    let title = format!("{}: nothing will be applied", counted(errors.len(), "error"));
    push_findings(&mut page, &errors, &title, FREE_AFTER_ERRORS);
    push_unread(&mut page, &plan.unread);
    push_table(&mut page, plan);
    push_details(&mut page, &plan.changes);
    push_findings(&mut page, &others, &counted(others.len(), "warning"), FREE_AFTER_WARNINGS);
    push_unmanaged(&mut page, &plan.unmanaged);
    if !plan.is_empty() {
        page.push(&format!("\ndigest: <code>{}</code>\n", escaped(&plan.digest)));
    }
    out.write_all(page.text().as_bytes())
}

/// What a reviewer must not overlook, in one line: outages, deletes, replacements, protected applications, zones that were not read.
fn risk(plan: &Plan) -> Option<String> {
    let of = |action: Action| plan.changes.iter().filter(|change| change.action == action).count();
    let outages = plan.changes.iter().filter(|change| change.impact == Impact::Outage).count();
    let protected = plan.findings.iter().filter(|finding| finding.code == "protected").count();
    let risks = [
        (outages, "outage"),
        (of(Action::Delete), "delete"),
        (of(Action::Replace), "replacement"),
        (protected, "protected application"),
        (plan.unread.len(), "zone not read"),
    ];
    let is_moved = plan.findings.iter().any(|finding| finding.code == "state-moved");
    let moved = is_moved.then(|| "the state is kept elsewhere than at the last apply".to_owned());
    let parts: Vec<String> = risks
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| match noun.split_once(' ') {
            Some((noun, rest)) if noun == "zone" => format!("{} {rest}", counted(count, noun)),
            _ => counted(count, noun),
        })
        .chain(moved)
        .collect();
    let load = (!plan.loads.is_empty())
        .then(|| format!(" ({})", escaped(&words::load(&load::sum(plan.loads.values())))));
    match (parts.is_empty(), plan.is_empty()) {
        (false, _) => Some(format!("**{}**{}", parts.join(", "), load.unwrap_or_default())),
        (true, false) => Some("no outage, no delete, no replacement".to_owned()),
        (true, true) => None,
    }
}

fn push_unread(page: &mut Page, unread: &[String]) {
    if unread.is_empty() {
        return;
    }
    page.push("\nCould not be read, so nothing is planned there:\n\n");
    let left = page.push_all(
        unread.iter().map(|zone| format!("- {}\n", code(zone))),
        FREE_AFTER_ERRORS - FREE_AT_END,
    );
    push_rest(page, left, "zone");
}

fn push_table(page: &mut Page, plan: &Plan) {
    if plan.changes.is_empty() {
        return;
    }
    page.push("\n| | Address | Action | Why | Impact |\n|---|---|---|---|---|\n");
    let left = page.push_all(
        plan.changes.iter().map(|change| row(change, plan.loads.get(&change.address))),
        FREE_AFTER_TABLE,
    );
    push_rest(page, left, "change");
}

fn row(change: &Change, load: Option<&Reading>) -> String {
    let action = change.action;
    let why = match &change.from {
        Some(from) => format!("moved from {}", code(&from.to_string())),
        None => words::reason(change).unwrap_or_default().to_owned(),
    };
    let impact = match (change.impact, state_only(change)) {
        (Impact::Outage, _) => {
            let load = load.map(|load| format!("; {}", escaped(&words::load(load))));
            format!("**outage**: {}{}", outage(action), load.unwrap_or_default())
        }
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

fn push_details(page: &mut Page, changes: &[Change]) {
    let with_fields: Vec<&Change> =
        changes.iter().filter(|change| !change.fields.is_empty()).collect();
    let left = page.push_all(with_fields.into_iter().map(details), FREE_AFTER_DETAILS);
    push_rest(page, left, "difference");
}

fn details(change: &Change) -> String {
    let title = format!("{} {}", change.action.text(), code(&change.address.to_string()));
    let id = change.app_id.as_ref().map(|id| format!("app {}\n\n", code(id.as_str())));
    format!(
        "\n<details><summary>{title}</summary>\n\n{}{}\n</details>\n",
        id.unwrap_or_default(),
        diff_block(&change.fields)
    )
}

fn push_unmanaged(page: &mut Page, unmanaged: &[UnmanagedApp]) {
    if unmanaged.is_empty() {
        return;
    }
    let count = counted(unmanaged.len(), "live application");
    page.push(&format!("\n<details><summary>Not managed: {count}</summary>\n\n"));
    let rows = unmanaged.iter().map(|app| {
        let name = format!("{} {}", app.protocol, app.dns_name);
        format!("- {} in {} ({})\n", code(&name), code(&app.zone), code(app.app_id.as_str()))
    });
    let left = page.push_all(rows, FREE_AT_END);
    push_rest(page, left, "application");
    page.push(
        "\nNext step: `spectrumctl export` writes them as configuration, `spectrumctl import --all` \
         takes them under management.\n\n</details>\n",
    );
}
