//! A value as it was written, with its place: the one tree that YAML and JSON are both read into before a field's own type
//! reads it. Scalars keep their source text, so that an id or a port never passes through a number.

use crate::finding::Place;

/// How a scalar was written, which decides what it may be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes in YAML: the field's own type decides.
    Plain,
    /// A quoted or block YAML scalar, or a JSON string.
    Quoted,
    /// A JSON number.
    Number,
    /// A JSON boolean.
    Bool,
}

/// What stands in a node.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `~`, `null`, nothing at all.
    Null,
    /// A scalar in its source text.
    Scalar {
        /// The text, after YAML's own escapes.
        text: String,
        /// How it was written.
        style: Style,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order it was written; keys are unique.
    Map(Vec<Entry>),
}

/// A key of a mapping and what belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text.
    pub key: String,
    /// Where the key stands.
    pub key_place: Option<Place>,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// Reads a key of a JSON object and its value.
    pub fn from_json(key: &str, value: &serde_json::Value) -> Self {
        Entry { key: key.to_owned(), key_place: None, value: Node::from_json(value) }
    }
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What stands here.
    pub kind: Kind,
    /// Where, if it comes from a file.
    pub place: Option<Place>,
    /// What to show instead of the value (`‹NAME›`), when a variable went into it.
    pub mask: Option<String>,
}

impl Node {
    /// A node without a place.
    pub fn new(kind: Kind) -> Self {
        Node { kind, place: None, mask: None }
    }

    /// Reads a JSON value.
    pub fn from_json(value: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        let scalar = |text: String, style| Kind::Scalar { text, style };
        Node::new(match value {
            Json::Null => Kind::Null,
            Json::Bool(flag) => scalar(flag.to_string(), Style::Bool),
            Json::Number(number) => scalar(number.to_string(), Style::Number),
            Json::String(text) => scalar(text.clone(), Style::Quoted),
            Json::Array(items) => Kind::List(items.iter().map(Node::from_json).collect()),
            Json::Object(fields) => {
                Kind::Map(fields.iter().map(|(key, value)| Entry::from_json(key, value)).collect())
            }
        })
    }

    /// The entries, if this is a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The members, if this is a list.
    pub fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The value under a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The text and style, if this is a scalar.
    pub fn scalar(&self) -> Option<(&str, Style)> {
        match &self.kind {
            Kind::Scalar { text, style } => Some((text, *style)),
            _ => None,
        }
    }

    /// Whether nothing stands here.
    pub fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    /// The value for a message: masked where it came from a variable, short, on one line.
    pub fn shown(&self) -> String {
        if let Some(mask) = &self.mask {
            return mask.clone();
        }
        match &self.kind {
            Kind::Null => "nothing".to_owned(),
            Kind::Scalar { text, style: Style::Quoted } => format!("\"{}\"", shortened(text)),
            Kind::Scalar { text, .. } => shortened(text),
            Kind::List(_) => "a list".to_owned(),
            Kind::Map(_) => "a mapping".to_owned(),
        }
    }

    /// What to show instead of the value, where a part of it must not be shown; the other members of a list are shown.
    pub fn mask_of_all(&self) -> Option<String> {
        let Kind::List(items) = &self.kind else { return self.mask.clone() };
        let is_masked = items.iter().any(|item| item.mask.is_some());
        is_masked.then(|| {
            let shown = items.iter().map(|item| match (&item.mask, item.scalar()) {
                (Some(mask), _) => mask.as_str(),
                (None, Some((text, _))) => text,
                (None, None) => "…",
            });
            shown.collect::<Vec<_>>().join(", ")
        })
    }
}

/// The first 60 characters, with control characters escaped.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).flat_map(char::escape_debug).collect();
    if text.chars().nth(60).is_some() {
        short.push('…');
    }
    short
}
