//! `duplicate-identity`: one application written twice, in one file or in two.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "duplicate-identity",
    title: "The same application twice",
    stage: Stage::Hostname,
    field: Some(Field::DnsName),
    causes: &[Cause::offline(
        "same-hostname-and-protocol",
        "zone, hostname and protocol identify an application, so both entries are the same live application",
        "remove one of the two, or give it another port or hostname",
        twice,
    )
    .about(Scope::Zone)],
    example: Example::apps(
        r#"one:
  protocol: tcp/22
  dns: {type: CNAME, name: ssh.example.com}
  origin_direct: ["tcp://192.0.2.1:22"]
two:
  origin_direct: ["tcp://192.0.2.2:22"]
  dns: {type: CNAME, name: ssh.example.com}"#,
        "  protocol: tcp/22",
        "  protocol: tcp/2222",
    ),
    ..Code::RULE
};

fn twice(view: &View<'_>, violations: &mut Violations) {
    let Some(protocol) = view.protocol() else { return };
    let mut same = view.neighbours().filter(|peer| {
        peer.zone == view.zone.name && peer.protocol == Some(protocol) && !peer.is_undeclared()
    });
    if let Some(peer) = same.find(|peer| is_later(view, peer)) {
        let (hostname, protocol) =
            (view.app.shown(Field::DnsName), view.app.shown(Field::Protocol));
        violations
            .report(
                view,
                Field::DnsName,
                format!("{hostname} with {protocol} is {} already", peer.who),
            )
            .with(peer.place.as_ref(), format!("{} is here", peer.who));
    }
}
