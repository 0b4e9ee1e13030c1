//! `virtual-network-traffic`: what a virtual network origin demands beside what has a code of its own.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "virtual-network-traffic",
    title: "Virtual network with a traffic type or Proxy Protocol that it excludes",
    docs: super::pages::NETWORK_ORIGIN,
    stage: Stage::VirtualNetwork,
    field: Some(Field::VirtualNetworkId),
    causes: &[
        Cause::offline(
            "virtual-network-without-direct",
            "a virtual network origin needs `traffic_type: direct`",
            "write traffic_type: direct, or remove virtual_network_id and use a public origin",
            without_direct,
        )
        .on(Field::TrafficType),
        Cause::offline(
            "virtual-network-with-proxy-protocol",
            "a virtual network origin does not support the Proxy Protocol",
            "write proxy_protocol: off, or remove virtual_network_id and use a public origin",
            with_proxy_protocol,
        )
        .on(Field::ProxyProtocol),
    ],
    example: Example::app(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415
origin_direct: ["tcp://10.0.0.5:22"]"#,
        "proxy_protocol: v1",
        "proxy_protocol: off",
    ),
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
