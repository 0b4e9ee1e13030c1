//! What every schema is made of.

use serde_json::{Value as Json, json};

/// The dialect of every schema.
pub(super) const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// An object that has these keys and no others.
pub(super) fn closed(properties: Json) -> Json {
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The same with a description.
pub(super) fn described(mut schema: Json, text: &str) -> Json {
    if let Json::Object(object) = &mut schema {
        object.insert("description".to_owned(), json!(text));
    }
    schema
}
