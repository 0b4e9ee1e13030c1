//! Why a call was refused, explained by what is left: of the causes of a code those go that this run has ruled out, then those that
//! the message or the HTTP status does not fit.

use std::collections::BTreeSet;

use super::code::{Cause, Code, Scope};
use super::violation::Violations;
use crate::model::{Field, View};

/// What a run knows of the causes of refusals before it makes a call.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Verdicts {
    /// The causes whose check speaks, although the configuration allows it.
    pub seen: BTreeSet<String>,
    /// The causes on which there is no verdict, because something could not be read. Every other cause with a check is ruled out.
    pub undecided: BTreeSet<String>,
}

impl Verdicts {
    /// What is known of every cause of these codes that can be looked at.
    pub(super) fn new(codes: &[&'static Code], view: &View<'_>) -> Verdicts {
        let mut verdicts = Verdicts::default();
        let causes =
            codes.iter().flat_map(|code| code.causes.iter().map(move |cause| (*code, cause)));
        for (code, cause) in causes.filter(|(code, _)| !code.http_status.is_empty()) {
            if !Violations::check_cause(code, cause, view).is_empty() {
                verdicts.seen.insert(cause.slug.to_owned());
            } else if cause.decides.is_some_and(|decides| !decides(view)) {
                verdicts.undecided.insert(cause.slug.to_owned());
            }
        }
        verdicts
    }

    fn rules_out(&self, cause: &Cause) -> bool {
        let can_be_known = cause.check.is_some() || cause.decides.is_some();
        can_be_known && !self.seen.contains(cause.slug) && !self.undecided.contains(cause.slug)
    }
}

/// Why a call was refused, as far as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Why.
    pub why: String,
    /// What to do.
    pub fix: String,
    /// The field that it is about, where all that is left is about one.
    pub field: Option<Field>,
}

/// Explains a refusal by the causes that are left; `verdicts` is what the run knew before the call, if it looked.
pub fn explain(
    code: &'static Code,
    verdicts: Option<&Verdicts>,
    http_status: Option<u16>,
    message: &str,
) -> Explanation {
    let left = left(code, verdicts, http_status, message);
    if left.is_empty() { nothing_left(code) } else { from_causes(code, &left) }
}

/// Whether a refusal may tell of the account or the zone: one of the causes that are left is about them. What the run has read to be
/// otherwise is not left.
pub fn tells_of_account(
    code: &'static Code,
    verdicts: Option<&Verdicts>,
    http_status: Option<u16>,
    message: &str,
) -> bool {
    left(code, verdicts, http_status, message).into_iter().any(is_of_account)
}

/// Whether a cause is about the account or the zone, and not about one application.
pub(super) fn is_of_account(cause: &Cause) -> bool {
    matches!(cause.scope, Scope::Account | Scope::Zone)
}

/// The causes that are left: those that the run has not ruled out, and of them those that fit the answer best.
pub(super) fn left(
    code: &'static Code,
    verdicts: Option<&Verdicts>,
    http_status: Option<u16>,
    message: &str,
) -> Vec<&'static Cause> {
    let message = message.to_lowercase();
    let is_ruled_out = |cause: &Cause| verdicts.is_some_and(|verdicts| verdicts.rules_out(cause));
    let fits = |cause: &Cause| {
        cause.http_status.is_empty()
            || http_status.is_none_or(|status| cause.http_status.contains(&status))
    };
    let is_seen =
        |cause: &Cause| verdicts.is_some_and(|verdicts| verdicts.seen.contains(cause.slug));
    let left: Vec<&'static Cause> =
        code.causes.iter().filter(|cause| !is_ruled_out(cause)).collect();
    let left = narrowed(narrowed(left, fits), is_seen);
    narrowed(left, |cause| cause.is_named_by(&message))
}

/// Those that a property holds for, if it holds for any.
fn narrowed(causes: Vec<&'static Cause>, holds: impl Fn(&Cause) -> bool) -> Vec<&'static Cause> {
    let fitting: Vec<&'static Cause> =
        causes.iter().copied().filter(|cause| holds(cause)).collect();
    if fitting.is_empty() { causes } else { fitting }
}

pub(super) fn from_causes(code: &'static Code, causes: &[&Cause]) -> Explanation {
    let joined = |texts: Vec<&str>| texts.join("; or ");
    let field = |cause: &Cause| cause.field.or(code.field);
    let fields: BTreeSet<Option<Field>> = causes.iter().map(|cause| field(cause)).collect();
    Explanation {
        why: joined(causes.iter().filter_map(|cause| cause.why).collect()),
        fix: joined(causes.iter().map(|cause| cause.fix).collect()),
        field: if fields.len() == 1 { fields.into_iter().next().flatten() } else { code.field },
    }
}

/// Every documented cause was looked at and is not the case.
fn nothing_left(code: &'static Code) -> Explanation {
    let checked: Vec<&str> = code.causes.iter().map(|cause| cause.slug).collect();
    Explanation {
        why: format!(
            "no documented cause applies: this run has checked {} and found nothing",
            checked.join(", ")
        ),
        fix: "correct what the answer names; if it names nothing, contact Cloudflare support with the Ray ID"
            .to_owned(),
        field: code.field,
    }
}
