//! What Cloudflare answers, apart from the applications themselves: only the fields that are used, each optional that may be missing.
//! Fields of other names are ignored and fields of other types count as missing, so that a change of the API breaks nothing it need not.

use serde_json::{Map, Value as Json};

use crate::model::{AccountId, Tier, ZoneId};

type Object = Map<String, Json>;

fn text(object: &Object, name: &str) -> Option<String> {
    object.get(name).and_then(Json::as_str).map(str::to_owned)
}

fn flag(object: &Object, name: &str) -> Option<bool> {
    object.get(name).and_then(Json::as_bool)
}

fn inner<'a>(object: &'a Object, name: &str) -> Option<&'a Object> {
    object.get(name).and_then(Json::as_object)
}

/// The plan of a zone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZonePlan {
    /// The name that people read: `Enterprise Website`.
    pub name: Option<String>,
    /// The short name: `enterprise`.
    pub legacy_id: Option<String>,
}

/// A zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Its id.
    pub id: ZoneId,
    /// Its name, lower case.
    pub name: String,
    /// `active`, `pending`, `initializing`, `moved`.
    pub status: Option<String>,
    /// Whether Cloudflare only serves its DNS.
    pub paused: Option<bool>,
    /// The account it belongs to.
    pub account: Option<AccountId>,
    /// That account's name.
    pub account_name: Option<String>,
    /// Its plan.
    pub plan: ZonePlan,
}

impl Zone {
    /// Reads a zone; none without id or name.
    pub fn read(object: &Object) -> Option<Zone> {
        let (account, plan) = (inner(object, "account"), inner(object, "plan"));
        Some(Zone {
            id: ZoneId::from_api(text(object, "id")?),
            name: text(object, "name")?.to_ascii_lowercase(),
            status: text(object, "status"),
            paused: flag(object, "paused"),
            account: account.and_then(|account| text(account, "id")).map(AccountId::from_api),
            account_name: account.and_then(|account| text(account, "name")),
            plan: plan
                .map(|plan| ZonePlan {
                    name: text(plan, "name"),
                    legacy_id: text(plan, "legacy_id"),
                })
                .unwrap_or_default(),
        })
    }

    /// The plan as far as it bears on Spectrum: from the short name, else from the first word of the long one.
    pub fn tier(&self) -> Option<Tier> {
        let known = |name: &str| Tier::from_text(&name.to_ascii_lowercase());
        let legacy = self.plan.legacy_id.as_deref().and_then(known);
        legacy.or_else(|| self.plan.name.as_deref()?.split_whitespace().next().and_then(known))
    }
}

/// A protocol that a zone may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeProtocol {
    /// Its name: `ssh`, `tcp`.
    pub name: String,
    /// `tcp` or `udp`.
    pub transport: Option<String>,
    /// The edge ports that it may use; empty when the answer names none.
    pub ports: Vec<u16>,
}

impl EdgeProtocol {
    /// Reads a protocol; none without a name.
    pub fn read(object: &Object) -> Option<EdgeProtocol> {
        let listed = object.get("ports").and_then(Json::as_array);
        let ports = listed
            .into_iter()
            .flatten()
            .filter_map(|port| u16::try_from(port.as_u64()?).ok())
            .collect();
        Some(EdgeProtocol {
            name: text(object, "name")?,
            transport: text(object, "transport"),
            ports,
        })
    }
}

/// What the API says of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenStatus {
    /// Its id.
    pub id: Option<String>,
    /// `active`, `disabled` or `expired`.
    pub status: String,
    /// When it expires, RFC 3339; none when it does not.
    pub expires_on: Option<String>,
}

impl TokenStatus {
    /// Reads the status; none when it is missing.
    pub fn read(object: &Object) -> Option<TokenStatus> {
        Some(TokenStatus {
            id: text(object, "id"),
            status: text(object, "status")?,
            expires_on: text(object, "expires_on"),
        })
    }

    /// Whether the token may be used.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VirtualNetwork {
    /// Its id, a UUID.
    pub id: String,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is the account's default.
    pub is_default: Option<bool>,
    /// When it was deleted.
    pub deleted_at: Option<String>,
}

impl VirtualNetwork {
    /// Reads a virtual network; none without an id.
    pub fn read(object: &Object) -> Option<VirtualNetwork> {
        let is_default = flag(object, "is_default_network");
        Some(VirtualNetwork {
            id: text(object, "id")?,
            name: text(object, "name"),
            is_default,
            deleted_at: text(object, "deleted_at"),
        })
    }
}

/// A route of a virtual network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The addresses, in CIDR notation.
    pub network: String,
    /// The virtual network; the account's default where it is missing.
    pub virtual_network_id: Option<String>,
    /// The tunnel that they are reached by.
    pub tunnel_id: Option<String>,
    /// When it was deleted.
    pub deleted_at: Option<String>,
}

impl Route {
    /// Reads a route; none without addresses.
    pub fn read(object: &Object) -> Option<Route> {
        Some(Route {
            network: text(object, "network")?,
            virtual_network_id: text(object, "virtual_network_id"),
            tunnel_id: text(object, "tunnel_id"),
            deleted_at: text(object, "deleted_at"),
        })
    }
}

/// A prefix that an account brought or leases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    /// The addresses, in CIDR notation.
    pub cidr: String,
    /// Whether Cloudflare announces them.
    pub advertised: Option<bool>,
    /// How far the approval is, in Cloudflare's letter.
    pub approved: Option<String>,
}

impl Prefix {
    /// Reads a prefix; none without addresses.
    pub fn read(object: &Object) -> Option<Prefix> {
        Some(Prefix {
            cidr: text(object, "cidr")?,
            advertised: flag(object, "advertised"),
            approved: text(object, "approved"),
        })
    }
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
            can_modify_ips: flag(object, "can_modify_ips"),
        })
    }
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DnsRecord {
    /// Its id.
    pub id: Option<String>,
    /// Its whole name, lower case.
    pub name: String,
    /// `A`, `CNAME` and so on.
    pub kind: Option<String>,
    /// What it points to.
    pub content: Option<String>,
    /// Whether Cloudflare's HTTP proxy stands before it.
    pub proxied: Option<bool>,
}

impl DnsRecord {
    /// Reads a record; none without a name.
    pub fn read(object: &Object) -> Option<DnsRecord> {
        Some(DnsRecord {
            id: text(object, "id"),
            name: text(object, "name")?.to_ascii_lowercase(),
            kind: text(object, "type"),
            content: text(object, "content"),
            proxied: flag(object, "proxied"),
        })
    }
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its id.
    pub id: Option<String>,
    /// Its hostname, lower case.
    pub name: String,
}

impl LoadBalancer {
    /// Reads a load balancer; none without a name.
    pub fn read(object: &Object) -> Option<LoadBalancer> {
        Some(LoadBalancer {
            id: text(object, "id"),
            name: text(object, "name")?.to_ascii_lowercase(),
        })
    }
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
    /// Reads an entry, whatever of it is there.
    pub fn read(object: &Object) -> Option<AuditEntry> {
        let of = |part: &str, name: &str| inner(object, part).and_then(|part| text(part, name));
        Some(AuditEntry {
            action: of("action", "type"),
            result: of("action", "result"),
            time: of("action", "time"),
            actor_email: of("actor", "email"),
            token_name: of("actor", "token_name"),
            context: of("actor", "context"),
            product: of("resource", "product"),
            resource_id: of("resource", "id"),
        })
    }
}
