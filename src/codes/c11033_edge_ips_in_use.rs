//! 11033: an edge address serves one zone only.

use super::c11019_edge_ips_rights::edge_addresses;
use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11033),
    slug: "edge-ips-in-use",
    title: "edge_ips in use",
    stage: Stage::Edge,
    field: Some(Field::EdgeIpsIps),
    teaches: Some(CachePolicy {
        scope: Scope::Zone,
        asks: edge_addresses,
        beside: None,
        granted: |_| false,
    }),
    causes: &[
        Cause::offline(
            "edge-ip-in-other-zone",
            "a static edge address can be used in one zone only",
            "use another address, or remove it from the other zone first",
            in_other_zone,
        ),
        Cause::on_call(
            "edge-ip-held-by-orphan",
            Scope::Account,
            "no zone that this run has read uses the address: an application of another zone, or an old one on a deleted zone, may still hold it",
            "use another address, remove it from the other zone first, or ask Cloudflare support to clean up the orphaned application; give them the address and the Ray ID",
        ),
    ],
    example: Example::file(
        r#"version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: ADDRESS, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]
        edge_ips: {type: static, ips: [198.51.100.7]}
  example.net:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: ADDRESS, name: ssh.example.net}
        origin_direct: ["tcp://192.0.2.1:22"]"#,
        "        edge_ips: {type: static, ips: [198.51.100.7]}",
        "        edge_ips: {type: static, ips: [198.51.100.8]}",
    ),
    ..Code::REFUSAL
};

fn in_other_zone(view: &View<'_>, violations: &mut Violations) {
    if view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic)
        && view.app.get(Field::EdgeIpsType).is_some()
    {
        return;
    }
    for (number, ip) in view.app.static_ips().iter().enumerate() {
        let other =
            view.peers.on_ip(*ip).find(|peer| peer.zone != view.zone.name && is_later(view, peer));
        if let Some(other) = other {
            let shown = view.app.part_shown(Field::EdgeIpsIps, ip);
            violations
                .report_member(
                    view,
                    (Field::EdgeIpsIps, number),
                    format!("edge address {shown} is used by {}", other.described()),
                )
                .with(other.place.as_ref(), format!("{} is here", other.who));
        }
    }
}
