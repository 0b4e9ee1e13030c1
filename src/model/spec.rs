//! The canonical form of an application, in which the desired and the live one, legacy ones too, are compared.

use std::net::IpAddr;

use serde_json::{Map, Value as Json};

use super::field::{Absent, Field};
use super::hostname::Hostname;
use super::keyword::Keyword;
use super::ports::Transport;
use super::protocol::Protocol;
use super::value::Value;

/// An application in canonical form: the values that are set, by field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spec {
    /// In table order, each field at most once; few enough to be searched one by one.
    values: Vec<(Field, Value)>,
}

/// What an application is known by when its id is not: canonical hostname, transport and edge ports (the zone is known beside it).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// The hostname.
    pub hostname: Hostname,
    /// Transport and ports.
    pub protocol: Protocol,
}

impl Spec {
    /// The form made of these values. An empty list of addresses says the same as none.
    pub fn new(values: impl IntoIterator<Item = (Field, Value)>) -> Self {
        let mut spec = Spec::default();
        let given = values.into_iter().filter(|(_, value)| !value.has_no_address());
        given.for_each(|(field, value)| spec.set(field, value));
        spec
    }

    /// The value that is set, if one is.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, value)| value)
    }

    /// The value that is set, else the API's default where it applies.
    pub fn effective(&self, field: Field) -> Option<&Value> {
        self.get(field).or_else(|| field.row().default.filter(|_| self.applies(field)))
    }

    /// Whether a field's default applies: `connectivity` only to dynamic addresses, `origin_dns.type` only with `origin_dns`.
    fn applies(&self, field: Field) -> bool {
        match field {
            Field::EdgeIpsConnectivity => {
                self.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic)
            }
            Field::OriginDnsType => self.get(Field::OriginDnsName).is_some(),
            _ => true,
        }
    }

    /// What the absence of a field means here. The API leaves `argo_smart_routing` out of the answers for UDP and for the bare
    /// protocol names even where it is set (cloudflare-python#2676), so that nothing can be compared.
    pub fn absence(&self, field: Field) -> Absent {
        let silent = self.protocol().is_some_and(|protocol| {
            protocol.transport == Transport::Udp || protocol.name.is_some()
        });
        if field == Field::ArgoSmartRouting && silent {
            Absent::Unknown
        } else {
            field.row().absent
        }
    }

    /// The keyword of a field, or its default.
    pub fn keyword(&self, field: Field) -> Option<Keyword> {
        self.get(field).or(field.row().default)?.keyword()
    }

    /// The protocol, if it is set and can be read.
    pub fn protocol(&self) -> Option<Protocol> {
        match self.get(Field::Protocol) {
            Some(Value::Protocol(protocol)) => Some(*protocol),
            _ => None,
        }
    }

    /// The hostname, if it is set and can be read.
    pub fn hostname(&self) -> Option<&Hostname> {
        match self.get(Field::DnsName) {
            Some(Value::Hostname(name)) => Some(name),
            _ => None,
        }
    }

    /// The static edge addresses; none for dynamic ones.
    pub fn static_ips(&self) -> &[IpAddr] {
        match self.get(Field::EdgeIpsIps) {
            Some(Value::Addresses(ips)) => &ips.0,
            _ => &[],
        }
    }

    /// The identity, if hostname and protocol are known.
    pub fn identity(&self) -> Option<Identity> {
        Some(Identity { hostname: self.hostname()?.clone(), protocol: self.protocol()? })
    }

    /// The values that are set, in table order.
    pub fn values(&self) -> impl Iterator<Item = (Field, &Value)> {
        self.values.iter().map(|(field, value)| (*field, value))
    }

    /// Sets a field.
    pub fn set(&mut self, field: Field, value: Value) {
        match self.values.iter().position(|(known, _)| *known >= field) {
            Some(at) if self.values[at].0 == field => self.values[at].1 = value,
            Some(at) => self.values.insert(at, (field, value)),
            None => self.values.push((field, value)),
        }
    }

    /// Removes a field.
    pub fn remove(&mut self, field: Field) {
        self.values.retain(|(known, _)| *known != field);
    }

    /// The form as the API takes it, nested objects and all.
    pub fn to_json(&self) -> Map<String, Json> {
        let mut object = Map::new();
        for (field, value) in &self.values {
            place_in(&mut object, *field, value.to_json());
        }
        object
    }

    /// Text that is equal for equal forms: values that equal their default are left out, sets are sorted.
    pub fn canonical(&self) -> String {
        let mut object = Map::new();
        for (field, value) in &self.values {
            if field.row().default != Some(value) {
                object.insert(field.path().to_owned(), value.canonical());
            }
        }
        Json::Object(object).to_string()
    }
}

/// Puts a value at its field's path into a JSON object.
pub fn place_in(object: &mut Map<String, Json>, field: Field, value: Json) {
    let (top, name) = field.split();
    if name.is_empty() {
        object.insert(top.to_owned(), value);
        return;
    }
    let inner = object.entry(top).or_insert_with(|| Json::Object(Map::new()));
    if let Json::Object(inner) = inner {
        inner.insert(name.to_owned(), value);
    }
}
