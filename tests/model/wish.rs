//! What the user wants: a configuration over two zones, and the edits that people make to it.

use std::collections::{BTreeMap, BTreeSet};

use super::lots::Lots;

/// The zones.
pub(super) const ZONES: [&str; 2] = ["one.example", "two.example"];

/// An application as the user writes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wish {
    pub(super) host: usize,
    pub(super) port: usize,
    pub(super) tls: bool,
    pub(super) firewall: bool,
    pub(super) fixed: bool,
    pub(super) protect: bool,
    /// Whether drift is held.
    pub(super) hold: bool,
    /// Whether the origin is somebody else's business.
    pub(super) ignore: bool,
}

/// A configuration: applications by zone and key.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Configuration(
    pub(super) BTreeMap<(usize, String), Wish>,
    /// The addresses that are let go.
    BTreeSet<(usize, String)>,
    /// The address that each renamed one had, where the configuration says so.
    BTreeMap<(usize, String), (usize, String)>,
);

impl Configuration {
    /// Four applications in each zone, two on each hostname.
    pub(super) fn first() -> Configuration {
        let apps = (0..ZONES.len()).flat_map(|zone| {
            (0..4).map(move |number| {
                let wish = Wish {
                    host: number / 2,
                    port: 1000 + number % 2,
                    tls: false,
                    firewall: false,
                    fixed: false,
                    protect: false,
                    hold: false,
                    ignore: false,
                };
                ((zone, format!("app-{number}")), wish)
            })
        });
        Configuration(apps.collect(), BTreeSet::new(), BTreeMap::new())
    }

    /// The YAML. Limits are wide, because the edits are meant.
    pub(super) fn text(&self) -> String {
        let mut text = "version: 1\nsettings:\n  name: model\n  adopt: true\n  limits: {max_deletes: 90, max_delete_percent: 100, \
                        max_replaces: 90, max_updates: 90}\n"
            .to_owned();
        let gone = self.1.iter().filter(|address| !self.0.contains_key(*address));
        let gone: Vec<String> = gone
            .map(|(zone, key)| format!("{{app: {}/{key}, keep: true}}", ZONES[*zone]))
            .collect();
        text.push_str(&format!("removed: [{}]\n", gone.join(", ")));
        let is_true = |to, from| self.0.contains_key(to) && !self.0.contains_key(from);
        let moved = self.2.iter().filter(|(to, from)| is_true(*to, *from));
        let moved: Vec<String> = moved
            .map(|(to, from)| {
                let address = |(zone, key): &(usize, String)| format!("{}/{key}", ZONES[*zone]);
                format!("{{from: {}, to: {}}}", address(from), address(to))
            })
            .collect();
        text.push_str(&format!("moved: [{}]\nzones:\n", moved.join(", ")));
        for (zone, name) in ZONES.iter().enumerate() {
            text.push_str(&format!("  {name}:\n    unmanaged: delete\n    apps:\n"));
            for ((_, key), wish) in self.0.iter().filter(|((of, _), _)| *of == zone) {
                let edge = if wish.fixed { "ADDRESS" } else { "CNAME" };
                let ips = if wish.fixed {
                    format!(", edge_ips: {{type: static, ips: [198.51.100.{}]}}", 10 + zone)
                } else {
                    String::new()
                };
                let tls = if wish.tls { ", tls: full" } else { "" };
                let firewall = if wish.firewall { ", ip_firewall: true" } else { "" };
                let protect = if wish.protect { ", protect: true" } else { "" };
                let hold = if wish.hold { ", on_drift: hold" } else { "" };
                let ignore = if wish.ignore {
                    ", ignore_changes: [{field: origin_direct, reason: failover}]"
                } else {
                    ""
                };
                text.push_str(&format!(
                    "      {key}: {{protocol: tcp/{port}, dns: {{type: {edge}, name: h{host}.{name}}}, \
                     origin_direct: [\"tcp://192.0.2.1:22\"]{ips}{tls}{firewall}{hold}, \
                     lifecycle: {{replace: allow{protect}{ignore}}}}}\n",
                    port = wish.port,
                    host = wish.host,
                ));
            }
        }
        text
    }

    /// One edit: a field, a new application, a removal, a rename, a swap of ports, a hostname to static addresses or back, protection.
    pub(super) fn edit(&mut self, lots: &mut Lots, number: usize) {
        let address = self.0.keys().nth(lots.next(self.0.len())).unwrap().clone();
        let wish = self.0[&address].clone();
        let (zone, host) = (address.0, wish.host);
        match lots.next(15) {
            0 => self.0.get_mut(&address).unwrap().tls ^= true,
            1 => self.0.get_mut(&address).unwrap().firewall ^= true,
            2 => {
                let fresh = Wish { host: 100 + number, port: 22, fixed: false, ..wish };
                self.0.insert((zone, format!("new-{number}")), Wish { protect: false, ..fresh });
            }
            3 if self.count(zone) > 2 && !wish.protect => drop(self.0.remove(&address)),
            4 => {
                self.0.remove(&address);
                self.0.insert((zone, format!("moved-{number}")), wish);
            }
            5 | 11 => {
                let partner = self.0.iter().find(|((of, key), other)| {
                    (*of, other.host) == (zone, host) && *key != address.1
                });
                if let Some(partner) = partner.map(|(partner, _)| partner.clone()) {
                    let port = self.0[&partner].port;
                    self.0.get_mut(&partner).unwrap().port = wish.port;
                    self.0.get_mut(&address).unwrap().port = port;
                }
            }
            6 if !self.on_host(zone, host).any(|wish| wish.protect) => {
                for ((of, _), other) in &mut self.0 {
                    if (*of, other.host) == (zone, host) {
                        other.fixed = !wish.fixed;
                    }
                }
            }
            7 => self.0.get_mut(&address).unwrap().protect ^= true,
            8 => self.0.get_mut(&address).unwrap().hold ^= true,
            9 => self.0.get_mut(&address).unwrap().ignore ^= true,
            10 if self.count(zone) > 2 && !wish.protect => {
                self.0.remove(&address);
                self.1.insert(address);
            }
            // Renamed by an entry, perhaps with another port, or to the other zone.
            13 => {
                self.0.remove(&address);
                let to = (zone, format!("named-{number}"));
                let port = if lots.next(2) == 0 { wish.port } else { 6000 + number };
                self.0.insert(to.clone(), Wish { port, ..wish });
                self.2.insert(to, address);
            }
            14 if self.count(zone) > 2 && !wish.protect => {
                self.0.remove(&address);
                let to = (1 - zone, format!("across-{number}"));
                self.0.insert(to.clone(), Wish { host: 200 + number, fixed: false, ..wish });
                self.2.insert(to, address);
            }
            _ => self.0.get_mut(&address).unwrap().port = 5000 + number,
        }
    }

    /// The addresses that are protected.
    pub(super) fn protected(&self) -> BTreeSet<String> {
        let protected = self.0.iter().filter(|(_, wish)| wish.protect);
        protected.map(|((zone, key), _)| format!("{}/{key}", ZONES[*zone])).collect()
    }

    /// Whether it lets anything go.
    pub(super) fn lets_go(&self) -> bool {
        !self.1.is_empty()
    }

    /// Whether what somebody changes outside is left alone at an address.
    pub(super) fn leaves_drift(&self, address: &str) -> bool {
        let found =
            self.0.iter().find(|((zone, key), _)| address == format!("{}/{key}", ZONES[*zone]));
        found.is_some_and(|(_, wish)| wish.hold)
    }

    fn count(&self, zone: usize) -> usize {
        self.0.keys().filter(|(of, _)| *of == zone).count()
    }

    fn on_host(&self, zone: usize, host: usize) -> impl Iterator<Item = &Wish> {
        self.0
            .iter()
            .filter(move |((of, _), wish)| (*of, wish.host) == (zone, host))
            .map(|(_, wish)| wish)
    }
}
