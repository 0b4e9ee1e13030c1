//! The value of one attribute, compared as the API compares it: addresses by value, sets without order, names without case.

use std::fmt;
use std::net::IpAddr;

use serde_json::Value as Json;

use super::hostname::Hostname;
use super::keyword::Keyword;
use super::origin::Origin;
use super::ports::Ports;
use super::protocol::Protocol;

/// A list whose order and repetitions do not matter; keeps the written order for what is sent.
#[derive(Debug, Clone)]
pub struct Unordered<T>(pub Vec<T>);

impl<T: Ord> Unordered<T> {
    /// The members in order, each once.
    pub fn sorted(&self) -> Vec<&T> {
        let mut members: Vec<&T> = self.0.iter().collect();
        members.sort();
        members.dedup();
        members
    }
}

impl<T: Ord> PartialEq for Unordered<T> {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl<T: Ord> Eq for Unordered<T> {}

/// The value of one attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Transport and edge ports.
    Protocol(Protocol),
    /// A hostname.
    Hostname(Hostname),
    /// A keyword of an enumeration.
    Keyword(Keyword),
    /// Addresses at the edge.
    Addresses(Unordered<IpAddr>),
    /// Origins by address.
    Origins(Unordered<Origin>),
    /// A port or range at the origin.
    Ports(Ports),
    /// A number, such as a time to live in seconds.
    Number(u32),
    /// A switch.
    Flag(bool),
    /// An opaque text, such as a UUID.
    Text(String),
    /// A live value that this version cannot read, in its JSON text; equal to nothing that can be declared.
    Unread(String),
}

/// What follows the mask of a value that is another one than before.
pub const CHANGED: &str = " (changed)";

impl Value {
    /// Whether this is a list of addresses without one.
    pub fn has_no_address(&self) -> bool {
        matches!(self, Value::Addresses(Unordered(ips)) if ips.is_empty())
    }

    /// The value as the API takes it.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Protocol(protocol) => Json::from(protocol.to_string()),
            Value::Hostname(name) => Json::from(name.as_str()),
            Value::Keyword(keyword) => Json::from(keyword.text()),
            Value::Addresses(ips) => ips.0.iter().map(|ip| Json::from(ip.to_string())).collect(),
            Value::Origins(origins) => {
                origins.0.iter().map(|origin| Json::from(origin.to_string())).collect()
            }
            Value::Ports(ports) if ports.is_single() => Json::from(ports.first),
            Value::Ports(ports) => Json::from(ports.to_string()),
            Value::Number(number) => Json::from(*number),
            Value::Flag(flag) => Json::from(*flag),
            Value::Text(text) => Json::from(text.as_str()),
            Value::Unread(text) => {
                serde_json::from_str(text).unwrap_or_else(|_| Json::from(text.as_str()))
            }
        }
    }

    /// The value in canonical JSON: sets sorted, a bare protocol name as its ports. Equal values give equal text.
    pub fn canonical(&self) -> Json {
        match self {
            Value::Protocol(protocol) => {
                Json::from(Protocol { name: None, ..*protocol }.to_string())
            }
            Value::Addresses(ips) => {
                ips.sorted().into_iter().map(|ip| Json::from(ip.to_string())).collect()
            }
            Value::Origins(origins) => {
                origins.sorted().into_iter().map(|origin| Json::from(origin.to_string())).collect()
            }
            other => other.to_json(),
        }
    }

    /// A mask in the place of the value: of a list, a list.
    pub fn masked(&self, mask: &str) -> Json {
        if !self.to_json().is_array() {
            return mask.into();
        }
        let (members, is_changed) = match mask.strip_suffix(CHANGED) {
            Some(members) => (members, true),
            None => (mask, false),
        };
        let member = |member: &str| match is_changed && member.contains('‹') {
            true => format!("{member}{CHANGED}"),
            false => member.to_owned(),
        };
        members.split(", ").map(member).collect::<Vec<_>>().into()
    }

    /// The members of a list, sorted, as text; `None` for a single value.
    pub fn members(&self) -> Option<Vec<String>> {
        match self {
            Value::Addresses(ips) => {
                Some(ips.sorted().into_iter().map(ToString::to_string).collect())
            }
            Value::Origins(origins) => {
                Some(origins.sorted().into_iter().map(ToString::to_string).collect())
            }
            _ => None,
        }
    }

    /// The members of a list in the order in which they were written.
    pub fn written_members(&self) -> Vec<String> {
        match self {
            Value::Addresses(ips) => ips.0.iter().map(ToString::to_string).collect(),
            Value::Origins(origins) => origins.0.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }

    /// The keyword, if it is one.
    pub fn keyword(&self) -> Option<Keyword> {
        match self {
            Value::Keyword(keyword) => Some(*keyword),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Protocol(protocol) => protocol.fmt(f),
            Value::Hostname(name) => name.fmt(f),
            Value::Keyword(Keyword::AOrAaaa) => f.write_str("\"\""),
            Value::Keyword(keyword) => keyword.fmt(f),
            Value::Addresses(_) | Value::Origins(_) => {
                write!(f, "[{}]", self.members().unwrap_or_default().join(", "))
            }
            Value::Ports(ports) => ports.fmt(f),
            Value::Number(number) => number.fmt(f),
            Value::Flag(flag) => flag.fmt(f),
            Value::Text(text) | Value::Unread(text) => f.write_str(text),
        }
    }
}
