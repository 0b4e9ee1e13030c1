//! The sentences about drift that text, Markdown and findings share.

use super::words::unread_zones;
use crate::model::Source;
use crate::plan::{AuditEvent, ChangeCause, Drift, Drifted, DriftedField, FieldChange, Reason};

/// What happened to an application.
pub(super) fn happened(drifted: &Drifted) -> &'static str {
    match drifted.reason {
        Reason::RecreatedOutside => "created again outside",
        _ => "changed outside",
    }
}

/// A field for people: what was applied, and what is live. Whether the configuration has changed too is the only thing to remark.
pub(super) fn from_applied(field: &DriftedField) -> FieldChange {
    FieldChange {
        before: field.applied.clone(),
        after: field.change.before.clone(),
        cause: if field.change.cause == ChangeCause::Both {
            ChangeCause::Both
        } else {
            ChangeCause::Config
        },
        source: Source::App,
        ..field.change.clone()
    }
}

/// `update by alice@example.com (dash) at 2026-11-22T17:00:00Z`.
pub(super) fn deed(deed: &AuditEvent) -> String {
    let means = deed.means.as_ref().map(|means| format!(" ({means})")).unwrap_or_default();
    format!("{} by {}{means} at {}", deed.action, deed.actor, deed.time)
}

/// Who did it, a line each; one line that says so where the audit log was asked and knows nothing.
pub(super) fn who(drift: &Drift, deeds: &[AuditEvent]) -> Vec<String> {
    match (drift.asked, deeds.is_empty()) {
        (true, true) => vec!["the audit log names nobody".to_owned()],
        _ => deeds.iter().map(deed).collect(),
    }
}

/// The report in one line, in pieces that are better not broken.
pub(super) fn summary(drift: &Drift) -> Vec<String> {
    let recreated =
        drift.changed.iter().filter(|drifted| drifted.reason == Reason::RecreatedOutside).count();
    let counts = [
        (drift.changed.len() - recreated, "changed"),
        (recreated, "created again"),
        (drift.missing.len(), "missing"),
        (drift.appeared().count(), "appeared"),
    ];
    let beside = [
        (drift.unchanged, "as applied"),
        (drift.ignored.len(), "ignored"),
        (drift.accepted.len(), "taken over by the configuration"),
        (drift.pending, "pending from the configuration"),
    ];
    let listed = |counts: &[(usize, &str)]| -> String {
        let parts = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"));
        parts.collect::<Vec<_>>().join(", ")
    };
    let unknown = unread_zones(&drift.unread);
    let head = match (drift.is_any(), drift.complete, unknown) {
        (true, _, _) => format!("Drift: {}.", listed(&counts)),
        (false, true, _) => "No drift.".to_owned(),
        (false, false, Some(unread)) => format!("Drift unknown: {unread}."),
        (false, false, None) => match &drift.selection {
            Some(_) => "No drift in the selection.".to_owned(),
            None => "Drift unknown: the comparison failed.".to_owned(),
        },
    };
    let rest = Some(listed(&beside)).filter(|rest| !rest.is_empty()).map(|rest| format!("{rest}."));
    let caution = (drift.is_any() && !drift.unread.is_empty())
        .then(|| unread_zones(&drift.unread).map(|unread| format!("Unknown: {unread}.")))
        .flatten();
    [head].into_iter().chain(rest).chain(caution).collect()
}
