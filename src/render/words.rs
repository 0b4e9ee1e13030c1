//! The sentences about a plan that text and Markdown share: why a change is made, what clients notice, and the plan in one line.

use super::layout::{counted, visible};
use indicatif::DecimalBytes;

use crate::model::load::Reading;
use crate::model::{Impact, Source};
use crate::plan::{Action, Change, ChangeCause, FieldChange, Plan, Reason, StateEffect, Work};

/// The reason in words, where the action does not say it all.
pub(super) fn reason(change: &Change) -> Option<&'static str> {
    match (change.action, change.reason) {
        (Action::Create, Reason::NotFound)
        | (Action::Update | Action::Record, Reason::Differs)
        | (Action::Move, Reason::Moved) => None,
        (_, reason) => Some(reason.text()),
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

/// What an outage costs, as far as it was read: `cuts 412 live connections, 3.10 MB/s`.
pub(super) fn load(reading: &Reading) -> String {
    match reading {
        Reading::Known(load) if load.connections == 0 => "cuts no live connection".to_owned(),
        Reading::Known(load) => {
            let connections = usize::try_from(load.connections).unwrap_or(usize::MAX);
            let rate = DecimalBytes(load.bytes_per_second);
            format!("cuts {}, {rate}/s", counted(connections, "live connection"))
        }
        Reading::Unknown(why) => format!("live connections unknown: {}", visible(why)),
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
    if field.is_unseen {
        remarks.push("cannot be read back");
    }
    remarks
}

/// The plan in one line, SIMULATED where it is, for outputs that have no title.
pub(super) fn titled_summary(plan: &Plan) -> String {
    let simulated = if plan.simulated { "SIMULATED: " } else { "" };
    format!("{simulated}{}", summary(plan).join(" "))
}

/// The plan in one line, in pieces that are better not broken: `Plan: 1 to create, 3 unchanged.`, what stands against it, or that
/// there is nothing to do. A plan that is not whole never says that there are no changes.
pub(super) fn summary(plan: &Plan) -> Vec<String> {
    let counts = format!("Plan: {}.", parts(plan).join(",\n"));
    let counts = counts.lines().map(str::to_owned);
    match (obstacle(plan), plan.is_empty()) {
        (Some(obstacle), false) => counts.chain(obstacle).collect(),
        (Some(obstacle), true) => {
            let [first, rest @ ..] = obstacle;
            [format!("Plan {}", lower_first(&first))].into_iter().chain(rest).collect()
        }
        (None, false) => counts.collect(),
        (None, true) => no_changes(plan),
    }
}

/// What there is to say when everything was compared and nothing is to be done.
fn no_changes(plan: &Plan) -> Vec<String> {
    if let Some(selection) = &plan.selection {
        let rest = counted(selection.left_out, "change");
        return vec![
            "No changes in the selection.".to_owned(),
            format!("{rest} outside of it, not shown."),
        ];
    }
    let held = plan.held();
    let rest = match plan.summary.unchanged.saturating_sub(held) {
        0 if held > 0 => None,
        0 => Some("The configuration has no applications.".to_owned()),
        1 => Some("1 application is as configured.".to_owned()),
        count => Some(format!("{count} applications are as configured.")),
    };
    let held = match held {
        0 => None,
        1 => Some("1 application was changed outside, which is held.".to_owned()),
        count => Some(format!("{count} applications were changed outside, which is held.")),
    };
    ["No changes.".to_owned()].into_iter().chain(rest).chain(held).collect()
}

/// What stands against carrying the plan out, in two sentences: what it is, and what follows.
fn obstacle(plan: &Plan) -> Option<[String; 2]> {
    let nothing = "Nothing will be applied.".to_owned();
    let unread = unread_zones(&plan.unread);
    let errors = plan.findings.iter().filter(|finding| finding.is_error()).count();
    let has_failed = plan.verdict.errors || plan.verdict.unread || !plan.unread.is_empty();
    if plan.verdict.guarded && !has_failed {
        let by = plan.blocked_by.join(", ");
        return Some([format!("Blocked by {by}:"), "apply would refuse.".to_owned()]);
    }
    (has_failed || errors > 0).then(|| {
        let what = unread.unwrap_or_else(|| counted(errors, "error"));
        [format!("Failed: {what}."), nothing]
    })
}

/// `example.com could not be read`, or how many zones could not.
pub(super) fn unread_zones(unread: &[String]) -> Option<String> {
    match unread {
        [] => None,
        [zone] => Some(format!("{} could not be read", visible(zone))),
        zones => Some(format!("{} could not be read", counted(zones.len(), "zone"))),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
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
