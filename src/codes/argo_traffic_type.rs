//! `argo-traffic-type`: Argo Smart Routing is for traffic that passes as it is.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "argo-traffic-type",
    title: "Argo Smart Routing without direct traffic",
    stage: Stage::Edge,
    field: Some(Field::ArgoSmartRouting),
    causes: &[Cause::offline(
        "argo-without-direct",
        "`argo_smart_routing` works with `traffic_type: direct` only; HTTP traffic follows the zone's Argo setting",
        "remove argo_smart_routing, or write traffic_type: direct",
        without_direct,
    )],
    example: Example::app(
        r#"protocol: tcp/80
dns: {type: CNAME, name: web.example.com}
origin_direct: ["tcp://192.0.2.1:80"]
argo_smart_routing: true"#,
        "traffic_type: http",
        "traffic_type: direct",
    ),
    ..Code::RULE
};

/// A Worker as the origin excludes it by a rule of its own.
fn without_direct(view: &View<'_>, violations: &mut Violations) {
    let Some(traffic) = view.app.keyword(Field::TrafficType) else { return };
    if view.app.is_on(Field::ArgoSmartRouting)
        && !matches!(traffic, Keyword::Direct | Keyword::Worker)
    {
        let shown = view.app.shown(Field::TrafficType);
        violations.report(
            view,
            Field::ArgoSmartRouting,
            format!("`argo_smart_routing` is on, but `traffic_type` is {shown}"),
        );
    }
}
