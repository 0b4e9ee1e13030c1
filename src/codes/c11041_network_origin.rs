//! 11041: a virtual network is reached by address, not by name.

use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11041),
    slug: "virtual-network-origin",
    title: "Virtual network requires origin direct",
    stage: Stage::VirtualNetwork,
    field: Some(Field::VirtualNetworkId),
    causes: &[Cause::offline(
        "virtual-network-with-origin-dns",
        "virtual network origins are IP addresses; DNS names are not supported",
        "replace origin_dns and origin_port with the private address and one port: origin_direct: [\"tcp://10.0.0.5:22\"]",
        with_origin_dns,
    )
    .on(Field::OriginDnsName)],
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
