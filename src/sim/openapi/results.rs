//! What calls answer with, as schemas written by hand; each member of an object is there, and no
//! other.

use serde_json::{Map, Value as Json, json};

use super::super::filters::List;
use super::super::lists;
use super::super::route::Endpoint;
use super::forms::{flag, id, object, or_null, text, time, uuid};

/// The name of the schema of what a call answers with, or of an entry of the list.
pub(super) fn name(endpoint: &Endpoint) -> &'static str {
    row(endpoint).0
}

/// What the list of a call takes; nothing where it is no list of a table.
pub(super) fn list(endpoint: &Endpoint) -> Option<&'static List> {
    row(endpoint).1
}

/// Whether a call answers with a list.
pub(super) fn is_list(endpoint: &Endpoint) -> bool {
    list(endpoint).is_some() || matches!(endpoint, Endpoint::Audit(_))
}

/// The name of the schema, and the list.
fn row(endpoint: &Endpoint) -> (&'static str, Option<&'static List>) {
    match endpoint {
        Endpoint::Zones => ("Zone", Some(&lists::ZONES)),
        Endpoint::Zone(_) => ("Zone", None),
        Endpoint::Apps(_) => ("LiveApplication", Some(&lists::APPS)),
        Endpoint::App(..) => ("LiveApplication", None),
        Endpoint::Protocols(_) => ("OpenPorts", Some(&lists::WHOLE)),
        Endpoint::Loads(_) => ("Load", Some(&lists::WHOLE)),
        Endpoint::Records(_) => ("Record", Some(&lists::RECORDS)),
        Endpoint::Balancers(_) => ("LoadBalancer", Some(&lists::BALANCERS)),
        Endpoint::User => ("User", None),
        Endpoint::Verify => ("Token", None),
        Endpoint::Networks(_) => ("VirtualNetwork", Some(&lists::NETWORKS)),
        Endpoint::Routes(_) => ("Route", Some(&lists::ROUTES)),
        Endpoint::Prefixes(_) => ("Prefix", Some(&lists::WHOLE)),
        Endpoint::Leases(_) => ("Lease", Some(&lists::WHOLE)),
        Endpoint::AddressMaps(_) => ("AddressMap", Some(&lists::WHOLE)),
        Endpoint::AddressMap(..) => ("AddressMapWithAddresses", None),
        Endpoint::Audit(_) => ("AuditEntry", None),
    }
}

/// What a list says of its pages.
pub(super) fn info(endpoint: &Endpoint) -> Json {
    let count = || json!({"type": "integer", "minimum": 0});
    if matches!(endpoint, Endpoint::Audit(_)) {
        let after = object(&[("after", text())]);
        return object(&[("count", count()), ("cursor", text()), ("cursors", after)]);
    }
    object(&["page", "per_page", "count", "total_count", "total_pages"].map(|name| (name, count())))
}

/// The schemas by name.
pub(super) fn schemas() -> Map<String, Json> {
    let all = general().into_iter().chain(of_zones()).chain(of_accounts());
    all.map(|(name, schema)| (name.to_owned(), schema)).collect()
}

type Named = (&'static str, Json);

fn number() -> Json {
    json!({"type": "integer"})
}

fn list_of(items: Json) -> Json {
    json!({"type": "array", "items": items})
}

fn general() -> Vec<Named> {
    let chained = object(&[("code", number()), ("message", text())]);
    let mut error = object(&[("code", number()), ("message", text())]);
    error["properties"]["error_chain"] = list_of(chained);
    let refusal = object(&[
        ("success", json!({"const": false})),
        ("errors", json!({"type": "array", "minItems": 1, "items": error})),
        ("messages", json!({"type": "array", "maxItems": 0})),
        ("result", json!({"type": "null"})),
    ]);
    let user = object(&[
        ("id", id()),
        ("email", or_null(text())),
        ("suspended", flag()),
        ("two_factor_authentication_enabled", flag()),
    ]);
    let status = json!({"enum": ["active", "disabled", "expired"]});
    vec![
        ("Refusal", refusal),
        ("Deleted", object(&[("id", id())])),
        ("User", user),
        ("Token", object(&[("id", id()), ("status", status)])),
    ]
}

fn of_zones() -> Vec<Named> {
    let open_ports = object(&[
        ("name", text()),
        ("description", text()),
        ("transport", json!({"enum": ["tcp", "udp"]})),
        ("ports", list_of(number())),
    ]);
    let balancer = object(&[
        ("id", id()),
        ("name", text()),
        ("enabled", flag()),
        ("proxied", flag()),
        ("created_on", time()),
        ("modified_on", time()),
    ]);
    let load = object(&[
        ("appID", id()),
        ("connections", number()),
        ("bytesIngress", number()),
        ("bytesEgress", number()),
        ("durationAvg", number()),
    ]);
    vec![
        ("Load", load),
        ("Zone", zone()),
        ("Record", record()),
        ("OpenPorts", open_ports),
        ("LoadBalancer", balancer),
    ]
}

fn of_accounts() -> Vec<Named> {
    let network = object(&[
        ("id", uuid()),
        ("name", text()),
        ("comment", text()),
        ("is_default_network", flag()),
        ("created_at", time()),
        ("deleted_at", or_null(time())),
    ]);
    let route = object(&[
        ("id", uuid()),
        ("network", text()),
        ("virtual_network_id", or_null(uuid())),
        ("comment", text()),
        ("tunnel_id", uuid()),
        ("tunnel_name", text()),
        ("tun_type", text()),
        ("created_at", time()),
        ("deleted_at", or_null(time())),
    ]);
    let prefix = object(&[
        ("id", id()),
        ("cidr", text()),
        ("account_id", or_null(id())),
        ("advertised", flag()),
        ("approved", json!({})),
        ("description", text()),
        ("created_at", time()),
        ("modified_at", time()),
    ]);
    let addresses = ("ips", list_of(object(&[("ip", text())])));
    let whole_map = [address_map(), vec![addresses]].concat();
    vec![
        ("VirtualNetwork", network),
        ("Route", route),
        ("Prefix", prefix),
        ("Lease", object(&[("id", id()), ("cidr", text()), ("created_at", time())])),
        ("AddressMap", object(&address_map())),
        ("AddressMapWithAddresses", object(&whole_map)),
        ("AuditEntry", audit_entry()),
    ]
}

fn address_map() -> Vec<(&'static str, Json)> {
    vec![
        ("id", id()),
        ("description", text()),
        ("enabled", flag()),
        ("can_delete", flag()),
        ("can_modify_ips", flag()),
        ("default_sni", or_null(text())),
        ("created_at", time()),
        ("modified_at", time()),
    ]
}

fn zone() -> Json {
    let nothing = || json!({"type": "null"});
    let plan = object(&[("id", id()), ("name", text()), ("legacy_id", text())]);
    let owner = object(&[("id", id()), ("name", text()), ("type", text())]);
    object(&[
        ("id", id()),
        ("name", text()),
        ("status", text()),
        ("paused", flag()),
        ("type", text()),
        ("development_mode", json!({"type": "integer"})),
        ("account", object(&[("id", id()), ("name", text())])),
        ("owner", owner),
        ("plan", plan),
        ("meta", json!({"type": "object"})),
        ("name_servers", json!({"type": "array", "items": text()})),
        ("original_name_servers", nothing()),
        ("original_registrar", nothing()),
        ("original_dnshost", nothing()),
        ("created_on", time()),
        ("modified_on", time()),
        ("activated_on", time()),
    ])
}

fn record() -> Json {
    object(&[
        ("id", id()),
        ("zone_id", id()),
        ("zone_name", text()),
        ("type", text()),
        ("name", text()),
        ("content", text()),
        ("proxied", flag()),
        ("ttl", json!({"type": "integer", "minimum": 1})),
        ("proxiable", flag()),
        ("comment", json!({"type": "null"})),
        ("tags", json!({"type": "array", "maxItems": 0})),
        ("meta", json!({"type": "object"})),
        ("settings", json!({"type": "object"})),
        ("created_on", time()),
        ("modified_on", time()),
    ])
}

fn audit_entry() -> Json {
    let action = object(&[
        ("type", json!({"enum": ["create", "update", "delete"]})),
        ("result", json!({"enum": ["success", "failure"]})),
        ("time", time()),
    ]);
    let actor = object(&[
        ("id", id()),
        ("type", text()),
        ("email", or_null(text())),
        ("token_name", or_null(text())),
        ("context", json!({"enum": ["api_key", "api_token"]})),
    ]);
    let raw = object(&[
        ("method", text()),
        ("uri", text()),
        ("status_code", json!({"type": "integer"})),
        ("cf_ray_id", text()),
    ]);
    let resource = object(&[
        ("product", text()),
        ("type", text()),
        ("scope", text()),
        ("id", or_null(text())),
        ("request", json!({})),
        ("response", json!({})),
    ]);
    object(&[
        ("id", id()),
        ("account", object(&[("id", id()), ("name", or_null(text()))])),
        ("action", action),
        ("actor", actor),
        ("raw", raw),
        ("resource", resource),
        ("zone", object(&[("id", id()), ("name", text())])),
    ])
}
