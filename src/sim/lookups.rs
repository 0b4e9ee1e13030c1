//! The calls that read what an account holds beside its applications.

use serde_json::{Value as Json, json};

use super::access::Caller;
use super::digest::{digest, uuid_of};
use super::facts::{
    AddressMap, Balancer, Lease, OpenPorts, Prefix, Record, Route, TokenStatus, VirtualNetwork,
    Zone,
};
use super::filters::{self, Filter, filter};
use super::fixture::LONG_AGO;
use super::message::{Answer, Request};
use super::paging::{Pages, page_of};
use super::refusal::Refusal;
use super::route::{Endpoint, no_route};
use super::world::World;
use crate::model::Tier;

/// Pages of zones.
const ZONES: Pages = Pages { usual: 20, most: 50 };
/// Pages of everything else.
const REST: Pages = Pages { usual: 100, most: 5000 };

/// The documented filters of zones.
static ZONE_FILTERS: [Filter; 4] = [
    ("name", &["name"], filters::with_operator),
    ("account.id", &["account", "id"], filters::equals),
    ("account.name", &["account", "name"], filters::with_operator),
    ("status", &["status"], filters::equals),
];

/// The documented orders of zones.
const ZONE_ORDERS: [(&str, &[&str]); 5] = [
    ("name", &["name"]),
    ("status", &["status"]),
    ("account.id", &["account", "id"]),
    ("account.name", &["account", "name"]),
    ("plan.id", &["plan", "id"]),
];

/// The documented filters of DNS records. No record here has a comment or a tag.
static RECORD_FILTERS: [Filter; 25] = [
    ("name", &["name"], filters::equals),
    ("name.exact", &["name"], filters::equals),
    ("name.contains", &["name"], filters::contains),
    ("name.startswith", &["name"], filters::starts_with),
    ("name.endswith", &["name"], filters::ends_with),
    ("type", &["type"], filters::equals),
    ("content", &["content"], filters::equals),
    ("content.exact", &["content"], filters::equals),
    ("content.contains", &["content"], filters::contains),
    ("content.startswith", &["content"], filters::starts_with),
    ("content.endswith", &["content"], filters::ends_with),
    ("proxied", &["proxied"], filters::is_flag),
    ("search", &["name"], filters::contains),
    ("comment", &["comment"], filters::equals),
    ("comment.exact", &["comment"], filters::equals),
    ("comment.contains", &["comment"], filters::contains),
    ("comment.startswith", &["comment"], filters::starts_with),
    ("comment.endswith", &["comment"], filters::ends_with),
    ("comment.present", &["comment"], filters::is_present),
    ("comment.absent", &["comment"], filters::is_absent),
    ("tag", &["tag"], filters::equals),
    ("tag.exact", &["tag"], filters::equals),
    ("tag.contains", &["tag"], filters::contains),
    ("tag.present", &["tag"], filters::is_present),
    ("tag.absent", &["tag"], filters::is_absent),
];

/// The documented orders of DNS records.
const RECORD_ORDERS: [(&str, &[&str]); 5] = [
    ("type", &["type"]),
    ("name", &["name"]),
    ("content", &["content"]),
    ("ttl", &["ttl"]),
    ("proxied", &["proxied"]),
];

/// The documented filters of virtual networks.
static NETWORK_FILTERS: [Filter; 5] = [
    ("id", &["id"], filters::equals),
    ("name", &["name"], filters::equals),
    ("is_default", &["is_default_network"], filters::is_flag),
    ("is_default_network", &["is_default_network"], filters::is_flag),
    ("is_deleted", &["deleted_at"], filters::is_deleted),
];

/// The documented filters of routes.
static ROUTE_FILTERS: [Filter; 9] = [
    ("comment", &["comment"], filters::equals),
    ("existed_at", &["created_at"], filters::existed_at),
    ("is_deleted", &["deleted_at"], filters::is_deleted),
    ("network_subset", &["network"], filters::is_subset),
    ("network_superset", &["network"], filters::is_superset),
    ("route_id", &["id"], filters::equals),
    ("tunnel_id", &["tunnel_id"], filters::equals),
    ("tun_types", &["tun_type"], filters::is_one_of),
    ("virtual_network_id", &["virtual_network_id"], filters::equals),
];

impl World {
    /// Answers a call that changes nothing and is not about applications.
    pub(super) fn look_up(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
    ) -> Result<Answer, Refusal> {
        match endpoint {
            Endpoint::Zones => {
                let mut found = filter(self.zones_of(caller), request, &ZONE_FILTERS)?;
                filters::sort(&mut found, request, &ZONE_ORDERS)?;
                page_of(found, request, ZONES)
            }
            Endpoint::Zone(id) => {
                let zone = self.holdings.zones.get(id);
                Ok(Answer::new(zone.map_or(Json::Null, |zone| self.zone_json(zone))))
            }
            Endpoint::Protocols(zone) => Ok(Answer::new(protocols_json(self.with_spectrum(zone)?))),
            Endpoint::Records(zone) => {
                let mut found = filter(self.records_of(zone, request), request, &RECORD_FILTERS)?;
                filters::sort(&mut found, request, &RECORD_ORDERS)?;
                page_of(found, request, REST)
            }
            Endpoint::Balancers(zone) => page_of(self.balancers_of(zone), request, REST),
            Endpoint::Networks(account) => page_of(
                filter(self.networks_of(account), request, &NETWORK_FILTERS)?,
                request,
                REST,
            ),
            Endpoint::Routes(account) => {
                page_of(filter(self.routes_of(account), request, &ROUTE_FILTERS)?, request, REST)
            }
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
            Endpoint::Verify | Endpoint::Apps(_) | Endpoint::App(..) => {
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
