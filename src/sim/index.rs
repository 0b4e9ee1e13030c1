//! Where the applications of a world are found by what a check looks for, so that a write costs no
//! more in a large world than in a small one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::model::{Hostname, Peer};

/// Ids of applications.
type Ids = BTreeSet<String>;

/// The applications by hostname, by static address and by zone. Derived from the applications, and
/// so never stored.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    by_hostname: BTreeMap<Hostname, Ids>,
    by_ip: BTreeMap<IpAddr, Ids>,
    by_zone: BTreeMap<String, Ids>,
    /// By the zone's name, the hostnames on Cloudflare's IPv4 addresses with the applications that
    /// take them.
    takers: BTreeMap<String, BTreeMap<Hostname, Ids>>,
}

impl Index {
    /// Adds an application.
    pub(super) fn add(&mut self, id: &str, peer: &Peer) {
        let id = || id.to_owned();
        self.by_hostname.entry(peer.hostname.clone()).or_default().insert(id());
        self.by_zone.entry(peer.zone.clone()).or_default().insert(id());
        for ip in &peer.static_ips {
            self.by_ip.entry(*ip).or_default().insert(id());
        }
        if peer.takes_ipv4 {
            let hostnames = self.takers.entry(peer.zone.clone()).or_default();
            hostnames.entry(peer.hostname.clone()).or_default().insert(id());
        }
    }

    /// Removes an application that was added.
    pub(super) fn remove(&mut self, id: &str, peer: &Peer) {
        drop_id(&mut self.by_hostname, &peer.hostname, id);
        drop_id(&mut self.by_zone, &peer.zone, id);
        for ip in &peer.static_ips {
            drop_id(&mut self.by_ip, ip, id);
        }
        if let Some(hostnames) = self.takers.get_mut(&peer.zone) {
            drop_id(hostnames, &peer.hostname, id);
        }
    }

    /// Those on a hostname.
    pub(super) fn on_hostname(&self, hostname: &Hostname) -> impl Iterator<Item = &str> {
        ids(self.by_hostname.get(hostname))
    }

    /// Those on an edge address.
    pub(super) fn on_ip(&self, ip: &IpAddr) -> impl Iterator<Item = &str> {
        ids(self.by_ip.get(ip))
    }

    /// Those of a zone, by its name.
    pub(super) fn in_zone(&self, zone: &str) -> impl Iterator<Item = &str> {
        ids(self.by_zone.get(zone))
    }

    /// For each hostname of a zone on Cloudflare's IPv4 addresses one application that takes it,
    /// other than the one with this id.
    pub(super) fn takers<'a>(
        &'a self,
        zone: &str,
        except: Option<&'a str>,
    ) -> impl Iterator<Item = &'a str> {
        let hostnames = self.takers.get(zone).into_iter().flat_map(BTreeMap::values);
        hostnames
            .filter_map(move |ids| ids.iter().map(String::as_str).find(|id| Some(*id) != except))
    }
}

fn ids(found: Option<&Ids>) -> impl Iterator<Item = &str> {
    found.into_iter().flatten().map(String::as_str)
}

/// Removes an id, and the key with its last one.
fn drop_id<K: Ord>(map: &mut BTreeMap<K, Ids>, key: &K, id: &str) {
    if let Some(ids) = map.get_mut(key) {
        ids.remove(id);
        if ids.is_empty() {
            map.remove(key);
        }
    }
}
