//! Applications, from the attribute table: as a request writes them, and as an answer shows them.

use serde_json::{Map, Value as Json, json};

use super::forms::{id, time, uuid};
use crate::model::Field;
use crate::model::field::{Attribute, top_names};
use crate::model::parse::Parse;

/// What a request must write.
const REQUIRED: [&str; 2] = ["protocol", "dns"];

/// The schemas of applications.
pub(super) fn schemas() -> Map<String, Json> {
    let whole = json!({"type": "object", "properties": attributes(), "required": REQUIRED});
    let part = json!({"type": "object", "properties": attributes()});
    let mut shown = attributes();
    for (name, form) in [("id", id()), ("created_on", time()), ("modified_on", time())] {
        shown.insert(name.to_owned(), form);
    }
    let required = ["id", "created_on", "modified_on", "protocol", "dns"];
    let answered = json!({"type": "object", "properties": shown, "required": required});
    [("Application", whole), ("PartOfApplication", part), ("LiveApplication", answered)]
        .map(|(name, schema)| (name.to_owned(), schema))
        .into_iter()
        .collect()
}

/// The attributes by their top-level names.
fn attributes() -> Map<String, Json> {
    let attribute = |top: &'static str| {
        let fields: Vec<Field> = Field::under(top).collect();
        let schema = match fields.as_slice() {
            [field] if field.split().1.is_empty() => schema(field.row()),
            fields => {
                let inner: Map<String, Json> = fields
                    .iter()
                    .map(|field| (field.split().1.to_owned(), schema(field.row())))
                    .collect();
                json!({"type": "object", "properties": inner})
            }
        };
        (top.to_owned(), schema)
    };
    top_names().into_iter().map(attribute).collect()
}

/// An attribute, with what it is for and its default.
fn schema(row: &Attribute) -> Json {
    let mut schema = form(row.parse);
    schema["description"] = json!(row.about);
    if let Some(default) = row.default {
        schema["default"] = default.to_json();
    }
    schema
}

fn form(parse: Parse) -> Json {
    match parse {
        Parse::Protocol => json!({
            "type": "string", "pattern": "^((tcp|udp)/[0-9]+(-[0-9]+)?|ssh|rdp|minecraft)$",
        }),
        Parse::Hostname => json!({"type": "string"}),
        Parse::Keyword(words) => {
            json!({"enum": words.iter().map(|word| word.text()).collect::<Vec<_>>()})
        }
        Parse::Addresses => json!({"type": "array", "items": {"type": "string"}}),
        Parse::Origins => json!({
            "type": "array",
            "items": {"type": "string", "pattern": "^(tcp|udp)://.+:[0-9]+(-[0-9]+)?$"},
        }),
        Parse::Ports => json!({"anyOf": [
            {"type": "integer", "minimum": 1, "maximum": 65535},
            {"type": "string", "pattern": "^[0-9]+(-[0-9]+)?$"},
        ]}),
        Parse::Number => json!({"type": "integer", "minimum": 0, "maximum": u32::MAX}),
        Parse::Flag => json!({"type": "boolean"}),
        Parse::Text => json!({"type": "string"}),
        Parse::Uuid => uuid(),
    }
}
