//! The attributes of a resource in the API's form, whichever version of the provider has written them.

use serde_json::{Map, Value as Json, json};

use crate::model::Field;
use crate::model::parse::Parse;

/// The attributes that are blocks: lists of one object up to version 4.
const BLOCKS: [&str; 3] = ["dns", "origin_dns", "edge_ips"];

/// What is Terraform's own, or is written otherwise here.
const OTHERS: [&str; 5] =
    ["zone_id", "app_id", "timeouts", "origin_port_range", "edge_ip_connectivity"];

/// The attributes in the API's form: blocks as objects, canonical words, nothing that is null or empty.
pub(super) fn as_api(values: &Map<String, Json>) -> Map<String, Json> {
    let own = values.iter().filter(|(name, _)| !OTHERS.contains(&name.as_str()));
    let mut object: Map<String, Json> = own
        .map(|(name, value)| (name.clone(), without_block(name, value)))
        .filter(|(_, value)| !value.is_null() && *value != json!(""))
        .collect();
    object.extend(origin_ports(values).map(|ports| ("origin_port".to_owned(), ports)));
    object.extend(plain_edge_ips(values).map(|edge_ips| ("edge_ips".to_owned(), edge_ips)));
    canonical_words(&mut object);
    let id = values.get("app_id").filter(|id| id.is_string()).cloned();
    object.entry("id").or_insert_with(|| id.unwrap_or_else(|| Json::from("")));
    object
}

/// `origin_port_range`, which versions up to 4 have beside `origin_port`.
fn origin_ports(values: &Map<String, Json>) -> Option<Json> {
    let range = block(values.get("origin_port_range")?);
    let (start, end) = (range["start"].as_u64()?, range["end"].as_u64()?);
    Some(Json::from(format!("{start}-{end}")))
}

/// The edge addresses of versions 2 and 3: static ones in a list, else dynamic ones of the kind that `edge_ip_connectivity` says.
fn plain_edge_ips(values: &Map<String, Json>) -> Option<Json> {
    let addresses = values.get("edge_ips").and_then(Json::as_array);
    if let Some(addresses) = addresses.filter(|list| list.iter().any(Json::is_string)) {
        return Some(json!({"type": "static", "ips": addresses}));
    }
    let connectivity = values.get("edge_ip_connectivity").and_then(Json::as_str);
    let connectivity = connectivity.filter(|text| !text.is_empty())?;
    Some(json!({"type": "dynamic", "connectivity": connectivity}))
}

/// Words of the API in lower or upper case, as some versions took them, in the API's own.
fn canonical_words(object: &mut Map<String, Json>) {
    for field in Field::all() {
        match at(object, field) {
            Some(Json::String(text)) => *text = canonical_word(field.row().parse, text),
            Some(Json::Array(items)) => {
                for item in items {
                    if let Json::String(text) = item {
                        *text = canonical_word(field.row().parse, text);
                    }
                }
            }
            _ => {}
        }
    }
}

fn canonical_word(parse: Parse, text: &str) -> String {
    match parse {
        Parse::Keyword(words) => {
            let word = words.iter().find(|word| word.text().eq_ignore_ascii_case(text));
            word.map_or(text, |word| word.text()).to_owned()
        }
        Parse::Protocol | Parse::Origins => text.to_ascii_lowercase(),
        _ => text.to_owned(),
    }
}

/// What is at a field's path.
fn at(object: &mut Map<String, Json>, field: Field) -> Option<&mut Json> {
    match field.split() {
        (top, "") => object.get_mut(top),
        (top, name) => object.get_mut(top)?.get_mut(name),
    }
}

fn without_block(name: &str, value: &Json) -> Json {
    if BLOCKS.contains(&name) { block(value) } else { value.clone() }
}

/// The object of a block, without what is null, empty or zero in it.
fn block(value: &Json) -> Json {
    let inner = match value {
        Json::Array(items) => items.first().unwrap_or(&Json::Null),
        other => other,
    };
    let Json::Object(fields) = inner else { return Json::Null };
    let is_set = |value: &Json| match value {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    };
    let set = fields.iter().filter(|(_, value)| is_set(value));
    let set: Map<String, Json> = set.map(|(name, value)| (name.clone(), value.clone())).collect();
    if set.is_empty() { Json::Null } else { Json::Object(set) }
}
