//! Random applications, valid by the tables of this file, and the mutations that make them wrong. Written from Cloudflare's pages; names
//! nothing of the program but the plan of a zone, so that it cannot repeat the program's own errors.

use serde_json::{Value as Json, json};
use spectrumctl::model::Tier;

use crate::support::ZONE;

pub(super) const ZONE_NAME: &str = "example.com";
const NETWORK: &str = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";

/// What the account has: a second zone, addresses of its own, a virtual network with a route, records to point at.
pub(super) const SEED: &str = "
zones: [{name: example.net, id: 11111111111111111111111111111111}]
prefixes: [{cidr: 198.51.100.0/24}, {cidr: '2001:db8:51::/48'}]
virtual_networks: [{id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415, name: office}]
routes: [{network: 10.0.0.0/8, virtual_network: office}]
dns_records:
  - {zone: example.com, type: A, name: origin.example.com, content: 192.0.2.9}
  - {zone: example.com, type: SRV, name: _srv.example.com, content: '0 5 22 origin.example.com'}
  - {zone: example.net, type: A, name: origin.example.net, content: 192.0.2.9}
";

/// A source of chance that gives the same for the same seed.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// A number below `sides`, by xorshift.
    pub(super) fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// An application with the zone that it stands in.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) app: Json,
    /// What the configuration says of the zone beside its applications.
    zone: Json,
    /// Other applications of the configuration, by zone and key.
    others: Vec<(&'static str, &'static str, Json)>,
    udp: bool,
}

impl Case {
    /// The configuration as a tree; JSON is YAML.
    pub(super) fn configuration(&self) -> Json {
        let mut zone = self.zone.clone();
        zone["id"] = json!(ZONE);
        zone["apps"]["app"] = self.app.clone();
        let mut zones = json!({ZONE_NAME: zone});
        for (name, key, app) in &self.others {
            zones[name]["apps"][key] = app.clone();
        }
        json!({"version": 1, "zones": zones})
    }

    pub(super) fn tier(&self) -> Option<Tier> {
        self.zone["plan"].as_str().and_then(Tier::from_text)
    }

    /// Makes the simulator's world what the configuration says of it: the plan and quota, and the other applications.
    pub(super) fn prepare(&self, mut call: impl FnMut(&str, &str, &Json) -> (u16, Json)) {
        for (name, _, app) in &self.others {
            let zone = if *name == ZONE_NAME { ZONE } else { "11111111111111111111111111111111" };
            let (status, answer) = call("POST", &format!("/zones/{zone}/spectrum/apps"), app);
            assert_eq!(status, 200, "the world takes what the case begins with: {answer}");
        }
    }

    /// What is loaded so that the simulator's zone is as declared.
    pub(super) fn seed(&self) -> String {
        let mut zone = self.zone.clone();
        zone["name"] = json!(ZONE_NAME);
        zone["id"] = json!(ZONE);
        json!({"zones": [zone]}).to_string()
    }
}

/// A random application that is valid by Cloudflare's tables.
pub(super) fn valid(dice: &mut Dice) -> Case {
    if dice.chance(15) {
        return pay_as_you_go(dice);
    }
    let udp = dice.chance(30);
    let transport = if udp { "udp" } else { "tcp" };
    let count = if dice.chance(30) { 1 + dice.below(20) } else { 1 };
    let first = 1 + dice.below(60_000);
    let mut app = json!({
        "protocol": format!("{transport}/{}", ports(first, count)),
        "dns": {"type": "CNAME", "name": format!("{}.example.com", dice.one_of(&["app", "ssh", "a.b", "game-1", "x"]))},
    });
    if dice.chance(20) {
        app["dns"]["type"] = json!("ADDRESS");
        app["edge_ips"] = json!({"type": "static", "ips": [dice.one_of(&["198.51.100.7", "198.51.100.200", "2001:DB8:51::1"])]});
    } else if dice.chance(50) {
        app["edge_ips"] =
            json!({"type": "dynamic", "connectivity": dice.one_of(&["all", "ipv4", "ipv6"])});
    }
    add_origin(&mut app, transport, count, dice);
    add_options(&mut app, udp, dice);
    Case { app, zone: json!({}), others: Vec::new(), udp }
}

fn ports(first: u64, count: u64) -> String {
    if count == 1 { first.to_string() } else { format!("{first}-{}", first + count - 1) }
}

/// One of: addresses, a virtual network's address, a name with a port, an SRV name.
fn add_origin(app: &mut Json, transport: &str, count: u64, dice: &mut Dice) {
    let first = 1 + dice.below(60_000);
    match dice.below(10) {
        0 | 1 if count == 1 => {
            app["origin_direct"] =
                json!([format!("{transport}://10.1.2.{}:{first}", dice.below(200))]);
            app["virtual_network_id"] = json!(NETWORK);
        }
        2 | 3 => {
            app["origin_dns"] =
                json!({"name": "origin.example.com", "ttl": 600 + dice.below(3000)});
            app["origin_port"] = if count == 1 { json!(first) } else { json!(ports(first, count)) };
            if dice.chance(40) {
                app["origin_dns"]["type"] = json!(dice.one_of(&["", "A", "AAAA"]));
            }
        }
        4 if count == 1 => app["origin_dns"] = json!({"name": "_srv.example.com", "type": "SRV"}),
        _ => {
            let hosts = ["192.0.2.1", "192.0.2.77", "[2001:db8::1]", "[2001:DB8:0::a]"];
            let origins: Vec<String> = (0..=dice.below(3))
                .map(|at| format!("{transport}://{}:{}", hosts[at as usize], ports(first, count)))
                .collect();
            app["origin_direct"] = json!(origins);
        }
    }
}

fn add_options(app: &mut Json, udp: bool, dice: &mut Dice) {
    let network = app.get("virtual_network_id").is_some();
    if udp {
        if !network && dice.chance(40) {
            app["proxy_protocol"] = json!(dice.one_of(&["off", "simple", "v2"]));
        }
        return;
    }
    if dice.chance(40) {
        app["tls"] = json!(dice.one_of(&["off", "flexible", "full", "strict"]));
    }
    if dice.chance(40) {
        app["ip_firewall"] = json!(dice.chance(60));
    }
    if !network && dice.chance(40) {
        app["proxy_protocol"] = json!(dice.one_of(&["off", "v1", "v2"]));
    }
    if !network && dice.chance(20) {
        app["traffic_type"] = json!(dice.one_of(&["direct", "http", "https"]));
    } else if dice.chance(20) {
        app["argo_smart_routing"] = json!(true);
    }
}

fn pay_as_you_go(dice: &mut Dice) -> Case {
    let plan = dice.one_of(&["pro", "business"]);
    let names: &[&str] =
        if plan == "pro" { &["ssh", "minecraft"] } else { &["ssh", "minecraft", "rdp"] };
    let app = json!({
        "protocol": dice.one_of(names),
        "dns": {"type": "CNAME", "name": "app.example.com"},
        "origin_direct": [format!("tcp://192.0.2.1:{}", 1 + dice.below(60_000))],
    });
    Case { app, zone: json!({"plan": plan}), others: Vec::new(), udp: false }
}

/// A way to make a valid application wrong, with the code that Cloudflare's page gives it.
pub(super) struct Mutation {
    pub(super) name: &'static str,
    pub(super) code: &'static str,
    make: fn(&mut Case, &mut Dice) -> Option<()>,
}

const fn mutation(
    code: &'static str,
    name: &'static str,
    make: fn(&mut Case, &mut Dice) -> Option<()>,
) -> Mutation {
    Mutation { name, code, make }
}

fn is_enterprise(case: &Case) -> Option<()> {
    case.zone.get("plan").is_none().then_some(())
}

/// Puts a plain direct origin in the place of whatever the application has.
fn with_direct_origin(case: &mut Case) -> Option<String> {
    is_enterprise(case)?;
    let transport = if case.udp { "udp" } else { "tcp" };
    let app = case.app.as_object_mut()?;
    [
        "origin_dns",
        "origin_port",
        "virtual_network_id",
        "traffic_type",
        "proxy_protocol",
        "argo_smart_routing",
    ]
    .iter()
    .for_each(|key| drop(app.remove(*key)));
    let port = app["protocol"].as_str()?.split('/').next_back()?.to_owned();
    app.insert("origin_direct".to_owned(), json!([format!("{transport}://192.0.2.1:{port}")]));
    Some(port)
}

/// Puts an origin by name in the place of whatever the application has.
fn with_origin_dns(case: &mut Case) -> Option<()> {
    let port = with_direct_origin(case)?;
    case.app.as_object_mut()?.remove("origin_direct");
    case.app["origin_dns"] = json!({"name": "origin.example.com"});
    case.app["origin_port"] = port.parse::<u16>().map_or(json!(port), |port| json!(port));
    Some(())
}

/// Puts an address of the virtual network in the place of whatever the application has.
fn with_network(case: &mut Case) -> Option<()> {
    with_direct_origin(case)?;
    let transport = if case.udp { "udp" } else { "tcp" };
    case.app["protocol"] = json!(format!("{transport}/22"));
    case.app["origin_direct"] = json!([format!("{transport}://10.1.2.3:22")]);
    case.app["virtual_network_id"] = json!(NETWORK);
    Some(())
}

/// The mutations, in the order of the page.
pub(super) const MUTATIONS: &[Mutation] = &[
    mutation("10012", "an option on a pay-as-you-go zone", |case, dice| {
        case.zone.get("plan")?;
        case.app[dice.one_of(&["tls", "proxy_protocol"])] = json!("off");
        Some(())
    }),
    mutation("11000", "both kinds of origin", |case, _| {
        with_origin_dns(case)?;
        case.app["origin_direct"] =
            json!([format!("{}://192.0.2.1:22", if case.udp { "udp" } else { "tcp" })]);
        Some(())
    }),
    mutation("11000", "no origin", |case, _| {
        with_direct_origin(case)?;
        case.app.as_object_mut()?.remove("origin_direct").map(drop)
    }),
    mutation("11001", "an origin name that is no domain name", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["name"] = json!(dice.one_of(&[
            "not a name",
            "192.0.2.1",
            "http://origin.example.com",
            "-a.example.com"
        ]));
        Some(())
    }),
    mutation("11001", "a name without a port", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["type"] = json!(dice.one_of(&["", "A", "AAAA"]));
        case.app.as_object_mut()?.remove("origin_port").map(drop)
    }),
    mutation("11001", "a time to live that is too short", |case, dice| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["ttl"] = json!(dice.below(600));
        Some(())
    }),
    mutation("11002", "an IPv6 origin without brackets", |case, _| {
        let port = with_direct_origin(case)?;
        case.app["origin_direct"] =
            json!([format!("{}://2001:db8::1:{port}", if case.udp { "udp" } else { "tcp" })]);
        Some(())
    }),
    mutation("11002", "an origin that is no address", |case, dice| {
        with_direct_origin(case)?;
        case.app["origin_direct"] = json!([dice.one_of(&[
            "tcp://192.0.2.300:22",
            "tcp://host:22",
            "192.0.2.1:22",
            "tcp://192.0.2.1"
        ])]);
        Some(())
    }),
    mutation("11004", "CNAME with static addresses", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("CNAME");
        case.app["edge_ips"] = json!({"type": "static", "ips": ["198.51.100.7"]});
        Some(())
    }),
    mutation("11004", "ADDRESS with dynamic addresses", |case, dice| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("ADDRESS");
        case.app["edge_ips"] =
            json!({"type": "dynamic", "connectivity": dice.one_of(&["all", "ipv4", "ipv6"])});
        Some(())
    }),
    mutation("11033", "an edge address of another zone", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"]["type"] = json!("ADDRESS");
        case.app["edge_ips"] = json!({"type": "static", "ips": ["198.51.100.99"]});
        let other = json!({"protocol": "tcp/1", "dns": {"type": "ADDRESS", "name": "o.example.net"}, "origin_direct": ["tcp://192.0.2.1:1"],
            "edge_ips": {"type": "static", "ips": ["198.51.100.99"]}});
        case.others.push(("example.net", "other", other));
        Some(())
    }),
    mutation("11034", "a second application of a pay-as-you-go protocol", |case, _| {
        case.zone.get("plan")?;
        let mut other = case.app.clone();
        other["dns"]["name"] = json!("other.example.com");
        case.others.push((ZONE_NAME, "another", other));
        Some(())
    }),
    mutation("11041", "a virtual network with a name as origin", |case, _| {
        with_origin_dns(case)?;
        case.app["virtual_network_id"] = json!(NETWORK);
        Some(())
    }),
    mutation("11042", "a virtual network with two origins", |case, _| {
        with_network(case)?;
        let transport = if case.udp { "udp" } else { "tcp" };
        case.app["origin_direct"] =
            json!([format!("{transport}://10.1.2.3:22"), format!("{transport}://10.1.2.4:22")]);
        Some(())
    }),
    mutation("11043", "a virtual network with a range of ports", |case, _| {
        with_network(case)?;
        let transport = if case.udp { "udp" } else { "tcp" };
        case.app["protocol"] = json!(format!("{transport}/22-23"));
        case.app["origin_direct"] = json!([format!("{transport}://10.1.2.3:22-23")]);
        Some(())
    }),
    mutation("11045", "a virtual network that is no UUID", |case, dice| {
        with_network(case)?;
        case.app["virtual_network_id"] = json!(dice.one_of(&[
            "office",
            "f70ff985",
            "f70ff985a4ef4643bbbc4a0ed4fc8415",
            "g70ff985-a4ef-4643-bbbc-4a0ed4fc8415"
        ]));
        Some(())
    }),
    mutation("11050", "an origin name of another zone", |case, _| {
        with_origin_dns(case)?;
        case.app["origin_dns"]["name"] = json!("origin.example.net");
        let other = json!({"protocol": "tcp/1", "dns": {"type": "CNAME", "name": "o.example.net"}, "origin_direct": ["tcp://192.0.2.1:1"]});
        case.others.push(("example.net", "other", other));
        Some(())
    }),
    mutation("12005", "a hostname beyond the quota", |case, _| {
        with_direct_origin(case)?;
        case.app["dns"] = json!({"type": "CNAME", "name": "zz.example.com"});
        case.app["edge_ips"] = json!({"type": "dynamic", "connectivity": "all"});
        case.zone["ipv4_quota"] = json!(1);
        let other = json!({"protocol": "tcp/1", "dns": {"type": "CNAME", "name": "aa.example.com"}, "origin_direct": ["tcp://192.0.2.1:1"]});
        case.others.push((ZONE_NAME, "aa", other));
        Some(())
    }),
    mutation("13002", "a protocol that the plan does not have", |case, dice| {
        case.zone.get("plan")?;
        case.app["protocol"] = json!(dice.one_of(&["tcp/5432", "udp/53", "tcp/80"]));
        case.app["origin_direct"] = json!([if case.app["protocol"] == "udp/53" {
            "udp://192.0.2.1:53"
        } else {
            "tcp://192.0.2.1:22"
        }]);
        Some(())
    }),
    mutation("16001", "a hostname outside the zone", |case, dice| {
        case.app["dns"]["name"] = json!(dice.one_of(&[
            "app.example.org",
            "example.org",
            "notexample.com",
            "app.example.com.org"
        ]));
        Some(())
    }),
];

/// A case with a mutation; nothing where the mutation does not apply to it.
pub(super) fn mutated(mut case: Case, mutation: &Mutation, dice: &mut Dice) -> Option<Case> {
    (mutation.make)(&mut case, dice).map(|()| case)
}
