//! What a check may look at. A `View` borrows whatever is known: offline that is the configuration, while planning also the live
//! counterpart, in the simulator everything. **What is absent gives no verdict**, so one predicate serves all three.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

use super::draft::Draft;
use super::facts::Facts;
use super::field::Field;
use super::hostname::Hostname;
use super::keyword::Keyword;
use super::protocol::Protocol;
use super::spec::Spec;
use super::tally::Tally;
use super::value::Value;
use super::zone::{Entitlement, ZoneFacts};
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
    /// By what each counts.
    tallies: RefCell<BTreeMap<String, Rc<Tally>>>,
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

    /// The numbers and hostnames of those of a zone that take an address of the IPv4 quota.
    pub fn takers_in(&self, zone: &str) -> impl Iterator<Item = (usize, &Hostname)> {
        let indices = self.by_zone.get(zone).into_iter().flatten();
        let peers = indices.filter_map(|index| Some((*index, self.all.get(*index)?)));
        peers.filter(|(_, peer)| peer.takes_ipv4).map(|(index, peer)| (index, &peer.hostname))
    }

    /// The first of a zone on a hostname that takes an address of the IPv4 quota, with its number.
    pub fn first_taker(&self, zone: &str, hostname: &Hostname) -> Option<(usize, &Peer)> {
        let indices = self.by_hostname.get(hostname).into_iter().flatten();
        let mut peers = indices.filter_map(|index| Some((*index, self.all.get(*index)?)));
        peers.find(|(_, peer)| peer.takes_ipv4 && peer.zone == zone)
    }

    /// What a quota of this name counts: counted for the first view that asks, because every view of these peers knows the same of
    /// zones and account.
    pub fn tally(&self, quota: String, count: impl FnOnce() -> Tally) -> Rc<Tally> {
        let known = self.tallies.borrow().get(&quota).cloned();
        known.unwrap_or_else(|| {
            let counted = Rc::new(count());
            self.tallies.borrow_mut().insert(quota, Rc::clone(&counted));
            counted
        })
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
    /// The other zones that are known beside it, in the order of their names.
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
        let account = self.facts.and_then(|facts| facts.account(self.zone));
        let seen = account.and_then(|account| account.zones.as_ref());
        name.endings().find_map(|ending| {
            let own = Some(self.zone.name.as_str()).filter(|own| *own == ending);
            let sibling = || self.zones_named(ending).find(|zone| self.is_sibling(zone));
            let seen = || seen.and_then(|seen| seen.get(ending)).map(String::as_str);
            own.or_else(|| sibling().map(|zone| zone.name.as_str())).or_else(seen)
        })
    }

    /// The known zones of a name.
    pub fn zones_named(&self, name: &str) -> impl Iterator<Item = &'a ZoneFacts> {
        let first = self.zones.partition_point(|zone| zone.name.as_str() < name);
        self.zones[first..].iter().take_while(move |zone| zone.name == name)
    }

    /// Whether another zone is known to be, or may be, of the same account.
    pub fn is_sibling(&self, other: &ZoneFacts) -> bool {
        let (account, of_other) = (self.zone.account.as_ref(), other.account.as_ref());
        let is_same = of_other.is_none() || account.is_none() || of_other == account;
        other.name != self.zone.name && is_same
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
            let known = || self.zones_named(zone).next();
            zone == self.zone.name || known().is_some_and(|known| known.account.as_ref() == account)
        };
        self.live.is_some_and(has_it)
            || account.zip(read).is_some_and(|(account, holders)| holders.contains(account))
            || self.peers.on_ip(ip).any(|peer| peer.is_undeclared() && is_of_account(&peer.zone))
    }

    /// Whether a live application of the account has an extra, so the account surely has it.
    pub fn is_live_extra(&self, extra: Entitlement) -> bool {
        let account = self.zone.account.as_ref();
        let live = account.and_then(|account| self.facts?.live_extras.get(account));
        live.is_some_and(|live| live.contains(&extra))
    }

    /// A hostname that the application may have: its key below its zone.
    pub fn likely_hostname(&self) -> String {
        let key = self.who.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let is_label = |key: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
            !key.is_empty() && key.bytes().all(fits) && !key.starts_with('-') && !key.ends_with('-')
        };
        format!("{}.{}", if is_label(&key) { &key } else { "app" }, self.zone_name())
    }

    /// The zone's name, or an example where it is not known.
    pub fn zone_name(&self) -> &'a str {
        if self.zone.name.is_empty() { "example.com" } else { &self.zone.name }
    }

    /// The protocol, if it was written and could be read.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.app.get(Field::Protocol) {
            Some(Value::Protocol(protocol)) => Some(*protocol),
            _ => None,
        }
    }
}
