//! `hostname-edge`: the applications of one hostname share its edge addresses, and so must agree on them.

use std::collections::BTreeSet;

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, Peer, View};

pub(super) static CODE: Code = Code {
    slug: "hostname-edge",
    title: "One hostname with different edge addresses",
    stage: Stage::Edge,
    field: Some(Field::DnsType),
    causes: &[
        Cause::offline(
            "mixed-dns-types",
            "a hostname has one type of DNS record, so all of its applications need the same `dns.type`",
            "write the same dns.type and edge_ips into all applications of the hostname, or use another hostname",
            types,
        )
        .about(Scope::Zone),
        Cause::offline(
            "mixed-static-addresses",
            "static edge addresses belong to the hostname, so all of its applications need the same list",
            "list the same addresses in every application of the hostname, or use another hostname",
            addresses,
        )
        .on(Field::EdgeIpsIps)
        .about(Scope::Zone),
    ],
    example: Example::apps(
        r#"ssh:
  protocol: tcp/22
  dns: {type: ADDRESS, name: app.example.com}
  origin_direct: ["tcp://192.0.2.1:22"]
  edge_ips: {type: static, ips: [198.51.100.7]}
web:
  protocol: tcp/443
  origin_direct: ["tcp://192.0.2.1:443"]"#,
        "  dns: {type: CNAME, name: app.example.com}",
        r"  dns: {type: ADDRESS, name: app.example.com}
  edge_ips: {type: static, ips: [198.51.100.7]}",
    ),
    ..Code::RULE
};

/// The first application of the same hostname and zone that differs in some way, where that is reported here.
fn differing<'a>(view: &View<'a>, differs: impl Fn(&Peer) -> bool) -> Option<&'a Peer> {
    view.neighbours()
        .find(|peer| peer.zone == view.zone.name && differs(peer) && is_later(view, peer))
}

fn types(view: &View<'_>, violations: &mut Violations) {
    let Some(own) = view.app.keyword(Field::DnsType) else { return };
    if let Some(peer) = differing(view, |peer| peer.dns_type.is_some_and(|other| other != own)) {
        let (hostname, shown) = (view.app.shown(Field::DnsName), view.app.shown(Field::DnsType));
        violations
            .report(
                view,
                Field::DnsType,
                format!("`dns.type` of {hostname} is {shown}, but not so in {}", peer.who),
            )
            .with(peer.place.as_ref(), format!("{} is here", peer.who));
    }
}

fn addresses(view: &View<'_>, violations: &mut Violations) {
    let own: BTreeSet<_> = view.app.static_ips().iter().copied().collect();
    if own.is_empty() {
        return;
    }
    if let Some(peer) =
        differing(view, |peer| !peer.static_ips.is_empty() && peer.static_ips != own)
    {
        let hostname = view.app.shown(Field::DnsName);
        violations
            .report(
                view,
                Field::EdgeIpsIps,
                format!("`edge_ips.ips` of {hostname} differ from those of {}", peer.who),
            )
            .with(peer.place.as_ref(), format!("{} is here", peer.who));
    }
}
