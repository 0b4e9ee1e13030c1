//! What Cloudflare refuses in an account, written by hand from the documentation of the API and its page of error codes; shares nothing with
//! the program. Codes are those that the API answers with; 1004 stands for a refusal without a number of its own.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::Value as Json;

use super::account::{Account, NETWORK, Placed, Zone};

/// The codes with which a call would be refused.
pub(super) type Codes = BTreeSet<u32>;

/// Codes of which either of two applications may be blamed.
pub(super) const SHARED: [u32; 5] = [1004, 11033, 11034, 12005, 16001];

fn text<'a>(app: &'a Json, pointer: &str) -> Option<&'a str> {
    app.pointer(pointer).and_then(Json::as_str)
}

fn hostname(app: &Json) -> &str {
    text(app, "/dns/name").expect("an application has a hostname")
}

fn is_in(name: &str, zone: &str) -> bool {
    name == zone || name.strip_suffix(zone).is_some_and(|rest| rest.ends_with('.'))
}

pub(super) fn is_static(app: &Json) -> bool {
    text(app, "/edge_ips/type") == Some("static")
}

pub(super) fn ips(app: &Json) -> BTreeSet<IpAddr> {
    let listed = app.pointer("/edge_ips/ips").and_then(Json::as_array);
    let listed = listed.into_iter().flatten().filter_map(Json::as_str);
    listed.map(|ip| ip.parse().expect("an address")).collect()
}

/// Whether it takes an address of the IPv4 quota for its hostname.
fn takes_ipv4(app: &Json) -> bool {
    !is_static(app) && text(app, "/edge_ips/connectivity") != Some("ipv6")
}

/// Transport, first and last port; the bare names stand for their ports.
fn ports(app: &Json) -> (&str, u16, u16) {
    let protocol = text(app, "/protocol").expect("an application has a protocol");
    let number = |text: &str| text.parse().expect("a port");
    match protocol {
        "ssh" => ("tcp", 22, 22),
        "rdp" => ("tcp", 3389, 3389),
        "minecraft" => ("tcp", 25565, 25565),
        _ => {
            let (transport, ports) = protocol.split_once('/').expect("a transport and ports");
            let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
            (transport, number(first), number(last))
        }
    }
}

/// Whether two are one and the same application: zone, hostname, transport and ports.
pub(super) fn is_same(one: &Placed, other: &Placed) -> bool {
    let identity = |placed: &Placed| {
        let (transport, first, last) = ports(&placed.app);
        (placed.zone.clone(), hostname(&placed.app).to_owned(), transport.to_owned(), first, last)
    };
    identity(one) == identity(other)
}

/// Of the zones of the account the one with the longest name that ends a name.
pub(super) fn owner<'a>(account: &'a Account, name: &str) -> Option<&'a Zone> {
    let holding = account.zones.iter().filter(|zone| zone.own && is_in(name, &zone.name));
    holding.max_by_key(|zone| zone.name.len())
}

/// What refuses an application beside these others.
pub(super) fn refusals(account: &Account, one: &Placed, others: &[Placed]) -> Codes {
    let mut codes = Codes::new();
    of_hostname(account, one, others, &mut codes);
    of_protocol(account, one, others, &mut codes);
    of_origin(account, one, &mut codes);
    of_edge(account, one, others, &mut codes);
    of_quota(account, one, others, &mut codes);
    of_extras(account, one, &mut codes);
    codes
}

fn of_hostname(account: &Account, one: &Placed, others: &[Placed], codes: &mut Codes) {
    let name = hostname(&one.app);
    let is_owner = owner(account, name).is_some_and(|zone| zone.name == one.zone);
    let in_other_zone =
        others.iter().any(|other| other.zone != one.zone && hostname(&other.app) == name);
    if !is_owner || in_other_zone {
        codes.insert(16001);
    }
    let is_by_hand = account.records.iter().any(|record| {
        record.zone == one.zone
            && record.name == name
            && record.proxied
            && ["A", "AAAA", "CNAME"].contains(&record.kind)
    });
    if is_by_hand || account.balancers.contains(&(one.zone.clone(), name.to_owned())) {
        codes.insert(81053);
    }
}

fn of_protocol(account: &Account, one: &Placed, others: &[Placed], codes: &mut Codes) {
    let (zone, (transport, first, last)) = (account.zone(&one.zone), ports(&one.app));
    let own = |port: u16| transport == "tcp" && first == last && first == port;
    let is_in_plan = match zone.plan {
        "enterprise" => true,
        "business" => own(22) || own(25565) || own(3389),
        "pro" => own(22) || own(25565),
        _ => false,
    };
    let is_open = zone.ports.as_ref().is_none_or(|open| {
        open.iter().any(|(listed, open)| {
            *listed == transport && (first..=last).all(|port| open.contains(&port))
        })
    });
    if !is_in_plan || !is_open {
        codes.insert(13002);
    }
    let overlaps = |other: &Placed| {
        let (its, from, to) = ports(&other.app);
        its == transport && from <= last && first <= to
    };
    let neighbours = others.iter().filter(|other| hostname(&other.app) == hostname(&one.app));
    if neighbours.filter(|other| other.zone == one.zone).any(overlaps) {
        codes.insert(1004);
    }
    if matches!(zone.plan, "pro" | "business") {
        let is_same = |other: &&Placed| ports(&other.app) == ports(&one.app);
        if others.iter().filter(|other| other.zone == one.zone).any(|other| is_same(&other)) {
            codes.insert(11034);
        }
        let allowed = ["protocol", "dns", "origin_direct", "id"];
        let app = one.app.as_object().expect("an application is an object");
        if app.keys().any(|key| !allowed.contains(&key.as_str())) {
            codes.insert(10012);
        }
    }
}

fn of_origin(account: &Account, one: &Placed, codes: &mut Codes) {
    if let Some(name) = text(&one.app, "/origin_dns/name") {
        let is_own = owner(account, name).is_some_and(|zone| zone.name == one.zone);
        if !is_own || is_missing(account, &one.zone, name) {
            codes.insert(11050);
        }
    }
    if let Some(network) = text(&one.app, "/virtual_network_id") {
        let origins = one.app["origin_direct"].as_array().into_iter().flatten();
        let is_routed =
            |origin: &Json| origin.as_str().is_some_and(|origin| origin.starts_with("tcp://10.7."));
        let is_there = account.has_network && network == NETWORK;
        if !is_there || !origins.into_iter().all(is_routed) {
            codes.insert(11044);
        }
    }
}

/// Whether a zone whose DNS is known has neither record, wildcard nor load balancer for a name.
pub(super) fn is_missing(account: &Account, zone: &str, name: &str) -> bool {
    let records = || account.records.iter().filter(|record| record.zone == zone);
    let balancers = || account.balancers.iter().filter(|(home, _)| home == zone);
    if records().next().is_none() && balancers().next().is_none() {
        return false;
    }
    let mut names = vec![name.to_owned()];
    let mut rest = name;
    while let Some((_, above)) = rest.split_once('.').filter(|_| rest != zone) {
        names.push(format!("*.{above}"));
        rest = above;
    }
    let has_record = records().any(|record| names.contains(&record.name));
    !has_record && !balancers().any(|(_, balancer)| balancer == name)
}

fn of_edge(account: &Account, one: &Placed, others: &[Placed], codes: &mut Codes) {
    let (zone, own) = (account.zone(&one.zone), ips(&one.app));
    let wanted = if is_static(&one.app) { "ADDRESS" } else { "CNAME" };
    if text(&one.app, "/dns/type") != Some(wanted) {
        codes.insert(11004);
    }
    let neighbours = others
        .iter()
        .filter(|other| other.zone == one.zone && hostname(&other.app) == hostname(&one.app));
    for other in neighbours {
        let its = ips(&other.app);
        let is_other_type = text(&other.app, "/dns/type") != text(&one.app, "/dns/type");
        if is_other_type || !own.is_empty() && !its.is_empty() && own != its {
            codes.insert(1004);
        }
    }
    if !is_static(&one.app) {
        return;
    }
    if !zone.entitlements.contains("byoip") {
        codes.insert(11018);
    }
    let holds = |other: &Placed, ip: &IpAddr| ips(&other.app).contains(ip);
    let is_usable = |ip: &IpAddr| {
        let live = others.iter().filter(|other| account.zone(&other.zone).own);
        account.has(*ip) || live.into_iter().any(|other| holds(other, ip))
    };
    if !account.may.contains("IP Prefixes Read") || !own.iter().all(is_usable) {
        codes.insert(11019);
    }
    let elsewhere = others.iter().filter(|other| other.zone != one.zone);
    if elsewhere.into_iter().any(|other| own.iter().any(|ip| holds(other, ip))) {
        codes.insert(11033);
    }
}

/// Whether the token shows of each static address that the account may use it: in a list, or because a live application has it.
pub(super) fn is_surely_usable(account: &Account, one: &Placed) -> bool {
    let reads = |permission: &str| account.may.contains(permission);
    let is_live = |ip: &IpAddr| {
        let seen = account.live.iter().filter(|live| {
            account.zone(&live.zone).own && (account.names(&live.zone) || account.shows(&live.zone))
        });
        seen.into_iter().any(|live| ips(&live.app).contains(ip))
    };
    let is_shown = |ip: &IpAddr| account.has(*ip) && !account.is_delegated(*ip) || is_live(ip);
    let lists = reads("IP Prefixes Read") && reads("Address Maps Read");
    lists && ips(&one.app).iter().all(is_shown)
}

fn of_quota(account: &Account, one: &Placed, others: &[Placed], codes: &mut Codes) {
    if is_beyond_zone(account, one, others) || is_beyond_account(account, one, others) {
        codes.insert(12005);
    }
}

fn is_beyond_zone(account: &Account, one: &Placed, others: &[Placed]) -> bool {
    is_beyond(account.zone(&one.zone).quota, one, others, |other| other.zone == one.zone)
}

fn is_beyond_account(account: &Account, one: &Placed, others: &[Placed]) -> bool {
    is_beyond(account.quota, one, others, |other| account.zone(&other.zone).own)
}

fn is_beyond(
    quota: Option<u32>,
    one: &Placed,
    others: &[Placed],
    counts: impl Fn(&Placed) -> bool,
) -> bool {
    let taken = others.iter().filter(|other| counts(other) && takes_ipv4(&other.app));
    let taken: BTreeSet<&str> = taken.map(|other| hostname(&other.app)).collect();
    let is_new = !taken.contains(hostname(&one.app));
    takes_ipv4(&one.app) && is_new && quota.is_some_and(|quota| taken.len() >= quota as usize)
}

fn of_extras(account: &Account, one: &Placed, codes: &mut Codes) {
    let zone = account.zone(&one.zone);
    if one.app["argo_smart_routing"] == true && !zone.entitlements.contains("argo") {
        codes.insert(11026);
    }
    if one.app["traffic_type"] == "ftp" && !zone.entitlements.contains("ftp") {
        codes.insert(11014);
    }
}

/// What a plan can know of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Knowable {
    /// Certain: a finding of the code.
    Yes,
    /// Not with what the token may do, and a plan says so.
    NotWithThisToken,
    /// Not at all before the call.
    No,
}

/// What a plan of the account can know of a refusal that is due.
pub(super) fn knowable(account: &Account, one: &Placed, others: &[Placed], code: u32) -> Knowable {
    let from = |known: bool| if known { Knowable::Yes } else { Knowable::No };
    let says = |extra: &str| {
        account.said(&one.zone, "entitlements").is_some_and(|said| said.get(extra).is_some())
    };
    let reads = |permission: &str| match account.may.contains(permission) {
        true => Knowable::Yes,
        false => Knowable::NotWithThisToken,
    };
    let is_seen = |name: &str| {
        let owner = owner(account, name);
        owner.is_none_or(|zone| account.shows(&zone.name) || account.names(&zone.name))
    };
    match code {
        11014 => from(says("ftp")),
        11026 => from(says("argo")),
        11018 => from(says("byoip")),
        11033 => from(is_holder_seen(account, one, others)),
        16001 => from(is_seen(hostname(&one.app)) && !is_legacy(account, one, others)),
        11044 => reads("Cloudflare Tunnel Read"),
        81053 if account.balancers.contains(&(one.zone.clone(), hostname(&one.app).to_owned())) => {
            reads("Load Balancers Read")
        }
        81053 => reads("DNS Read"),
        11050 => of_origin_name(account, one, is_seen, reads),
        12005 => from(is_quota_seen(account, one, others)),
        _ => Knowable::Yes,
    }
}

fn of_origin_name(
    account: &Account,
    one: &Placed,
    is_seen: impl Fn(&str) -> bool,
    reads: impl Fn(&str) -> Knowable,
) -> Knowable {
    let name = text(&one.app, "/origin_dns/name").expect("it is about a name");
    let is_own = owner(account, name).is_some_and(|zone| zone.name == one.zone);
    match (is_own, is_seen(name), reads("DNS Read")) {
        (false, true, _) => Knowable::Yes,
        (false, false, _) => Knowable::No,
        (true, _, Knowable::Yes) => reads("Load Balancers Read"),
        (true, _, unread) => unread,
    }
}

/// Whether a zone that holds one of the addresses can be read.
fn is_holder_seen(account: &Account, one: &Placed, others: &[Placed]) -> bool {
    let own = ips(&one.app);
    others.iter().any(|other| {
        let zone = account.zone(&other.zone);
        let is_read = account.names(&zone.name) || zone.own && account.shows(&zone.name);
        other.zone != one.zone && is_read && !own.is_disjoint(&ips(&other.app))
    })
}

/// Whether only an application on a name that its zone does not own stands in the way, in a zone that a plan does not list.
fn is_legacy(account: &Account, one: &Placed, others: &[Placed]) -> bool {
    let is_owner = owner(account, hostname(&one.app)).is_some_and(|zone| zone.name == one.zone);
    let mut holders = others
        .iter()
        .filter(|other| other.zone != one.zone && hostname(&other.app) == hostname(&one.app));
    is_owner && !holders.any(|other| account.names(&other.zone))
}

/// Whether the quota is declared, and all that counts is in zones that the configuration names: a plan lists other zones for static
/// addresses only.
fn is_quota_seen(account: &Account, one: &Placed, others: &[Placed]) -> bool {
    let is_counted = |live: &&Placed| account.zone(&live.zone).own && takes_ipv4(&live.app);
    let mut counted = account.live.iter().filter(is_counted);
    let says_zone = account.said(&one.zone, "ipv4_quota").is_some();
    says_zone && is_beyond_zone(account, one, others)
        || account.says_quota
            && is_beyond_account(account, one, others)
            && counted.all(|live| account.names(&live.zone))
}
