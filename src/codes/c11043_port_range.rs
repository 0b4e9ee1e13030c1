//! 11043: a virtual network origin has a single port.

use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11043),
    slug: "virtual-network-port-range",
    title: "Virtual network no port range",
    stage: Stage::VirtualNetwork,
    field: Some(Field::Protocol),
    causes: &[
        Cause::offline(
            "port-range-in-origin-direct",
            "a virtual network origin has a single port",
            "write a single port, and add an application for each further port",
            in_origin_direct,
        ),
        Cause::offline(
            "port-range-in-origin-port",
            "a virtual network origin has a single port, so `origin_port` cannot be a range either",
            "remove origin_port, write the single port in origin_direct, and add an application for each further port",
            in_origin_port,
        )
        .reported_by(&["origin_port"]),
    ],
    ..Code::REFUSAL
};

fn in_origin_direct(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("virtual_network_id") {
        return;
    }
    for origin in view.app.origins().iter().filter(|origin| !origin.ports.is_single()) {
        let shown = view.app.part_shown(Field::OriginDirect, origin);
        violations.report(
            view,
            Field::OriginDirect,
            format!(
                "`origin_direct` has {shown}, a range of ports, together with `virtual_network_id`"
            ),
        );
    }
}

fn in_origin_port(view: &View<'_>, violations: &mut Violations) {
    let is_range = view.app.origin_ports().is_some_and(|ports| !ports.is_single());
    if is_range && view.app.has("virtual_network_id") {
        let shown = view.app.shown(Field::OriginPort);
        violations.report(
            view,
            Field::OriginPort,
            format!(
                "`origin_port` is {shown}, a range of ports, together with `virtual_network_id`"
            ),
        );
    }
}
