//! 10012: a pay-as-you-go zone was sent more than `protocol`, `dns` and `origin_direct`.
//!
//! Enterprise zones ignore keys that they do not know silently, which the rule `unknown-key` guards against.

use super::code::{Cause, Code, Stage};
use super::unknown_key;
use super::violation::Violations;
use crate::model::{Field, Tier, View};

pub(super) static CODE: Code = Code {
    number: Some(10012),
    slug: "pay-as-you-go-fields",
    title: "Unknown field in request JSON",
    stage: Stage::UnknownField,
    causes: &[
        Cause::offline(
            "field-beyond-pay-as-you-go",
            "a pro or business zone pays for Spectrum by use, and its applications take `protocol`, `dns` and `origin_direct` only",
            "remove the field, or have the account team enable Spectrum as a paid add-on",
            beyond_pay_as_you_go,
        ),
        Cause::offline(
            "field-unknown-to-api",
            "on pay-as-you-go zones the API refuses a body with a key that it does not know",
            "correct or remove the key",
            unknown_to_api,
        ),
    ],
    ..Code::REFUSAL
};

/// Whether the zone is known to pay by use.
pub(super) fn pays_as_it_goes(view: &View<'_>) -> bool {
    view.zone.tier.is_some_and(Tier::is_pay_as_you_go)
}

fn beyond_pay_as_you_go(view: &View<'_>, violations: &mut Violations) {
    if !pays_as_it_goes(view) {
        return;
    }
    let plan = view.zone.tier.map_or("", Tier::text);
    let takes = |top: &str| Field::under(top).any(|field| field.row().pay_as_you_go);
    for top in view.app.present.keys().filter(|top| !takes(top)) {
        violations.report_top(
            view,
            top,
            format!("`{top}` is given, but the zone's plan is {plan}"),
        );
    }
}

fn unknown_to_api(view: &View<'_>, violations: &mut Violations) {
    if pays_as_it_goes(view) {
        unknown_key::report_misspelt(view, violations);
    }
}
