//! Forms that several schemas share.

use serde_json::{Map, Value as Json, json};

/// An object with exactly these members, each of them there.
pub(super) fn object(members: &[(&str, Json)]) -> Json {
    let required: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Json> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({
        "type": "object", "properties": properties, "required": required,
        "additionalProperties": false,
    })
}

/// 32 hexadecimal digits.
pub(super) fn id() -> Json {
    json!({"type": "string", "pattern": "^[0-9a-f]{32}$"})
}

/// A UUID.
pub(super) fn uuid() -> Json {
    json!({"type": "string", "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"})
}

/// A time.
pub(super) fn time() -> Json {
    json!({"type": "string", "format": "date-time"})
}

/// A text.
pub(super) fn text() -> Json {
    json!({"type": "string"})
}

/// A flag.
pub(super) fn flag() -> Json {
    json!({"type": "boolean"})
}

/// A value of this form, or null.
pub(super) fn or_null(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}
