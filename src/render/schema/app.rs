//! An application's part of the configuration's schema, made from the attribute table: words as enumerations, forms as patterns.

use serde_json::{Map, Value as Json, json};

use super::parts::{closed, described};
use crate::model::Field;
use crate::model::field::{Attribute, top_names};
use crate::model::parse::Parse;

/// A text that holds a variable, which stands for any value.
fn variable() -> Json {
    json!({"type": "string", "pattern": "\\$\\{"})
}

/// A value of this form, or one that a variable brings.
pub(super) fn or_variable(form: Json) -> Json {
    json!({"anyOf": [form, variable()]})
}

/// A value that may also be nothing, which drops a default.
fn or_nothing(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// A text of this form, or a variable.
fn text(pattern: &str) -> Json {
    or_variable(json!({"type": "string", "pattern": pattern}))
}

fn form_schema(parse: Parse) -> Json {
    match parse {
        Parse::Protocol => text("^((tcp|udp)/[0-9]+(-[0-9]+)?|ssh|rdp|minecraft)$"),
        Parse::Hostname => text("^[^\\s/:]+$"),
        Parse::Keyword(words) => {
            or_variable(json!({"enum": words.iter().map(|word| word.text()).collect::<Vec<_>>()}))
        }
        Parse::Addresses => json!({"type": "array", "items": text("^[0-9A-Fa-f:.]+$")}),
        Parse::Origins => {
            json!({"type": "array", "items": text("^(tcp|udp)://.+:[0-9]+(-[0-9]+)?$")})
        }
        Parse::Ports => or_variable(json!({"anyOf": [
            {"type": "integer", "minimum": 1, "maximum": 65535},
            {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"},
        ]})),
        Parse::Number => or_variable(json!({"type": "integer", "minimum": 0})),
        Parse::Flag => or_variable(json!({"type": "boolean"})),
        Parse::Text => json!({"type": "string"}),
        Parse::Uuid => text("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"),
    }
}

/// The schema of an attribute, with what it is for and its default.
fn attribute_schema(row: &Attribute) -> Json {
    let mut schema = described(or_nothing(form_schema(row.parse)), row.about);
    if let (Some(default), Json::Object(object)) = (row.default, &mut schema) {
        object.insert("default".to_owned(), default.to_json());
    }
    schema
}

/// The attributes of an application by their top-level names.
pub(super) fn attributes(wanted: impl Fn(Field) -> bool) -> Map<String, Json> {
    let mut properties = Map::new();
    for top in top_names() {
        let fields: Vec<Field> = Field::under(top).filter(|field| wanted(*field)).collect();
        let schema = match fields.as_slice() {
            [] => continue,
            [field] if field.split().1.is_empty() => attribute_schema(field.row()),
            fields => {
                let inner: Map<String, Json> = fields
                    .iter()
                    .map(|field| (field.split().1.to_owned(), attribute_schema(field.row())))
                    .collect();
                or_nothing(closed(Json::Object(with_merge_key(inner))))
            }
        };
        properties.insert(top.to_owned(), schema);
    }
    properties
}

/// Readers that do not take merge keys in see them as keys.
pub(super) fn with_merge_key(mut properties: Map<String, Json>) -> Map<String, Json> {
    properties.insert("<<".to_owned(), json!({}));
    properties
}

/// A field's name, for an exception: a path, or a top-level name with all that is under it.
pub(super) fn field_names() -> Vec<&'static str> {
    let mut names: Vec<&str> =
        top_names().into_iter().chain(Field::all().map(Field::path)).collect();
    names.sort_unstable();
    names.dedup();
    names
}
