//! 11043: a virtual network origin has a single port.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Origin, Ports, View};

/// The most rows that the fix writes, which is what one application with `each` may have.
const MAX_ROWS: u32 = 10_000;

pub(super) static CODE: Code = Code {
    number: Some(11043),
    slug: "virtual-network-port-range",
    title: "Virtual network no port range",
    more: super::pages::NETWORK_ORIGIN,
    stage: Stage::VirtualNetwork,
    field: Some(Field::OriginDirect),
    causes: &[
        Cause::offline(
            "port-range-in-origin-direct",
            "a virtual network origin has a single port",
            "write a single port, and add an application for each further port",
            in_origin_direct,
        )
        .on(Field::OriginDirect),
        Cause::offline(
            "port-range-in-origin-port",
            "a virtual network origin has a single port, so `origin_port` cannot be a range either",
            "remove origin_port, write the single port in origin_direct, and add an application for each further port",
            in_origin_port,
        )
        .on(Field::OriginPort)
        .reported_by(&["origin_port"]),
    ],
    example: Example::app(
        r"dns: {type: CNAME, name: files.example.com}
virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415",
        r#"protocol: tcp/5000-5001
origin_direct: ["tcp://10.0.0.5:5000-5001"]"#,
        r#"each: {port: 5000-5001}
protocol: tcp/${each.port}
origin_direct: ["tcp://10.0.0.5:${each.port}"]"#,
    ),
    ..Code::REFUSAL
};

fn in_origin_direct(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("virtual_network_id") {
        return;
    }
    let origins = view.app.origins().iter().enumerate();
    for (number, origin) in origins.filter(|(_, origin)| !origin.ports.is_single()) {
        let shown = view.app.part_shown(Field::OriginDirect, origin);
        let violation = violations.report_member(
            view,
            (Field::OriginDirect, number),
            format!(
                "`origin_direct` has {shown}, a range of ports, together with `virtual_network_id`"
            ),
        );
        if let Some(rows) = rows(view, origin) {
            violation.fix(rows);
        }
    }
}

/// The lines that make an application of each port, in place of those that are there; none where a variable hides the origin.
fn rows(view: &View<'_>, origin: &Origin) -> Option<String> {
    let is_shown = view.app.given.get(&Field::OriginDirect)?.mask.is_none();
    let edge = view.protocol().filter(|_| is_shown)?;
    let count = edge.ports.count();
    if count != origin.ports.count() || count > MAX_ROWS {
        return None;
    }
    let single = Ports { first: edge.ports.first, last: edge.ports.first };
    let address = Origin { ports: single, ..*origin }.to_string();
    let address = address.strip_suffix(&single.to_string())?;
    let (each, port) = if edge.ports == origin.ports {
        (format!("{{port: {}}}", edge.ports), "port")
    } else {
        let ports = edge.ports.first..=edge.ports.last;
        let pairs = ports.zip(origin.ports.first..=origin.ports.last);
        let rows: Vec<String> =
            pairs.map(|(key, port)| format!("{{key: \"{key}\", to: {port}}}")).collect();
        (format!("[{}]", rows.join(", ")), "to")
    };
    let key = if port == "port" { "port" } else { "key" };
    Some(format!(
        "write an application for each port:\neach: {each}\nprotocol: {}/${{each.{key}}}\n\
         origin_direct: [\"{address}${{each.{port}}}\"]",
        edge.transport
    ))
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
