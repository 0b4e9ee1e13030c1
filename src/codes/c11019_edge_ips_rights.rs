//! 11019: the account exists and has BYOIP, but these addresses are not open to it or to the token.

use std::net::IpAddr;

use super::c11018_edge_ips::has_no_addresses;
use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::BYOIP;
use super::violation::Violations;
use crate::model::facts::StaticAddresses;
use crate::model::{ApiCall, Field, IpNet, Keyword, Permission, View};

pub(super) static CODE: Code = Code {
    number: Some(11019),
    slug: "edge-ips-not-authorized",
    title: "edge_ips not authorized",
    more: BYOIP,
    stage: Stage::Entitlement,
    field: Some(Field::EdgeIpsIps),
    teaches: Some(CachePolicy { scope: Scope::Account, asks: edge_addresses, beside: None, granted: is_declared }),
    causes: &[
        Cause::preflight(
            "token-lacks-prefix-permission",
            Scope::Account,
            "the API checks static addresses against the account's prefixes, and this token may not read them",
            "add the permission Account > IP Prefixes: Read to the API token, or use the Global API Key",
        )
        .checked(withheld)
        .decided_by(|view| {
            addresses(view).is_some_and(|known| known.is_forbidden || known.read.contains("prefixes"))
        })
        .reported_by(&["permission", "token"]),
        Cause::preflight(
            "prefix-not-allocated",
            Scope::Account,
            "the address is in no prefix that is allocated to the account, leased by it or delegated to it",
            "use an address of one of the account's prefixes, or have the prefix allocated to this account",
        )
        .checked(not_allocated)
        .decided_by(|view| addresses(view).is_some_and(|known| !known.is_forbidden))
        .reported_by(&["prefix", "allocat"]),
    ],
    example: Example::app_in(
        "prefixes: [{cidr: 198.51.100.0/24}]",
        r#"protocol: tcp/22
dns: {type: ADDRESS, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "edge_ips: {type: static, ips: [203.0.113.7]}",
        "edge_ips: {type: static, ips: [198.51.100.7]}",
    ),
    ..Code::REFUSAL
};

/// The static addresses that an application asks for.
pub(super) fn edge_addresses(view: &View<'_>) -> Option<String> {
    let is_static = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let ips: Vec<String> = view.app.static_ips().iter().map(ToString::to_string).collect();
    let noun = if ips.len() == 1 { "address" } else { "addresses" };
    (is_static && !ips.is_empty()).then(|| format!("edge {noun} {}", ips.join(", ")))
}

/// Whether the configuration says that the account may use all of the addresses.
fn is_declared(view: &View<'_>) -> bool {
    let declared = view.zone.edge_prefixes.as_ref();
    declared.is_some_and(|declared| {
        let mut ips = view.app.static_ips().iter();
        ips.all(|ip| declared.iter().any(|net| net.contains(ip)))
    })
}

/// What was read of the account's addresses, for an application that has static ones.
fn addresses<'a>(view: &View<'a>) -> Option<&'a StaticAddresses> {
    let is_static = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    view.facts.filter(|_| is_static)?.account(view.zone)?.addresses.as_ref()
}

/// The pages say that a token without the permission may be refused, so this is likely and not certain.
fn withheld(view: &View<'_>, violations: &mut Violations) {
    let Some(addresses) = addresses(view).filter(|addresses| addresses.is_forbidden) else {
        return;
    };
    let shown = view.app.shown(Field::EdgeIpsIps);
    let violation = violations.report(
        view,
        Field::EdgeIpsIps,
        format!("the token may not read the account's prefixes, so Cloudflare may refuse {shown}"),
    );
    violation.fix(format!(
        "give the token the {}, or use the Global API Key",
        ApiCall::Prefixes.permission().map(Permission::text).unwrap_or_default()
    ));
    if !addresses.is_whole {
        violation.as_warning();
    }
}

/// An address is usable if a list holds it, if a live application of the account has it, or if the configuration declares its prefix.
/// What is in none of them is doubtful, because a delegated prefix stands in no list, unless the configuration declares all prefixes.
fn not_allocated(view: &View<'_>, violations: &mut Violations) {
    let is_static = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let declared = view.zone.edge_prefixes.as_ref();
    let known = addresses(view);
    if !is_static || view.facts.is_none() || known.is_none() && declared.is_none() {
        return;
    }
    let blank = StaticAddresses::default();
    let known = known.unwrap_or(&blank);
    let is_told = known.is_forbidden || has_no_addresses(view, known);
    if is_told && declared.is_none() {
        return;
    }
    let is_usable = |ip: IpAddr| {
        known.holds(ip)
            || declared.is_some_and(|declared| declared.iter().any(|net| net.contains(&ip)))
            || view.is_live_ip(ip)
    };
    let addresses = view.app.static_ips().iter().enumerate();
    for (number, ip) in addresses.filter(|(_, ip)| !is_usable(**ip)) {
        let shown = view.app.part_shown(Field::EdgeIpsIps, ip);
        let place = if declared.is_some() { "edge_prefixes" } else { "list" };
        let id = view.zone.account.as_ref().map_or("", |account| account.as_str());
        let summary = format!("edge address {shown} is in no {place} of account {id}");
        let member = (Field::EdgeIpsIps, number);
        let violation = violations.report_member(view, member, summary.trim_end());
        if !known.is_whole {
            violation.why(read_words(known)).fix(way_out(known, declared, &shown));
        }
        if declared.is_none() && !known.is_whole {
            violation.as_warning();
        }
    }
}

/// What was read and what was not: `the prefixes and leases do not hold it; …`.
fn read_words(known: &StaticAddresses) -> String {
    let read: Vec<&str> = known.read.iter().copied().collect();
    let mut words = match read.is_empty() {
        true => "no list of the account was read".to_owned(),
        false => format!("read and without it: {}", read.join(", ")),
    };
    for (list, reason) in &known.unread {
        words += &format!("; the {list} could not be read ({reason})");
    }
    words
        + "; no live application of the account has it; a prefix that another account has delegated is in no list"
}

fn way_out(known: &StaticAddresses, declared: Option<&Vec<IpNet>>, shown: &str) -> String {
    let networks = |networks: &[IpNet]| {
        networks.iter().take(8).map(ToString::to_string).collect::<Vec<_>>().join(", ")
    };
    match declared {
        Some(declared) => format!(
            "use an address of {}, or add the prefix to edge_prefixes if the account may use it",
            networks(declared)
        ),
        None if known.listed.is_empty() => {
            format!("if the account may use it, declare it: edge_prefixes: [{shown}]")
        }
        None => format!(
            "use an address of {}; if the account may use this one, declare it: edge_prefixes: [{}, {shown}]",
            networks(&known.listed),
            networks(&known.listed)
        ),
    }
}
