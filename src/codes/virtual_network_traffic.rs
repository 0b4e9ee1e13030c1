//! `virtual-network-traffic`: what a virtual network origin demands beside what has a code of its own.

use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "virtual-network-traffic",
    title: "Virtual network with a traffic type or Proxy Protocol that it excludes",
    stage: Stage::VirtualNetwork,
    causes: &[
        Cause::offline(
            "virtual-network-without-direct",
            "a virtual network origin needs `traffic_type: direct`",
            "write traffic_type: direct, or remove virtual_network_id and use a public origin",
            without_direct,
        ),
        Cause::offline(
            "virtual-network-with-proxy-protocol",
            "a virtual network origin does not support the Proxy Protocol",
            "write proxy_protocol: off, or remove virtual_network_id and use a public origin",
            with_proxy_protocol,
        ),
    ],
    ..Code::RULE
};

fn without_direct(view: &View<'_>, violations: &mut Violations) {
    unless(view, violations, Field::TrafficType, Keyword::Direct);
}

fn with_proxy_protocol(view: &View<'_>, violations: &mut Violations) {
    unless(view, violations, Field::ProxyProtocol, Keyword::Off);
}

fn unless(view: &View<'_>, violations: &mut Violations, field: Field, only: Keyword) {
    if view.app.has("virtual_network_id")
        && view.app.keyword(field).is_some_and(|keyword| keyword != only)
    {
        let summary = format!(
            "`{}` is {} together with `virtual_network_id`",
            field.path(),
            view.app.shown(field)
        );
        violations.report(view, field, summary);
    }
}
