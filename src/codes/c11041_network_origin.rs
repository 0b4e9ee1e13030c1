//! 11041: a virtual network is reached by address, not by name.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11041),
    slug: "virtual-network-origin",
    title: "Virtual network requires origin direct",
    more: super::pages::NETWORK_ORIGIN,
    stage: Stage::VirtualNetwork,
    field: Some(Field::VirtualNetworkId),
    causes: &[Cause::offline(
        "virtual-network-with-origin-dns",
        "virtual network origins are IP addresses; DNS names are not supported",
        "remove origin_dns and origin_port, and write origin_direct: [\"tcp://10.0.0.5:22\"] with the private address and its one port",
        with_origin_dns,
    )
    .on(Field::OriginDnsName)],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
        r"origin_dns: {name: origin.example.com}
origin_port: 22",
        r#"origin_direct: ["tcp://10.0.0.5:22"]"#,
    ),
    ..Code::REFUSAL
};

fn with_origin_dns(view: &View<'_>, violations: &mut Violations) {
    if view.app.has("virtual_network_id") && view.app.has("origin_dns") {
        let network = view.app.place_of_top("virtual_network_id");
        violations
            .report_top(
                view,
                "origin_dns",
                "`origin_dns` is given together with `virtual_network_id`",
            )
            .with(network, "`virtual_network_id` is given here");
    }
}
