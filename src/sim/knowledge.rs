//! A world as the checks of `codes` see it: everything that a client could read from the account,
//! and so a verdict for every check.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::{OpenPorts, Zone};
use super::holdings::Holdings;
use crate::model::facts::{
    self, AccountReading, Facts, Record, Records, StaticAddresses, ZonePreflight,
};
use crate::model::{AccountId, Entitlement, Transport, ZoneFacts, ZoneId, read_network};

/// What no write changes, read once.
#[derive(Debug, Clone, Default)]
pub(super) struct Knowledge {
    /// All zones.
    pub(super) zones: Vec<ZoneFacts>,
    facts: Facts,
    /// The same for a caller who may not read the prefixes of accounts.
    without_prefixes: Facts,
}

impl Knowledge {
    /// Reads a holdings.
    pub(super) fn from_holdings(holdings: &Holdings) -> Knowledge {
        let facts = facts_from_holdings(holdings);
        let mut without_prefixes = facts.clone();
        for account in without_prefixes.accounts.values_mut() {
            account.addresses = Some(StaticAddresses {
                is_forbidden: true,
                is_whole: true,
                ..StaticAddresses::default()
            });
        }
        let mut zones: Vec<_> =
            holdings.zones.values().map(|zone| zone_facts(holdings, zone)).collect();
        zones.sort_by(|a, b| a.name.cmp(&b.name));
        Knowledge { zones, facts, without_prefixes }
    }

    /// The facts for a caller who may read prefixes, or may not.
    pub(super) fn facts(&self, may_read_prefixes: bool) -> &Facts {
        if may_read_prefixes { &self.facts } else { &self.without_prefixes }
    }
}

fn facts_from_holdings(holdings: &Holdings) -> Facts {
    let zone = |zone: &Zone| (zone.name.clone(), zone_preflight(holdings, zone));
    let account = |id: &String| (AccountId::from_api(id.as_str()), account_reading(holdings, id));
    Facts {
        zones: holdings.zones.values().map(zone).collect(),
        accounts: holdings.accounts.keys().map(account).collect(),
        ..Facts::default()
    }
}

/// Everything about a zone: what it does not have it surely lacks.
fn zone_facts(holdings: &Holdings, zone: &Zone) -> ZoneFacts {
    let all = BTreeSet::from(Entitlement::ALL);
    let granted = zone.entitlements.clone().unwrap_or_else(|| all.clone());
    ZoneFacts {
        name: zone.name.clone(),
        id: Some(ZoneId::from_api(zone.id.as_str())),
        account: Some(AccountId::from_api(zone.account.as_str())),
        tier: Some(zone.plan),
        denied: all.difference(&granted).copied().collect(),
        granted,
        edge_prefixes: None,
        ipv4_quota: zone.ipv4_quota,
        account_ipv4_quota: holdings.accounts.get(&zone.account).and_then(|known| known.ipv4_quota),
    }
}

/// The hostnames on IPv4 are not counted here: the peers of a view show them.
fn zone_preflight(holdings: &Holdings, zone: &Zone) -> ZonePreflight {
    let records = holdings.records.iter().filter(|record| record.zone == zone.name);
    let found = records.map(|record| Record {
        name: record.name.to_ascii_lowercase(),
        kind: record.kind.clone(),
        proxied: record.proxied,
    });
    let balancers = holdings.balancers.iter().filter(|balancer| balancer.zone == zone.name);
    ZonePreflight {
        protocols: Some(zone.open_protocols().iter().map(open_ports).collect()),
        records: Some(Records::of_zone(found)),
        load_balancers: Some(balancers.map(|one| one.name.to_ascii_lowercase()).collect()),
        ipv4_hostnames: None,
        load: None,
    }
}

fn open_ports(open: &OpenPorts) -> facts::OpenPorts {
    facts::OpenPorts {
        name: open.name.clone(),
        transport: Transport::from_text(&open.transport),
        ports: open.ports.iter().copied().collect(),
    }
}

fn account_reading(holdings: &Holdings, account: &str) -> AccountReading {
    let is_own = |owner: &Option<String>| owner.as_deref() == Some(account);
    let routes_of = |network: &String| {
        let routes = holdings.routes.iter().filter(|route| is_own(&route.account));
        let routes = routes.filter(|route| route.virtual_network.as_ref() == Some(network));
        routes.filter_map(|route| read_network(&route.network)).collect()
    };
    let networks = holdings.networks.iter().filter(|network| is_own(&network.account));
    let networks: BTreeMap<_, _> = networks
        .filter_map(|network| network.id.as_ref())
        .map(|id| (id.to_ascii_lowercase(), Some(routes_of(id))))
        .collect();
    let addresses = StaticAddresses {
        listed: holdings.static_addresses_of(account),
        is_whole: true,
        ..StaticAddresses::default()
    };
    AccountReading { addresses: Some(addresses), zones: None, networks: Some(networks) }
}
