//! `udp-ip-firewall`: IP Access rules apply to TCP only.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "udp-ip-firewall",
    title: "IP Access rules on UDP",
    stage: Stage::Edge,
    field: Some(Field::IpFirewall),
    causes: &[Cause::offline(
        "ip-firewall-on-udp",
        "IP Access rules apply to TCP applications only, so nothing would be filtered",
        "remove ip_firewall, and filter at the origin or with Magic Firewall",
        on_udp,
    )],
    example: Example::app(
        r#"protocol: udp/53
dns: {type: CNAME, name: dns.example.com}
origin_direct: ["udp://192.0.2.1:53"]"#,
        "ip_firewall: true",
        "",
    ),
    ..Code::RULE
};

fn on_udp(view: &View<'_>, violations: &mut Violations) {
    let is_udp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Udp);
    if is_udp && view.app.is_on(Field::IpFirewall) {
        violations.report(view, Field::IpFirewall, "`ip_firewall` is on for UDP");
    }
}
