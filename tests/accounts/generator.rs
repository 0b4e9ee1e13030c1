//! Random accounts: 1 to 50 zones and child zones, applications of others, addresses of every kind, records, load balancers, quotas, partial
//! tokens, and a configuration of a part of it with a mistake here and there.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::account::{Account, NETWORK, Placed, Record, Wanted, Zone};
use super::oracle;
use crate::support::Dice;

/// What a token may do beside the usual, where it is not whole.
const MORE: [&str; 6] = [
    "DNS Read",
    "Load Balancers Read",
    "IP Prefixes Read",
    "Address Maps Read",
    "Cloudflare Tunnel Read",
    "Account Settings Read",
];

/// An account out of a seed.
pub(super) fn account(seed: u64) -> Account {
    let dice = &mut Dice::new(seed);
    let mut account = Account {
        has_network: dice.chance(30),
        brought: dice.chance(75),
        leased: dice.chance(40),
        mapped: dice.chance(30),
        delegated: dice.chance(30),
        quota: dice.chance(15).then(|| 2 + dice.below(12) as u32),
        says_quota: dice.chance(70),
        says_account: dice.chance(50),
        ..Account::default()
    };
    let is_whole = dice.chance(65);
    account.may.extend(MORE.into_iter().filter(|_| is_whole || dice.chance(50)));
    add_zones(&mut account, dice);
    add_live(&mut account, dice);
    let configured = configured(&account, dice);
    for zone in &configured {
        let said = said(&account, zone, dice);
        account.said.push((zone.clone(), said));
    }
    if dice.chance(10) {
        let own = account.zones.iter().map(|zone| &zone.name);
        let covered = own.filter(|name| configured.contains(name) || dice.chance(30));
        account.covers = Some(covered.cloned().collect());
    }
    for zone in &configured {
        add_wanted(&mut account, zone, dice);
    }
    account
}

fn add_zones(account: &mut Account, dice: &mut Dice) {
    let count = match dice.below(10) {
        0..6 => 1 + dice.below(4),
        6..9 => 5 + dice.below(11),
        _ => 16 + dice.below(35),
    };
    for number in 0..count {
        let is_child = number > 0 && dice.chance(25);
        let parent = if is_child { dice.below(number) as usize } else { 0 };
        let name = match is_child {
            true => format!("c{number}.{}", account.zones[parent].name),
            false => format!("z{number}.example"),
        };
        let zone = zone(name, number, true, dice);
        account.zones.push(zone);
    }
    for number in 0..dice.below(3) {
        let zone = zone(format!("o{number}.example"), 100 + number, false, dice);
        account.zones.push(zone);
    }
}

fn zone(name: String, number: u64, own: bool, dice: &mut Dice) -> Zone {
    // The first zone can always be configured.
    let plan = match dice.below(100) {
        0..80 => "enterprise",
        80..87 => "business",
        87..94 => "pro",
        _ if number > 0 => "free",
        _ => "enterprise",
    };
    let is_narrow = plan == "enterprise" && dice.chance(10);
    let ports = is_narrow.then(|| vec![("tcp", vec![22, 80, 443, 1000, 1001]), ("udp", vec![53])]);
    let extras = ["byoip", "argo", "ftp"].into_iter().filter(|_| dice.chance(85)).collect();
    let quota = dice.chance(20).then(|| 1 + dice.below(6) as u32);
    Zone { name, id: format!("{number:031x}a"), own, plan, entitlements: extras, quota, ports }
}

/// The applications of others, which are live and in no configuration.
fn add_live(account: &mut Account, dice: &mut Dice) {
    let zones: Vec<String> = account.zones.iter().map(|zone| zone.name.clone()).collect();
    let mut holders: BTreeMap<String, String> = BTreeMap::new();
    for zone in &zones {
        let plan = account.zone(zone).plan;
        let count = match plan {
            "free" => 0,
            "enterprise" => dice.below(4),
            _ => dice.below(2),
        };
        for number in 0..count {
            let name = live_name(account, zone, number, dice);
            let port = if plan == "enterprise" { 2000 + dice.below(50) } else { 22 };
            let mut app = json!({
                "id": format!("{:032x}", (account.live.len() as u128 + 1) * 0xabcd_ef01),
                "protocol": format!("tcp/{port}"),
                "dns": {"type": "CNAME", "name": name},
                "origin_direct": ["tcp://192.0.2.9:9"],
            });
            let ip = address(account, dice);
            let is_free = holders.get(&ip).is_none_or(|holder| holder == zone);
            if plan == "enterprise" && dice.chance(35) && is_free {
                holders.insert(ip.clone(), zone.clone());
                app["dns"]["type"] = json!("ADDRESS");
                app["edge_ips"] = json!({"type": "static", "ips": [ip]});
            } else if dice.chance(20) && plan == "enterprise" {
                app["edge_ips"] = json!({"type": "dynamic", "connectivity": "ipv6"});
            }
            account.live.push(Placed { zone: zone.clone(), app });
        }
    }
}

/// A hostname of its own; seldom one that a child zone has taken away since.
fn live_name(account: &Account, zone: &str, number: u64, dice: &mut Dice) -> String {
    let mut children =
        account.zones.iter().filter(|other| other.name.ends_with(&format!(".{zone}")));
    match children.next().filter(|_| dice.chance(10)) {
        Some(child) => format!("a{number}.{}", child.name),
        None => format!("f{number}.{zone}"),
    }
}

/// A static address, mostly one that the account may use.
fn address(account: &Account, dice: &mut Dice) -> String {
    let mut kinds = vec!["192.0.2.2"];
    kinds.extend(account.brought.then_some("198.51.100."));
    kinds.extend(account.leased.then_some("172.65.64."));
    kinds.extend(account.mapped.then_some("172.65.65."));
    kinds.extend(account.delegated.then_some("203.0.113."));
    let kind = kinds[if dice.chance(10) { 0 } else { dice.below(kinds.len() as u64) as usize }];
    format!("{kind}{}", 1 + dice.below(if kind.ends_with("65.") { 2 } else { 8 }))
}

/// The zones that the configuration names, some of those that may have applications.
fn configured(account: &Account, dice: &mut Dice) -> Vec<String> {
    let able = account.zones.iter().filter(|zone| zone.own && zone.plan != "free");
    let mut able: Vec<String> = able.map(|zone| zone.name.clone()).collect();
    let mut chosen = BTreeSet::new();
    for _ in 0..=dice.below(4) {
        if !able.is_empty() {
            chosen.insert(able.swap_remove(dice.below(able.len() as u64) as usize));
        }
    }
    chosen.into_iter().collect()
}

/// What the configuration says of a zone; everything is true.
fn said(account: &Account, name: &str, dice: &mut Dice) -> Json {
    let zone = account.zone(name);
    let mut said = Map::new();
    if dice.chance(50) {
        said.insert("id".to_owned(), json!(zone.id));
    }
    if dice.chance(30) {
        said.insert("plan".to_owned(), json!(zone.plan));
    }
    if dice.chance(40) {
        let entry = |extra: &str| (extra.to_owned(), json!(zone.entitlements.contains(extra)));
        let entries: Map<String, Json> = ["byoip", "argo", "ftp"].map(entry).into_iter().collect();
        said.insert("entitlements".to_owned(), Json::Object(entries));
    }
    if let Some(quota) = zone.quota.filter(|_| dice.chance(60)) {
        said.insert("ipv4_quota".to_owned(), json!(quota));
    }
    if dice.chance(20) {
        said.insert("edge_prefixes".to_owned(), json!(account.networks()));
    }
    said.insert("unmanaged".to_owned(), json!(dice.one_of(&["ignore", "report"])));
    Json::Object(said)
}

fn add_wanted(account: &mut Account, zone: &str, dice: &mut Dice) {
    for number in 0..1 + dice.below(5) {
        let name = wanted_name(account, zone, number, dice);
        let app = match account.zone(zone).plan {
            "enterprise" => wanted(account, zone, name, dice),
            _ => pay_as_you_go(name, dice),
        };
        let placed = Placed { zone: zone.to_owned(), app };
        let wanted = become_live(account, placed, number, dice);
        account.wanted.push(wanted);
    }
}

/// Mostly a hostname of its own; else one of another application, of a child zone, of nowhere, or one that a record made by hand has.
fn wanted_name(account: &mut Account, zone: &str, number: u64, dice: &mut Dice) -> String {
    let own = format!("a{number}.{zone}");
    let child = account.zones.iter().find(|other| other.name.ends_with(&format!(".{zone}")));
    let child = child.map(|child| format!("a{number}.{}", child.name));
    let mut record = |name: &str, kind, proxied| {
        let (zone, name) = (zone.to_owned(), name.to_owned());
        account.records.push(Record { zone, name, kind, proxied });
    };
    match dice.below(100) {
        0..3 => record(&own, "A", true),
        3..5 => record(&own, "CNAME", true),
        5..9 => record(&own, "TXT", false),
        9..12 => account.balancers.push((zone.to_owned(), own.clone())),
        12..20 => return format!("a0.{zone}"),
        20..24 => return child.unwrap_or(own),
        24 => return "ssh.elsewhere.test".to_owned(),
        25 => return zone.to_owned(),
        _ => {}
    }
    own
}

fn pay_as_you_go(name: String, dice: &mut Dice) -> Json {
    let protocol = dice.one_of(&["ssh", "minecraft", "tcp/22", "rdp", "tcp/8080"]);
    let mut app = json!({
        "protocol": protocol, "dns": {"type": "CNAME", "name": name},
        "origin_direct": ["tcp://192.0.2.1:22"],
    });
    if dice.chance(10) {
        app["tls"] = json!("full");
    }
    app
}

fn wanted(account: &mut Account, zone: &str, name: String, dice: &mut Dice) -> Json {
    let transport = if dice.chance(20) { "udp" } else { "tcp" };
    let (first, last) = match dice.below(10) {
        0..6 => (22, 22),
        6..8 => (53, 53),
        8 => (443, 443),
        _ => (1000, 1001),
    };
    let ports = if first == last { first.to_string() } else { format!("{first}-{last}") };
    let mut app = json!({
        "protocol": format!("{transport}/{ports}"),
        "dns": {"type": "CNAME", "name": name},
    });
    add_edge(account, &mut app, dice);
    add_origin(account, zone, &mut app, (transport, &ports), dice);
    if transport == "tcp" && dice.chance(10) {
        app["argo_smart_routing"] = json!(true);
    } else if transport == "tcp" && dice.chance(5) && app.get("virtual_network_id").is_none() {
        app["traffic_type"] = json!("ftp");
    }
    if transport == "tcp" && dice.chance(20) {
        app["tls"] = json!(dice.one_of(&["full", "strict"]));
    }
    app
}

fn add_edge(account: &Account, app: &mut Json, dice: &mut Dice) {
    if dice.chance(25) {
        let ips: BTreeSet<String> = (0..=dice.below(2)).map(|_| address(account, dice)).collect();
        app["edge_ips"] = json!({"type": "static", "ips": ips});
        app["dns"]["type"] = json!(if dice.chance(97) { "ADDRESS" } else { "CNAME" });
    } else if dice.chance(40) {
        let connectivity = dice.one_of(&["all", "ipv4", "ipv6"]);
        app["edge_ips"] = json!({"type": "dynamic", "connectivity": connectivity});
    }
}

fn add_origin(
    account: &mut Account,
    zone: &str,
    app: &mut Json,
    (transport, ports): (&str, &str),
    dice: &mut Dice,
) {
    let is_single = !ports.contains('-');
    if dice.chance(10) && transport == "tcp" && is_single {
        let host = dice.one_of(&["10.7.1.1", "10.7.2.2", "10.8.0.1"]);
        app["origin_direct"] = json!([format!("tcp://{host}:{ports}")]);
        app["virtual_network_id"] = json!(NETWORK);
    } else if dice.chance(25) {
        app["origin_dns"] = json!({"name": origin_name(account, zone, dice)});
        app["origin_port"] =
            if is_single { json!(ports.parse::<u16>().unwrap()) } else { json!(ports) };
    } else {
        app["origin_direct"] = json!([format!("{transport}://192.0.2.1:{ports}")]);
    }
}

/// A name with a record, under a wildcard, of a load balancer, without anything, of a child zone, or of nowhere.
fn origin_name(account: &mut Account, zone: &str, dice: &mut Dice) -> String {
    let child = account.zones.iter().find(|other| other.name.ends_with(&format!(".{zone}")));
    let child = child.map(|child| format!("origin.{}", child.name));
    let name = format!("origin{}.{zone}", dice.below(3));
    let mut record = |name: &str| {
        let (zone, name) = (zone.to_owned(), name.to_owned());
        account.records.push(Record { zone, name, kind: "A", proxied: false });
    };
    match dice.below(10) {
        0..5 => record(&name),
        5 => {
            record(&format!("*.wild.{zone}"));
            return format!("any.wild.{zone}");
        }
        6 => account.balancers.push((zone.to_owned(), format!("lb.{name}"))),
        7 => return child.unwrap_or(name),
        8 if dice.chance(30) => return "abcd.amazonaws.test".to_owned(),
        _ => {}
    }
    if dice.chance(10) { format!("lb.{name}") } else { name }
}

/// Some applications are live already, as the configuration has them or with another value; such a one is no trouble to anybody.
fn become_live(account: &mut Account, mut placed: Placed, number: u64, dice: &mut Dice) -> Wanted {
    let key = format!("k{number}");
    // The record behind an origin may go later, which an update of another field does not look for.
    let is_fine = placed.app.get("origin_dns").is_none()
        && oracle::refusals(account, &placed, &account.live).is_empty();
    if !is_fine || !dice.chance(20) {
        return Wanted { key, placed, id: None, unchanged: false };
    }
    let id = format!("{:032x}", (account.live.len() as u128 + 1) * 0xfedc_ba98);
    let mut live = placed.clone();
    live.app["id"] = json!(id);
    let is_tcp = placed.app["protocol"].as_str().is_some_and(|text| text.starts_with("tcp"));
    let changes = is_tcp && account.zone(&placed.zone).plan == "enterprise" && dice.chance(40);
    if changes {
        placed.app["ip_firewall"] = json!(false);
        live.app["ip_firewall"] = json!(true);
    }
    account.live.push(live);
    Wanted { key, placed, id: Some(id), unchanged: !changes }
}
