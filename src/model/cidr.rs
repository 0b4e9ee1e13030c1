//! Networks in CIDR notation, as the `ipnet` crate has them.

use std::net::IpAddr;

pub use ipnet::IpNet;

/// Reads `192.0.2.0/24`, or an address, which is a network of one; none for anything else.
pub fn read_network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}
