//! Seeds: what a world is to hold, as somebody declares it in YAML. Sowing adds what is new, and changes what is there already in
//! those things that the seed names.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::digest::{digest, uuid_of};
use super::facts::{
    Account, AddressMap, Balancer, Lease, OpenPorts, Prefix, Record, Route, ScriptedLoad, Token,
    VirtualNetwork, Zone,
};
use super::holdings::{DEFAULT_ACCOUNT, DEFAULT_ZONE};
use super::world::World;
use crate::model::{Entitlement, Tier};

/// When everything was created whose declaration does not say.
pub(super) const LONG_AGO: &str = "2025-01-01T00:00:00.000000Z";

/// What a world is to hold.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Fixture {
    /// Accounts.
    pub accounts: Vec<Account>,
    /// Zones.
    pub zones: Vec<FixtureZone>,
    /// Tokens; once one is declared, no other is good.
    pub tokens: Vec<Token>,
    /// Virtual networks.
    pub virtual_networks: Vec<VirtualNetwork>,
    /// Routes of virtual networks.
    pub routes: Vec<Route>,
    /// Prefixes that the account brought, or that another account has delegated to it.
    pub prefixes: Vec<Prefix>,
    /// Addresses that the account leases from Cloudflare.
    pub leases: Vec<Lease>,
    /// Address maps.
    pub address_maps: Vec<AddressMap>,
    /// DNS records.
    pub dns_records: Vec<Record>,
    /// Load balancers.
    pub load_balancers: Vec<Balancer>,
    /// The traffic of applications.
    pub loads: Vec<ScriptedLoad>,
    /// Applications.
    pub apps: Vec<FixtureApp>,
}

/// An application of a seed: an object as the API answers it, legacy shapes too, with the name of its zone beside it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
pub struct FixtureApp {
    /// The name of its zone.
    #[serde(default)]
    pub zone: Option<String>,
    /// Its id; derived from hostname and protocol when absent.
    // A field of its own, so that digits alone are not read as a number.
    #[serde(default)]
    pub id: Option<String>,
    /// The rest of the object.
    #[serde(flatten)]
    pub object: Map<String, Json>,
}

/// A zone of a seed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixtureZone {
    /// Its name.
    pub name: String,
    /// 32 hexadecimal digits; derived from the name when absent.
    #[serde(default)]
    pub id: Option<String>,
    /// The id of its account; the default account when absent.
    #[serde(default)]
    pub account: Option<String>,
    /// Its plan; enterprise when absent.
    #[serde(default)]
    pub plan: Option<Tier>,
    /// What the account has bought for it; everything when absent.
    #[serde(default)]
    pub entitlements: Option<BTreeSet<Entitlement>>,
    /// How many IPv4 hostnames it may have; unlimited when absent.
    #[serde(default)]
    pub ipv4_quota: Option<u32>,
    /// The protocols and edge ports that it may use; those of its plan when absent.
    #[serde(default)]
    pub protocols: Option<Vec<OpenPorts>>,
}

/// Why a seed could not be read or loaded.
#[derive(Debug, thiserror::Error)]
pub enum BadFixture {
    /// The YAML or one of its values.
    #[error("the seed cannot be read: {0}")]
    Unreadable(#[from] serde_yaml::Error),
    /// An application that names no zone.
    #[error("the application number {0} of the seed names no zone; add `zone: NAME` to it")]
    NoZone(usize),
    /// An application whose zone does not exist.
    #[error(
        "an application of the seed is in the zone {0}, which the world does not have; declare it under `zones`"
    )]
    UnknownZone(String),
}

impl Fixture {
    /// Reads a seed; an empty text is an empty seed.
    ///
    /// # Errors
    /// The text is not YAML, or a key or a value is not one of a seed.
    pub fn read(yaml: &str) -> Result<Fixture, BadFixture> {
        Ok(serde_yaml::from_str::<Option<Fixture>>(yaml)?.unwrap_or_default())
    }
}

impl World {
    /// Loads a seed. `apps` says whether its applications too: a world that has been lived in keeps its own.
    ///
    /// # Errors
    /// An application names no zone, or one that does not exist. Everything else has been loaded by then.
    pub fn load(&mut self, seed: &Fixture, apps: bool) -> Result<(), BadFixture> {
        self.holdings
            .accounts
            .extend(seed.accounts.iter().map(|account| (account.id.clone(), account.clone())));
        for zone in &seed.zones {
            self.load_zone(zone);
        }
        unite(&mut self.holdings.tokens, &seed.tokens, |token| token.token.clone());
        let networks: Vec<_> = seed.virtual_networks.iter().map(with_id).collect();
        unite(&mut self.holdings.networks, &networks, |network| network.name.clone());
        let routes: Vec<_> = seed.routes.iter().map(|route| self.route_of(route)).collect();
        unite(&mut self.holdings.routes, &routes, |route| {
            (route.network.clone(), route.virtual_network.clone())
        });
        let home = |account: &Option<String>| {
            Some(account.clone().unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()))
        };
        let prefixes: Vec<_> = seed
            .prefixes
            .iter()
            .map(|prefix| Prefix { account: home(&prefix.account), ..prefix.clone() })
            .collect();
        unite(&mut self.holdings.prefixes, &prefixes, |prefix| prefix.cidr.clone());
        self.load_addresses(seed);
        let records: Vec<_> = seed
            .dns_records
            .iter()
            .map(|record| Record { zone: canonical(&record.zone), ..record.clone() })
            .collect();
        unite(&mut self.holdings.records, &records, |record| {
            (record.zone.clone(), record.kind.clone(), record.name.clone(), record.content.clone())
        });
        let balancers: Vec<_> = seed
            .load_balancers
            .iter()
            .map(|one| Balancer { zone: canonical(&one.zone), ..one.clone() })
            .collect();
        unite(&mut self.holdings.balancers, &balancers, |balancer| {
            (balancer.zone.clone(), balancer.name.clone())
        });
        let loads: Vec<_> = seed
            .loads
            .iter()
            .map(|load| ScriptedLoad { zone: canonical(&load.zone), ..load.clone() })
            .collect();
        unite(&mut self.holdings.loads, &loads, |load| {
            (load.zone.clone(), load.dns_name.clone(), load.protocol.clone())
        });
        self.index_apps();
        if apps { self.load_apps(&seed.apps) } else { Ok(()) }
    }

    /// Loads leased addresses and address maps.
    fn load_addresses(&mut self, seed: &Fixture) {
        let home = |account: &Option<String>| {
            Some(account.clone().unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()))
        };
        let lease = |lease: &Lease| Lease { account: home(&lease.account), ..lease.clone() };
        let leases: Vec<_> = seed.leases.iter().map(lease).collect();
        unite(&mut self.holdings.leases, &leases, |lease| lease.cidr.clone());
        let map = |map: &AddressMap| AddressMap {
            id: Some(map.id.clone().unwrap_or_else(|| digest(&["map", &map.ips.join(" ")]))),
            account: home(&map.account),
            ..map.clone()
        };
        let maps: Vec<_> = seed.address_maps.iter().map(map).collect();
        unite(&mut self.holdings.address_maps, &maps, |map| map.id.clone());
    }

    /// A zone that gets another id takes its applications along.
    fn load_zone(&mut self, given: &FixtureZone) {
        let name = canonical(&given.name);
        let old = self.holdings.zones.values().find(|zone| zone.name == name).cloned();
        let id = given
            .id
            .as_ref()
            .map(|id| id.to_ascii_lowercase())
            .or(old.as_ref().map(|zone| zone.id.clone()));
        let derived =
            || if name == "example.com" { DEFAULT_ZONE.to_owned() } else { digest(&[&name]) };
        let account = given.account.clone().or(old.as_ref().map(|zone| zone.account.clone()));
        let zone = Zone {
            id: id.unwrap_or_else(derived),
            account: account.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned()),
            plan: given.plan.or(old.as_ref().map(|zone| zone.plan)).unwrap_or(Tier::Enterprise),
            entitlements: given
                .entitlements
                .clone()
                .or(old.as_ref().and_then(|zone| zone.entitlements.clone())),
            ipv4_quota: given.ipv4_quota.or(old.as_ref().and_then(|zone| zone.ipv4_quota)),
            protocols: given
                .protocols
                .clone()
                .or(old.as_ref().and_then(|zone| zone.protocols.clone())),
            name,
        };
        if let Some(old) = old {
            self.holdings.zones.remove(&old.id);
            self.apps
                .values_mut()
                .filter(|app| app.zone == old.id)
                .for_each(|app| app.zone.clone_from(&zone.id));
        }
        let account = Account {
            id: zone.account.clone(),
            name: "Simulated account".to_owned(),
            ipv4_quota: None,
        };
        self.holdings.accounts.entry(zone.account.clone()).or_insert(account);
        self.holdings.zones.insert(zone.id.clone(), zone);
    }

    /// A route names its network by id or by name; without either it belongs to the default network.
    fn route_of(&self, route: &Route) -> Route {
        let named = |network: &&VirtualNetwork| match &route.virtual_network {
            Some(wanted) => *wanted == network.name || Some(wanted) == network.id.as_ref(),
            None => network.is_default_network,
        };
        let network = self.holdings.networks.iter().find(named);
        let account = route.account.clone().or(network.and_then(|network| network.account.clone()));
        Route {
            network: route.network.clone(),
            virtual_network: network
                .and_then(|network| network.id.clone())
                .or(route.virtual_network.clone()),
            account: Some(account.unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned())),
        }
    }

    /// Applications are kept as they are declared, so that a recorded answer comes back as it was.
    fn load_apps(&mut self, apps: &[FixtureApp]) -> Result<(), BadFixture> {
        for (index, app) in apps.iter().enumerate() {
            let zone = canonical(app.zone.as_ref().ok_or(BadFixture::NoZone(index + 1))?);
            let home = self
                .holdings
                .zones
                .values()
                .find(|known| known.name == zone)
                .map(|known| known.id.clone());
            let home = home.ok_or(BadFixture::UnknownZone(zone))?;
            let mut object = app.object.clone();
            let part = |name: &str| object.get(name).map(Json::to_string).unwrap_or_default();
            let id = app
                .id
                .clone()
                .unwrap_or_else(|| digest(&["sown", &home, &part("dns"), &part("protocol")]));
            object.insert("id".to_owned(), Json::from(id.as_str()));
            for time in ["created_on", "modified_on"] {
                object.entry(time).or_insert_with(|| Json::from(LONG_AGO));
            }
            self.put_app(&id, &home, object);
        }
        Ok(())
    }
}

/// A zone's name as it is compared.
fn canonical(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// A virtual network with an id and an account.
fn with_id(network: &VirtualNetwork) -> VirtualNetwork {
    let id = network.id.as_ref().map(|id| id.to_ascii_lowercase());
    VirtualNetwork {
        id: Some(id.unwrap_or_else(|| uuid_of(&digest(&["network", &network.name])))),
        account: Some(network.account.clone().unwrap_or_else(|| DEFAULT_ACCOUNT.to_owned())),
        ..network.clone()
    }
}

/// Adds what is new, and replaces what is known by the same key.
fn unite<T: Clone, K: PartialEq>(known: &mut Vec<T>, more: &[T], key: impl Fn(&T) -> K) {
    for one in more {
        match known.iter_mut().find(|old| key(old) == key(one)) {
            Some(old) => *old = one.clone(),
            None => known.push(one.clone()),
        }
    }
}
