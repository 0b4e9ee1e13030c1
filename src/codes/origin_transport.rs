//! `origin-transport`: what comes in as TCP goes out as TCP. Inferred, not documented; a warning therefore.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::finding::Severity;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "origin-transport",
    title: "Edge and origin with different transports",
    stage: Stage::Origin,
    field: Some(Field::OriginDirect),
    severity: Severity::Warning,
    causes: &[Cause::offline(
        "origin-of-other-transport",
        "Spectrum forwards TCP as TCP and UDP as UDP",
        "write the same transport in protocol and in every entry of origin_direct",
        other_transport,
    )],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        r#"origin_direct: ["udp://192.0.2.1:22"]"#,
        r#"origin_direct: ["tcp://192.0.2.1:22"]"#,
    ),
    ..Code::RULE
};

fn other_transport(view: &View<'_>, violations: &mut Violations) {
    let Some(protocol) = view.protocol() else { return };
    let origins = view.app.origins().iter().enumerate();
    for (number, origin) in origins.filter(|(_, it)| it.transport != protocol.transport) {
        let origin = view.app.part_shown(Field::OriginDirect, origin);
        let summary = format!(
            "`protocol` is {}, but `origin_direct` has {origin}",
            view.app.shown(Field::Protocol)
        );
        violations.report_member(view, (Field::OriginDirect, number), summary);
    }
}
