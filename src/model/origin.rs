//! One entry of `origin_direct`: `tcp://192.0.2.1:22`, `udp://[2001:db8::1]:3000-4000`.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use super::ports::{NotPorts, Ports, Transport};

/// An origin given by its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// TCP or UDP.
    pub transport: Transport,
    /// The address.
    pub ip: IpAddr,
    /// One port, or a range with as many ports as the protocol has.
    pub ports: Ports,
}

/// Why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOrigin {
    /// No `tcp://` or `udp://` in front.
    #[error("it must begin with tcp:// or udp://")]
    Scheme,
    /// No port behind the address.
    #[error("it needs a port behind the address")]
    NoPort,
    /// An IPv6 address without brackets; carries the text that was probably meant, if it is clear.
    #[error("an IPv6 address must stand in brackets")]
    Brackets(Option<String>),
    /// A name or something else where the address belongs.
    #[error("the address must be an IPv4 address or an IPv6 address in brackets")]
    Address,
    /// The port or the range.
    #[error(transparent)]
    Ports(#[from] NotPorts),
}

impl FromStr for Origin {
    type Err = NotAnOrigin;
    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let (scheme, rest) = text.split_once("://").ok_or(NotAnOrigin::Scheme)?;
        let transport = Transport::from_text(scheme).ok_or(NotAnOrigin::Scheme)?;
        let (host, ports) = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or(NotAnOrigin::Address)?,
            None => unbracketed(scheme, rest)?,
        };
        let ip = if rest.starts_with('[') {
            host.parse().map(IpAddr::V6)
        } else {
            host.parse().map(IpAddr::V4)
        };
        let ip = ip.map_err(|_| NotAnOrigin::Address)?;
        let ports = ports.strip_prefix(':').ok_or(NotAnOrigin::NoPort)?.parse()?;
        Ok(Origin { transport, ip, ports })
    }
}

/// Splits `HOST:PORT` before the colon; more than one colon is an IPv6 address that lacks its brackets.
fn unbracketed<'a>(scheme: &str, rest: &'a str) -> Result<(&'a str, &'a str), NotAnOrigin> {
    let at = rest.rfind(':').ok_or(NotAnOrigin::NoPort)?;
    let (host, port) = rest.split_at(at);
    if !host.contains(':') {
        return Ok((host, port));
    }
    let meant = host.parse::<Ipv6Addr>().ok().filter(|_| port[1..].parse::<Ports>().is_ok());
    Err(NotAnOrigin::Brackets(meant.map(|ip| format!("{scheme}://[{ip}]{port}"))))
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            IpAddr::V4(ip) => write!(f, "{}://{}:{}", self.transport, ip, self.ports),
            IpAddr::V6(ip) => write!(f, "{}://[{}]:{}", self.transport, ip, self.ports),
        }
    }
}
