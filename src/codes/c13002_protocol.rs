//! 13002: the zone's plan does not have the protocol, or the port is not open to it.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::facts::OpenPorts;
use crate::model::{Field, Protocol, Tier, View};

pub(super) static CODE: Code = Code {
    number: Some(13002),
    slug: "protocol-not-available",
    title: "Protocol not available",
    stage: Stage::Protocol,
    field: Some(Field::Protocol),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks, beside: None, granted: |_| false }),
    causes: &[
        Cause::offline(
            "protocol-not-in-plan",
            "pro zones have ssh and minecraft, business zones also rdp, enterprise zones every TCP and UDP port, free zones none",
            "use a protocol of the plan, or ask the account team to enable Spectrum as a paid add-on",
            not_in_plan,
        )
        .about(Scope::Zone)
        .decided_by(|view| view.zone.tier.is_some()),
        Cause::preflight(
            "port-not-open",
            Scope::Zone,
            "the zone may not use this edge port: some ports are reserved, and some zones have only a few",
            "use a port from the zone's list of protocols; the API's message names the ports that are not allowed",
        )
        .checked(not_open)
        .decided_by(|view| {
            let zone = view.facts.and_then(|facts| facts.zone(view.zone));
            let listed = zone.and_then(|zone| zone.protocols.as_ref());
            let names = |open: &OpenPorts, protocol| !open.ports.is_empty() && open.holds(protocol);
            // A list without ports stands for every port, but some ports are reserved and in no list.
            listed.zip(view.protocol()).is_some_and(|(listed, protocol)| {
                listed.iter().any(|open| names(open, protocol))
            })
        })
        .reported_by(&["port"]),
    ],
    example: Example::file(
        r#"version: 1
zones:
  example.com:
    plan: pro
    apps:
      shell:
        dns: {type: CNAME, name: shell.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]"#,
        "        protocol: tcp/2222",
        "        protocol: ssh",
    ),
    ..Code::REFUSAL
};

/// The protocols of a plan by their names; every protocol where there is no list.
fn names_of(tier: Tier) -> Option<&'static [&'static str]> {
    match tier {
        Tier::Enterprise => None,
        Tier::Business => Some(&["ssh", "minecraft", "rdp"]),
        Tier::Pro => Some(&["ssh", "minecraft"]),
        Tier::Free => Some(&[]),
    }
}

fn not_in_plan(view: &View<'_>, violations: &mut Violations) {
    let (Some(protocol), Some(tier)) = (view.protocol(), view.zone.tier) else { return };
    let Some(names) = names_of(tier).filter(|names| !has(names, protocol)) else { return };
    let shown = view.app.shown(Field::Protocol);
    let violation = violations.report(
        view,
        Field::Protocol,
        format!("`protocol` is {shown}, which the plan {} does not have", tier.text()),
    );
    if !names.is_empty() {
        violation.fix(format!(
            "write one of {}, or ask the account team to enable Spectrum as a paid add-on",
            names.join(", ")
        ));
    }
}

/// Whether one of these names stands for the protocol.
fn has(names: &[&str], protocol: Protocol) -> bool {
    names.iter().any(|name| name.parse::<Protocol>() == Ok(protocol))
}

/// A transport with its ports is what is refused, however the protocol is spelled.
fn asks(view: &View<'_>) -> Option<String> {
    view.protocol().map(|protocol| format!("{}/{}", protocol.transport, protocol.ports))
}

/// The zone's own list, which may hold only some ports; a plan without the protocol is reported by itself.
fn not_open(view: &View<'_>, violations: &mut Violations) {
    let Some(protocol) = view.protocol() else { return };
    let is_in_plan = view.zone.tier.and_then(names_of).is_none_or(|names| has(names, protocol));
    let listed = view.facts.and_then(|facts| facts.zone(view.zone)?.protocols.as_ref());
    let Some(listed) = listed.filter(|listed| !listed.is_empty() && is_in_plan) else { return };
    if listed.iter().any(|open| open.holds(protocol)) {
        return;
    }
    let shown = view.app.shown(Field::Protocol);
    let violation = violations.report(
        view,
        Field::Protocol,
        format!("`protocol` is {shown}, and the zone may not use that port"),
    );
    violation.fix(format!("take a port that is open to the zone: {}", open_ports(listed)));
}

/// `tcp 22, 443; udp every port`.
fn open_ports(listed: &[OpenPorts]) -> String {
    let texts = listed.iter().map(|open| {
        let ports: Vec<String> = open.ports.iter().take(12).map(ToString::to_string).collect();
        let more = if open.ports.len() > ports.len() { ", …" } else { "" };
        if ports.is_empty() {
            format!("{} every port", open.name)
        } else {
            format!("{} {}{more}", open.name, ports.join(", "))
        }
    });
    texts.collect::<Vec<_>>().join("; ")
}
