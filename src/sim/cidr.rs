//! Networks in CIDR notation: does one hold an address or another network?

use std::net::IpAddr;

/// A network: its first address as bits, its length, and whether it is IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cidr {
    bits: u128,
    length: u32,
    six: bool,
}

impl Cidr {
    /// Reads `192.0.2.0/24`, or an address, which is a network of one.
    pub(super) fn read(text: &str) -> Option<Cidr> {
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let one = Cidr::of(address.parse().ok()?);
        let length = length.map_or(Some(one.length), |length| length.parse().ok())?;
        (length <= one.length).then_some(Cidr { length, ..one })
    }

    /// The network of one address.
    pub(super) fn of(ip: IpAddr) -> Cidr {
        match ip {
            IpAddr::V4(ip) => Cidr { bits: u128::from(u32::from(ip)) << 96, length: 32, six: false },
            IpAddr::V6(ip) => Cidr { bits: u128::from(ip), length: 128, six: true },
        }
    }

    /// Whether the other network lies within this one.
    pub(super) fn holds(self, other: Cidr) -> bool {
        let mask = u128::MAX.checked_shl(128 - self.length).unwrap_or(0);
        self.six == other.six && self.length <= other.length && self.bits & mask == other.bits & mask
    }
}
