//! `port-overlap`: two applications of the configuration on one hostname that share ports. Inferred: the edge could not tell them apart.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, Peer, View};

pub(super) static CODE: Code = Code {
    slug: "port-overlap",
    title: "Two applications on the same hostname and ports",
    stage: Stage::Hostname,
    field: Some(Field::Protocol),
    causes: &[Cause::offline(
        "ports-shared-on-hostname",
        "a hostname and port can belong to one application only",
        "use port ranges that do not overlap, or different hostnames",
        shared,
    )
    .about(Scope::Zone)],
    example: Example::apps(
        r#"game:
  protocol: tcp/3000-3009
  dns: {type: CNAME, name: app.example.com}
  origin_direct: ["tcp://192.0.2.1:3000-3009"]
chat:
  dns: {type: CNAME, name: app.example.com}
  origin_direct: ["tcp://192.0.2.1:4000"]"#,
        "  protocol: tcp/3005",
        "  protocol: tcp/4000",
    ),
    ..Code::RULE
};

/// Whether a peer is of the same zone and shares a port with the application.
pub(super) fn overlaps(view: &View<'_>, peer: &Peer) -> bool {
    let (Some(own), Some(other)) = (view.protocol(), peer.protocol) else { return false };
    peer.zone == view.zone.name
        && own.transport == other.transport
        && own.ports.overlaps(other.ports)
}

/// Applications with exactly the same ports are the same application twice, which has a rule of its own.
fn shared(view: &View<'_>, violations: &mut Violations) {
    let is_partial = |peer: &&Peer| {
        peer.protocol != view.protocol() && !peer.is_undeclared() && is_later(view, peer)
    };
    for peer in view.neighbours().filter(is_partial).filter(|peer| overlaps(view, peer)) {
        let (hostname, protocol) =
            (view.app.shown(Field::DnsName), view.app.shown(Field::Protocol));
        violations
            .report(
                view,
                Field::Protocol,
                format!("{protocol} on {hostname} shares ports with {}", peer.who),
            )
            .with(peer.place.as_ref(), format!("{} is here", peer.who));
    }
}
