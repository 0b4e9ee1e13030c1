//! What the user wants: a configuration over two zones, and the edits that people make to it.

use std::collections::BTreeMap;

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
}

/// A configuration: applications by zone and key.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Configuration(pub(super) BTreeMap<(usize, String), Wish>);

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
                };
                ((zone, format!("app-{number}")), wish)
            })
        });
        Configuration(apps.collect())
    }

    /// The YAML. Limits are wide, because the edits are meant.
    pub(super) fn text(&self) -> String {
        let mut text = "version: 1\nsettings:\n  name: model\n  limits: {max_deletes: 90, max_delete_percent: 100, \
                        max_replaces: 90, max_updates: 90}\nzones:\n"
            .to_owned();
        for (zone, name) in ZONES.iter().enumerate() {
            text.push_str(&format!("  {name}:\n    apps:\n"));
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
                text.push_str(&format!(
                    "      {key}: {{protocol: tcp/{port}, dns: {{type: {edge}, name: h{host}.{name}}}, \
                     origin_direct: [\"tcp://192.0.2.1:22\"]{ips}{tls}{firewall}, \
                     lifecycle: {{replace: allow{protect}}}}}\n",
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
        match lots.next(9) {
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
            5 => {
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
            _ => self.0.get_mut(&address).unwrap().port = 5000 + number,
        }
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
