//! `hostname-conflict`: a record that somebody made by hand has the hostname already. The API refuses it without a code of its own.

use super::LIMITATIONS;
use super::code::{Cause, Code, Scope, Stage};
use super::violation::Violations;
use crate::model::facts::{Record, ZonePreflight};
use crate::model::{Field, Hostname, View};

pub(super) static CODE: Code = Code {
    slug: "hostname-conflict",
    title: "The hostname has a record of its own",
    docs: LIMITATIONS,
    http_status: &[400],
    stage: Stage::Hostname,
    field: Some(Field::DnsName),
    causes: &[
        Cause::preflight(
            "proxied-record",
            Scope::Zone,
            "Spectrum manages the record of an application's hostname itself, so that no proxied A, AAAA or CNAME record may have it",
            "delete the record, or split the names: one for the proxied record, such as app, and one for Spectrum, such as app-tcp",
        )
        .checked(proxied)
        .reported_by(&["already exists"]),
        Cause::preflight(
            "load-balancer-hostname",
            Scope::Zone,
            "a hostname leads either to a load balancer or to a Spectrum application",
            "give the application another hostname, and name the load balancer in its origin_dns",
        )
        .checked(balanced)
        .reported_by(&["load balancer"]),
    ],
    ..Code::REFUSAL
};

/// The hostname, and what is known of its zone.
fn known<'a>(view: &View<'a>) -> Option<(&'a Hostname, &'a ZonePreflight)> {
    Some((view.app.hostname(Field::DnsName)?, view.facts?.zone(view.zone)?))
}

fn proxied(view: &View<'_>, violations: &mut Violations) {
    let Some((name, zone)) = known(view) else { return };
    let conflicts =
        |record: &&Record| record.proxied && matches!(record.kind.as_str(), "A" | "AAAA" | "CNAME");
    let records = zone.records.as_ref().and_then(|records| records.named(name.as_str()));
    if let Some(record) = records.and_then(|mut records| records.find(conflicts)) {
        let shown = view.app.shown(Field::DnsName);
        violations.report(
            view,
            Field::DnsName,
            format!(
                "`dns.name` {shown} has a proxied {} record that was made by hand",
                record.kind
            ),
        );
    }
}

fn balanced(view: &View<'_>, violations: &mut Violations) {
    let Some((name, zone)) = known(view) else { return };
    if zone.load_balancers.as_ref().is_some_and(|balancers| balancers.contains(name.as_str())) {
        let shown = view.app.shown(Field::DnsName);
        violations.report(
            view,
            Field::DnsName,
            format!("`dns.name` {shown} is the hostname of a load balancer"),
        );
    }
}
