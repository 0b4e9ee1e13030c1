//! The calls of the client: address, name in a message, and the permission that each needs.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Map, Value as Json};

use super::call::{Call, OnPage};
use super::envelope::Answer;
use super::error::{ApiError, ErrorKind};
use super::http::Client;
use super::settings::Credentials;
use super::wire::{
    self, AddressMap, AppLoad, AuditEntry, DnsRecord, EdgeProtocol, Lease, LoadBalancer, Prefix,
    Route, TokenStatus, VirtualNetwork, Zone,
};
use crate::model::load::Load;
use crate::model::{AccountId, ApiCall, AppId, Live, ZoneId};

type Object = Map<String, Json>;

/// What became of an application that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// This call deleted it.
    Done,
    /// It was gone before.
    AlreadyGone,
}

/// The most pages of the audit log that are read.
const AUDIT_PAGES: u32 = 50;

/// How many entries a page holds.
const PER_PAGE: u32 = 100;

/// The same for zones, of which Cloudflare gives no more.
const ZONES_PER_PAGE: u32 = 50;

/// Reads every entry of a list; one that cannot be read spoils it.
fn each<T>(
    call: &Call<'_>,
    (entries, answer): (Vec<Object>, Answer),
    read: fn(&Object) -> Option<T>,
) -> Result<Vec<T>, ApiError> {
    entries.iter().map(|entry| one(call, (entry, &answer), read)).collect()
}

fn one<T>(
    call: &Call<'_>,
    (object, answer): (&Object, &Answer),
    read: fn(&Object) -> Option<T>,
) -> Result<T, ApiError> {
    read(object).ok_or_else(|| {
        let what =
            "the answer says success, but an object in it lacks the id or name that it is known by"
                .to_owned();
        call.unexpected(ErrorKind::UnexpectedShape { what }, answer)
    })
}

impl Client {
    fn call<'a>(&self, path: &[&str], operation: String, about: ApiCall) -> Call<'a> {
        Call::get(&self.base, path, operation, about)
    }

    fn app_call<'a>(&self, verb: &str, zone: &ZoneId, app: &AppId, about: ApiCall) -> Call<'a> {
        let operation = format!("{verb} application {app} of zone {}", self.name_of(zone));
        self.call(&["zones", zone.as_str(), "spectrum", "apps", app.as_str()], operation, about)
    }

    async fn read_one<T>(
        &self,
        call: &Call<'_>,
        read: fn(&Object) -> Option<T>,
    ) -> Result<T, ApiError> {
        let (object, answer) = self.object(call).await?;
        one(call, (&object, &answer), read)
    }
}

/// What this program asks of Cloudflare. Every [`ApiError`] names the operation that failed.
impl Client {
    /// The zones of exactly this name that may be seen, in every account or in one.
    pub async fn find_zones(
        &self,
        name: &str,
        account: Option<&AccountId>,
    ) -> Result<Vec<Zone>, ApiError> {
        let mut call = self
            .call(&["zones"], format!("look up the zone {name}"), ApiCall::Zones)
            .query("name", name);
        if let Some(account) = account {
            call = call.query("account.id", account.as_str());
        }
        let mut zones = each(&call, self.pages(&call, ZONES_PER_PAGE).await?, wire::read::<Zone>)?;
        let in_account = |zone: &Zone| {
            account.is_none() || zone.account.is_none() || zone.account.as_ref() == account
        };
        zones.retain(|zone| zone.name.eq_ignore_ascii_case(name) && in_account(zone));
        for zone in &zones {
            self.learn_name(&zone.id, &zone.name);
        }
        Ok(zones)
    }

    /// Every zone that may be seen, where that takes no more than so many calls.
    pub async fn zones(&self, most_calls: u64) -> Result<Option<Vec<Zone>>, ApiError> {
        let call = self.call(&["zones"], "list the zones".to_owned(), ApiCall::Zones);
        let call = call.query("order", "name").query("direction", "asc");
        let Some(found) = self.few_pages(&call, ZONES_PER_PAGE, most_calls).await? else {
            return Ok(None);
        };
        let zones = each(&call, found, wire::read::<Zone>)?;
        for zone in &zones {
            self.learn_name(&zone.id, &zone.name);
        }
        Ok(Some(zones))
    }

    /// The zones of an account that the credentials may see, in one call for each 50 of them.
    pub async fn zones_of(&self, account: &AccountId) -> Result<Vec<Zone>, ApiError> {
        let operation = format!("list the zones of account {account}");
        let call = self.call(&["zones"], operation, ApiCall::Zones);
        let call = call.query("account.id", account.as_str());
        let mut zones = each(&call, self.pages(&call, ZONES_PER_PAGE).await?, wire::read::<Zone>)?;
        zones.retain(|zone| zone.account.as_ref().is_none_or(|found| found == account));
        for zone in &zones {
            self.learn_name(&zone.id, &zone.name);
        }
        Ok(zones)
    }

    /// Every zone that the credentials may see, by name, in one call for each 50 of them.
    pub async fn all_zones(&self) -> Result<Vec<Zone>, ApiError> {
        let call = self.call(&["zones"], "list the zones".to_owned(), ApiCall::Zones);
        let mut zones = each(&call, self.pages(&call, ZONES_PER_PAGE).await?, wire::read::<Zone>)?;
        zones.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(zones)
    }

    /// One zone.
    pub async fn zone(&self, zone: &ZoneId) -> Result<Zone, ApiError> {
        let call = self.call(
            &["zones", zone.as_str()],
            format!("read zone {}", self.name_of(zone)),
            ApiCall::Zones,
        );
        let found = self.read_one(&call, wire::read::<Zone>).await?;
        self.learn_name(zone, &found.name);
        Ok(found)
    }

    /// Every Spectrum application of a zone, by id.
    ///
    /// The order by id never shifts while the pages are read, as the default order by name could.
    pub async fn list_apps(&self, zone: &ZoneId) -> Result<Vec<Live>, ApiError> {
        self.list_apps_counted(zone, None).await
    }

    /// The same with somebody who is told of each page.
    pub async fn list_apps_counted(
        &self,
        zone: &ZoneId,
        on_page: Option<OnPage<'_>>,
    ) -> Result<Vec<Live>, ApiError> {
        let operation = format!("list the applications of zone {}", self.name_of(zone));
        let call =
            self.call(&["zones", zone.as_str(), "spectrum", "apps"], operation, ApiCall::ReadApps);
        let call = call.query("order", "app_id").query("direction", "asc").counted_by(on_page);
        let mut apps = each(&call, self.settled_pages(&call, PER_PAGE).await?, Live::read)?;
        apps.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(apps)
    }

    /// One application; `None` only when the API says in so many words that it does not exist.
    pub async fn app(&self, zone: &ZoneId, app: &AppId) -> Result<Option<Live>, ApiError> {
        match self.read_one(&self.app_call("read", zone, app, ApiCall::ReadApps), Live::read).await
        {
            Err(error) if error.says_gone() => Ok(None),
            other => other.map(Some),
        }
    }

    /// Creates an application from the body as it is; gives what the API answered.
    pub async fn create(&self, zone: &ZoneId, body: &Object) -> Result<Live, ApiError> {
        let operation = format!("create an application in zone {}", self.name_of(zone));
        let call =
            self.call(&["zones", zone.as_str(), "spectrum", "apps"], operation, ApiCall::WriteApps);
        self.read_one(&call.with(Method::POST, Some(body)), Live::read).await
    }

    /// Replaces the whole configuration of an application (`PUT`).
    pub async fn update(
        &self,
        zone: &ZoneId,
        app: &AppId,
        body: &Object,
    ) -> Result<Live, ApiError> {
        let call =
            self.app_call("update", zone, app, ApiCall::WriteApps).with(Method::PUT, Some(body));
        self.read_one(&call, Live::read).await
    }

    /// Deletes an application; one that does not exist counts as deleted.
    pub async fn delete(&self, zone: &ZoneId, app: &AppId) -> Result<Deleted, ApiError> {
        let call =
            self.app_call("delete", zone, app, ApiCall::WriteApps).with(Method::DELETE, None);
        match self.exchange(&call).await {
            Ok(_) => Ok(Deleted::Done),
            Err(error) if error.says_gone() => Ok(Deleted::AlreadyGone),
            Err(error) => Err(error),
        }
    }

    /// The protocols and edge ports that the zone may use.
    pub async fn protocols(&self, zone: &ZoneId) -> Result<Vec<EdgeProtocol>, ApiError> {
        let operation = format!("list the protocols of zone {}", self.name_of(zone));
        let call = self.call(
            &["zones", zone.as_str(), "spectrum", "protocols"],
            operation,
            ApiCall::Protocols,
        );
        each(&call, self.all_at_once(&call).await?, wire::read::<EdgeProtocol>)
    }

    /// Whether the token is active; with a Global API Key, whether the key belongs to a user.
    pub async fn verify_token(&self) -> Result<TokenStatus, ApiError> {
        if let Credentials::Token(_) = self.credentials {
            let call = self.call(
                &["user", "tokens", "verify"],
                "verify the token".to_owned(),
                ApiCall::Verify,
            );
            return self.read_one(&call, wire::read::<TokenStatus>).await;
        }
        let call = self.call(&["user"], "verify the key".to_owned(), ApiCall::Verify);
        self.object(&call)
            .await
            .map(|_| TokenStatus { status: "active".to_owned(), expires_on: None })
    }

    /// The same for a token that belongs to an account and not to a user.
    pub async fn verify_account_token(&self, account: &AccountId) -> Result<TokenStatus, ApiError> {
        let operation = format!("verify the token of account {account}");
        let call = self.call(
            &["accounts", account.as_str(), "tokens", "verify"],
            operation,
            ApiCall::Verify,
        );
        self.read_one(&call, wire::read::<TokenStatus>).await
    }

    /// The virtual networks of an account, without deleted ones.
    pub async fn virtual_networks(
        &self,
        account: &AccountId,
    ) -> Result<Vec<VirtualNetwork>, ApiError> {
        let operation = format!("list the virtual networks of account {account}");
        let call = self.call(
            &["accounts", account.as_str(), "teamnet", "virtual_networks"],
            operation,
            ApiCall::VirtualNetworks,
        );
        let mut networks =
            each(&call, self.all_at_once(&call).await?, wire::read::<VirtualNetwork>)?;
        networks.retain(|network| network.deleted_at.is_none());
        Ok(networks)
    }

    /// The routes of a virtual network, without deleted ones.
    pub async fn routes(&self, account: &AccountId, network: &str) -> Result<Vec<Route>, ApiError> {
        let operation =
            format!("list the routes of virtual network {network} in account {account}");
        let call = self.call(
            &["accounts", account.as_str(), "teamnet", "routes"],
            operation,
            ApiCall::VirtualNetworks,
        );
        let call = call.query("virtual_network_id", network);
        let mut routes = each(&call, self.pages(&call, PER_PAGE).await?, wire::read::<Route>)?;
        let is_elsewhere = |route: &Route| {
            route.virtual_network_id.as_deref().is_some_and(|id| !id.eq_ignore_ascii_case(network))
        };
        routes.retain(|route| route.deleted_at.is_none() && !is_elsewhere(route));
        Ok(routes)
    }

    /// The traffic of a zone's applications in the last minute.
    pub async fn loads(&self, zone: &ZoneId) -> Result<BTreeMap<AppId, Load>, ApiError> {
        let operation = format!("read the traffic of zone {}", self.name_of(zone));
        let path = ["zones", zone.as_str(), "spectrum", "analytics", "aggregate", "current"];
        let call = self.call(&path, operation, ApiCall::Analytics);
        let loads = each(&call, self.all_at_once(&call).await?, AppLoad::read)?;
        Ok(loads.into_iter().map(|entry| (entry.app, entry.load)).collect())
    }

    /// The prefixes that an account brought or leases.
    pub async fn prefixes(&self, account: &AccountId) -> Result<Vec<Prefix>, ApiError> {
        let operation = format!("list the address prefixes of account {account}");
        let call = self.call(
            &["accounts", account.as_str(), "addressing", "prefixes"],
            operation,
            ApiCall::Prefixes,
        );
        each(&call, self.all_at_once(&call).await?, wire::read::<Prefix>)
    }

    /// The addresses that an account leases from Cloudflare.
    pub async fn leases(&self, account: &AccountId) -> Result<Vec<Lease>, ApiError> {
        let operation = format!("list the leased addresses of account {account}");
        let path = ["accounts", account.as_str(), "addressing", "leases"];
        let call = self.call(&path, operation, ApiCall::Leases);
        each(&call, self.all_at_once(&call).await?, Lease::read)
    }

    /// The address maps of an account, without their addresses.
    pub async fn address_maps(&self, account: &AccountId) -> Result<Vec<AddressMap>, ApiError> {
        let operation = format!("list the address maps of account {account}");
        let path = ["accounts", account.as_str(), "addressing", "address_maps"];
        let call = self.call(&path, operation, ApiCall::AddressMaps);
        each(&call, self.all_at_once(&call).await?, AddressMap::read)
    }

    /// One address map with its addresses.
    pub async fn address_map(
        &self,
        account: &AccountId,
        map: &str,
    ) -> Result<AddressMap, ApiError> {
        let operation = format!("read address map {map} of account {account}");
        let path = ["accounts", account.as_str(), "addressing", "address_maps", map];
        let call = self.call(&path, operation, ApiCall::AddressMaps);
        self.read_one(&call, AddressMap::read).await
    }

    /// The DNS records of a zone, or those of one name.
    pub async fn dns_records(
        &self,
        zone: &ZoneId,
        name: Option<&str>,
    ) -> Result<Vec<DnsRecord>, ApiError> {
        let operation = format!("list the DNS records of zone {}", self.name_of(zone));
        let mut call =
            self.call(&["zones", zone.as_str(), "dns_records"], operation, ApiCall::DnsRecords);
        if let Some(name) = name {
            call = call.query("name", name);
        }
        let mut records = each(&call, self.pages(&call, PER_PAGE).await?, wire::read::<DnsRecord>)?;
        records.retain(|record| name.is_none_or(|name| record.name.eq_ignore_ascii_case(name)));
        Ok(records)
    }

    /// The load balancers of a zone.
    pub async fn load_balancers(&self, zone: &ZoneId) -> Result<Vec<LoadBalancer>, ApiError> {
        let operation = format!("list the load balancers of zone {}", self.name_of(zone));
        let call = self.call(
            &["zones", zone.as_str(), "load_balancers"],
            operation,
            ApiCall::LoadBalancers,
        );
        each(&call, self.all_at_once(&call).await?, wire::read::<LoadBalancer>)
    }

    /// Who changed what between two moments (RFC 3339), the newest first; at most the newest 5,000 entries.
    pub async fn audit_log(
        &self,
        account: &AccountId,
        zone: Option<&ZoneId>,
        since: &str,
        before: &str,
    ) -> Result<Vec<AuditEntry>, ApiError> {
        let operation = format!("read the audit log of account {account}");
        let mut call = self.call(
            &["accounts", account.as_str(), "logs", "audit"],
            operation,
            ApiCall::AuditLog,
        );
        call = call
            .query("since", since)
            .query("before", before)
            .query("direction", "desc")
            .query("limit", &PER_PAGE.to_string());
        if let Some(zone) = zone {
            call = call.query("zone_id", zone.as_str());
        }
        let mut entries = Vec::new();
        let mut page = call.clone();
        for _ in 0..AUDIT_PAGES {
            let (found, answer) = page.objects(self.exchange(&page).await?)?;
            let cursor = answer.cursor.clone().filter(|_| !found.is_empty());
            entries.extend(each(&page, (found, answer), AuditEntry::read)?);
            let Some(cursor) = cursor else { break };
            page = call.clone().query("cursor", &cursor);
        }
        Ok(entries)
    }
}
