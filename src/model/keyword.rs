//! The words that the API's enumerations are made of. One list for all, so that a misspelt keyword is a compile error and an
//! attribute's row names the ones it takes.

use std::fmt;

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A keyword of one of the API's enumerations.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Keyword { $($(#[$doc])* $name,)* }

        impl Keyword {
            /// The keyword as the API spells it.
            pub const fn text(self) -> &'static str {
                match self { $(Keyword::$name => $text,)* }
            }
        }
    };
}

words! {
    /// `dns.type` with dynamic edge addresses.
    Cname = "CNAME",
    /// `dns.type` with static edge addresses.
    Address = "ADDRESS",
    /// `edge_ips.type`: addresses that Cloudflare chooses.
    Dynamic = "dynamic",
    /// `edge_ips.type`: addresses of the account (BYOIP or leased).
    Static = "static",
    /// `edge_ips.connectivity`: IPv4 and IPv6.
    All = "all",
    /// `edge_ips.connectivity`: IPv4 only.
    Ipv4 = "ipv4",
    /// `edge_ips.connectivity`: IPv6 only.
    Ipv6 = "ipv6",
    /// `tls` and `proxy_protocol`: none.
    Off = "off",
    /// `tls`: ends at the edge.
    Flexible = "flexible",
    /// `tls`: to the origin, its certificate unchecked.
    Full = "full",
    /// `tls`: to the origin, its certificate checked.
    Strict = "strict",
    /// `proxy_protocol` version 1 (TCP).
    V1 = "v1",
    /// `proxy_protocol` version 2 (TCP and UDP).
    V2 = "v2",
    /// `proxy_protocol`: Cloudflare's Simple Proxy Protocol (UDP).
    Simple = "simple",
    /// `traffic_type`: bytes as they are.
    Direct = "direct",
    /// `traffic_type`: HTTP features at the edge.
    Http = "http",
    /// `traffic_type`: HTTPS features at the edge.
    Https = "https",
    /// `traffic_type`: a Worker as the origin.
    Worker = "worker",
    /// `traffic_type`: FTP, behind an entitlement.
    Ftp = "ftp",
    /// `origin_dns.type`: A and AAAA records together.
    AOrAaaa = "",
    /// `origin_dns.type`: A records.
    A = "A",
    /// `origin_dns.type`: AAAA records.
    Aaaa = "AAAA",
    /// `origin_dns.type`: SRV records, which carry the port.
    Srv = "SRV",
}

impl fmt::Display for Keyword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}
