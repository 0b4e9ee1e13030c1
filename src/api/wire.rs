//! What Cloudflare answers, apart from the applications themselves: only the fields that are used,
//! each optional that may be missing. Fields of other names are ignored and fields of other types
//! count as missing, so a change of the API breaks nothing that it need not.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

use crate::model::load::Load;
use crate::model::{AccountId, AppId, Tier, ZoneId};

type Object = Map<String, Json>;

fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name).and_then(Json::as_str).map(str::to_owned)
}

/// Reads an object of an answer; none when it lacks what it is known by.
pub(super) fn read<T: DeserializeOwned>(object: &Map<String, Json>) -> Option<T> {
    serde_json::from_value(Json::Object(object.clone())).ok()
}

/// A value of the right type, or nothing.
fn lenient<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(serde_json::from_value(Json::deserialize(deserializer)?).unwrap_or_default())
}

fn lower_case<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(String::deserialize(deserializer)?.to_ascii_lowercase())
}

/// The `id` of an object, where it has one.
fn id_within<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<AccountId>, D::Error> {
    let object = Json::deserialize(deserializer)?;
    Ok(object.get("id").and_then(Json::as_str).map(AccountId::from_api))
}

/// The plan of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub struct ZonePlan {
    /// The name that people read: `Enterprise Website`.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The short name: `enterprise`.
    #[serde(deserialize_with = "lenient")]
    pub legacy_id: Option<String>,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name, lower case.
    #[serde(deserialize_with = "lower_case")]
    pub name: String,
    /// `active`, `pending`, `initializing`, `moved`.
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    /// The account it belongs to.
    #[serde(default, deserialize_with = "id_within")]
    pub account: Option<AccountId>,
    /// Its plan.
    #[serde(default, deserialize_with = "lenient")]
    pub plan: ZonePlan,
}

impl Zone {
    /// The plan as far as it bears on Spectrum: from the short name, else from the first word of the
    /// long one.
    pub fn tier(&self) -> Option<Tier> {
        let known = |name: &str| Tier::from_text(&name.to_ascii_lowercase());
        let legacy = self.plan.legacy_id.as_deref().and_then(known);
        legacy.or_else(|| self.plan.name.as_deref()?.split_whitespace().next().and_then(known))
    }
}

/// A protocol that a zone may use.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct EdgeProtocol {
    /// Its name: `ssh`, `tcp`.
    pub name: String,
    /// `tcp` or `udp`.
    #[serde(default, deserialize_with = "lenient")]
    pub transport: Option<String>,
    /// The edge ports that it may use; empty when the answer names none.
    #[serde(default, deserialize_with = "ports")]
    pub ports: Vec<u16>,
}

/// The ports of a list; what is none is left out.
fn ports<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u16>, D::Error> {
    let listed: Vec<Json> = lenient(deserializer)?;
    Ok(listed.iter().filter_map(|port| u16::try_from(port.as_u64()?).ok()).collect())
}

/// What the API says of a token.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TokenStatus {
    /// `active`, `disabled` or `expired`.
    pub status: String,
    /// When it expires, RFC 3339; none when it does not.
    #[serde(default, deserialize_with = "lenient")]
    pub expires_on: Option<String>,
}

impl TokenStatus {
    /// Whether the token may be used.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VirtualNetwork {
    /// Its id, a UUID.
    pub id: String,
    /// When it was deleted.
    #[serde(default, deserialize_with = "lenient")]
    pub deleted_at: Option<String>,
}

/// A route of a virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Route {
    /// The addresses, in CIDR notation.
    pub network: String,
    /// The virtual network; the account's default where it is missing.
    #[serde(default, deserialize_with = "lenient")]
    pub virtual_network_id: Option<String>,
    /// When it was deleted.
    #[serde(default, deserialize_with = "lenient")]
    pub deleted_at: Option<String>,
}

/// The traffic of an application in the last minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppLoad {
    /// The application.
    pub app: AppId,
    /// What it carried.
    pub load: Load,
}

impl AppLoad {
    /// The time that Cloudflare adds up, in seconds.
    const PERIOD: u64 = 60;

    /// Reads an entry of the list; none when it does not say which application it is about, or how many connections.
    pub fn read(object: &Object) -> Option<AppLoad> {
        let number = |name: &str| object.get(name).and_then(whole_number);
        let bytes = ["bytesIngress", "bytesEgress"].map(|name| number(name).unwrap_or_default());
        let load = Load {
            connections: number("connections")?,
            bytes_per_second: bytes[0].saturating_add(bytes[1]) / Self::PERIOD,
        };
        Some(AppLoad { app: AppId::from_api(text(object, "appID")?), load })
    }
}

/// A count, which analytics may write as `412.0`.
fn whole_number(value: &Json) -> Option<u64> {
    let rounded = || value.as_f64().filter(|number| *number >= 0.0).map(|number| number as u64);
    value.as_u64().or_else(rounded)
}

/// A prefix that an account brought or leases.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Prefix {
    /// The addresses, in CIDR notation.
    pub cidr: String,
}

/// Addresses that an account leases from Cloudflare. The pages do not say how an entry names them, so every usual way is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The addresses or networks as they are written.
    pub addresses: Vec<String>,
}

impl Lease {
    /// Reads a lease; none that names no address, because a list with an entry that is not understood is not a whole list.
    pub fn read(object: &Object) -> Option<Lease> {
        let single = ["cidr", "network", "prefix", "ip", "address", "ip_address"];
        let named = single.into_iter().filter_map(|name| text(object, name));
        let listed = ["ips", "addresses", "cidrs"].into_iter().flat_map(|name| ips(object, name));
        let addresses: Vec<String> = named.chain(listed).collect();
        (!addresses.is_empty()).then_some(Lease { addresses })
    }
}

/// The addresses of a list of texts, or of objects with an `ip` or a `cidr`.
fn ips(object: &Object, name: &str) -> Vec<String> {
    let listed = object.get(name).and_then(Json::as_array).into_iter().flatten();
    let address = |entry: &Json| match entry {
        Json::String(text) => Some(text.clone()),
        Json::Object(entry) => text(entry, "ip").or_else(|| text(entry, "cidr")),
        _ => None,
    };
    listed.filter_map(address).collect()
}

/// An address map: addresses that serve zones of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressMap {
    /// Its id.
    pub id: String,
    /// Its addresses; a list of maps leaves them out.
    pub ips: Vec<String>,
    /// Whether the account may change the addresses; not in the map that Cloudflare made for leased ones.
    pub can_modify_ips: Option<bool>,
}

impl AddressMap {
    /// Reads an address map; none without an id.
    pub fn read(object: &Object) -> Option<AddressMap> {
        Some(AddressMap {
            id: text(object, "id")?,
            ips: ips(object, "ips"),
            can_modify_ips: object.get("can_modify_ips").and_then(Json::as_bool),
        })
    }
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DnsRecord {
    /// Its whole name, lower case.
    #[serde(deserialize_with = "lower_case")]
    pub name: String,
    /// `A`, `CNAME` and so on.
    #[serde(default, rename = "type", deserialize_with = "lenient")]
    pub kind: Option<String>,
    /// Whether Cloudflare's HTTP proxy is in front of it.
    #[serde(default, deserialize_with = "lenient")]
    pub proxied: Option<bool>,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LoadBalancer {
    /// Its hostname, lower case.
    #[serde(deserialize_with = "lower_case")]
    pub name: String,
}

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditEntry {
    /// What was done: `create`, `update`, `delete`.
    pub action: Option<String>,
    /// `success` or `failure`.
    pub result: Option<String>,
    /// When, RFC 3339.
    pub time: Option<String>,
    /// The user's address.
    pub actor_email: Option<String>,
    /// The name of the token that was used.
    pub token_name: Option<String>,
    /// By which way: `dash`, `api_token`, `api_key`.
    pub context: Option<String>,
    /// The product: `spectrum`.
    pub product: Option<String>,
    /// The id of what was changed.
    pub resource_id: Option<String>,
}

impl AuditEntry {
    /// Reads an entry, whatever of it is there; the values come from three objects within it.
    pub(super) fn read(object: &Map<String, Json>) -> Option<AuditEntry> {
        let text = |part: &str, name: &str| {
            object.get(part)?.get(name).and_then(Json::as_str).map(str::to_owned)
        };
        Some(AuditEntry {
            action: text("action", "type"),
            result: text("action", "result"),
            time: text("action", "time"),
            actor_email: text("actor", "email"),
            token_name: text("actor", "token_name"),
            context: text("actor", "context"),
            product: text("resource", "product"),
            resource_id: text("resource", "id"),
        })
    }
}
