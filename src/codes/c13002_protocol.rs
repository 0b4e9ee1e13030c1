//! 13002: the zone's plan does not have the protocol, or the port is not open to it.

use super::code::{Cause, Code, Scope, Stage};
use super::fault::Faults;
use crate::model::{Field, Protocol, Tier, View};

pub(super) static CODE: Code = Code {
    number: Some(13002),
    slug: "protocol-not-available",
    title: "Protocol not available",
    stage: Stage::Protocol,
    causes: &[
        Cause::offline(
            "protocol-not-in-plan",
            "pro zones have ssh and minecraft, business zones rdp as well, enterprise zones every TCP and UDP port, free zones none",
            "use a protocol of the plan, or have the account team enable Spectrum as a paid add-on",
            not_in_plan,
        )
        .about(Scope::Zone),
        Cause::preflight(
            "port-not-open",
            Scope::Zone,
            "the zone has the protocol but not on this port: some ports are reserved, and a zone may have only some of them",
            "take a port that the zone's list of protocols names; the server's message names those that it refuses",
        )
        .told_by(&["port"]),
    ],
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

fn not_in_plan(view: &View<'_>, faults: &mut Faults) {
    let (Some(protocol), Some(tier)) = (view.protocol(), view.zone.tier) else { return };
    let Some(names) = names_of(tier) else { return };
    if names.iter().any(|name| name.parse::<Protocol>() == Ok(protocol)) {
        return;
    }
    let shown = view.app.shown(Field::Protocol);
    let fault = faults.report(view, Field::Protocol, format!("`protocol` is {shown}, which the plan {} does not have", tier.text()));
    if !names.is_empty() {
        fault.fix(format!("write one of {}, or have the account team enable Spectrum as a paid add-on", names.join(", ")));
    }
}
