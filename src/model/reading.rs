//! What a draft says, each field in its own type, and how its values are shown. What was not written, or could not be read, says
//! nothing; a value that a variable went into is shown by the variable's name only.

use std::fmt::Display;
use std::net::IpAddr;

use super::draft::{Draft, FieldValue};
use super::field::Field;
use super::hostname::Hostname;
use super::origin::Origin;
use super::ports::Ports;
use super::value::Value;

impl FieldValue {
    /// The value for a message: masked where it came from a variable.
    pub fn shown(&self) -> String {
        self.mask.clone().unwrap_or_else(|| self.value.to_string())
    }

    /// The texts of a masked value, each with the mask to show instead; of an origin its address too, which a server names alone.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let Some(mask) = &self.mask else { return Vec::new() };
        let mut texts = self.value.members().unwrap_or_else(|| vec![self.value.to_string()]);
        if let Value::Origins(origins) = &self.value {
            texts.extend(origins.0.iter().map(|origin| origin.ip.to_string()));
        }
        texts.into_iter().filter(|text| !text.is_empty()).map(|text| (text, mask.clone())).collect()
    }
}

impl Draft {
    /// A text without the values that variables went into.
    pub fn masked(&self, text: &str) -> String {
        let hidden = self.given.values().flat_map(FieldValue::hidden);
        hidden.fold(text.to_owned(), |text, (value, mask)| text.replace(&value, &mask))
    }

    /// The value of a field for a message, or its default, or nothing.
    pub fn shown(&self, field: Field) -> String {
        let default = || field.row().default.map(ToString::to_string).unwrap_or_default();
        self.given.get(&field).map_or_else(default, FieldValue::shown)
    }

    /// A part of a field's value for a message, such as one address of a list: masked where the field is.
    pub fn part_shown(&self, field: Field, part: impl Display) -> String {
        let mask = self.given.get(&field).and_then(|given| given.mask.clone());
        mask.unwrap_or_else(|| part.to_string())
    }

    /// The hostname of `dns.name` or `origin_dns.name`.
    pub fn hostname(&self, field: Field) -> Option<&Hostname> {
        match self.get(field) {
            Some(Value::Hostname(name)) => Some(name),
            _ => None,
        }
    }

    /// The origins by address, in the written order.
    pub fn origins(&self) -> &[Origin] {
        match self.get(Field::OriginDirect) {
            Some(Value::Origins(origins)) => &origins.0,
            _ => &[],
        }
    }

    /// The static edge addresses, in the written order.
    pub fn static_ips(&self) -> &[IpAddr] {
        match self.get(Field::EdgeIpsIps) {
            Some(Value::Addresses(ips)) => &ips.0,
            _ => &[],
        }
    }

    /// The ports of `origin_port`.
    pub fn origin_ports(&self) -> Option<Ports> {
        match self.get(Field::OriginPort) {
            Some(Value::Ports(ports)) => Some(*ports),
            _ => None,
        }
    }

    /// Whether a switch is written and on.
    pub fn is_on(&self, field: Field) -> bool {
        self.get(field) == Some(&Value::Flag(true))
    }

    /// Whether an origin is named under this top-level name; an empty list names none.
    pub fn has_origin(&self, top: &str) -> bool {
        let is_empty = top == Field::OriginDirect.top()
            && self.get(Field::OriginDirect).is_some()
            && self.origins().is_empty();
        self.has(top) && !is_empty
    }
}
