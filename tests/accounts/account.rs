//! A random account as the tests of this folder know it, and how it is given to the simulator and to the program. Nothing here names an
//! error code or a check of the program.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Map, Value as Json, json};

use crate::support::ACCOUNT;

/// An account that is not the tool's own.
pub(super) const STRANGER: &str = "ffffffffffffffffffffffffffffffff";
/// The virtual network of an account that has one, and its only route.
pub(super) const NETWORK: &str = "f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";
pub(super) const ROUTE: &str = "10.7.0.0/16";
/// What a token may always do.
pub(super) const USUAL: [&str; 2] = ["Zone Read", "Zone Settings Write"];

/// A zone.
pub(super) struct Zone {
    pub(super) name: String,
    pub(super) id: String,
    /// Whether it is of the tool's own account.
    pub(super) own: bool,
    pub(super) plan: &'static str,
    pub(super) entitlements: BTreeSet<&'static str>,
    pub(super) quota: Option<u32>,
    /// The edge ports by transport, where not every port may be used.
    pub(super) ports: Option<Vec<(&'static str, Vec<u16>)>>,
}

/// A DNS record.
pub(super) struct Record {
    pub(super) zone: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) proxied: bool,
}

/// An application with the zone that it stands in.
#[derive(Clone)]
pub(super) struct Placed {
    pub(super) zone: String,
    pub(super) app: Json,
}

/// An application of the configuration.
pub(super) struct Wanted {
    pub(super) key: String,
    pub(super) placed: Placed,
    /// The id of the live application with the same identity.
    pub(super) id: Option<String>,
    /// Whether the live application is the same in everything.
    pub(super) unchanged: bool,
}

impl Wanted {
    pub(super) fn address(&self) -> String {
        format!("{}/{}", self.placed.zone, self.key)
    }
}

/// An account, what is live in it, and a configuration of a part of its zones.
#[derive(Default)]
pub(super) struct Account {
    pub(super) zones: Vec<Zone>,
    pub(super) live: Vec<Placed>,
    pub(super) records: Vec<Record>,
    /// Zone and hostname.
    pub(super) balancers: Vec<(String, String)>,
    pub(super) has_network: bool,
    /// Static addresses that the account may use: brought, leased, in a map, delegated.
    pub(super) brought: bool,
    pub(super) leased: bool,
    pub(super) mapped: bool,
    pub(super) delegated: bool,
    pub(super) quota: Option<u32>,
    /// What the token may do beside the usual.
    pub(super) may: BTreeSet<&'static str>,
    /// The zones that the token covers; all where it is none.
    pub(super) covers: Option<BTreeSet<String>>,
    pub(super) wanted: Vec<Wanted>,
    /// What the configuration says of each of its zones.
    pub(super) said: Vec<(String, Json)>,
    pub(super) says_quota: bool,
    pub(super) says_account: bool,
}

impl Account {
    pub(super) fn zone(&self, name: &str) -> &Zone {
        self.zones.iter().find(|zone| zone.name == name).expect("the account has the zone")
    }

    /// Whether the token shows a zone.
    pub(super) fn shows(&self, zone: &str) -> bool {
        self.covers.as_ref().is_none_or(|covers| covers.contains(zone))
    }

    /// Whether the configuration names a zone.
    pub(super) fn names(&self, zone: &str) -> bool {
        self.said.iter().any(|(name, _)| name == zone)
    }

    /// What the configuration says of a zone under a key.
    pub(super) fn said(&self, zone: &str, key: &str) -> Option<&Json> {
        self.said.iter().find(|(name, _)| name == zone)?.1.get(key)
    }

    /// The networks of the static addresses that the account may use.
    pub(super) fn networks(&self) -> Vec<&'static str> {
        let all = [
            (self.brought, "198.51.100.0/24"),
            (self.leased, "172.65.64.0/28"),
            (self.mapped, "172.65.65.1/32"),
            (self.mapped, "172.65.65.2/32"),
            (self.delegated, "203.0.113.0/24"),
        ];
        all.into_iter().filter(|(has, _)| *has).map(|(_, network)| network).collect()
    }

    /// Whether an address is in the prefix of another account, which stands in no list of this one.
    pub(super) fn is_delegated(&self, ip: IpAddr) -> bool {
        self.delegated && ip.to_string().starts_with("203.0.113.")
    }

    /// Whether the account may use an address by what it has.
    pub(super) fn has(&self, ip: IpAddr) -> bool {
        let is_in = |network: &str| {
            let (base, bits) = network.split_once('/').expect("a network has a length");
            let (IpAddr::V4(base), IpAddr::V4(ip)) = (base.parse().expect("an address"), ip) else {
                return false;
            };
            let shift = 32 - bits.parse::<u32>().expect("a length");
            u32::from(base) >> shift == u32::from(ip) >> shift
        };
        self.networks().into_iter().any(is_in)
    }

    /// The seed of the simulator.
    pub(super) fn seed(&self) -> String {
        let mut permissions: Vec<&str> = USUAL.to_vec();
        permissions.extend(&self.may);
        let mut token = json!({"token": "corpus", "permissions": permissions});
        if let Some(covers) = &self.covers {
            token["zones"] = json!(covers);
        }
        let mut seed = json!({
            "accounts": [{"id": ACCOUNT, "name": "own"}, {"id": STRANGER, "name": "stranger"}],
            "tokens": [token],
            "zones": self.zones.iter().map(zone_seed).collect::<Vec<_>>(),
            "prefixes": self.prefixes(),
            "leases": if self.leased { json!([{"cidr": "172.65.64.0/28"}]) } else { json!([]) },
            "dns_records": self.records.iter().map(|record| json!({
                "zone": record.zone, "name": record.name, "type": record.kind,
                "proxied": record.proxied, "content": "192.0.2.9",
            })).collect::<Vec<_>>(),
            "load_balancers": self.balancers.iter().map(|(zone, name)| {
                json!({"zone": zone, "name": name})
            }).collect::<Vec<_>>(),
            "apps": self.live.iter().map(|live| {
                let mut app = live.app.clone();
                app["zone"] = json!(live.zone);
                app
            }).collect::<Vec<_>>(),
        });
        if self.mapped {
            let ips = ["172.65.65.1", "172.65.65.2"];
            seed["address_maps"] =
                json!([{"ips": ["192.0.2.250"], "can_modify_ips": true}, {"ips": ips}]);
        }
        if let Some(quota) = self.quota {
            seed["accounts"][0]["ipv4_quota"] = json!(quota);
        }
        if self.has_network {
            seed["virtual_networks"] =
                json!([{"id": NETWORK, "name": "office", "account": ACCOUNT}]);
            seed["routes"] = json!([{"network": ROUTE, "virtual_network_id": NETWORK}]);
        }
        seed.to_string()
    }

    /// One prefix is always there, so that the simulator does not suppose any.
    fn prefixes(&self) -> Vec<Json> {
        let mut prefixes = vec![json!({"cidr": "192.88.99.0/24", "account": STRANGER})];
        if self.brought {
            prefixes.push(json!({"cidr": "198.51.100.0/24", "account": ACCOUNT}));
        }
        if self.delegated {
            prefixes.push(json!({"cidr": "203.0.113.0/24", "account": ACCOUNT, "delegated": true}));
        }
        prefixes
    }

    /// The configuration; JSON is YAML.
    pub(super) fn configuration(&self) -> String {
        let mut zones = Map::new();
        for (name, said) in &self.said {
            let mut zone = said.clone();
            for wanted in self.wanted.iter().filter(|wanted| wanted.placed.zone == *name) {
                let mut app = wanted.placed.app.clone();
                app.as_object_mut().expect("an application is an object").remove("id");
                zone["apps"][&wanted.key] = app;
            }
            zones.insert(name.clone(), zone);
        }
        let mut all = json!({"version": 1, "settings": {"adopt": true}, "zones": zones});
        if self.says_account {
            all["account"] = json!(ACCOUNT);
        }
        if let Some(quota) = self.quota.filter(|_| self.says_quota) {
            all["ipv4_quota"] = json!(quota);
        }
        all.to_string()
    }
}

fn zone_seed(zone: &Zone) -> Json {
    let mut seed = json!({
        "name": zone.name, "id": zone.id, "plan": zone.plan, "entitlements": zone.entitlements,
        "account": if zone.own { ACCOUNT } else { STRANGER },
    });
    if let Some(quota) = zone.quota {
        seed["ipv4_quota"] = json!(quota);
    }
    if let Some(ports) = &zone.ports {
        let entry = |(transport, ports): &(&str, Vec<u16>)| json!({"name": transport, "transport": transport, "ports": ports});
        seed["protocols"] = ports.iter().map(entry).collect();
    }
    seed
}
