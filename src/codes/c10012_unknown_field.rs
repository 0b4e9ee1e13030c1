//! 10012: a pay-as-you-go zone was sent more than `protocol`, `dns` and `origin_direct`.
//!
//! Enterprise zones ignore keys that they do not know silently, which the rule `unknown-key` guards against.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::unknown_key;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(10012),
    slug: "pay-as-you-go-fields",
    title: "Unknown field in request JSON",
    stage: Stage::UnknownField,
    teaches: Some(CachePolicy { scope: Scope::Account, asks, beside: None, granted: |view| view.zone.pays_as_it_goes() }),
    causes: &[
        Cause::offline(
            "field-beyond-pay-as-you-go",
            "an account that pays for Spectrum by use (a pro or business zone) may send `protocol`, `dns` and `origin_direct` only",
            "remove the field, or ask the account team to enable Spectrum as a paid add-on",
            beyond_pay_as_you_go,
        )
        .decided_by(|view| view.zone.tier.is_some()),
        Cause::offline(
            "field-unknown-to-api",
            "for pay-as-you-go accounts the API refuses a field that it does not know; for enterprise accounts it ignores it silently",
            "correct or remove the field",
            unknown_to_api,
        ),
        Cause::on_call(
            "account-without-add-on",
            Scope::Account,
            "an account without a Spectrum entitlement may send `protocol`, `dns` and `origin_direct` only, whatever the zone's plan is",
            "ask the account team to enable Spectrum as a paid add-on, or remove every field but `protocol`, `dns` and `origin_direct` and write `plan: pro` into the zone",
        )
        .decided_by(|view| view.zone.pays_as_it_goes()),
    ],
    example: Example::file(
        r#"version: 1
zones:
  example.com:
    plan: pro
    apps:
      ssh:
        protocol: ssh
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#,
        "        tls: full",
        "",
    ),
    ..Code::REFUSAL
};

/// Fields that only an account with Spectrum as an add-on may send.
fn asks(view: &View<'_>) -> Option<String> {
    view.app
        .present
        .keys()
        .any(|top| !takes(top))
        .then(|| "fields beyond protocol, dns and origin_direct".to_owned())
}

/// Whether every account may send a top-level name.
fn takes(top: &str) -> bool {
    Field::under(top).any(|field| field.row().pay_as_you_go)
}

fn beyond_pay_as_you_go(view: &View<'_>, violations: &mut Violations) {
    if !view.zone.pays_as_it_goes() {
        return;
    }
    let plan = view.zone.tier.map_or("", crate::model::Tier::text);
    for top in view.app.present.keys().filter(|top| !takes(top)) {
        violations.report_top(
            view,
            top,
            format!("`{top}` is given, but the zone's plan is {plan}"),
        );
    }
}

/// A configuration that holds what only the API sets is told so by a rule of its own; the body of
/// a request is refused.
fn unknown_to_api(view: &View<'_>, violations: &mut Violations) {
    if view.zone.pays_as_it_goes() {
        unknown_key::report_misspelt(view, violations);
        if view.app.unknown.iter().all(|key| key.place.is_none()) {
            unknown_key::read_only(view, violations);
        }
    }
}
