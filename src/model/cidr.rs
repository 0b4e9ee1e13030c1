//! Networks in CIDR notation: does one hold an address or another network, and how near is it?

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network: its first address as bits, its length, and whether it is IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    bits: u128,
    length: u32,
    six: bool,
}

impl Cidr {
    /// Reads `192.0.2.0/24`, or an address, which is a network of one; none for anything else.
    pub fn read(text: &str) -> Option<Cidr> {
        let (address, length) =
            text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let one = Cidr::of(address.parse().ok()?);
        let length = length.map_or(Some(one.length), |length| length.parse().ok())?;
        (length <= one.length).then_some(Cidr { length, ..one })
    }

    /// The network of one address.
    pub fn of(ip: IpAddr) -> Cidr {
        match ip {
            IpAddr::V4(ip) => {
                Cidr { bits: u128::from(u32::from(ip)) << 96, length: 32, six: false }
            }
            IpAddr::V6(ip) => Cidr { bits: u128::from(ip), length: 128, six: true },
        }
    }

    /// Whether the other network lies within this one.
    pub fn holds(self, other: Cidr) -> bool {
        let mask = u128::MAX.checked_shl(128 - self.length).unwrap_or(0);
        self.six == other.six
            && self.length <= other.length
            && self.bits & mask == other.bits & mask
    }

    /// How many leading bits two networks of one IP version share; none for different versions.
    pub fn shared_bits(self, other: Cidr) -> Option<u32> {
        (self.six == other.six).then(|| (self.bits ^ other.bits).leading_zeros().min(self.length))
    }
}

/// The text is no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a network in CIDR notation")]
pub struct NotACidr;

impl FromStr for Cidr {
    type Err = NotACidr;
    fn from_str(text: &str) -> Result<Self, NotACidr> {
        Cidr::read(text).ok_or(NotACidr)
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = match (self.six, u32::try_from(self.bits >> 96)) {
            (false, Ok(bits)) => IpAddr::V4(Ipv4Addr::from(bits)),
            _ => IpAddr::V6(Ipv6Addr::from(self.bits)),
        };
        write!(f, "{first}/{}", self.length)
    }
}
