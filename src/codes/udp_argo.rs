//! `udp-argo`: Argo Smart Routing for UDP, on which Cloudflare's pages contradict each other; a warning therefore.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::finding::Severity;
use crate::model::ports::Transport;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "udp-argo",
    inferred_number: None,
    title: "Argo Smart Routing on UDP",
    stage: Stage::Edge,
    field: Some(Field::ArgoSmartRouting),
    severity: Severity::Warning,
    causes: &[Cause::offline(
        "argo-on-udp",
        "one page of Cloudflare's documentation allows `argo_smart_routing` for TCP only, another offers it for UDP as a beta",
        "remove argo_smart_routing, or set `settings: {checks: {udp-argo: off}}` if the account takes part in the beta",
        on_udp,
    )],
    example: Example::app(
        r#"protocol: udp/53
dns: {type: CNAME, name: dns.example.com}
origin_direct: ["udp://192.0.2.1:53"]"#,
        "argo_smart_routing: true",
        "",
    ),
    ..Code::RULE
};

fn on_udp(view: &View<'_>, violations: &mut Violations) {
    let is_udp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Udp);
    if is_udp && view.app.is_on(Field::ArgoSmartRouting) {
        violations.report(view, Field::ArgoSmartRouting, "`argo_smart_routing` is on for UDP");
    }
}
