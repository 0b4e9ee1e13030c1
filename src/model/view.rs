//! What a check may look at. A `View` borrows whatever is known: offline that is the configuration, while planning also the live
//! counterpart, in the simulator everything. **What is absent gives no verdict**, so one predicate serves all three.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::draft::Draft;
use super::facts::Facts;
use super::field::Field;
use super::hostname::Hostname;
use super::ids::AccountId;
use super::keyword::Keyword;
use super::protocol::Protocol;
use super::spec::Spec;
use super::value::Value;
use super::zone::ZoneFacts;
use crate::finding::Place;

/// Another application as far as a check over several needs it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// What it is known by: its address, or `zone/?APP_ID`.
    pub who: String,
    /// Its zone's name.
    pub zone: String,
    /// Its hostname.
    pub hostname: Hostname,
    /// Its protocol, if it could be read.
    pub protocol: Option<Protocol>,
    /// Its `dns.type`, if it could be read.
    pub dns_type: Option<Keyword>,
    /// Its static addresses; empty for dynamic ones.
    pub static_ips: BTreeSet<IpAddr>,
    /// Whether it takes a hostname of the IPv4 quota.
    pub takes_ipv4: bool,
    /// Where its hostname is written.
    pub place: Option<Place>,
}

impl Peer {
    /// The peer that a draft is to others; none without a hostname.
    pub fn from_draft(who: String, zone: &str, draft: &Draft) -> Option<Peer> {
        let given = draft.given.iter().map(|(field, given)| (*field, given.value.clone()));
        let place = draft.place_of(Field::DnsName).cloned();
        Peer::from_spec(who, zone, &Spec::new(given)).map(|peer| Peer { place, ..peer })
    }

    /// The peer that a live application is to others; none without a hostname.
    pub fn from_spec(who: String, zone: &str, spec: &Spec) -> Option<Peer> {
        let dynamic = spec.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic);
        let static_ips = match spec.get(Field::EdgeIpsIps) {
            Some(Value::Addresses(ips)) => ips.0.iter().copied().collect(),
            _ => BTreeSet::new(),
        };
        Some(Peer {
            who,
            zone: zone.to_owned(),
            hostname: spec.hostname()?.clone(),
            protocol: spec.protocol(),
            dns_type: spec.get(Field::DnsType).and_then(Value::keyword),
            static_ips,
            takes_ipv4: dynamic && spec.keyword(Field::EdgeIpsConnectivity) != Some(Keyword::Ipv6),
            place: None,
        })
    }
}

impl Peer {
    /// Whether it is a live application that no configuration declares, known by its id only.
    pub fn is_undeclared(&self) -> bool {
        self.who.contains("/?")
    }

    /// For a sentence: `the application AF93… of zone example.net`, or its address.
    pub fn described(&self) -> String {
        match self.who.split_once("/?") {
            Some((zone, id)) => format!("application {id} of the zone {zone}"),
            None => format!("{} of the zone {}", self.who, self.zone),
        }
    }
}

/// All applications that are known beside one another, found by hostname, by edge address and by zone.
#[derive(Debug, Default)]
pub struct Peers {
    all: Vec<Peer>,
    by_hostname: BTreeMap<Hostname, Vec<usize>>,
    by_ip: BTreeMap<IpAddr, Vec<usize>>,
    by_zone: BTreeMap<String, Vec<usize>>,
}

impl Peers {
    /// Indexes the peers.
    pub fn new(all: impl IntoIterator<Item = Peer>) -> Peers {
        let mut peers = Peers { all: all.into_iter().collect(), ..Peers::default() };
        for (index, peer) in peers.all.iter().enumerate() {
            peers.by_hostname.entry(peer.hostname.clone()).or_default().push(index);
            peers.by_zone.entry(peer.zone.clone()).or_default().push(index);
            for ip in &peer.static_ips {
                peers.by_ip.entry(*ip).or_default().push(index);
            }
        }
        peers
    }

    /// Those on a hostname.
    pub fn on_hostname<'a>(&'a self, hostname: &Hostname) -> impl Iterator<Item = &'a Peer> {
        self.chosen(self.by_hostname.get(hostname))
    }

    /// Those on an edge address.
    pub fn on_ip(&self, ip: IpAddr) -> impl Iterator<Item = &Peer> {
        self.chosen(self.by_ip.get(&ip))
    }

    /// Those of a zone.
    pub fn in_zone(&self, zone: &str) -> impl Iterator<Item = &Peer> {
        self.chosen(self.by_zone.get(zone))
    }

    fn chosen<'a>(&'a self, indices: Option<&'a Vec<usize>>) -> impl Iterator<Item = &'a Peer> {
        indices.into_iter().flatten().filter_map(|index| self.all.get(*index))
    }
}

/// What a check may look at.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What the application is known by: its address, or `zone/?APP_ID`.
    pub who: &'a str,
    /// The application as written.
    pub app: &'a Draft,
    /// Its live counterpart, if it is known to have one.
    pub live: Option<&'a Spec>,
    /// Its zone.
    pub zone: &'a ZoneFacts,
    /// The other zones that are known beside it.
    pub zones: &'a [ZoneFacts],
    /// All applications that are known, this one included.
    pub peers: &'a Peers,
    /// What reading the account gave, where it was read.
    pub facts: Option<&'a Facts>,
}

impl<'a> View<'a> {
    /// The other applications on this one's hostname.
    pub fn neighbours(&self) -> impl Iterator<Item = &'a Peer> {
        let hostname = match self.app.get(Field::DnsName) {
            Some(Value::Hostname(name)) => Some(name),
            _ => None,
        };
        let (peers, who) = (self.peers, self.who);
        hostname
            .into_iter()
            .flat_map(move |name| peers.on_hostname(name))
            .filter(move |peer| peer.who != who)
    }

    /// The zone that owns a name: of this one and those that are known in its account, the one with the longest name that holds it.
    pub fn owner(&self, name: &Hostname) -> Option<&'a str> {
        let siblings = self.siblings().map(|zone| zone.name.as_str());
        let account = self.facts.and_then(|facts| facts.account(self.zone));
        let seen = account.and_then(|account| account.zones.as_ref()).into_iter().flatten();
        let names = siblings.chain(seen.map(String::as_str)).chain([self.zone.name.as_str()]);
        names.filter(|zone| !zone.is_empty() && name.is_in_zone(zone)).max_by_key(|zone| zone.len())
    }

    /// The other zones that are known to be, or may be, of the same account.
    pub fn siblings(&self) -> impl Iterator<Item = &'a ZoneFacts> {
        let (own, account) = (self.zone, self.zone.account.as_ref());
        let is_same = move |other: Option<&AccountId>| {
            other.is_none() || account.is_none() || other == account
        };
        self.zones
            .iter()
            .filter(move |other| other.name != own.name && is_same(other.account.as_ref()))
    }

    /// Whether a live application of the account has a static address, which says more than any list.
    pub fn is_live_ip(&self, ip: IpAddr) -> bool {
        let account = self.zone.account.as_ref();
        let has_it = |spec: &Spec| match spec.get(Field::EdgeIpsIps) {
            Some(Value::Addresses(ips)) => ips.0.contains(&ip),
            _ => false,
        };
        let read = self.facts.and_then(|facts| facts.live_ips.get(&ip));
        let is_of_account = |zone: &str| {
            let known = self.zones.iter().find(|known| known.name == zone);
            zone == self.zone.name || known.is_some_and(|known| known.account.as_ref() == account)
        };
        self.live.is_some_and(has_it)
            || account.zip(read).is_some_and(|(account, holders)| holders.contains(account))
            || self.peers.on_ip(ip).any(|peer| peer.is_undeclared() && is_of_account(&peer.zone))
    }

    /// The protocol, if it was written and could be read.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.app.get(Field::Protocol) {
            Some(Value::Protocol(protocol)) => Some(*protocol),
            _ => None,
        }
    }
}
