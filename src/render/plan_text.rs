//! A plan for people: each change with its reason, what clients notice, and its fields; then what is not managed, and one line that
//! sums it up.

use std::io::{self, Write};

use super::fields;
use super::findings::{self, RenderOptions};
use super::layout::{counted, packed, padded, visible, width, wrapped};
use super::style::{self, TermStyle};
use super::words::{self, outage, state_only};
use crate::model::Impact;
use crate::model::load::Reading;
use crate::plan::{Change, Plan, Selected, UnmanagedApp};

/// How many applications that are not managed are listed; the rest is counted.
const STRANGERS_SHOWN: usize = 20;

/// What stands before everything that belongs to a change.
const INDENT: &str = "      ";

/// Writes the plan without what is wrong with it.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, plan: &Plan, style: TermStyle) -> io::Result<()> {
    write_changes(out, plan, style)?;
    write_summary(out, plan, style)
}

/// Writes the plan, and what is wrong with it below the changes: a person who is asked or refused looks at the last lines.
///
/// # Errors
/// Those of the writer.
pub fn write_with_findings(
    out: &mut dyn Write,
    plan: &Plan,
    options: RenderOptions<'_>,
) -> io::Result<()> {
    write_changes(out, plan, options.style)?;
    findings::write_each(out, &plan.findings, options)?;
    write_summary(out, plan, options.style)
}

fn write_changes(out: &mut dyn Write, plan: &Plan, style: TermStyle) -> io::Result<()> {
    if plan.simulated || !plan.is_empty() {
        let title = if plan.simulated {
            "Spectrum plan, SIMULATED: Cloudflare was not asked"
        } else {
            "Spectrum plan"
        };
        writeln!(out, "{}\n", style.paint(style::STRONG, title))?;
    }
    for change in &plan.changes {
        write_change(out, change, plan.loads.get(&change.address), style)?;
    }
    write_strangers(out, &plan.unmanaged, style)?;
    write_unread(out, &plan.unread, style)?;
    write_selection(out, plan.selection.as_ref())
}

/// The last lines: the plan in numbers, and its digest.
fn write_summary(out: &mut dyn Write, plan: &Plan, style: TermStyle) -> io::Result<()> {
    let summary = words::summary(plan);
    for (index, line) in
        packed(summary.iter().map(String::as_str), style.width.saturating_sub(INDENT.len()))
            .iter()
            .enumerate()
    {
        let indent = if index == 0 || plan.is_empty() { "" } else { INDENT };
        writeln!(out, "{indent}{}", style.paint(style::STRONG, line))?;
    }
    if !plan.is_empty() {
        writeln!(out, "digest: {}", plan.digest)?;
    }
    Ok(())
}

fn write_change(
    out: &mut dyn Write,
    change: &Change,
    load: Option<&Reading>,
    style: TermStyle,
) -> io::Result<()> {
    let colour = style::action_style(change.action);
    let (sign, action) = (style::sign(change.action), change.action.text());
    let address = visible(&change.address.to_string());
    let head = width(sign) + action.len() + width(&address) + 6;
    let reason = words::reason(change);
    let painted = format!(
        "  {} {}",
        style.paint(colour, format!("{sign} {action}")),
        style.paint(style::STRONG, &address)
    );
    match reason {
        None => writeln!(out, "{painted}")?,
        Some(reason) if head + reason.len() <= style.width => {
            writeln!(out, "{painted}: {reason}")?;
        }
        Some(reason) => writeln!(out, "{painted}:\n{INDENT}{reason}")?,
    }
    write_about(out, change, style)?;
    if let Some(load) = load {
        for line in wrapped(&words::load(load), style.width.saturating_sub(INDENT.len())) {
            writeln!(out, "{INDENT}{}", style.paint(style::ALARM, line))?;
        }
    }
    for line in fields::lines(change.action, &change.fields, style) {
        writeln!(out, "{line}")?;
    }
    writeln!(out)
}

/// What there is to say about a change beside its fields: where it was, which application it is, what clients notice.
fn write_about(out: &mut dyn Write, change: &Change, style: TermStyle) -> io::Result<()> {
    let mut about = Vec::new();
    about.extend(change.from.as_ref().map(|from| format!("moved from {from}")));
    about.extend(change.app_id.as_ref().map(|id| format!("app {}", visible(id.as_str()))));
    about.extend(state_only(change).map(str::to_owned));
    if change.impact == Impact::NewConnections {
        about.push(words::impact(change).to_owned());
    }
    let last = about.len().saturating_sub(1);
    about.iter_mut().take(last).for_each(|piece| piece.push(';'));
    for line in packed(about.iter().map(String::as_str), style.width.saturating_sub(INDENT.len()))
        .iter()
        .filter(|line| !line.is_empty())
    {
        writeln!(out, "{INDENT}{}", style.paint(style::FAINT, line))?;
    }
    if change.impact == Impact::Outage {
        let indent = format!("{INDENT}{}", " ".repeat("outage: ".len()));
        let lines = wrapped(outage(change.action), style.width.saturating_sub(indent.len()));
        for (index, line) in lines.iter().enumerate() {
            let line = style.paint(
                style::ALARM,
                if index == 0 { format!("outage: {line}") } else { line.clone() },
            );
            writeln!(out, "{}{line}", if index == 0 { INDENT } else { &indent })?;
        }
    }
    Ok(())
}

fn write_strangers(
    out: &mut dyn Write,
    strangers: &[UnmanagedApp],
    style: TermStyle,
) -> io::Result<()> {
    if strangers.is_empty() {
        return Ok(());
    }
    let shown = &strangers[..strangers.len().min(STRANGERS_SHOWN)];
    let applications = counted(strangers.len(), "live application");
    writeln!(out, "  not managed: {applications} that the configuration does not have")?;
    let protocols =
        shown.iter().map(|unmanaged_app| width(&unmanaged_app.protocol)).max().unwrap_or_default();
    let names = shown
        .iter()
        .map(|unmanaged_app| width(&unmanaged_app.dns_name))
        .max()
        .unwrap_or_default()
        .min(40);
    for unmanaged_app in shown {
        let (protocol, name) = (visible(&unmanaged_app.protocol), visible(&unmanaged_app.dns_name));
        let id = style.paint(style::FAINT, visible(unmanaged_app.app_id.as_str()));
        writeln!(out, "{INDENT}{}  {}  {id}", padded(&protocol, protocols), padded(&name, names))?;
    }
    if strangers.len() > shown.len() {
        writeln!(out, "{INDENT}and {} more", strangers.len() - shown.len())?;
    }
    writeln!(out)
}

/// What was selected, what was added because it belongs to it, and how much is left out.
pub(super) fn write_selection(out: &mut dyn Write, selection: Option<&Selected>) -> io::Result<()> {
    let Some(selection) = selection else { return Ok(()) };
    writeln!(out, "selected: {}", visible(&selection.given.join(" ")))?;
    if !selection.added.is_empty() {
        let added: Vec<String> = selection.added.iter().map(ToString::to_string).collect();
        writeln!(out, "added, because they belong to it: {}", added.join(", "))?;
    }
    if !selection.held_back.is_empty() {
        let held_back: Vec<String> = selection.held_back.iter().map(ToString::to_string).collect();
        writeln!(
            out,
            "excluded, because they depend on what is excluded: {}",
            held_back.join(", ")
        )?;
    }
    writeln!(out, "left out: {}\n", counted(selection.left_out, "change"))
}

fn write_unread(out: &mut dyn Write, unread: &[String], style: TermStyle) -> io::Result<()> {
    if unread.is_empty() {
        return Ok(());
    }
    let text = format!("could not be read, so nothing is planned there: {}", unread.join(", "));
    for line in wrapped(&text, style.width.saturating_sub(2)) {
        writeln!(out, "  {}", style.paint(style::STRONG, line))?;
    }
    writeln!(out)
}

/// Writes the plan in one line.
///
/// # Errors
/// Those of the writer.
pub fn write_totals(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    writeln!(out, "{}", words::titled_summary(plan))
}
