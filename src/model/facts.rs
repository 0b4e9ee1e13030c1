//! What reading an account gave beside its applications. Every part is optional: what was not asked for, or may not be read, is absent and
//! **gives no verdict**.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::cidr::IpNet;
use super::hostname::Hostname;
use super::ids::{AccountId, ZoneId};
use super::live::Live;
use super::load::ZoneLoad;
use super::ports::Transport;
use super::protocol::Protocol;
use super::zone::{Entitlement, ZoneFacts};
use crate::finding::Finding;

/// What is known of zones and accounts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// By the zone's name.
    pub zones: BTreeMap<String, ZonePreflight>,
    /// By the account's id.
    pub accounts: BTreeMap<AccountId, AccountReading>,
    /// The zones that the configuration does not name and whose applications were read, by name.
    pub other_zones: BTreeMap<String, OtherZone>,
    /// The static addresses that live applications have, each with the accounts of their zones.
    pub live_ips: BTreeMap<IpAddr, BTreeSet<AccountId>>,
    /// The extras that live applications have, by the account of their zones.
    pub live_extras: BTreeMap<AccountId, BTreeSet<Entitlement>>,
    /// Whether this is about Cloudflare itself and not about a simulator on this machine.
    pub is_cloudflare: bool,
    /// What the API says of the token, if it is anything but active: `disabled`, `expired`.
    pub inactive_token: Option<String>,
    /// Refusals that the ledger remembers.
    pub cached_refusals: Vec<CachedRefusal>,
    /// Now, which tells recent refusals from old ones.
    pub now: Timestamp,
    /// What could not be read, and which checks are not made for it.
    pub skipped: Vec<Finding>,
}

impl Facts {
    /// What is known of a zone.
    pub fn zone(&self, zone: &ZoneFacts) -> Option<&ZonePreflight> {
        self.zones.get(&zone.name)
    }

    /// What is known of a zone's account.
    pub fn account(&self, zone: &ZoneFacts) -> Option<&AccountReading> {
        self.accounts.get(zone.account.as_ref()?)
    }
}

/// A zone that the configuration does not name.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherZone {
    /// The account it belongs to.
    pub account: AccountId,
    /// All its applications.
    pub apps: Vec<Live>,
}

/// What is known of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZonePreflight {
    /// The protocols and edge ports that it may use.
    pub protocols: Option<Vec<OpenPorts>>,
    /// Its DNS records, or those of some names.
    pub records: Option<Records>,
    /// The hostnames of its load balancers, lower case.
    pub load_balancers: Option<BTreeSet<String>>,
    /// The hostnames whose live applications take an address of the IPv4 quota.
    pub ipv4_hostnames: Option<BTreeSet<Hostname>>,
    /// The traffic of the last minute, read where the plan has an outage.
    pub load: Option<ZoneLoad>,
}

/// A protocol that a zone may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPorts {
    /// Its name: `ssh`, `tcp`.
    pub name: String,
    /// TCP or UDP, where the API says so.
    pub transport: Option<Transport>,
    /// The edge ports; every port when there is none (*inferred*).
    pub ports: BTreeSet<u16>,
}

impl OpenPorts {
    /// The transport: as said, else of the name (`tcp`, or `ssh`, which is TCP).
    pub fn transport(&self) -> Option<Transport> {
        let named = || {
            Transport::from_text(&self.name)
                .or_else(|| self.name.parse::<Protocol>().ok().map(|known| known.transport))
        };
        self.transport.or_else(named)
    }

    /// Whether every port of a protocol is open.
    pub fn holds(&self, protocol: Protocol) -> bool {
        let mut ports = protocol.ports.first..=protocol.ports.last;
        self.transport() == Some(protocol.transport)
            && (self.ports.is_empty() || ports.all(|port| self.ports.contains(&port)))
    }
}

/// The DNS records that were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    /// The names that were asked for; none when the whole zone was read.
    pub asked: Option<BTreeSet<String>>,
    /// What was found, by name.
    found: BTreeMap<String, Vec<Record>>,
}

impl Records {
    /// All records of a zone.
    pub fn of_zone(found: impl IntoIterator<Item = Record>) -> Records {
        let mut records = Records::default();
        records.add(found);
        records
    }

    /// No records yet: those of single names are going to be asked for.
    pub fn of_names() -> Records {
        Records { asked: Some(BTreeSet::new()), ..Records::default() }
    }

    /// Adds what was found.
    pub fn add(&mut self, found: impl IntoIterator<Item = Record>) {
        for record in found {
            self.found.entry(record.name.clone()).or_default().push(record);
        }
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The records of a name, lower case; none when nobody asked for it.
    pub fn named(&self, name: &str) -> Option<impl Iterator<Item = &Record>> {
        let is_known = self.asked.as_ref().is_none_or(|asked| asked.contains(name));
        is_known.then(|| self.found.get(name).into_iter().flatten())
    }

    /// Whether a name has a record of its own or under a wildcard; none when that was not asked for.
    pub fn resolves(&self, name: &str, zone: &str) -> Option<bool> {
        let mut names = std::iter::once(name.to_owned()).chain(wildcards(name, zone));
        let mut is_known = true;
        let is_found = names.any(|name| match self.named(&name) {
            Some(mut found) => found.next().is_some(),
            None => {
                is_known = false;
                false
            }
        });
        if is_found { Some(true) } else { is_known.then_some(false) }
    }
}

/// The wildcard names under which a name of a zone would resolve, the nearest first: `*.b.example.com`, `*.example.com`.
pub fn wildcards(name: &str, zone: &str) -> impl Iterator<Item = String> {
    let mut rest = name.to_owned();
    let (zone, below) = (zone.to_owned(), format!(".{zone}"));
    std::iter::from_fn(move || {
        rest = rest.split_once('.').filter(|_| rest != zone)?.1.to_owned();
        (rest == zone || rest.ends_with(&below)).then(|| format!("*.{rest}"))
    })
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its whole name, lower case.
    pub name: String,
    /// `A`, `CNAME` and so on.
    pub kind: String,
    /// Whether Cloudflare's HTTP proxy stands before it: such a record was made by hand, since those that Spectrum manages are not proxied.
    pub proxied: bool,
}

/// What is known of an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountReading {
    /// The static addresses that it may use.
    pub addresses: Option<StaticAddresses>,
    /// The names of its zones that the token may see.
    pub zones: Option<BTreeSet<String>>,
    /// Its virtual networks by id, lower case, each with the routes that were read.
    pub networks: Option<BTreeMap<String, Option<Vec<IpNet>>>>,
}

/// The static addresses that an account may use, as far as its lists say. A prefix that another account has delegated stands in
/// no list, so what is in none of them is doubtful and not refused for certain.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StaticAddresses {
    /// What the lists that were read hold.
    pub listed: Vec<IpNet>,
    /// The lists that were read: `prefixes`, `leases`, `address maps`.
    pub read: BTreeSet<&'static str>,
    /// The lists that could not be read, each with what would let them be read.
    pub unread: BTreeMap<&'static str, String>,
    /// Whether the token may not read the prefixes, for which the API refuses static addresses as well.
    pub is_forbidden: bool,
    /// Whether there are no others, which only a simulator knows.
    pub is_whole: bool,
}

impl StaticAddresses {
    /// Whether one of the lists that were read holds an address.
    pub fn holds(&self, ip: IpAddr) -> bool {
        self.listed.iter().any(|network| network.contains(&ip))
    }
}

/// For how long a refusal that is remembered stops plans; an older one only warns.
const FRESH: SignedDuration = SignedDuration::from_hours(24);

/// A refusal that the ledger remembers: what was asked for, and what the API said. Stored in the state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedRefusal {
    /// The error code, as text.
    pub code: String,
    /// The account it holds for, if it is the account's.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// The zone it holds for, if it is the zone's.
    #[serde(default)]
    pub zone: Option<ZoneId>,
    /// What was refused: a protocol, an address, a feature.
    pub subject: String,
    /// What to show instead of it, when a variable went into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// At which count it was refused, for what is refused from some count on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<u32>,
    /// When.
    pub date: Timestamp,
    /// The server's own words.
    #[serde(default)]
    pub evidence: String,
    /// The `CF-Ray` of the answer.
    #[serde(default)]
    pub ray_id: Option<String>,
}

impl CachedRefusal {
    /// Whether it is recent enough to stop a plan; an old one only warns.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.duration_since(self.date) < FRESH
    }

    /// What was refused, as it may be shown.
    pub fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.subject)
    }

    /// The same as it may be shown: a value of a variable is its name.
    #[must_use]
    pub fn as_shown(&self) -> CachedRefusal {
        CachedRefusal { subject: self.shown().to_owned(), shown: None, ..self.clone() }
    }

    /// What it is about; the later of two about the same replaces the earlier.
    pub fn key(&self) -> (&String, &Option<AccountId>, &Option<ZoneId>, &String) {
        (&self.code, &self.account, &self.zone, &self.subject)
    }
}

/// What a refusal of an application would teach: the key under which a [`CachedRefusal`] is remembered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RefusalKey {
    /// The code's name.
    pub code: String,
    /// The account that it would hold for.
    pub account: Option<AccountId>,
    /// The zone that it would hold for.
    pub zone: Option<ZoneId>,
    /// What would be refused.
    pub subject: String,
    /// What to show instead of it, when a variable went into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<String>,
    /// The count beside which it is asked for, where that decides.
    pub at: Option<u32>,
}

impl RefusalKey {
    /// Whether a remembered refusal is about this.
    pub fn is_of(&self, refusal: &CachedRefusal) -> bool {
        (&self.code, &self.account, &self.zone, &self.subject) == refusal.key()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_resolves_under_each_wildcard_between_it_and_its_zone() {
        let names = |name, zone| wildcards(name, zone).collect::<Vec<_>>();
        assert_eq!(names("a.b.example.com", "example.com"), ["*.b.example.com", "*.example.com"]);
        assert_eq!(names("example.com", "example.com"), Vec::<String>::new());
        assert_eq!(names("a.notexample.com", "example.com"), Vec::<String>::new());
    }
}
