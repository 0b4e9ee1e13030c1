//! Drift for people: each application with what was applied and what is live, what is missing, what appeared, and one line that counts.

use std::io::{self, Write};

use super::drift_words::{from_applied, happened, summary, who};
use super::fields;
use super::findings::{self, RenderOptions};
use super::layout::{packed, visible, wrapped};
use super::style::{self, TermStyle};
use crate::plan::{Action, AuditEvent, Drift, Drifted, Missing};

/// What stands before everything that belongs to an application.
const INDENT: &str = "      ";

/// How many applications that are not managed are listed; the rest is counted.
const STRANGERS_SHOWN: usize = 20;

/// Writes the report, and below it what is wrong; the last line counts.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, drift: &Drift, options: RenderOptions<'_>) -> io::Result<()> {
    write_differences(out, drift, options.style)?;
    findings::write_each(out, &drift.findings, options)?;
    for line in packed(summary(drift).iter().map(String::as_str), options.style.width) {
        writeln!(out, "{}", options.style.paint(style::STRONG, line))?;
    }
    Ok(())
}

fn write_differences(out: &mut dyn Write, drift: &Drift, style: TermStyle) -> io::Result<()> {
    if drift.simulated || drift.is_any() {
        let simulated = if drift.simulated { ", SIMULATED: Cloudflare was not asked" } else { "" };
        writeln!(
            out,
            "{}\n",
            style.paint(style::STRONG, format!("Spectrum drift, last applied → live{simulated}"))
        )?;
    }
    for drifted in &drift.changed {
        write_drifted(out, drift, drifted, happened(drifted), style)?;
    }
    for missing in &drift.missing {
        write_head(
            out,
            style::REMOVED,
            "-",
            &missing.address.to_string(),
            missing.happened(),
            style,
        )?;
        writeln!(out, "{INDENT}{}", style.paint(style::FAINT, seen_as(missing)))?;
        write_who(out, drift, &missing.who, style)?;
        writeln!(out)?;
    }
    write_strangers(out, drift, style)?;
    for drifted in &drift.ignored {
        write_drifted(
            out,
            drift,
            drifted,
            "changed outside, ignored by lifecycle.ignore_changes",
            style,
        )?;
    }
    for drifted in &drift.accepted {
        write_drifted(
            out,
            drift,
            drifted,
            "changed outside, taken over by the configuration",
            style,
        )?;
    }
    super::plan_text::write_selection(out, drift.selection.as_ref())?;
    write_unread(out, &drift.unread, style)
}

fn write_head(
    out: &mut dyn Write,
    painted: anstyle::Style,
    sign: &str,
    address: &str,
    what: &str,
    style: TermStyle,
) -> io::Result<()> {
    writeln!(
        out,
        "  {} {}: {what}",
        style.paint(painted, sign),
        style.paint(style::STRONG, visible(address))
    )
}

fn write_drifted(
    out: &mut dyn Write,
    drift: &Drift,
    drifted: &Drifted,
    what: &str,
    style: TermStyle,
) -> io::Result<()> {
    write_head(out, style::CHANGED, "~", &drifted.address.to_string(), what, style)?;
    let mut about = vec![format!("app {}", visible(drifted.app_id.as_str()))];
    about.extend(
        drifted.former_id.as_ref().map(|id| format!("in the place of {}", visible(id.as_str()))),
    );
    about.extend(drifted.modified_on.as_ref().map(|time| format!("modified {}", visible(time))));
    let last = about.len() - 1;
    about.iter_mut().take(last).for_each(|piece| piece.push(';'));
    for line in packed(about.iter().map(String::as_str), style.width.saturating_sub(INDENT.len())) {
        writeln!(out, "{INDENT}{}", style.paint(style::FAINT, line))?;
    }
    let shown: Vec<_> = drifted.fields.iter().map(from_applied).collect();
    for line in fields::lines(Action::Update, &shown, style) {
        writeln!(out, "{line}")?;
    }
    write_who(out, drift, &drifted.who, style)?;
    writeln!(out)
}

fn write_who(
    out: &mut dyn Write,
    drift: &Drift,
    deeds: &[AuditEvent],
    style: TermStyle,
) -> io::Result<()> {
    for line in who(drift, deeds) {
        writeln!(out, "{INDENT}{}", style.paint(style::FAINT, format!("who: {}", visible(&line))))?;
    }
    Ok(())
}

fn write_strangers(out: &mut dyn Write, drift: &Drift, style: TermStyle) -> io::Result<()> {
    let (new, known): (Vec<_>, Vec<_>) =
        drift.unmanaged.iter().partition(|unmanaged_app| unmanaged_app.appeared);
    for (strangers, what) in [(new, "appeared, not managed"), (known, "not managed, listed before")]
    {
        if strangers.is_empty() {
            continue;
        }
        writeln!(out, "  {} {what}", style.paint(style::ADDED, "?"))?;
        for one in strangers.iter().take(STRANGERS_SHOWN) {
            let unmanaged_app = &one.unmanaged_app;
            let name = format!(
                "{} {} in {}",
                unmanaged_app.protocol, unmanaged_app.dns_name, unmanaged_app.zone
            );
            writeln!(
                out,
                "{INDENT}{}  {}",
                visible(&name),
                style.paint(style::FAINT, visible(unmanaged_app.app_id.as_str()))
            )?;
            if one.appeared {
                write_who(out, drift, &one.who, style)?;
            }
        }
        if strangers.len() > STRANGERS_SHOWN {
            writeln!(out, "{INDENT}and {} more", strangers.len() - STRANGERS_SHOWN)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_unread(out: &mut dyn Write, unread: &[String], style: TermStyle) -> io::Result<()> {
    if unread.is_empty() {
        return Ok(());
    }
    for line in wrapped(
        &format!("could not be read, so its drift is unknown: {}", unread.join(", ")),
        style.width.saturating_sub(2),
    ) {
        writeln!(out, "  {}", style.paint(style::STRONG, line))?;
    }
    writeln!(out)
}

/// Writes the report in one line.
///
/// # Errors
/// Those of the writer.
pub fn write_totals(out: &mut dyn Write, drift: &Drift) -> io::Result<()> {
    let simulated = if drift.simulated { "SIMULATED: " } else { "" };
    writeln!(out, "{simulated}{}", summary(drift).join(" "))
}

/// The id of an application that is gone; one of which nothing was recorded has none.
fn seen_as(missing: &Missing) -> String {
    match missing.app_id.as_str() {
        "" => "nothing was recorded of it".to_owned(),
        id => format!("app {}", visible(id)),
    }
}
