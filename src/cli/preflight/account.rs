//! What preflight reads of an account: the addresses that it may use and who has them, the names of its zones, its virtual networks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::reader::{Found, Part, Reader, skipped};
use crate::api::{ApiError, Zone};
use crate::finding::Finding;
use crate::model::facts::{AccountReading, OtherZone, StaticAddresses};
use crate::model::{AccountId, IpNet, Live, Tier, read_network};
use crate::plan::needs::AccountNeeds;

/// How many zones a warning names.
const NAMED: usize = 8;

impl Reader {
    pub(super) async fn account(mut self, id: AccountId, needs: &AccountNeeds) -> Found {
        let mut account = AccountReading::default();
        let mut others = BTreeMap::new();
        if needs.addresses {
            account.addresses = self.addresses(&id, needs).await;
        }
        if needs.zone_names {
            let zones = self.api.zones_of(&id).await;
            let zones = self.kept(zones, "names of other zones");
            if let Some(zones) = zones.as_ref().filter(|_| needs.addresses) {
                others = self.other_zones(&id, zones, &needs.read_zones).await;
            }
            account.zones = zones.map(|zones| zones.into_iter().map(|zone| zone.name).collect());
        }
        if !needs.networks.is_empty() {
            account.networks = self.networks(&id, &needs.networks).await;
        }
        (Part::Account(id, account, others), self.skipped)
    }

    /// The prefixes, and for an address that is in none of them the leases and the address maps too.
    async fn addresses(&mut self, id: &AccountId, needs: &AccountNeeds) -> Option<StaticAddresses> {
        let mut found = StaticAddresses::default();
        let prefixes = self.api.prefixes(id).await;
        found.is_forbidden = prefixes.as_ref().is_err_and(ApiError::is_about_credentials);
        let prefixes = prefixes.map(|read| read.into_iter().map(|prefix| prefix.cidr).collect());
        take(&mut found, "prefixes", prefixes);
        let is_open =
            |found: &StaticAddresses| needs.doubtful_ips.iter().any(|ip| !found.holds(*ip));
        if is_open(&found) {
            let leases = self.api.leases(id).await;
            let leases = leases.map(|read| read.into_iter().flat_map(|lease| lease.addresses));
            take(&mut found, "leases", leases.map(Iterator::collect));
        }
        if is_open(&found) {
            let maps = self.address_maps(id, |ips| {
                let found = networks_of(ips);
                let is_found = |ip| found.iter().any(|network| network.contains(ip));
                needs.doubtful_ips.iter().all(is_found)
            });
            let maps = maps.await;
            take(&mut found, "address maps", maps);
        }
        Some(found)
    }

    /// The addresses of the account's maps, that of leased ones first, until they are enough.
    async fn address_maps(
        &self,
        id: &AccountId,
        is_enough: impl Fn(&[String]) -> bool,
    ) -> Result<Vec<String>, ApiError> {
        let mut maps = self.api.address_maps(id).await?;
        maps.sort_by_key(|map| map.can_modify_ips != Some(false));
        let mut ips = Vec::new();
        for map in maps {
            if is_enough(&ips) {
                break;
            }
            ips.extend(self.api.address_map(id, &map.id).await?.ips);
        }
        Ok(ips)
    }

    /// The applications of the zones that the configuration does not name, one list a zone. Free zones have no Spectrum.
    async fn other_zones(
        &mut self,
        account: &AccountId,
        zones: &[Zone],
        known: &BTreeSet<String>,
    ) -> BTreeMap<String, OtherZone> {
        let mut reading: JoinSet<(String, Result<Vec<Live>, ApiError>)> = JoinSet::new();
        let is_new = |zone: &&Zone| zone.tier() != Some(Tier::Free) && !known.contains(&zone.name);
        for zone in zones.iter().filter(is_new) {
            let (api, id, name) = (Arc::clone(&self.api), zone.id.clone(), zone.name.clone());
            reading.spawn(async move { (name, api.list_apps(&id).await) });
        }
        let read: BTreeMap<_, _> = reading.join_all().await.into_iter().collect();
        let mut others = BTreeMap::new();
        let mut unread: Vec<(String, ApiError)> = Vec::new();
        for (name, read) in read {
            match read {
                Ok(apps) => {
                    others.insert(name, OtherZone { account: account.clone(), apps });
                }
                Err(error) => unread.push((name, error)),
            }
        }
        self.skipped.extend(unread_zones(&unread));
        others
    }

    /// The networks of the account, and the routes of those that are needed and exist.
    async fn networks(
        &mut self,
        id: &AccountId,
        needed: &BTreeSet<String>,
    ) -> Option<BTreeMap<String, Option<Vec<IpNet>>>> {
        let read = self.api.virtual_networks(id).await;
        let listed = self.kept(read, "virtual networks")?;
        let mut networks: BTreeMap<_, _> =
            listed.into_iter().map(|network| (network.id.to_ascii_lowercase(), None)).collect();
        for network in needed
            .iter()
            .filter(|network| networks.contains_key(*network))
            .cloned()
            .collect::<Vec<_>>()
        {
            let read = self.api.routes(id, &network).await;
            let routes = self.kept(read, "routes of virtual networks");
            let routes = routes.map(|routes| {
                routes.iter().filter_map(|route| read_network(&route.network)).collect()
            });
            networks.insert(network, routes);
        }
        Some(networks)
    }
}

/// One warning that names the zones whose applications could not be read.
fn unread_zones(unread: &[(String, ApiError)]) -> Option<Finding> {
    let (_, error) = unread.first()?;
    let mut names: Vec<&str> = unread.iter().take(NAMED).map(|(name, _)| name.as_str()).collect();
    let more = format!("{} more", unread.len().saturating_sub(NAMED));
    if unread.len() > NAMED {
        names.push(&more);
    }
    let finding = skipped(error, &names.join(", "), "edge addresses of other zones' applications");
    Some(finding.why(
        "an edge address serves one zone only, and a zone that was not read may already use it",
    ))
}

/// Adds a list to what is known of the account's addresses, or why it could not be read.
fn take(found: &mut StaticAddresses, list: &'static str, read: Result<Vec<String>, ApiError>) {
    match read {
        Ok(read) => {
            found.listed.extend(networks_of(&read));
            found.read.insert(list);
        }
        Err(error) => {
            let reason = match error.is_about_credentials() {
                true => format!("it takes the {}", error.permission()),
                false => error.to_string(),
            };
            found.unread.insert(list, reason);
        }
    }
}

fn networks_of(texts: &[String]) -> Vec<IpNet> {
    texts.iter().filter_map(|text| read_network(text)).collect()
}
