//! `origin-port-beside-direct`: `origin_port` beside addresses that have another port.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::finding::Severity;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "origin-port-beside-direct",
    title: "origin_port beside another port in origin_direct",
    stage: Stage::Origin,
    field: Some(Field::OriginPort),
    inferred_number: None,
    severity: Severity::Warning,
    causes: &[Cause::offline(
        "two-origin-ports",
        "the API accepts `origin_port` beside `origin_direct`, and no page says which of the two ports it uses",
        "remove origin_port, and write the port in each entry of origin_direct",
        differs,
    )],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        r#"origin_direct: ["tcp://192.0.2.1:22"]
origin_port: 2222"#,
        r#"origin_direct: ["tcp://192.0.2.1:2222"]"#,
    ),
    ..Code::RULE
};

fn differs(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginPort;
    let Some(ports) = view.app.origin_ports().filter(|_| !view.app.has("virtual_network_id"))
    else {
        return;
    };
    if let Some(origin) = view.app.origins().iter().find(|origin| origin.ports != ports) {
        let direct = view.app.part_shown(Field::OriginDirect, origin);
        let summary =
            format!("`origin_port` is {}, and `origin_direct` has {direct}", view.app.shown(field));
        violations.report(view, field, summary);
    }
}
