//! The protocol of an application: transport and edge ports, or one of the bare names of pay-as-you-go zones, which is kept as it
//! was written and compared by what it stands for (`ssh` = `tcp/22`).

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::ports::{NotPorts, Ports, Transport};

/// The bare names and the ports they stand for.
const NAMES: [(&str, u16); 3] = [("ssh", 22), ("rdp", 3389), ("minecraft", 25565)];

/// Transport and ports at the edge.
#[derive(Debug, Clone, Copy)]
pub struct Protocol {
    /// TCP or UDP.
    pub transport: Transport,
    /// The edge ports.
    pub ports: Ports,
    /// The bare name, if it was written as one.
    pub name: Option<&'static str>,
}

impl PartialEq for Protocol {
    fn eq(&self, other: &Self) -> bool {
        (self.transport, self.ports) == (other.transport, other.ports)
    }
}

impl Eq for Protocol {}

impl PartialOrd for Protocol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Protocol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.transport, self.ports).cmp(&(other.transport, other.ports))
    }
}

impl Hash for Protocol {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.transport, self.ports).hash(state);
    }
}

/// Why a text is not a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAProtocol {
    /// Neither `tcp/PORT`, `udp/PORT` nor a known name.
    #[error(
        "a protocol is tcp/PORT, udp/PORT, a range such as tcp/1000-2000, or one of ssh, rdp, minecraft"
    )]
    Form,
    /// The part after the slash.
    #[error(transparent)]
    Ports(#[from] NotPorts),
}

impl FromStr for Protocol {
    type Err = NotAProtocol;
    fn from_str(text: &str) -> Result<Self, NotAProtocol> {
        if let Some((name, port)) = NAMES.into_iter().find(|(name, _)| *name == text) {
            return Ok(Protocol {
                transport: Transport::Tcp,
                ports: Ports::single(port),
                name: Some(name),
            });
        }
        let (transport, ports) = text.split_once('/').ok_or(NotAProtocol::Form)?;
        let transport = Transport::from_text(transport).ok_or(NotAProtocol::Form)?;
        Ok(Protocol { transport, ports: ports.parse()?, name: None })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}/{}", self.transport, self.ports),
        }
    }
}
