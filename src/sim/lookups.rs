//! The calls that read what an account holds beside its applications.

use serde_json::{Value as Json, json};

use super::access::Caller;
use super::digest::{digest, uuid_of};
use super::facts::{
    AddressMap, Balancer, Lease, OpenPorts, Prefix, Record, Route, TokenStatus, VirtualNetwork,
    Zone,
};
use super::filters::{List, select};
use super::fixture::LONG_AGO;
use super::lists;
use super::message::{Answer, Request};
use super::paging::page_of;
use super::refusal::Refusal;
use super::route::{Endpoint, no_route};
use super::world::World;
use crate::model::Tier;

impl World {
    /// Answers a call that changes nothing and is not about applications.
    pub(super) fn look_up(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
    ) -> Result<Answer, Refusal> {
        match endpoint {
            Endpoint::Zones => listed(self.zones_of(caller), request, &lists::ZONES),
            Endpoint::Zone(id) => {
                let zone = self.holdings.zones.get(id);
                Ok(Answer::new(zone.map_or(Json::Null, |zone| self.zone_json(zone))))
            }
            Endpoint::Protocols(zone) => Ok(Answer::new(protocols_json(self.with_spectrum(zone)?))),
            Endpoint::Records(zone) => {
                listed(self.records_of(zone, request), request, &lists::RECORDS)
            }
            Endpoint::Balancers(zone) => {
                listed(self.balancers_of(zone), request, &lists::BALANCERS)
            }
            Endpoint::Networks(account) => {
                listed(self.networks_of(account), request, &lists::NETWORKS)
            }
            Endpoint::Routes(account) => listed(self.routes_of(account), request, &lists::ROUTES),
            Endpoint::Prefixes(account) => {
                let prefixes = self.holdings.prefixes_of(account);
                let listed = prefixes.iter().filter(|prefix| !prefix.delegated);
                Ok(Answer::new(listed.map(prefix_json).collect()))
            }
            Endpoint::Leases(account) => {
                let is_own = |lease: &&Lease| lease.account.as_deref() == Some(account);
                let own = self.holdings.leases.iter().filter(is_own);
                Ok(Answer::new(own.map(lease_json).collect()))
            }
            Endpoint::AddressMaps(account) => {
                Ok(Answer::new(self.address_maps_of(account).map(address_map_json).collect()))
            }
            Endpoint::AddressMap(account, id) => {
                let map = self.address_maps_of(account).find(|map| map.id.as_ref() == Some(id));
                let map = map.ok_or_else(|| no_route(request, 404))?;
                let mut found = address_map_json(map);
                found["ips"] = map.ips.iter().map(|ip| json!({"ip": ip})).collect();
                Ok(Answer::new(found))
            }
            Endpoint::Audit(account) => self.audit_entries(account, request),
            Endpoint::User => Ok(Answer::new(user_json(caller))),
            Endpoint::Verify | Endpoint::Apps(_) | Endpoint::App(..) | Endpoint::Loads(_) => {
                Ok(Answer::new(token_json(caller)))
            }
        }
    }

    fn address_maps_of(&self, account: &str) -> impl Iterator<Item = &AddressMap> {
        let account = account.to_owned();
        self.holdings
            .address_maps
            .iter()
            .filter(move |map| map.account.as_deref() == Some(account.as_str()))
    }

    /// The zones that a caller may see, by name.
    fn zones_of(&self, caller: &Caller) -> Vec<Json> {
        let zones = self.holdings.zones.values();
        let mut found: Vec<&Zone> = zones.filter(|zone| caller.covers(&zone.name)).collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.into_iter().map(|zone| self.zone_json(zone)).collect()
    }

    fn zone_json(&self, zone: &Zone) -> Json {
        let account = self.holdings.accounts.get(&zone.account);
        let account = account.map_or("", |account| account.name.as_str());
        let plan = zone.plan.text();
        let title = match zone.plan {
            Tier::Enterprise => "Enterprise Website",
            Tier::Business => "Business Website",
            Tier::Pro => "Pro Website",
            Tier::Free => "Free Website",
        };
        json!({
            "id": zone.id, "name": zone.name, "status": "active", "paused": false, "type": "full",
            "development_mode": 0,
            "account": {"id": zone.account, "name": account},
            "owner": {"id": zone.account, "name": account, "type": "organization"},
            "plan": {"id": digest(&["plan", plan]), "name": title, "legacy_id": plan},
            "meta": {
                "cdn_only": false, "custom_certificate_quota": 0, "dns_only": false,
                "foundation_dns": false, "page_rule_quota": 0, "phishing_detected": false, "step": 0,
            },
            "name_servers": ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
            "original_name_servers": null, "original_registrar": null, "original_dnshost": null,
            "created_on": LONG_AGO, "modified_on": LONG_AGO, "activated_on": LONG_AGO,
        })
    }

    /// The records of a zone. Where nobody has declared any, a name that is looked up has one.
    fn records_of(&self, zone: &str, request: &Request) -> Vec<Json> {
        let zone_name = self.holdings.zone_name(zone);
        let asked = request.parameter("name").or_else(|| request.parameter("name.exact"));
        let supposed = asked.filter(|_| self.holdings.supposes_records(zone_name));
        let supposed = supposed.map(|name| supposed_record(zone_name, name));
        let own = self.holdings.records.iter().filter(|record| record.zone == zone_name);
        own.chain(supposed.as_ref()).map(|record| record_json(zone, record)).collect()
    }

    fn balancers_of(&self, zone: &str) -> Vec<Json> {
        let zone_name = self.holdings.zone_name(zone);
        let found = self.holdings.balancers.iter().filter(|balancer| balancer.zone == zone_name);
        found.map(balancer_json).collect()
    }

    fn networks_of(&self, account: &str) -> Vec<Json> {
        let is_own = |network: &&VirtualNetwork| network.account.as_deref() == Some(account);
        self.holdings.networks.iter().filter(is_own).map(network_json).collect()
    }

    fn routes_of(&self, account: &str) -> Vec<Json> {
        let is_own = |route: &&Route| route.account.as_deref() == Some(account);
        self.holdings.routes.iter().filter(is_own).map(route_json).collect()
    }
}

/// The entries that a request asks for, in its order, a page of them.
fn listed(entries: Vec<Json>, request: &Request, list: &List) -> Result<Answer, Refusal> {
    let found = select(entries, request, list)?;
    match list.pages {
        Some(pages) => page_of(found, request, pages),
        None => Ok(Answer::new(found.into())),
    }
}

/// The record of a name in a zone of which no DNS is declared.
fn supposed_record(zone: &str, name: &str) -> Record {
    Record {
        zone: zone.to_owned(),
        kind: "A".to_owned(),
        name: name.to_ascii_lowercase(),
        content: "192.0.2.1".to_owned(),
        proxied: false,
        ttl: None,
    }
}

fn record_json(zone_id: &str, record: &Record) -> Json {
    let parts = ["record", &record.zone, &record.kind, &record.name, &record.content];
    json!({
        "id": digest(&parts), "zone_id": zone_id, "zone_name": record.zone,
        "type": record.kind, "name": record.name, "content": record.content,
        "proxied": record.proxied, "ttl": record.ttl.unwrap_or(1),
        "proxiable": matches!(record.kind.as_str(), "A" | "AAAA" | "CNAME"),
        "comment": null, "tags": [], "meta": {}, "settings": {},
        "created_on": LONG_AGO, "modified_on": LONG_AGO,
    })
}

fn balancer_json(balancer: &Balancer) -> Json {
    let id = digest(&["balancer", &balancer.name]);
    json!({
        "id": id, "name": balancer.name, "enabled": true, "proxied": balancer.proxied,
        "created_on": LONG_AGO, "modified_on": LONG_AGO,
    })
}

fn network_json(network: &VirtualNetwork) -> Json {
    json!({
        "id": network.id, "name": network.name, "comment": "",
        "is_default_network": network.is_default_network,
        "created_at": LONG_AGO, "deleted_at": null,
    })
}

fn route_json(route: &Route) -> Json {
    json!({
        "id": uuid_of(&digest(&["route", &route.network])), "network": route.network,
        "virtual_network_id": route.virtual_network, "comment": "",
        "tunnel_id": uuid_of(&digest(&["tunnel"])), "tunnel_name": "tunnel",
        "tun_type": "cfd_tunnel", "created_at": LONG_AGO, "deleted_at": null,
    })
}

fn prefix_json(prefix: &Prefix) -> Json {
    json!({
        "id": digest(&["prefix", &prefix.cidr]), "cidr": prefix.cidr, "account_id": prefix.account,
        "advertised": prefix.advertised.unwrap_or(true),
        "approved": prefix.approved.clone().unwrap_or_else(|| json!("V")),
        "description": "", "created_at": LONG_AGO, "modified_at": LONG_AGO,
    })
}

fn lease_json(lease: &Lease) -> Json {
    json!({"id": digest(&["lease", &lease.cidr]), "cidr": lease.cidr, "created_at": LONG_AGO})
}

/// An address map as the list of them shows it, without its addresses.
fn address_map_json(map: &AddressMap) -> Json {
    json!({
        "id": map.id, "description": "", "enabled": true, "can_delete": map.can_modify_ips,
        "can_modify_ips": map.can_modify_ips, "default_sni": null,
        "created_at": LONG_AGO, "modified_at": LONG_AGO,
    })
}

/// What a caller's token is; where none is declared, every token is active.
fn token_json(caller: &Caller) -> Json {
    let status = caller.token.as_ref().map_or(TokenStatus::Active, |token| token.status);
    json!({"id": caller.id, "status": status.text()})
}

/// The user that a key or token belongs to.
fn user_json(caller: &Caller) -> Json {
    json!({
        "id": digest(&["user", &caller.id]), "email": caller.email, "suspended": false,
        "two_factor_authentication_enabled": false,
    })
}

fn protocols_json(zone: &Zone) -> Json {
    let entry = |open: OpenPorts| {
        let about = format!("{} over {}", open.name, open.transport);
        json!({
            "name": open.name, "description": about, "transport": open.transport,
            "ports": open.ports,
        })
    };
    zone.open_protocols().into_iter().map(entry).collect()
}
