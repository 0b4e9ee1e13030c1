//! Random applications, valid by the tables of this file, written from Cloudflare's pages; names
//! nothing of the program but the plan of a zone, so that it cannot repeat the program's own errors.

use serde_json::{Value as Json, json};
use spectrumctl::model::Tier;

use crate::support::{Dice, ZONE};

pub(super) const ZONE_NAME: &str = "example.com";
pub(super) const NETWORK: &str = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";

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

/// An application with the zone that it stands in.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) app: Json,
    /// What the configuration says of the zone beside its applications.
    pub(super) zone: Json,
    /// Other applications of the configuration, by zone and key.
    pub(super) others: Vec<(&'static str, &'static str, Json)>,
    pub(super) udp: bool,
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

pub(super) fn ports(first: u64, count: u64) -> String {
    if count == 1 { first.to_string() } else { format!("{first}-{}", first + count - 1) }
}

/// One of: addresses, a virtual network's address, a name with a port, an SRV name.
pub(super) fn add_origin(app: &mut Json, transport: &str, count: u64, dice: &mut Dice) {
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

pub(super) fn add_options(app: &mut Json, udp: bool, dice: &mut Dice) {
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

pub(super) fn pay_as_you_go(dice: &mut Dice) -> Case {
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
