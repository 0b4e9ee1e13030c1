//! 11034: pay-as-you-go zones have one application per protocol.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, Spec, View};

pub(super) static CODE: Code = Code {
    number: Some(11034),
    slug: "one-per-protocol",
    title: "Cannot create more applications for protocol",
    stage: Stage::Quota,
    field: Some(Field::Protocol),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks, beside: None, granted: |_| false }),
    causes: &[Cause::offline(
        "second-application-of-protocol",
        "an account that pays for Spectrum by use (a pro or business zone) may have one application per protocol",
        "remove one of the two, or ask the account team to enable Spectrum as a paid add-on",
        second,
    )
    .about(Scope::Zone)
    .decided_by(|view| view.zone.pays_as_it_goes())],
    example: Example::file(
        r#"version: 1
zones:
  example.com:
    plan: pro
    apps:
      one:
        protocol: ssh
        dns: {type: CNAME, name: one.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]
      two:
        dns: {type: CNAME, name: two.example.com}"#,
        r#"        protocol: ssh
        origin_direct: ["tcp://192.0.2.2:22"]"#,
        r#"        protocol: minecraft
        origin_direct: ["tcp://192.0.2.2:25565"]"#,
    ),
    ..Code::REFUSAL
};

/// A further application on a protocol that another one of the zone has; none for the one that is live on it.
fn asks(view: &View<'_>) -> Option<String> {
    let protocol = view.protocol()?;
    let is_live = view.live.and_then(Spec::protocol) == Some(protocol);
    let mut others = view.peers.in_zone(&view.zone.name).filter(|peer| peer.who != view.who);
    let has_other = others.any(|peer| peer.protocol == Some(protocol));
    (has_other && !is_live).then(|| format!("one more application on {protocol}"))
}

fn second(view: &View<'_>, violations: &mut Violations) {
    let Some(protocol) = view.protocol().filter(|_| view.zone.pays_as_it_goes()) else { return };
    let mut others = view
        .peers
        .in_zone(&view.zone.name)
        .filter(|peer| peer.who != view.who && peer.protocol == Some(protocol));
    if let Some(other) = others.find(|peer| is_later(view, peer)) {
        let shown = view.app.shown(Field::Protocol);
        violations
            .report(
                view,
                Field::Protocol,
                format!("{shown} is the protocol of {} already", other.who),
            )
            .with(other.place.as_ref(), format!("{} is here", other.who));
    }
}
