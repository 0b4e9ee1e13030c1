//! 16001: the hostname belongs to another zone.

use super::code::{Cause, Code, Scope, Stage};
use super::order::{is_later, is_undeclared};
use super::violation::Violations;
use crate::model::{Field, Peer, View};

pub(super) static CODE: Code = Code {
    number: Some(16001),
    slug: "zone-mismatch",
    title: "Zone mismatch",
    stage: Stage::Hostname,
    field: Some(Field::DnsName),
    causes: &[
        Cause::offline(
            "name-outside-zone",
            "the hostname of an application must be the zone's name or a name below it",
            "move the application to the zone of its hostname, or use a hostname of this zone",
            outside,
        ),
        Cause::offline(
            "name-in-two-zones",
            "another zone already has an application with this hostname",
            "use another hostname, or delete the application in the other zone first",
            in_two_zones,
        )
        .about(Scope::Zone),
        Cause::on_call(
            "name-held-elsewhere",
            Scope::Account,
            "a zone that this run cannot see, or a deleted one, still has the hostname",
            "check that zones.NAME.id is the id of this zone; use another hostname, delete the application on the other zone first if you control it, or ask Cloudflare support to clean up the hostname",
        ),
    ],
    ..Code::REFUSAL
};

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
    let owner = view
        .zones
        .iter()
        .map(|other| other.name.as_str())
        .filter(|other| name.is_in_zone(other))
        .max_by_key(|other| other.len());
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

/// A peer of the configuration whose name lies outside its own zone is reported there; a live one is reported nowhere else.
fn is_its_own(peer: &Peer) -> bool {
    is_undeclared(peer) || peer.hostname.is_in_zone(&peer.zone)
}

fn in_two_zones(view: &View<'_>, violations: &mut Violations) {
    let is_at_home =
        view.app.hostname(Field::DnsName).is_some_and(|name| name.is_in_zone(&view.zone.name));
    let mut others =
        view.neighbours().filter(|peer| peer.zone != view.zone.name && is_its_own(peer));
    if let Some(other) = others.find(|peer| is_at_home && is_later(view, peer)) {
        let shown = view.app.shown(Field::DnsName);
        violations
            .report(
                view,
                Field::DnsName,
                format!("`dns.name` {shown} is used by {} of the zone {}", other.who, other.zone),
            )
            .with(other.place.as_ref(), format!("{} is here", other.who));
    }
}
