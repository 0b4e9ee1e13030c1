//! The schema of the stored state. It is open for further keys, because a later program may add some that this one keeps.

use serde_json::{Value as Json, json};

use super::parts::DIALECT;
use crate::ledger::FORMAT_VERSION;

/// The schema.
pub(super) fn schema() -> Json {
    let properties = json!({
        "format_version": {"type": "integer", "minimum": 1, "maximum": FORMAT_VERSION},
        "lineage": {"type": "string", "format": "uuid", "description": "which history of states this one belongs to"},
        "serial": {"type": "integer", "minimum": 0, "description": "counts changes; of two states of one lineage the greater is the later"},
        "tool": text("the program that wrote it"),
        "written_at": moment(),
        "written_by": object(json!({"user": text("the user's name"), "host": text("the machine"), "operation": text("what was done: apply")}), &["user", "host", "operation"]),
        "account": nullable(id()),
        "zones": by_name(object(json!({"id": id(), "account": nullable(id())}), &["id"])),
        "apps": by_name(recorded()),
        "released": by_name(object(json!({"address": text("the address it had"), "zone": id(), "when": moment()}), &["address", "zone", "when"])),
        "unmanaged_seen": by_name(text("the zone's name")),
        "learned": {"type": "array", "items": learned()},
        "noted": {"type": "array", "items": text("a zone's name"), "description": "the zones whose live applications were noted since the state began without a memory of what was released; absent where that is so of every zone"},
        "pending_restore": by_name(backup()),
        "kept": by_name(kept()),
        "owner": text("the name of the configuration that the state belongs to"),
        "location": text("the bucket in which the last apply kept the state; absent where that was a folder"),
        "plans": by_name(moment()),
    });
    let mut schema = object(properties, &["format_version", "lineage", "serial"]);
    schema["$schema"] = json!(DIALECT);
    schema["title"] = json!("spectrumctl state");
    schema
}

fn object(properties: Json, required: &[&str]) -> Json {
    json!({"type": "object", "properties": properties, "required": required})
}

fn by_name(values: Json) -> Json {
    json!({"type": "object", "additionalProperties": values})
}

fn text(about: &str) -> Json {
    json!({"type": "string", "description": about})
}

fn id() -> Json {
    json!({"type": "string", "description": "an id of the API"})
}

fn moment() -> Json {
    json!({"type": "string", "format": "date-time"})
}

fn nullable(schema: Json) -> Json {
    json!({"anyOf": [schema, {"type": "null"}]})
}

fn kept() -> Json {
    let properties = json!({
        "fields": {"type": "array", "items": text("the path of a field")},
        "values": {"type": "object", "description": "the values as they were found, in the API's form"},
        "applied": {"type": "object", "description": "what was last applied at the address, in the API's form"},
    });
    object(properties, &["fields", "values", "applied"])
}

fn recorded() -> Json {
    let properties = json!({
        "id": id(),
        "zone_id": id(),
        "file": text("the file it was configured in"),
        "fields": {"type": "object", "description": "what was last written, in the API's form"},
        "labels": by_name(json!({"type": "string"})),
        "note": {"type": "string"},
        "masks": by_name(text("what is shown instead of the value at this path")),
        "protect": {"enum": ["off", "on", "strict"]},
        "provenance": {"enum": ["created", "adopted", "imported"]},
        "applied": {"type": "boolean"},
        "confirmed": {"type": "boolean", "default": true, "description": "false for what a rollback or a push restored"},
    });
    object(properties, &["id", "zone_id", "file", "fields", "provenance"])
}

/// What an application was before it was deleted for a replacement that did not come about, by the id that it had.
fn backup() -> Json {
    let properties = json!({
        "id": id(), "zone_id": id(), "body": {"type": "object", "description": "what creates it again"}, "recorded": recorded(),
        "addresses": {"type": "array", "items": text("an address under which it may be restored")},
        "at": text("the address at which it is recorded again"),
    });
    object(properties, &["id", "addresses", "zone_id", "body"])
}

fn learned() -> Json {
    let properties = json!({
        "code": text("the error code"),
        "account": nullable(id()),
        "zone": nullable(id()),
        "subject": text("what was refused"),
        "shown": text("what to show instead of the subject, when a variable went into it"),
        "date": moment(),
        "evidence": text("the server's own words"),
        "ray_id": nullable(json!({"type": "string"})),
    });
    object(properties, &["code", "subject", "date"])
}
