//! The schema of the configuration. What it allows, `validate` may still refuse: a schema knows the form, and not what fits together.

use serde_json::{Map, Value as Json, json};

use super::app::{attributes, field_names, or_variable, with_merge_key};
use super::parts::{DIALECT, closed, described};
use crate::config::VARIABLE_TYPES;
use crate::model::{Entitlement, Field, Tier};

/// The schema.
pub(super) fn schema() -> Json {
    let properties = json!({
        "version": described(json!({"enum": [1, "1"]}), "the version of this form"),
        "account": described(id(), "the account of the zones that do not name their own"),
        "ipv4_quota": described(count(), "how many hostnames the account may have on Cloudflare's IPv4 addresses"),
        "edge_prefixes": described(prefixes(), "the networks that hold all static addresses of the account"),
        "variables": described(variables(), "the variables that values may hold, as ${NAME}"),
        "settings": settings(),
        "zones": described(open(zone()), "the zones by name"),
        "moved": list(closed(json!({"from": address(), "to": address()}))),
        "removed": list(closed(json!({"app": address(), "zone": {"type": "string"}, "file": {"type": "string"}, "keep": {"type": "boolean"}}))),
    });
    json!({
        "$schema": DIALECT,
        "title": "spectrumctl configuration",
        "type": "object",
        "properties": properties,
        "patternProperties": {"^x-": {}},
        "additionalProperties": false,
    })
}

/// 32 hexadecimal digits; without quotes some of them look like numbers.
fn id() -> Json {
    or_variable(
        json!({"anyOf": [{"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"}, {"type": "number"}]}),
    )
}

fn count() -> Json {
    or_variable(json!({"type": "integer", "minimum": 0}))
}

fn number() -> Json {
    json!({"type": "integer", "minimum": 0})
}

fn address() -> Json {
    json!({"type": "string", "pattern": "^[^/]+/.+$", "description": "an address, such as example.com/ssh"})
}

fn date() -> Json {
    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "a day, such as 2026-12-31"})
}

fn on_drift() -> Json {
    json!({"enum": ["repair", "hold", "refuse"], "default": "repair", "description": "what is done about values that were changed outside"})
}

fn list(items: Json) -> Json {
    json!({"type": ["array", "null"], "items": items})
}

/// An object whose keys are names, but for `x-…`, which are room for anchors.
fn open(values: Json) -> Json {
    json!({"type": ["object", "null"], "patternProperties": {"^x-": {}}, "additionalProperties": values})
}

/// The variables by name; what is not declared is a text that is masked.
fn variables() -> Json {
    let texts = json!({"type": "array", "items": {"type": ["string", "number", "boolean"]}});
    let value = json!({"anyOf": [{"type": ["string", "number", "boolean"]}, texts]});
    let declaration = closed(json!({
        "type": {"enum": VARIABLE_TYPES, "default": VARIABLE_TYPES[0], "description": "a list fills an entry of a list, which is written once for each of its entries"},
        "allowed": described(texts, "the values that it may have"),
        "default": described(value, "the value where none is set"),
        "description": {"type": "string", "description": "what it is for"},
        "sensitive": {"type": "boolean", "default": false, "description": "whether its value is masked in everything that is written"},
        "<<": {},
    }));
    let declaration = json!({"anyOf": [declaration, {"type": "null"}]});
    json!({"type": ["object", "null"], "patternProperties": {"^[A-Za-z_][A-Za-z0-9_]*$": declaration}, "additionalProperties": false})
}

fn settings() -> Json {
    let limit = |default: u32, text: &str| json!({"type": "integer", "minimum": 0, "default": default, "description": text});
    closed(json!({
        "name": {"type": "string", "description": "whose the state is; without it the git remote, else the folder"},
        "state": {"type": "string", "description": "where the state is kept: a folder relative to this file, or a URL"},
        "adopt": {"type": "boolean", "default": false, "description": "whether live applications with other values may be taken over"},
        "on_drift": on_drift(),
        "on_error": {"enum": ["continue", "stop"], "default": "continue", "description": "what apply does after a step that failed"},
        "parallelism": {"type": "integer", "minimum": 1, "default": 8, "description": "how many steps run side by side"},
        "limits": closed(json!({
            "max_deletes": limit(10, "the most deletes of one apply"),
            "max_delete_percent": limit(30, "the most deletes in percent of what is recorded"),
            "max_replaces": limit(5, "the most replaces of one apply"),
            "max_updates": limit(100, "the most updates of one apply"),
            "max_connections_cut": described(count(), "the most live connections that the outages of one apply cut; no limit when absent"),
        })),
        "checks": {"type": "object", "additionalProperties": {"enum": ["error", "warn", "off"]}, "description": "what each check weighs, by code or slug"},
    }))
}

fn zone() -> Json {
    let plans = [Tier::Enterprise, Tier::Business, Tier::Pro, Tier::Free].map(Tier::text);
    let properties = json!({
        "id": described(id(), "the zone's id; looked up by name when absent"),
        "account": id(),
        "plan": described(or_variable(json!({"enum": plans})), "read from the API when absent"),
        "entitlements": entitlements(),
        "edge_prefixes": described(prefixes(), "the networks that hold all static addresses that may be used"),
        "ipv4_quota": count(),
        "unmanaged": {"enum": ["ignore", "report", "delete"], "default": "report", "description": "what is done about live applications that are not configured"},
        "on_drift": on_drift(),
        "defaults": closed(Json::Object(described_by_user(with_merge_key(attributes(may_be_default))))),
        "apps": described(open(app()), "the applications by key"),
        "<<": {},
    });
    json!({"type": ["object", "null"], "properties": properties, "patternProperties": {"^x-": {}}, "additionalProperties": false})
}

/// What was bought beside the plan: a list of what is there, or a mapping that also says what is not.
fn entitlements() -> Json {
    let names = Entitlement::ALL.map(Entitlement::text);
    let flags: Map<String, Json> =
        names.iter().map(|name| ((*name).to_owned(), json!({"type": "boolean"}))).collect();
    let listed = list(or_variable(json!({"enum": names})));
    described(
        json!({"anyOf": [listed, closed(Json::Object(with_merge_key(flags)))]}),
        "what was bought beside the plan; a mapping also says what was not",
    )
}

/// A list of networks.
fn prefixes() -> Json {
    list(or_variable(json!({"type": "string", "pattern": "^[0-9A-Fa-f:.]+(/[0-9]+)?$"})))
}

/// What belongs to one application cannot be the same for all of a zone.
fn may_be_default(field: Field) -> bool {
    !matches!(field, Field::Protocol | Field::DnsName) && !field.top().starts_with("origin_")
}

/// What varies between the rows of an application: lists and ranges of ports, or rows with a key.
fn each() -> Json {
    let scalar = json!({"type": ["string", "number", "boolean"]});
    let name = "^[A-Za-z_][A-Za-z0-9_]*$";
    let range =
        json!({"type": "string", "pattern": "^[0-9]+-[0-9]+$", "description": "a range of ports"});
    let values = json!({"anyOf": [{"type": "array", "items": scalar, "minItems": 1}, range]});
    let lists = json!({"type": "object", "minProperties": 1, "patternProperties": {name: values}, "additionalProperties": false});
    let row = json!({"type": "object", "required": ["key"], "patternProperties": {name: scalar}, "additionalProperties": false});
    let rows = json!({"type": "array", "items": row, "minItems": 1});
    described(
        json!({"anyOf": [lists, rows, {"type": "null"}]}),
        "one application a row: the product of lists and ranges, or a list of rows; values are used as ${each.NAME}",
    )
}

/// The same with labels and a note.
fn described_by_user(mut properties: Map<String, Json>) -> Map<String, Json> {
    let scalar = json!({"type": ["string", "number", "boolean"]});
    let labels = json!({"type": ["object", "null"], "additionalProperties": scalar, "description": "never sent"});
    let note = json!({"type": ["string", "number", "null"], "description": "never sent"});
    properties.insert("labels".to_owned(), labels);
    properties.insert("note".to_owned(), note);
    properties
}

fn app() -> Json {
    let mut properties: Map<String, Json> = with_merge_key(attributes(|_| true));
    properties.insert("each".to_owned(), each());
    properties = described_by_user(properties);
    properties.insert("on_drift".to_owned(), on_drift());
    properties.insert("lifecycle".to_owned(), lifecycle());
    let complete = json!([{"required": ["protocol", "dns"]}, {"required": ["<<"]}]);
    json!({"type": "object", "properties": properties, "additionalProperties": false, "anyOf": complete})
}

/// A text that a row decides; variables are not allowed in `lifecycle`.
fn from_row() -> Json {
    json!({"type": "string", "pattern": "\\$\\{(each\\.|zone|app)"})
}

fn lifecycle() -> Json {
    let exception = |subject: &str, form: Json| {
        let properties =
            json!({subject: form, "reason": {"type": "string", "minLength": 1}, "until": date()});
        let mut schema = closed(properties);
        schema["required"] = json!([subject, "reason"]);
        list(schema)
    };
    let check = json!({"anyOf": [{"type": "string"}, number()], "description": "a code or slug of `explain --list` that has a check"});
    let replace = json!({"anyOf": [{"enum": ["allow", "refuse"]}, closed(json!({"until": date(), "allow_loss": list(json!({"type": "string"}))})), from_row()]});
    let mut schema = closed(json!({
        "protect": {"anyOf": [{"enum": [true, false, "strict"]}, from_row()], "default": false, "description": "true refuses delete and replace; strict refuses every outage"},
        "replace": described(replace, "whether a change that the API refuses may be a delete and a create"),
        "on_drift": {"anyOf": [on_drift(), from_row()]},
        "ignore_changes": exception("field", json!({"enum": field_names()})),
        "allow": exception("check", check),
    }));
    schema["type"] = json!(["object", "null"]);
    schema
}
