//! The sentences about a plan that text and Markdown share: why a change is made, what clients notice, and the plan in one line.

use super::findings;
use super::layout::counted;
use crate::model::{Impact, Source};
use crate::plan::{Action, Change, ChangeCause, FieldChange, Plan, Reason, StateEffect, Work};

/// The reason in words.
pub(super) fn reason(change: &Change) -> &'static str {
    match (change.action, change.reason) {
        (Action::Record, Reason::Differs) => "is recorded otherwise",
        (_, reason) => reason.text(),
    }
}

/// The impact, a word or two.
pub(super) fn impact(change: &Change) -> &'static str {
    match change.impact {
        Impact::None => "none",
        Impact::NewConnections => "new connections only",
        Impact::Outage => "outage",
    }
}

/// What an outage does to clients.
pub(super) fn outage(action: Action) -> &'static str {
    match action {
        Action::Replace => {
            "the application is deleted and created again; clients are cut off until DNS has moved"
        }
        Action::Delete => "the application is deleted; clients are cut off",
        _ => "clients may be cut off",
    }
}

/// What happens to an application that is not written to.
pub(super) fn state_only(change: &Change) -> Option<&'static str> {
    match (&change.work, change.action, &change.record) {
        (Work::Nothing, Action::Forget, StateEffect::Drop { released: true }) => {
            Some("left running, no longer managed")
        }
        (Work::Nothing, Action::Forget, _) => Some("gone already"),
        (Work::Nothing, ..) => Some("only the state changes"),
        _ => None,
    }
}

/// What is to be said about a changed field beside its values.
pub(super) fn remarks(field: &FieldChange) -> Vec<&'static str> {
    let mut remarks = Vec::new();
    match (field.source, &field.before, &field.after) {
        (Source::ApiDefault, Some(_), Some(_)) => remarks.push("default; not in the file"),
        (Source::ApiDefault, Some(_), None) => remarks.push("not in the file"),
        _ => {}
    }
    match field.cause {
        ChangeCause::Config => {}
        ChangeCause::Drift => remarks.push("changed outside"),
        ChangeCause::Both => remarks.push("changed outside and in the file"),
    }
    if field.forces_replace {
        remarks.push("forces replace");
    }
    remarks
}

/// The plan in one line, SIMULATED where it is, for outputs that have no title.
pub(super) fn titled_summary(plan: &Plan) -> String {
    let simulated = if plan.simulated { "SIMULATED: " } else { "" };
    format!("{simulated}{}", summary(plan).join(" "))
}

/// The plan in one line, in pieces that are better not broken: `Plan: 1 to create, 3 unchanged.`, or that there is nothing to do.
pub(super) fn summary(plan: &Plan) -> Vec<String> {
    let lacks = lacks(plan);
    if !plan.is_empty() {
        let counts = format!("Plan: {}.", parts(plan).join(",\n"));
        let caution = lacks.map(|lacks| format!("The plan is not complete: {lacks}."));
        return counts.lines().map(str::to_owned).chain(caution).collect();
    }
    match (lacks, plan.summary.unchanged) {
        (Some(lacks), _) => {
            vec![format!("No changes are planned, but the plan is not complete: {lacks}.")]
        }
        (None, 0) => {
            vec!["No changes.".to_owned(), "The configuration has no applications.".to_owned()]
        }
        (None, 1) => vec!["No changes.".to_owned(), "1 application is as configured.".to_owned()],
        (None, count) => {
            vec!["No changes.".to_owned(), format!("{count} applications are as configured.")]
        }
    }
}

/// How many of what, without what there is none of.
fn parts(plan: &Plan) -> Vec<String> {
    let summary = &plan.summary;
    let counts = [
        (summary.create, "to create"),
        (summary.update, "to update"),
        (summary.replace, "to replace"),
        (summary.delete, "to delete"),
        (summary.adopt, "to adopt"),
        (summary.moved, "to move"),
        (summary.forget, "to forget"),
        (summary.record, "to record"),
        (summary.unchanged, "unchanged"),
    ];
    counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect()
}

/// What a plan lacks to be complete.
fn lacks(plan: &Plan) -> Option<String> {
    if plan.complete {
        return None;
    }
    let unread = (!plan.unread.is_empty())
        .then(|| format!("{} not read", counted(plan.unread.len(), "zone")));
    let errors: Vec<_> =
        plan.findings.iter().filter(|finding| finding.is_error()).cloned().collect();
    let lacks: Vec<String> = unread.into_iter().chain(findings::count(&errors)).collect();
    Some(if lacks.is_empty() { "a part of it was left out".to_owned() } else { lacks.join(", ") })
}
