//! 11050: the record or load balancer behind `origin_dns` lies in a zone that this one may not use.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Hostname, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11050),
    slug: "origin-zone",
    title: "Invalid cross-zone origin DNS configuration",
    stage: Stage::Origin,
    field: Some(Field::OriginDnsName),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks, beside: None, granted: |_| false }),
    causes: &[
        Cause::offline(
            "origin-in-other-zone",
            "the DNS record or load balancer of an origin must be in the application's zone, and this name belongs to another one",
            "create a DNS-only record in the application's zone and use its name, or use origin_direct with the IP address",
            in_other_zone,
        )
        .about(Scope::Zone)
        .decided_by(|view| {
            let name = view.app.hostname(Field::OriginDnsName);
            name.is_some_and(|name| name.is_in_zone(&view.zone.name))
        }),
        Cause::preflight(
            "origin-record-missing",
            Scope::Zone,
            "the application's zone has neither a DNS record nor a load balancer of this name",
            "create the record in the application's zone; for an origin elsewhere create a DNS-only CNAME to it",
        )
        .checked(missing)
        .decided_by(has_read_names),
    ],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_port: 22",
        "origin_dns: {name: ec2.example.net}",
        "origin_dns: {name: ec2.example.com} # a DNS-only CNAME record with the content ec2.example.net",
    ),
    ..Code::REFUSAL
};

fn asks(view: &View<'_>) -> Option<String> {
    view.app.hostname(Field::OriginDnsName).map(|name| format!("origin_dns.name {name}"))
}

/// The names of other rules, which say more about them.
const SPECIAL: [&str; 2] = ["cfargotunnel.com", "cdn.cloudflare.net"];

/// The endings that no public name server knows.
const PRIVATE: [&str; 9] = [
    "internal",
    "local",
    "localdomain",
    "localhost",
    "lan",
    "intranet",
    "corp",
    "home.arpa",
    "cluster.local",
];

/// A name that only ends like the zone belongs to a child zone of it; any other name is of another zone or of none. Cloudflare looks
/// it up in neither.
fn in_other_zone(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsName;
    let Some(name) = view.app.hostname(field).filter(|_| !view.zone.name.is_empty()) else {
        return;
    };
    let owner = view.owner(name);
    let is_special = SPECIAL.iter().any(|ending| name.is_in_zone(ending));
    if owner == Some(view.zone.name.as_str()) || owner.is_none() && is_special || name.is_short() {
        return;
    }
    let (shown, zone) = (view.app.shown(field), &view.zone.name);
    let summary = match owner {
        Some(owner) => format!("`origin_dns.name` is {shown}, which belongs to the zone {owner}"),
        None => format!("`origin_dns.name` is {shown}, which is not a name of {zone}"),
    };
    let violation = violations.report(view, field, summary);
    if owner.is_none() {
        violation
            .why("Cloudflare looks the name up among the DNS records and load balancers of the application's own zone only")
            .fix(way_in(view, name, &shown));
    }
}

/// How an origin outside of the zone is named: by a record of the zone that points to it.
fn way_in(view: &View<'_>, name: &Hostname, shown: &str) -> String {
    let zone = &view.zone.name;
    if PRIVATE.iter().any(|ending| name.is_in_zone(ending)) {
        return format!(
            "use origin_direct with its address, and virtual_network_id if the address is private; for an origin \
             with a public name, create a DNS-only CNAME record in {zone} and write its name"
        );
    }
    let label = name.as_str().split('.').next().filter(|_| shown == name.as_str());
    let label = label.unwrap_or("origin");
    format!(
        "create a CNAME record in {zone}, DNS only: {label}.{zone} with the content {shown}; \
         then write origin_dns.name: {label}.{zone}; or use origin_direct with the IP address"
    )
}

/// Whether the records of the zone and its load balancers were read.
fn has_read_names(view: &View<'_>) -> bool {
    let zone = view.facts.and_then(|facts| facts.zone(view.zone));
    zone.is_some_and(|zone| zone.records.is_some() && zone.load_balancers.is_some())
}

/// A zone that was read whole and holds no record at all has its DNS elsewhere, and says nothing.
fn missing(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsName;
    let Some(name) =
        view.app.hostname(field).filter(|name| view.owner(name) == Some(view.zone.name.as_str()))
    else {
        return;
    };
    let Some(zone) = view.facts.and_then(|facts| facts.zone(view.zone)) else { return };
    let (Some(records), Some(balancers)) = (&zone.records, &zone.load_balancers) else { return };
    let says_nothing = records.asked.is_none() && records.is_empty() && balancers.is_empty();
    if says_nothing
        || balancers.contains(name.as_str())
        || records.resolves(name.as_str(), &view.zone.name) != Some(false)
    {
        return;
    }
    let shown = view.app.shown(field);
    let violation = violations.report(
        view,
        field,
        format!(
            "`origin_dns.name` {shown} has neither a DNS record nor a load balancer in {}",
            view.zone.name
        ),
    );
    if shown == name.as_str() {
        violation.fix(record(view, name));
    }
}

/// The record that is missing, as the dashboard and the tools that manage records take it. Its value is for somebody who knows the origin.
fn record(view: &View<'_>, name: &Hostname) -> String {
    let zone = &view.zone.name;
    let host = name.as_str().strip_suffix(zone.as_str()).unwrap_or(name.as_str());
    let host = Some(host.trim_end_matches('.')).filter(|host| !host.is_empty()).unwrap_or("@");
    let octodns_host = if host == "@" { "''" } else { host };
    let kind = match view.app.keyword(Field::OriginDnsType) {
        Some(Keyword::Aaaa) => "AAAA",
        Some(Keyword::Srv) => "SRV",
        _ => "A",
    };
    let (value, octodns, dnscontrol, terraform) = if kind == "SRV" {
        (
            "PRIORITY WEIGHT PORT TARGET",
            "{priority: PRIORITY, weight: WEIGHT, port: PORT, target: TARGET.}",
            "PRIORITY, WEIGHT, PORT, \"TARGET.\"",
            "data = { priority = PRIORITY, weight = WEIGHT, port = PORT, target = \"TARGET\" }",
        )
    } else {
        ("ADDRESS", "ADDRESS", "\"ADDRESS\", CF_PROXY_OFF", "content = \"ADDRESS\"")
    };
    let zone_id = view.zone.id.as_ref().map_or("ZONE_ID", |id| id.as_str());
    let label: String = host
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' })
        .collect();
    format!(
        "create this record, DNS only, with the origin's own values for the words in capitals\n\
         dashboard: type {kind}, name {host}, content {value}, proxy status DNS only\n\
         octoDNS: {octodns_host}: {{type: {kind}, value: {octodns}, octodns: {{cloudflare: {{proxied: false}}}}}}\n\
         dnscontrol: {kind}(\"{host}\", {dnscontrol})\n\
         Terraform:\n\
         resource \"cloudflare_dns_record\" \"origin_{label}\" {{\n\
         zone_id = \"{zone_id}\"\n\
         name = \"{name}\"\n\
         type = \"{kind}\"\n\
         {terraform}\n\
         ttl = 1\n\
         proxied = false\n\
         }}"
    )
}
