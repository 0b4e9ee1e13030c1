//! The calls that read what an account holds beside its applications.

use serde_json::{Value as Json, json};

use super::access::Caller;
use super::facts::{OpenPorts, Prefix, Record, Route, TokenStatus, VirtualNetwork, Zone};
use super::message::{Answer, Request};
use super::paging::{Pages, page_of};
use super::refusal::Refusal;
use super::route::Endpoint;
use super::world::{World, digest};
use crate::model::{IpNet, Tier, read_network};

/// Pages of zones.
const ZONES: Pages = Pages { usual: 20, most: 50 };
/// Pages of everything else.
const REST: Pages = Pages { usual: 100, most: 5000 };

impl World {
    /// Answers a call that changes nothing and is not about applications.
    pub(super) fn lookups(
        &self,
        endpoint: &Endpoint,
        request: &Request,
        caller: &Caller,
    ) -> Result<Answer, Refusal> {
        match endpoint {
            Endpoint::Zones => page_of(self.zones_like(request, caller), request, ZONES),
            Endpoint::Zone(id) => {
                Ok(Answer::new(self.zones.get(id).map_or(Json::Null, |zone| self.zone_json(zone))))
            }
            Endpoint::Protocols(zone) => Ok(Answer::new(protocols_json(self.with_spectrum(zone)?))),
            Endpoint::Records(zone) => page_of(self.records_of(zone, request), request, REST),
            Endpoint::Balancers(zone) => page_of(self.balancers_of(zone), request, REST),
            Endpoint::Networks(account) => {
                page_of(self.networks_of(account, request), request, REST)
            }
            Endpoint::Routes(account) => page_of(self.routes_of(account, request), request, REST),
            Endpoint::Prefixes(account) => {
                Ok(Answer::new(self.prefixes_of(account).iter().map(prefix_json).collect()))
            }
            Endpoint::Audit(account) => self.audit_entries(account, request),
            _ => Ok(Answer::new(verified(caller))),
        }
    }

    fn zones_like(&self, request: &Request, caller: &Caller) -> Vec<Json> {
        let name = request.parameter("name").map(str::to_ascii_lowercase);
        let account = request.parameter("account.id");
        let active = request.parameter("status").is_none_or(|status| status == "active");
        let mut found: Vec<&Zone> =
            self.zones.values().filter(|zone| active && caller.covers(&zone.name)).collect();
        found.retain(|zone| {
            name.as_ref().is_none_or(|name| *name == zone.name)
                && account.is_none_or(|id| id == zone.account)
        });
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.into_iter().map(|zone| self.zone_json(zone)).collect()
    }

    fn zone_json(&self, zone: &Zone) -> Json {
        let account = self.accounts.get(&zone.account).map_or("", |account| account.name.as_str());
        let plan = zone.plan.text();
        let title = match zone.plan {
            Tier::Enterprise => "Enterprise Website",
            Tier::Business => "Business Website",
            Tier::Pro => "Pro Website",
            Tier::Free => "Free Website",
        };
        json!({
            "id": zone.id, "name": zone.name, "status": "active", "paused": false, "type": "full",
            "account": {"id": zone.account, "name": account},
            "plan": {"id": digest(&["plan", plan]), "name": title, "legacy_id": plan},
        })
    }

    fn records_of(&self, zone: &str, request: &Request) -> Vec<Json> {
        let zone_name = self.zones.get(zone).map_or("", |zone| zone.name.as_str());
        let asked = |parameter: &str, value: &str| {
            request.parameter(parameter).is_none_or(|asked| asked.eq_ignore_ascii_case(value))
        };
        let found = self.records.iter().filter(|record| record.zone == zone_name);
        let found: Vec<Json> = found
            .filter(|record| asked("name", &record.name) && asked("type", &record.kind))
            .map(record_json)
            .collect();
        let supposed = request
            .parameter("name")
            .filter(|_| found.is_empty() && self.supposes_records(zone_name));
        supposed.map(|name| vec![record_json(&supposed_record(zone_name, name))]).unwrap_or(found)
    }

    /// Whether nobody has declared what DNS the zone holds, so that every name in it may be an origin; a name that is looked up is then
    /// there.
    pub(super) fn supposes_records(&self, zone_name: &str) -> bool {
        let mut declared = self
            .records
            .iter()
            .map(|record| &record.zone)
            .chain(self.balancers.iter().map(|balancer| &balancer.zone));
        !declared.any(|zone| zone == zone_name)
    }

    fn balancers_of(&self, zone: &str) -> Vec<Json> {
        let zone_name = self.zones.get(zone).map_or("", |zone| zone.name.as_str());
        let found = self.balancers.iter().filter(|balancer| balancer.zone == zone_name);
        let answered = found.map(|balancer| {
            let id = digest(&["balancer", &balancer.name]);
            json!({"id": id, "name": balancer.name, "enabled": true, "proxied": balancer.proxied})
        });
        answered.collect()
    }

    fn networks_of(&self, account: &str, request: &Request) -> Vec<Json> {
        let asked = |parameter: &str, value: Option<&str>| {
            request.parameter(parameter).is_none_or(|asked| Some(asked) == value)
        };
        let own =
            self.networks.iter().filter(|network| network.account.as_deref() == Some(account));
        own.filter(|network| {
            asked("id", network.id.as_deref()) && asked("name", Some(&network.name))
        })
        .map(network_json)
        .collect()
    }

    /// `network_superset` asks for the routes that hold the given network.
    fn routes_of(&self, account: &str, request: &Request) -> Vec<Json> {
        let network = request.parameter("virtual_network_id");
        let within = request.parameter("network_superset").map(read_network);
        let own = self.routes.iter().filter(|route| route.account.as_deref() == Some(account));
        let found = own.filter(|route| {
            let holds = |within: &Option<IpNet>| {
                read_network(&route.network)
                    .zip(*within)
                    .is_some_and(|(route, within)| route.contains(&within))
            };
            network.is_none_or(|id| route.virtual_network.as_deref() == Some(id))
                && within.as_ref().is_none_or(holds)
        });
        found.map(route_json).collect()
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

fn record_json(record: &Record) -> Json {
    json!({
        "id": digest(&["record", &record.zone, &record.kind, &record.name, &record.content]), "zone_name": record.zone,
        "type": record.kind, "name": record.name, "content": record.content, "proxied": record.proxied, "ttl": record.ttl.unwrap_or(1),
    })
}

fn network_json(network: &VirtualNetwork) -> Json {
    json!({"id": network.id, "name": network.name, "is_default_network": network.is_default_network, "deleted_at": null})
}

fn route_json(route: &Route) -> Json {
    json!({
        "id": uuid_of(&digest(&["route", &route.network])), "network": route.network, "virtual_network_id": route.virtual_network,
        "tunnel_id": uuid_of(&digest(&["tunnel"])), "deleted_at": null,
    })
}

fn prefix_json(prefix: &Prefix) -> Json {
    json!({
        "id": digest(&["prefix", &prefix.cidr]), "cidr": prefix.cidr, "account_id": prefix.account,
        "advertised": prefix.advertised.unwrap_or(true), "approved": prefix.approved.clone().unwrap_or_else(|| json!("V")),
    })
}

/// The form 8-4-4-4-12 of 32 hexadecimal digits.
pub(super) fn uuid_of(digits: &str) -> String {
    format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..32]
    )
}

/// What a caller's token is; where none is declared, every token is active.
fn verified(caller: &Caller) -> Json {
    let status = caller.token.as_ref().map_or(TokenStatus::Active, |token| token.status);
    json!({"id": caller.id, "status": status.text()})
}

/// The protocols that a zone may use: the declared ones, else those of its plan. An empty list of ports stands for every port
/// (*inferred*).
pub(super) fn protocols(zone: &Zone) -> Vec<OpenPorts> {
    let entry = |name: &str, transport: &str, ports: &[u16]| OpenPorts {
        name: name.to_owned(),
        transport: transport.to_owned(),
        ports: ports.to_vec(),
    };
    if let Some(declared) = &zone.protocols {
        return declared.clone();
    }
    let mut found = vec![entry("minecraft", "tcp", &[25565]), entry("ssh", "tcp", &[22])];
    if matches!(zone.plan, Tier::Business | Tier::Enterprise) {
        found.push(entry("rdp", "tcp", &[3389]));
    }
    if zone.plan == Tier::Enterprise {
        found.extend([entry("tcp", "tcp", &[]), entry("udp", "udp", &[])]);
    }
    found
}

fn protocols_json(zone: &Zone) -> Json {
    let entry = |open: OpenPorts| {
        let about = format!("{} over {}", open.name, open.transport);
        json!({"name": open.name, "description": about, "transport": open.transport, "ports": open.ports})
    };
    protocols(zone).into_iter().map(entry).collect()
}
