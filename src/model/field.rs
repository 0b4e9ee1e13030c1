//! The attribute table: one row an attribute of the application object. Decoding (YAML, JSON from a client of the simulator,
//! live answers), diff, rendering, export and the JSON Schema all walk this one table, so a new attribute is one row here and
//! one variant of [`Field`].
//!
//! Source of the rows: Cloudflare's API reference for Spectrum applications and the configuration options page.

use std::sync::LazyLock;

use super::keyword::Keyword;
use super::node::Node;
use super::parse::{Parse, Problem};
use super::value::Value;

/// An attribute of the application object, in the order in which it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the path of its row in the table")]
pub enum Field {
    Protocol,
    DnsName,
    DnsType,
    OriginDirect,
    OriginDnsName,
    OriginDnsType,
    OriginDnsTtl,
    OriginPort,
    OriginWorkerId,
    VirtualNetworkId,
    EdgeIpsType,
    EdgeIpsConnectivity,
    EdgeIpsIps,
    TrafficType,
    Tls,
    ProxyProtocol,
    IpFirewall,
    ArgoSmartRouting,
}

/// What a change of a field means for the clients of the application.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// Nothing that a client would notice.
    None,
    /// New connections are treated differently; open ones go on.
    NewConnections,
    /// Clients may be cut off.
    Outage,
}

/// Whether the API can change a field on an existing application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutability {
    /// By an update.
    InPlace,
    /// Only by deleting the application and creating it again.
    ForcesReplace,
}

/// What a live answer means that leaves the field out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// The field has its default, or is not set.
    Default,
    /// The API chooses a value, or does not report it: nothing can be compared.
    Unknown,
}

/// A row of the table.
#[derive(Debug)]
pub struct Attribute {
    /// Which attribute.
    pub field: Field,
    /// The API's path: `tls`, `edge_ips.ips`.
    pub path: &'static str,
    /// What it is for, one line.
    pub about: &'static str,
    /// Lines of an application that use it.
    pub example: &'static str,
    /// How a written value is read.
    pub parse: Parse,
    /// The API's default.
    pub default: Option<&'static Value>,
    /// What its absence from a live answer or from the configuration means when there is no default.
    pub absent: Absent,
    /// Whether an update can change it.
    pub change: Mutability,
    /// What a change does to clients.
    pub impact: Impact,
    /// Whether pay-as-you-go zones take it.
    pub pay_as_you_go: bool,
    /// Whether `--redact origins` hides it.
    pub origin: bool,
}

/// A row with what most rows have: changeable in place, refused on pay-as-you-go zones, new connections affected.
const fn row(
    field: Field,
    path: &'static str,
    parse: Parse,
    about: &'static str,
    example: &'static str,
) -> Attribute {
    Attribute {
        field,
        path,
        about,
        example,
        parse,
        default: None,
        absent: Absent::Default,
        change: Mutability::InPlace,
        impact: Impact::NewConnections,
        pay_as_you_go: false,
        origin: false,
    }
}

/// A row of the origin: hidden by `--redact origins`.
const fn origin(
    field: Field,
    path: &'static str,
    parse: Parse,
    about: &'static str,
    example: &'static str,
) -> Attribute {
    Attribute { origin: true, ..row(field, path, parse, about, example) }
}

const TRAFFIC_TYPES: &[Keyword] =
    &[Keyword::Direct, Keyword::Http, Keyword::Https, Keyword::Worker, Keyword::Ftp];

static A_OR_AAAA: Value = Value::Keyword(Keyword::AOrAaaa);
static DYNAMIC: Value = Value::Keyword(Keyword::Dynamic);
static ALL: Value = Value::Keyword(Keyword::All);
static DIRECT: Value = Value::Keyword(Keyword::Direct);
static OFF: Value = Value::Keyword(Keyword::Off);
static NO: Value = Value::Flag(false);

/// The table.
pub static ATTRIBUTES: [Attribute; 18] = [
    Attribute {
        impact: Impact::Outage,
        pay_as_you_go: true,
        ..row(
            Field::Protocol,
            "protocol",
            Parse::Protocol,
            "transport and ports at the edge",
            "protocol: tcp/22",
        )
    },
    Attribute {
        impact: Impact::Outage,
        pay_as_you_go: true,
        ..row(
            Field::DnsName,
            "dns.name",
            Parse::Hostname,
            "the hostname that clients connect to",
            "dns: {type: CNAME, name: ssh.example.com}",
        )
    },
    Attribute {
        change: Mutability::ForcesReplace,
        impact: Impact::Outage,
        pay_as_you_go: true,
        ..row(
            Field::DnsType,
            "dns.type",
            Parse::Keyword(&[Keyword::Cname, Keyword::Address]),
            "CNAME with dynamic edge addresses, ADDRESS with static ones",
            "dns: {type: ADDRESS, name: ssh.example.com}\nedge_ips: {type: static, ips: [198.51.100.7]}",
        )
    },
    Attribute {
        pay_as_you_go: true,
        ..origin(
            Field::OriginDirect,
            "origin_direct",
            Parse::Origins,
            "origins by address",
            "origin_direct: [\"tcp://192.0.2.1:22\", \"tcp://[2001:db8::1]:22\"]",
        )
    },
    origin(
        Field::OriginDnsName,
        "origin_dns.name",
        Parse::Hostname,
        "the name of the DNS record or load balancer that is the origin",
        "origin_dns: {name: origin.example.com}\norigin_port: 22",
    ),
    Attribute {
        default: Some(&A_OR_AAAA),
        ..origin(
            Field::OriginDnsType,
            "origin_dns.type",
            Parse::Keyword(&[Keyword::AOrAaaa, Keyword::A, Keyword::Aaaa, Keyword::Srv]),
            "which records of that name are used",
            "origin_dns: {name: origin.example.com, type: AAAA}\norigin_port: 22",
        )
    },
    Attribute {
        absent: Absent::Unknown,
        ..origin(
            Field::OriginDnsTtl,
            "origin_dns.ttl",
            Parse::Number,
            "how long Cloudflare keeps the resolved origin, in seconds, at least 600",
            "origin_dns: {name: origin.example.com, ttl: 600}\norigin_port: 22",
        )
    },
    origin(
        Field::OriginPort,
        "origin_port",
        Parse::Ports,
        "the port at the origin, with origin_dns",
        "origin_dns: {name: origin.example.com}\norigin_port: 22",
    ),
    origin(
        Field::OriginWorkerId,
        "origin_worker_id",
        Parse::Text,
        "the tag of the Worker that is the origin",
        "traffic_type: worker\norigin_worker_id: 023e105f4ecef8ad9ca31a8372d0c353",
    ),
    origin(
        Field::VirtualNetworkId,
        "virtual_network_id",
        Parse::Uuid,
        "the virtual network in which the origin address lies",
        "virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415\norigin_direct: [\"tcp://10.0.0.5:22\"]",
    ),
    Attribute {
        default: Some(&DYNAMIC),
        impact: Impact::Outage,
        ..row(
            Field::EdgeIpsType,
            "edge_ips.type",
            Parse::Keyword(&[Keyword::Dynamic, Keyword::Static]),
            "whether Cloudflare or the account provides the edge addresses; goes with dns.type",
            "dns: {type: ADDRESS, name: ssh.example.com}\nedge_ips: {type: static, ips: [198.51.100.7]}",
        )
    },
    Attribute {
        default: Some(&ALL),
        impact: Impact::Outage,
        ..row(
            Field::EdgeIpsConnectivity,
            "edge_ips.connectivity",
            Parse::Keyword(&[Keyword::All, Keyword::Ipv4, Keyword::Ipv6]),
            "the IP versions of dynamic edge addresses",
            "edge_ips: {type: dynamic, connectivity: ipv6}",
        )
    },
    Attribute {
        impact: Impact::Outage,
        ..row(
            Field::EdgeIpsIps,
            "edge_ips.ips",
            Parse::Addresses,
            "the static edge addresses",
            "dns: {type: ADDRESS, name: ssh.example.com}\nedge_ips: {type: static, ips: [198.51.100.7]}",
        )
    },
    Attribute {
        default: Some(&DIRECT),
        impact: Impact::Outage,
        ..row(
            Field::TrafficType,
            "traffic_type",
            Parse::Keyword(TRAFFIC_TYPES),
            "how data travels from the edge to the origin",
            "traffic_type: https",
        )
    },
    Attribute {
        default: Some(&OFF),
        ..row(
            Field::Tls,
            "tls",
            Parse::Keyword(&[Keyword::Off, Keyword::Flexible, Keyword::Full, Keyword::Strict]),
            "where TLS ends",
            "tls: full",
        )
    },
    Attribute {
        default: Some(&OFF),
        ..row(
            Field::ProxyProtocol,
            "proxy_protocol",
            Parse::Keyword(&[Keyword::Off, Keyword::V1, Keyword::V2, Keyword::Simple]),
            "how the client's address reaches the origin",
            "proxy_protocol: v2",
        )
    },
    Attribute {
        default: Some(&NO),
        ..row(
            Field::IpFirewall,
            "ip_firewall",
            Parse::Flag,
            "whether IP Access rules apply",
            "ip_firewall: true",
        )
    },
    Attribute {
        default: Some(&NO),
        ..row(
            Field::ArgoSmartRouting,
            "argo_smart_routing",
            Parse::Flag,
            "whether Argo Smart Routing is used",
            "argo_smart_routing: true",
        )
    },
];

/// Of each row the object that the field stands in, and its name there.
static PARTS: LazyLock<[(&str, &str); 18]> = LazyLock::new(|| {
    ATTRIBUTES.each_ref().map(|row| row.path.split_once('.').unwrap_or((row.path, "")))
});

/// The fields that the API sets itself; never declared, never sent.
pub const READ_ONLY: [&str; 3] = ["id", "created_on", "modified_on"];

impl Field {
    /// The field's row.
    pub fn row(self) -> &'static Attribute {
        &ATTRIBUTES[self as usize]
    }

    /// The API's path of the field.
    pub fn path(self) -> &'static str {
        self.row().path
    }

    /// The field with this path.
    pub fn with_path(path: &str) -> Option<Field> {
        ATTRIBUTES.iter().find(|row| row.path == path).map(|row| row.field)
    }

    /// The object that the field stands in, and its name there: `("edge_ips", "ips")`, `("tls", "")`.
    pub fn split(self) -> (&'static str, &'static str) {
        PARTS[self as usize]
    }

    /// The top-level name of the field: `edge_ips` for `edge_ips.ips`.
    pub fn top(self) -> &'static str {
        self.split().0
    }

    /// All fields in table order.
    pub fn all() -> impl Iterator<Item = Field> {
        ATTRIBUTES.iter().map(|row| row.field)
    }

    /// The fields under a top-level name: three under `edge_ips`, one under `tls`, none under what is no name.
    pub fn under(top: &str) -> impl Iterator<Item = Field> {
        Field::all().filter(move |field| field.top() == top)
    }

    /// Reads a written value.
    ///
    /// # Errors
    /// What is wrong with it, when it is not a value of this field.
    pub fn read(self, node: &Node) -> Result<Value, Vec<Problem>> {
        self.row().parse.read(self.path(), node)
    }
}

/// The top-level names of the object, each once, in table order.
pub fn top_names() -> Vec<&'static str> {
    let mut names: Vec<&str> = Field::all().map(Field::top).collect();
    names.dedup();
    names
}
