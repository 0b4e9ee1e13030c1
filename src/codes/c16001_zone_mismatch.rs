//! 16001: the hostname belongs to another zone.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, Peer, View};

pub(super) static CODE: Code = Code {
    number: Some(16001),
    slug: "zone-mismatch",
    title: "Zone mismatch",
    stage: Stage::Hostname,
    field: Some(Field::DnsName),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks, beside: None, granted: |_| false }),
    causes: &[
        Cause::offline(
            "name-outside-zone",
            "the hostname of an application must be the zone's name or a name below it",
            "move the application to the zone of its hostname, or use a hostname of this zone",
            outside,
        ),
        Cause::offline(
            "name-of-child-zone",
            "of the zones of an account, the one with the longest name that ends a hostname owns it",
            "move the application to the zone that owns its hostname, or use a hostname that only this zone holds",
            of_child_zone,
        ),
        Cause::preflight(
            "name-in-two-zones",
            Scope::Zone,
            "another zone already has an application with this hostname",
            "use another hostname, or delete the application in the other zone first",
        )
        .checked(in_two_zones),
        Cause::on_call(
            "name-held-elsewhere",
            Scope::Account,
            "a zone that this run cannot see, or a deleted one, still has the hostname",
            "check that zones.NAME.id is the id of this zone; use another hostname, delete the application on the other zone first if you control it, or ask Cloudflare support to clean up the hostname",
        ),
    ],
    example: Example::app(
        r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "dns: {type: CNAME, name: ssh.example.net}",
        "dns: {type: CNAME, name: ssh.example.com}",
    ),
    ..Code::REFUSAL
};

/// The hostname of an application.
pub(super) fn asks(view: &View<'_>) -> Option<String> {
    view.app.hostname(Field::DnsName).map(|name| format!("hostname {name}"))
}

/// A single label is reported by a rule of its own, which knows what to write.
fn outside(view: &View<'_>, violations: &mut Violations) {
    let zone = &view.zone.name;
    let Some(name) =
        view.app.hostname(Field::DnsName).filter(|name| !zone.is_empty() && !name.is_short())
    else {
        return;
    };
    if name.is_in_zone(zone) {
        return;
    }
    let owner = name.endings().find_map(|ending| view.zones_named(ending).next());
    let owner = owner.map(|zone| zone.name.as_str());
    let shown = view.app.shown(Field::DnsName);
    let violation = violations.report(
        view,
        Field::DnsName,
        format!("`dns.name` is {shown}, which does not lie in {zone}"),
    );
    if let Some(owner) = owner {
        violation.fix(format!(
            "move the application under zones.{owner}.apps, or use a hostname of {zone}"
        ));
    }
}

/// The name lies in this zone by its ending, and a zone with a longer name takes it away.
fn of_child_zone(view: &View<'_>, violations: &mut Violations) {
    let zone = &view.zone.name;
    let name = view.app.hostname(Field::DnsName);
    let Some(name) = name.filter(|name| !zone.is_empty() && name.is_in_zone(zone)) else { return };
    let Some(owner) = view.owner(name).filter(|owner| owner != zone) else { return };
    let shown = view.app.shown(Field::DnsName);
    let summary = format!("`dns.name` is {shown}, which belongs to the zone {owner}");
    violations.report(view, Field::DnsName, summary).fix(format!(
        "move the application under zones.{owner}.apps, or use a hostname of {zone} that does not end in {owner}"
    ));
}

/// A peer of the configuration in a zone that does not own its name is reported there; a live one is reported nowhere else.
fn is_its_own(view: &View<'_>, peer: &Peer) -> bool {
    let is_sibling = view.zones_named(&peer.zone).any(|zone| view.is_sibling(zone));
    let owns = if is_sibling {
        view.owner(&peer.hostname) == Some(peer.zone.as_str())
    } else {
        peer.hostname.is_in_zone(&peer.zone)
    };
    peer.is_undeclared() || owns
}

fn in_two_zones(view: &View<'_>, violations: &mut Violations) {
    let is_owner = view
        .app
        .hostname(Field::DnsName)
        .is_some_and(|name| view.owner(name) == Some(view.zone.name.as_str()));
    let mut others =
        view.neighbours().filter(|peer| peer.zone != view.zone.name && is_its_own(view, peer));
    if let Some(other) = others.find(|peer| is_owner && is_later(view, peer)) {
        let shown = view.app.shown(Field::DnsName);
        violations
            .report(
                view,
                Field::DnsName,
                format!("`dns.name` {shown} is used by {}", other.described()),
            )
            .with(other.place.as_ref(), format!("{} is here", other.who));
    }
}
