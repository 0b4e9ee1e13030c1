//! A live application as the API answered it: read without fail into the canonical form, with everything else kept as it came.

use std::borrow::Cow;

use serde_json::{Map, Value as Json};

use super::draft::{Draft, Source};
use super::field::{Field, READ_ONLY};
use super::ids::AppId;
use super::node::Entry;
use super::spec::Spec;
use super::value::Value;

/// A live application.
#[derive(Debug, Clone, PartialEq)]
pub struct Live {
    /// Its id.
    pub id: AppId,
    /// The canonical form of what could be read.
    pub spec: Spec,
    /// When it was created, as the API wrote it.
    pub created_on: Option<String>,
    /// When it was last modified, as the API wrote it.
    pub modified_on: Option<String>,
    /// The fields that this version does not know, as they came; sent back unchanged by an update.
    pub unknown: Map<String, Json>,
}

/// Fields of old answers that newer ones spell otherwise; read, never sent.
const LEGACY: [&str; 1] = ["spp"];

impl Live {
    /// Reads an answer's object.
    ///
    /// # Errors
    /// None when the object has no id: nothing can be done with such an application.
    pub fn read(object: &Map<String, Json>) -> Option<Live> {
        let id = AppId::from_api(object.get("id")?.as_str()?);
        let (modern, spec) = read_form(object);
        let text = |name: &str| object.get(name).and_then(Json::as_str).map(str::to_owned);
        Some(Live {
            id,
            spec,
            created_on: text("created_on"),
            modified_on: text("modified_on"),
            unknown: unknown_fields(&modern),
        })
    }

    /// The fields whose values this version cannot read, with their JSON text.
    pub fn unread(&self) -> impl Iterator<Item = (Field, &str)> {
        self.spec.values().filter_map(|(field, value)| match value {
            Value::Unread(text) => Some((field, text.as_str())),
            _ => None,
        })
    }
}

/// The object in today's spelling, and the canonical form of what can be read of it.
fn read_form(object: &Map<String, Json>) -> (Cow<'_, Map<String, Json>>, Spec) {
    let modern = without_legacy_shapes(object);
    let is_read = |name: &str| Field::under(name).next().is_some();
    let fields = modern.iter().filter(|(name, _)| is_read(name));
    let entries: Vec<Entry> = fields.map(|(name, value)| Entry::from_json(name, value)).collect();
    let draft = Draft::read(&entries, Source::App);
    let mut spec = Spec::new(draft.given.into_iter().map(|(field, given)| (field, given.value)));
    for field in draft.unreadable.iter().map(|unreadable| unreadable.field) {
        spec.set(field, Value::Unread(text_at(&modern, field)));
    }
    (modern, spec)
}

/// Old answers in today's spelling: `proxy_protocol` was a boolean, Simple Proxy Protocol had a switch of its own, `spp`, and
/// `origin_dns` was the bare name.
fn without_legacy_shapes(object: &Map<String, Json>) -> Cow<'_, Map<String, Json>> {
    let is_legacy = object.get("proxy_protocol").is_some_and(Json::is_boolean)
        || object.get("origin_dns").is_some_and(Json::is_string)
        || LEGACY.iter().any(|name| object.contains_key(*name));
    if !is_legacy && !has_empty_answers(object) {
        return Cow::Borrowed(object);
    }
    let mut modern = object.clone();
    if let Some(flag) = object.get("proxy_protocol").and_then(Json::as_bool) {
        modern.insert("proxy_protocol".to_owned(), Json::from(if flag { "v1" } else { "off" }));
    }
    if object.get("spp").and_then(Json::as_bool) == Some(true) {
        modern.insert("proxy_protocol".to_owned(), Json::from("simple"));
    }
    if let Some(name) = object.get("origin_dns").and_then(Json::as_str) {
        modern.insert("origin_dns".to_owned(), serde_json::json!({ "name": name }));
    }
    for name in LEGACY {
        modern.remove(name);
    }
    drop_empty_answers(&mut modern);
    Cow::Owned(modern)
}

/// The fields of which an empty answer says the same as none.
const MAY_BE_EMPTY: [&str; 6] = [
    "origin_direct",
    "origin_dns",
    "origin_port",
    "virtual_network_id",
    "origin_worker_id",
    "edge_ips",
];

/// An empty list or object, or an empty text in a place that takes none.
fn is_empty(value: &Json) -> bool {
    match value {
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::String(text) => text.is_empty(),
        Json::Number(number) => number.as_u64() == Some(0),
        _ => false,
    }
}

fn has_empty_answers(object: &Map<String, Json>) -> bool {
    let ips = object.get("edge_ips").and_then(|edge_ips| edge_ips.get("ips"));
    let values = MAY_BE_EMPTY.iter().filter_map(|name| object.get(*name));
    ips.into_iter().chain(values).any(is_empty)
}

fn drop_empty_answers(object: &mut Map<String, Json>) {
    if let Some(Json::Object(edge_ips)) = object.get_mut("edge_ips")
        && edge_ips.get("ips").is_some_and(is_empty)
    {
        edge_ips.remove("ips");
    }
    for name in MAY_BE_EMPTY {
        if object.get(name).is_some_and(is_empty) {
            object.remove(name);
        }
    }
}

/// What no row of the table reads, nested objects included, and no field that only the API writes.
fn unknown_fields(object: &Map<String, Json>) -> Map<String, Json> {
    let mut unknown = Map::new();
    for (name, value) in object
        .iter()
        .filter(|(name, value)| !READ_ONLY.contains(&name.as_str()) && !value.is_null())
    {
        let known: Vec<&str> = Field::under(name).map(|field| field.split().1).collect();
        match value {
            _ if known.is_empty() => {
                unknown.insert(name.clone(), value.clone());
            }
            Json::Object(inner) => {
                let rest: Map<String, Json> = inner
                    .iter()
                    .filter(|(key, value)| !known.contains(&key.as_str()) && !value.is_null())
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                if !rest.is_empty() {
                    unknown.insert(name.clone(), Json::Object(rest));
                }
            }
            _ => {}
        }
    }
    unknown
}

/// The JSON text at a field's path.
fn text_at(object: &Map<String, Json>, field: Field) -> String {
    let (top, name) = field.split();
    let outer = object.get(top).unwrap_or(&Json::Null);
    if name.is_empty() {
        outer.to_string()
    } else {
        outer.get(name).unwrap_or(&Json::Null).to_string()
    }
}

/// The canonical form of a body as it is sent.
pub fn spec_of(body: &Map<String, Json>) -> Spec {
    read_form(body).1
}
