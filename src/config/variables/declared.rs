//! `variables`: the variables that the configuration declares, each with its type, the values that are allowed, and a default.

use std::collections::BTreeMap;

use crate::codes;
use crate::config::decoder::{Decoder, invalid};
use crate::config::interpolation::is_name;
use crate::config::vars::{Written, written};
use crate::finding::{Finding, Place};
use crate::model::{Entry, Node};

/// The type of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Type {
    /// Any text.
    #[default]
    String,
    /// A port.
    Port,
    /// Several texts, which fill a list.
    List,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Bool,
}

/// The types by name.
pub(crate) const TYPES: [&str; 5] = ["string", "port", "list", "number", "bool"];

const KINDS: [(&str, Type); 5] = [
    (TYPES[0], Type::String),
    (TYPES[1], Type::Port),
    (TYPES[2], Type::List),
    (TYPES[3], Type::Number),
    (TYPES[4], Type::Bool),
];

const KEYS: [&str; 5] = ["type", "allowed", "default", "description", "sensitive"];

/// The names that have a meaning of their own.
const RESERVED: [&str; 3] = ["zone", "app", "each"];

/// A variable as it is declared.
#[derive(Debug, Clone, Default)]
pub(super) struct Declaration {
    /// Its type.
    kind: Type,
    /// The values that it may have; any of its type when there are none.
    allowed: Vec<String>,
    /// The value where none is given.
    pub(super) default: Option<Written>,
    /// Whether its value is masked.
    pub(super) sensitive: bool,
    /// Where it is declared.
    pub(super) place: Option<Place>,
    /// Where its default is written.
    pub(super) default_place: Option<Place>,
}

/// Reads `variables`.
pub(super) fn read(node: &Node, decoder: &mut Decoder) -> BTreeMap<String, Declaration> {
    let mut declared = BTreeMap::new();
    for entry in decoder.open_mapping(node, "variables") {
        if !is_name(&entry.key) || RESERVED.contains(&entry.key.as_str()) {
            decoder.say(not_a_name(entry));
            continue;
        }
        declared.insert(entry.key.clone(), read_one(entry, decoder));
    }
    declared
}

fn read_one(entry: &Entry, decoder: &mut Decoder) -> Declaration {
    let path = format!("variables.{}", entry.key);
    let mut declaration = Declaration { place: entry.key_place.clone(), ..Declaration::default() };
    for part in decoder.mapping(&entry.value, &path, &KEYS) {
        let (node, path) = (&part.value, format!("{path}.{}", part.key));
        match part.key.as_str() {
            "type" => {
                declaration.kind = decoder.keyword(node, &path, &KINDS).unwrap_or_default();
            }
            "allowed" => {
                let items = decoder.list(node, &path).iter();
                declaration.allowed = items.filter_map(|item| decoder.text(item, &path)).collect();
            }
            "default" => {
                declaration.default = written(node);
                declaration.default_place.clone_from(&node.place);
                if declaration.default.is_none() {
                    decoder.wrong_type(node, &path, "a text or a list of texts");
                }
            }
            "description" => drop(decoder.text(node, &path)),
            "sensitive" => declaration.sensitive = decoder.flag(node, &path).unwrap_or_default(),
            _ => {}
        }
    }
    declaration.check_itself(entry, &path, decoder);
    declaration
}

impl Declaration {
    /// Checks the allowed values and the default against the type.
    fn check_itself(&mut self, entry: &Entry, path: &str, decoder: &mut Decoder) {
        let place = |key: &str| entry.value.get(key).and_then(|node| node.place.as_ref());
        let wrong = |key: &str, value: &str, why: String| {
            let path = format!("{path}.{key}");
            Finding::new(&codes::VARIABLE_VALUE, format!("`{path}` cannot be {value}"))
                .why(why)
                .fix("write a value that the declaration allows")
                .on(&path)
                .at(place(key))
        };
        for value in &self.allowed {
            if let Err(why) = self.kind.entry(value) {
                decoder.say(wrong("allowed", value, why));
            }
        }
        if let Some(Err(why)) = self.default.as_ref().map(|value| self.typed(value)) {
            let value = self.default.as_ref().map(Written::to_string).unwrap_or_default();
            decoder.say(wrong("default", &value, why));
            self.default = None;
        }
    }

    /// The value in the variable's type.
    ///
    /// # Errors
    /// Why it cannot be one: what is allowed.
    pub(super) fn typed(&self, value: &Written) -> Result<Written, String> {
        let typed = match (self.kind, value) {
            (Type::List, Written::Text(text)) => Written::List(entries(text)?),
            (Type::List, list) => list.clone(),
            (_, Written::List(_)) => return Err("it is one value, and this is a list".to_owned()),
            (kind, Written::Text(text)) => {
                kind.entry(text)?;
                value.clone()
            }
        };
        let values = match &typed {
            Written::Text(text) => std::slice::from_ref(text),
            Written::List(texts) => texts,
        };
        let is_allowed = |text: &String| self.allowed.is_empty() || self.allowed.contains(text);
        if values.iter().all(is_allowed) {
            Ok(typed)
        } else {
            Err(format!("allowed values: {}", self.allowed.join(", ")))
        }
    }
}

impl Type {
    /// Whether a text is a value of this type, or an entry of a list.
    fn entry(self, text: &str) -> Result<(), String> {
        let (fits, form) = match self {
            Type::String | Type::List => return Ok(()),
            Type::Port => {
                let port = text.parse::<u16>().ok().filter(|port| *port > 0);
                (port.is_some(), "a port, a whole number from 1 to 65535")
            }
            Type::Number => (text.parse::<i64>().is_ok(), "a whole number"),
            Type::Bool => (matches!(text, "true" | "false"), "true or false"),
        };
        if fits { Ok(()) } else { Err(format!("it must be {form}")) }
    }
}

/// The entries of a list that is given as a text: JSON, or texts with spaces between them.
fn entries(text: &str) -> Result<Vec<String>, String> {
    if !text.trim_start().starts_with('[') {
        return Ok(text.split_whitespace().map(str::to_owned).collect());
    }
    let items: Vec<serde_json::Value> = serde_json::from_str(text)
        .map_err(|_| "a text that begins with [ must be a JSON list".to_owned())?;
    let entry = |item| match item {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        _ => Err("the entries of a list must be texts or numbers".to_owned()),
    };
    items.into_iter().map(entry).collect()
}

fn not_a_name(entry: &Entry) -> Finding {
    invalid(format!("`{}` cannot be the name of a variable", entry.key))
        .why("a name has letters, digits and underscores and begins with no digit; zone, app and each are built in")
        .fix("write another name, such as ENV")
        .on("variables")
        .at(entry.key_place.as_ref())
}
