//! What an account holds beside its applications, in the form in which a seed declares it and a world keeps it.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::{Entitlement, Tier};

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// How many IPv4 hostnames all its zones may have together; unlimited when absent.
    #[serde(default)]
    pub ipv4_quota: Option<u32>,
}

/// A zone as a world knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Zone {
    /// 32 hexadecimal digits.
    pub id: String,
    /// The name, lower case, without a trailing dot.
    pub name: String,
    /// The id of its account.
    pub account: String,
    /// Its plan.
    pub plan: Tier,
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

/// A protocol that a zone may use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenPorts {
    /// Its name: `ssh`, `tcp`.
    pub name: String,
    /// `tcp` or `udp`.
    pub transport: String,
    /// The edge ports; every port when there is none.
    #[serde(default)]
    pub ports: Vec<u16>,
}

/// Whether a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenStatus {
    /// It can.
    #[default]
    Active,
    /// Somebody switched it off.
    Disabled,
    /// Its time is over.
    Expired,
}

impl TokenStatus {
    /// The keyword of the API.
    pub fn text(self) -> &'static str {
        match self {
            TokenStatus::Active => "active",
            TokenStatus::Disabled => "disabled",
            TokenStatus::Expired => "expired",
        }
    }
}

/// An API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The secret that a client sends.
    pub token: String,
    /// Its name, for the audit log.
    #[serde(default)]
    pub name: Option<String>,
    /// What it may do, such as `Zone Settings Write` or `IP Prefixes: Read`; everything when absent.
    #[serde(default)]
    pub permissions: Option<Vec<String>>,
    /// The names of the zones that it covers; all when absent.
    #[serde(default)]
    pub zones: Option<Vec<String>>,
    /// Whether it can be used.
    #[serde(default)]
    pub status: TokenStatus,
}

/// A virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VirtualNetwork {
    /// A UUID; derived from the name when absent.
    #[serde(default)]
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// The id of its account.
    #[serde(default)]
    pub account: Option<String>,
    /// Whether routes without a network belong to it.
    #[serde(default)]
    pub is_default_network: bool,
}

/// A route of a virtual network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The network in CIDR notation.
    pub network: String,
    /// The id or the name of its virtual network; the default one when absent.
    #[serde(default, alias = "virtual_network_id")]
    pub virtual_network: Option<String>,
    /// The id of its account.
    #[serde(default)]
    pub account: Option<String>,
}

/// A prefix of addresses that the account brought or leased.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prefix {
    /// The prefix in CIDR notation.
    pub cidr: String,
    /// The id of its account.
    #[serde(default)]
    pub account: Option<String>,
    /// Whether it is announced; it is when absent.
    #[serde(default)]
    pub advertised: Option<bool>,
    /// Its approval, as the API is to answer it; `V` when absent.
    #[serde(default)]
    pub approved: Option<Json>,
    /// Whether another account has delegated it: then it may be used, and no list shows it (*inferred*).
    #[serde(default)]
    pub delegated: bool,
}

/// Addresses that the account leases from Cloudflare.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lease {
    /// An address, or a network in CIDR notation.
    pub cidr: String,
    /// The id of its account.
    #[serde(default)]
    pub account: Option<String>,
}

/// An address map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressMap {
    /// 32 hexadecimal digits; derived from the addresses when absent.
    #[serde(default)]
    pub id: Option<String>,
    /// The id of its account.
    #[serde(default)]
    pub account: Option<String>,
    /// Its addresses.
    pub ips: Vec<String>,
    /// Whether the account may change the addresses; not in the map that Cloudflare made for leased ones.
    #[serde(default)]
    pub can_modify_ips: bool,
}

/// The traffic of an application, as a seed scripts it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScriptedLoad {
    /// The name of its zone.
    pub zone: String,
    /// Its hostname.
    pub dns_name: String,
    /// Its protocol.
    pub protocol: String,
    /// Its connections in the last minute: each time they are asked for the next number, and in the end the last one.
    pub connections: Vec<u64>,
    /// Bytes in both directions, a second.
    #[serde(default)]
    pub bytes_per_second: u64,
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The name of its zone.
    pub zone: String,
    /// `A`, `AAAA`, `CNAME`, `SRV` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Its whole name.
    pub name: String,
    /// What it says.
    #[serde(default)]
    pub content: String,
    /// Whether Cloudflare answers in its place.
    #[serde(default)]
    pub proxied: bool,
    /// Time to live in seconds; 1 is automatic.
    #[serde(default)]
    pub ttl: Option<u32>,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Balancer {
    /// The name of its zone.
    pub zone: String,
    /// Its hostname.
    pub name: String,
    /// Whether Cloudflare answers in its place.
    #[serde(default)]
    pub proxied: bool,
}
