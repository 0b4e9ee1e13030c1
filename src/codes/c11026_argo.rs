//! 11026: Argo Smart Routing is an extra that the account does not have.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Entitlement, Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11026),
    slug: "argo-not-enabled",
    title: "Argo Smart Routing not enabled",
    http_status: &[403],
    stage: Stage::Entitlement,
    field: Some(Field::ArgoSmartRouting),
    teaches: Some(CachePolicy { scope: Scope::Account, asks, beside: None, granted }),
    causes: &[Cause::offline(
        "account-without-argo",
        "the account does not have Argo Smart Routing enabled",
        "ask the account team to enable Argo Smart Routing, or remove argo_smart_routing",
        argo,
    )
    .about(Scope::Account)
    .decided_by(|view| view.is_live_extra(Entitlement::Argo))],
    example: Example::app_in(
        "zones: [{name: example.com, entitlements: [byoip, ftp]}]",
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "argo_smart_routing: true",
        "argo_smart_routing: false",
    ),
    ..Code::REFUSAL
};

fn asks(view: &View<'_>) -> Option<String> {
    view.app.is_on(Field::ArgoSmartRouting).then(|| "argo_smart_routing".to_owned())
}

fn granted(view: &View<'_>) -> bool {
    view.zone.granted.contains(&Entitlement::Argo)
}

fn argo(view: &View<'_>, violations: &mut Violations) {
    let field = Field::ArgoSmartRouting;
    if view.app.is_on(field) && view.zone.denied.contains(&Entitlement::Argo) {
        violations.report(
            view,
            field,
            "`argo_smart_routing` is on, but the account does not have it",
        );
    }
}
