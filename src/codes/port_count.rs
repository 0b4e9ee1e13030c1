//! `port-count`: a range at the edge is answered by a range of the same length at the origin.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Ports, View};

pub(super) static CODE: Code = Code {
    slug: "port-count",
    title: "Edge and origin with different numbers of ports",
    stage: Stage::Origin,
    field: Some(Field::OriginDirect),
    causes: &[
        Cause::offline(
            "origin-direct-port-count",
            "each edge port maps to the origin port at the same position, so both ranges need the same length",
            "write ranges of the same length",
            in_origin_direct,
        ),
        Cause::offline(
            "origin-port-port-count",
            "each edge port maps to the port at the same position in `origin_port`, so both ranges need the same length",
            "write protocol and origin_port with ranges of the same length",
            in_origin_port,
        )
        .on(Field::OriginPort),
    ],
    example: Example::app(
        r"protocol: tcp/3000-3009
dns: {type: CNAME, name: game.example.com}",
        r#"origin_direct: ["tcp://192.0.2.1:3000-3005"]"#,
        r#"origin_direct: ["tcp://192.0.2.1:3000-3009"]"#,
    ),
    ..Code::RULE
};

/// Ranges inside a virtual network have a code of their own.
fn is_of_network(view: &View<'_>, ports: Ports) -> bool {
    view.app.has("virtual_network_id") && !ports.is_single()
}

fn in_origin_direct(view: &View<'_>, violations: &mut Violations) {
    let origins = view.app.origins().iter().enumerate();
    for (number, origin) in origins.filter(|(_, origin)| !is_of_network(view, origin.ports)) {
        compare(view, violations, (Field::OriginDirect, number), origin.ports);
    }
}

/// Beside `origin_direct` the API takes `origin_port` without a use for it.
fn in_origin_port(view: &View<'_>, violations: &mut Violations) {
    let ports = view.app.origin_ports().filter(|ports| !is_of_network(view, *ports));
    if let Some(ports) = ports.filter(|_| view.app.has("origin_dns")) {
        compare(view, violations, (Field::OriginPort, 0), ports);
    }
}

fn compare(
    view: &View<'_>,
    violations: &mut Violations,
    (field, number): (Field, usize),
    ports: Ports,
) {
    let Some(protocol) = view.protocol().filter(|protocol| protocol.ports.count() != ports.count())
    else {
        return;
    };
    let shown = view.app.part_shown(field, ports);
    let summary = format!(
        "`protocol` {} has {}, but `{}` has {} ({shown})",
        view.app.shown(Field::Protocol),
        counted(protocol.ports),
        field.path(),
        counted(ports)
    );
    violations.report_member(view, (field, number), summary);
}

fn counted(ports: Ports) -> String {
    if ports.is_single() { "1 port".to_owned() } else { format!("{} ports", ports.count()) }
}
