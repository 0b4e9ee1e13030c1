//! `hostname-conflict`: a record that somebody made by hand has the hostname already. The API refuses it without a code of its own.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::facts::{Record, ZonePreflight};
use crate::model::{Field, Hostname, View};

pub(super) static CODE: Code = Code {
    slug: "hostname-conflict",
    inferred_number: Some(81053),
    title: "The hostname has a record of its own",
    docs: LIMITATIONS,
    http_status: &[400],
    stage: Stage::Hostname,
    field: Some(Field::DnsName),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks: super::c16001_zone_mismatch::asks, beside: None, granted: |_| false }),
    causes: &[
        Cause::preflight(
            "proxied-record",
            Scope::Zone,
            "Spectrum manages the DNS record of the hostname itself, so no other proxied A, AAAA or CNAME record may have the name",
            "delete the record, or use two names, such as app for the proxied record and app-tcp for Spectrum",
        )
        .checked(proxied)
        .decided_by(|view| {
            known(view).is_some_and(|(name, zone)| {
                zone.records.as_ref().is_some_and(|read| read.named(name.as_str()).is_some())
            })
        })
        .reported_by(&["already exists", "proxied"])
        .observed_as("An A, AAAA or CNAME record already exists with that host."),
        Cause::preflight(
            "load-balancer-hostname",
            Scope::Zone,
            "a hostname cannot be a load balancer and a Spectrum application at the same time",
            "use another hostname, with the load balancer as origin_dns.name",
        )
        .checked(balanced)
        .decided_by(|view| known(view).is_some_and(|(_, zone)| zone.load_balancers.is_some()))
        .reported_by(&["load balancer"]),
    ],
    example: Example::app_in(
        "dns_records: [{zone: example.com, type: A, name: app.example.com, content: 192.0.2.9, proxied: true}]",
        r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "dns: {type: CNAME, name: app.example.com}",
        "dns: {type: CNAME, name: app-tcp.example.com}",
    ),
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
