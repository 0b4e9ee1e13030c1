//! What came of an apply, for people: each change that is not done with its reason, then one line that counts.

use std::io::{self, Write};

use super::findings::{self, RenderOptions};
use super::style;
use crate::apply::{Outcome, Report, Status};
use crate::finding::Finding;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report, options: RenderOptions<'_>) -> io::Result<()> {
    let of_outcome = |outcome: &Outcome| {
        let error = outcome.error.as_deref().cloned();
        error.into_iter().chain(outcome.further.clone()).collect::<Vec<Finding>>()
    };
    let mut failures: Vec<Finding> = report.outcomes.iter().flat_map(of_outcome).collect();
    failures.extend(report.ended_early.as_deref().cloned());
    failures.extend(report.state_failure.as_deref().cloned());
    if !failures.is_empty() {
        writeln!(out)?;
        findings::write(out, &failures, RenderOptions { closing: None, ..options })?;
    }
    for outcome in &report.outcomes {
        if let Some(line) = not_done(outcome) {
            writeln!(out, "{line}")?;
        }
    }
    if let Some(line) = not_started(report) {
        writeln!(out, "{line}")?;
    }
    for outcome in report.outcomes.iter().filter(|outcome| outcome.restored.is_some()) {
        writeln!(out, "{}", restored(outcome))?;
    }
    let line = summary(report);
    let styled = if report.is_complete() { style::ADDED } else { style::ALARM };
    writeln!(out, "\n{}", options.style.paint(styled, line))?;
    match report.reads {
        0 => Ok(()),
        1 => writeln!(out, "1 application was read again right before it was changed."),
        reads => {
            writeln!(out, "{reads} applications were read again right before they were changed.")
        }
    }
}

/// A change whose outcome is unknown, or that was skipped because of another; none for one that was not reached.
fn not_done(outcome: &Outcome) -> Option<String> {
    let what = format!("{} {}", outcome.action.text(), outcome.address);
    let blockers: Vec<String> = outcome.blocked_by.iter().map(ToString::to_string).collect();
    match outcome.status {
        Status::Unknown => Some(format!(
            "unknown: {what}; the call may have taken effect, and the next plan finds out"
        )),
        Status::Skipped if !blockers.is_empty() => {
            Some(format!("skipped: {what}; it depends on {}", blockers.join(", ")))
        }
        _ => None,
    }
}

/// `284 steps were not started.`: those that the run did not reach.
fn not_started(report: &Report) -> Option<String> {
    let is_it = |one: &&Outcome| one.status == Status::Skipped && one.blocked_by.is_empty();
    match report.outcomes.iter().filter(is_it).count() {
        0 => None,
        1 => Some("1 step was not started.".to_owned()),
        count => Some(format!("{count} steps were not started.")),
    }
}

/// What became of an application that was deleted for a replacement that failed.
fn restored(outcome: &Outcome) -> String {
    let address = &outcome.address;
    match outcome.app_id.as_ref().filter(|_| outcome.is_back) {
        Some(id) => format!("restored: {address} as it was, with the new id {id}"),
        None => format!(
            "OUTAGE: {address} was deleted and could not be created again. Run `spectrumctl apply --restore {address}`."
        ),
    }
}

/// `Applied: 3 done.`, or what is missing.
pub(super) fn summary(report: &Report) -> String {
    let tally = report.tally();
    let counts = [
        (tally.done, "done"),
        (tally.failed, "failed"),
        (tally.skipped, "skipped"),
        (tally.unknown, "unknown"),
        (tally.stale, "stale"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let simulated = if report.simulated { " (SIMULATED)" } else { "" };
    let parts = if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") };
    let next = if is_refused_again(report) {
        "correct what was refused, then run apply again"
    } else {
        "run apply again for the rest"
    };
    match (report.interrupted, report.is_complete()) {
        (true, _) => {
            format!("Interrupted{simulated}: {parts}. What was done is recorded; {next}.")
        }
        (false, true) => format!("Applied{simulated}: {parts}."),
        (false, false) => {
            format!("Apply is incomplete{simulated}: {parts}. What was done is recorded; {next}.")
        }
    }
}

/// Whether something was refused that another apply would have refused again.
fn is_refused_again(report: &Report) -> bool {
    let errors = report.outcomes.iter().filter_map(|outcome| outcome.error.as_deref());
    let mut refusals = errors.filter_map(|error| error.refusal.as_deref());
    refusals.any(|refusal| !refusal.retryable)
}
