//! Ports and ranges of ports, and the two transports they belong to.

use std::fmt;
use std::str::FromStr;

/// TCP or UDP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// The name the API uses: `tcp` or `udp`.
    pub fn text(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        }
    }

    /// Reads `tcp` or `udp`, in that spelling.
    pub fn from_text(text: &str) -> Option<Self> {
        [Transport::Tcp, Transport::Udp].into_iter().find(|transport| transport.text() == text)
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// One port or a range of ports, both ends included, each from 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ports {
    /// The first port.
    pub first: u16,
    /// The last port; equal to the first for a single port.
    pub last: u16,
}

impl Ports {
    /// A single port.
    pub const fn single(port: u16) -> Self {
        Ports { first: port, last: port }
    }

    /// Whether it is one port only.
    pub fn is_single(self) -> bool {
        self.first == self.last
    }

    /// How many ports.
    pub fn count(self) -> u32 {
        u32::from(self.last) - u32::from(self.first) + 1
    }

    /// Whether the two share a port.
    pub fn overlaps(self, other: Ports) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Why a text is not a port or a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPorts {
    /// Not a number, or not two numbers with a hyphen.
    #[error("a port is a number from 1 to 65535, a range two of them with a hyphen")]
    Form,
    /// The first port is above the last.
    #[error("the first port of a range must not be above the last")]
    Backwards,
}

impl FromStr for Ports {
    type Err = NotPorts;
    fn from_str(text: &str) -> Result<Self, NotPorts> {
        let (first, last) = text.split_once('-').unwrap_or((text, text));
        let ports = Ports { first: port(first)?, last: port(last)? };
        if ports.first > ports.last { Err(NotPorts::Backwards) } else { Ok(ports) }
    }
}

/// Reads one port: decimal digits only, so that `+22` and ` 22` are refused as the API refuses them.
fn port(text: &str) -> Result<u16, NotPorts> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u16>().ok().filter(|number| *number > 0);
    number.filter(|_| digits).ok_or(NotPorts::Form)
}

impl fmt::Display for Ports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() {
            write!(f, "{}", self.first)
        } else {
            write!(f, "{}-{}", self.first, self.last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_decimal_digits_from_1_to_65535() {
        let ports = |text: &str| text.parse::<Ports>().map(|ports| (ports.first, ports.last));
        assert_eq!(ports("1"), Ok((1, 1)));
        assert_eq!(ports("65535"), Ok((65535, 65535)));
        assert_eq!(ports("22-23"), Ok((22, 23)));
        assert_eq!(ports("23-22"), Err(NotPorts::Backwards));
        for text in ["", "0", "65536", "+22", " 22", "0x16", "22-", "-22", "22-23-24", "２２"] {
            assert_eq!(ports(text), Err(NotPorts::Form), "{text:?}");
        }
    }

    #[test]
    fn ranges_overlap_where_they_share_an_end() {
        let ports = |first, last| Ports { first, last };
        assert!(ports(20, 22).overlaps(ports(22, 30)) && ports(22, 30).overlaps(ports(20, 22)));
        assert!(!ports(20, 21).overlaps(ports(22, 30)));
        assert_eq!(ports(1, 65535).count(), 65535);
    }
}
