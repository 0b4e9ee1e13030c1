//! What the accounts of a world hold beside their applications. No call changes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{Account, AddressMap, Balancer, Lease, OpenPorts, Prefix, Record, Route, Token};
use super::facts::{ScriptedLoad, VirtualNetwork, Zone};
use crate::model::{Entitlement, IpNet, Tier, read_network};

/// The account of a world without a fixture.
pub const DEFAULT_ACCOUNT: &str = "01a7362d577a6c3019a474fd6f485823";
/// The id of the zone `example.com` where none is declared.
pub const DEFAULT_ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// The prefixes of an account in a world where none is declared: those that are set aside for
/// documentation, so every entitlement of the world without a fixture can be used.
const DOCUMENTATION: [&str; 4] =
    ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"];

/// Accounts and zones, and what belongs to them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Holdings {
    /// By id.
    pub(super) accounts: BTreeMap<String, Account>,
    /// By id.
    pub(super) zones: BTreeMap<String, Zone>,
    #[serde(default)]
    pub(super) tokens: Vec<Token>,
    #[serde(default)]
    pub(super) networks: Vec<VirtualNetwork>,
    #[serde(default)]
    pub(super) routes: Vec<Route>,
    #[serde(default)]
    pub(super) prefixes: Vec<Prefix>,
    #[serde(default)]
    pub(super) leases: Vec<Lease>,
    #[serde(default)]
    pub(super) address_maps: Vec<AddressMap>,
    #[serde(default)]
    pub(super) records: Vec<Record>,
    #[serde(default)]
    pub(super) balancers: Vec<Balancer>,
    #[serde(default)]
    pub(super) loads: Vec<ScriptedLoad>,
}

impl Default for Holdings {
    /// The default account and nothing else.
    fn default() -> Self {
        let account = Account {
            id: DEFAULT_ACCOUNT.to_owned(),
            name: "Simulated account".to_owned(),
            ipv4_quota: None,
        };
        Holdings {
            accounts: BTreeMap::from([(account.id.clone(), account)]),
            zones: BTreeMap::new(),
            tokens: Vec::new(),
            networks: Vec::new(),
            routes: Vec::new(),
            prefixes: Vec::new(),
            leases: Vec::new(),
            address_maps: Vec::new(),
            records: Vec::new(),
            balancers: Vec::new(),
            loads: Vec::new(),
        }
    }
}

impl Holdings {
    /// The name of a zone, by its id; empty for one that does not exist.
    pub(super) fn zone_name(&self, id: &str) -> &str {
        self.zones.get(id).map_or("", |zone| zone.name.as_str())
    }

    /// The prefixes, leased addresses and addresses of maps that an account may use.
    pub(super) fn static_addresses_of(&self, account: &str) -> Vec<IpNet> {
        let is_own = |owner: &Option<String>| owner.as_deref() == Some(account);
        let prefixes = self.prefixes_of(account).into_iter().map(|prefix| prefix.cidr);
        let leases = self.leases.iter().filter(|lease| is_own(&lease.account));
        let maps = self.address_maps.iter().filter(|map| is_own(&map.account));
        let listed = leases.map(|lease| &lease.cidr).chain(maps.flat_map(|map| &map.ips));
        prefixes.chain(listed.cloned()).filter_map(|text| read_network(&text)).collect()
    }

    /// The prefixes that an account may use, delegated ones too. Without entitlement to them it has none.
    pub(super) fn prefixes_of(&self, account: &str) -> Vec<Prefix> {
        let has_list = !self.leases.is_empty() || !self.address_maps.is_empty();
        if !self.prefixes.is_empty() || has_list {
            let own = |prefix: &&Prefix| prefix.account.as_deref() == Some(account);
            return self.prefixes.iter().filter(own).cloned().collect();
        }
        let has_byoip = |zone: &Zone| {
            let entitlements = zone.entitlements.as_ref();
            entitlements.is_none_or(|entitlements| entitlements.contains(&Entitlement::Byoip))
        };
        if !self.zones.values().any(|zone| zone.account == account && has_byoip(zone)) {
            return Vec::new();
        }
        let prefix = |cidr: &str| Prefix {
            cidr: cidr.to_owned(),
            account: Some(account.to_owned()),
            advertised: None,
            approved: None,
            delegated: false,
        };
        DOCUMENTATION.map(prefix).to_vec()
    }

    /// Whether nobody has declared what DNS the zone holds, so every name in it may be an origin; a
    /// name that is looked up is then there.
    pub(super) fn supposes_records(&self, zone_name: &str) -> bool {
        let records = self.records.iter().map(|record| &record.zone);
        let balancers = self.balancers.iter().map(|balancer| &balancer.zone);
        !records.chain(balancers).any(|zone| zone == zone_name)
    }
}

impl Zone {
    /// The protocols that the zone may use: the declared ones, else those of its plan. An empty
    /// list of ports stands for every port (*inferred*).
    pub(super) fn open_protocols(&self) -> Vec<OpenPorts> {
        let entry = |name: &str, transport: &str, ports: &[u16]| OpenPorts {
            name: name.to_owned(),
            transport: transport.to_owned(),
            ports: ports.to_vec(),
        };
        if let Some(declared) = &self.protocols {
            return declared.clone();
        }
        let mut found = vec![entry("minecraft", "tcp", &[25565]), entry("ssh", "tcp", &[22])];
        if matches!(self.plan, Tier::Business | Tier::Enterprise) {
            found.push(entry("rdp", "tcp", &[3389]));
        }
        if self.plan == Tier::Enterprise {
            found.extend([entry("tcp", "tcp", &[]), entry("udp", "udp", &[])]);
        }
        found
    }
}
