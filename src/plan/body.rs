//! What is sent: the body of a create, and that of an update, which replaces the whole configuration and therefore carries what
//! must not be lost.

use serde_json::{Map, Value as Json};

use crate::diff::Delta;
use crate::model::field::Absent;
use crate::model::spec::place_in;
use crate::model::{Field, Keyword, Live, Spec, Tier, Value};

/// The body of a create: what is declared, and on pay-as-you-go zones nothing but what they take.
pub(super) fn create_body(desired: &Spec, tier: Option<Tier>) -> Map<String, Json> {
    let mut body = Map::new();
    for (field, value) in desired.values().filter(|(field, _)| is_taken(*field, tier)) {
        place_in(&mut body, field, value.to_json());
    }
    complete_objects(&mut body, desired);
    body
}

/// The body of an update: every declared field, every default whose live value differs, and as they are the fields that are ignored,
/// that the API chooses, that this version cannot read or does not know. Never null, never a read-only field.
pub(super) fn update_body(
    desired: &Spec,
    live: &Live,
    deltas: &[Delta],
    tier: Option<Tier>,
) -> Map<String, Json> {
    let mut body = create_body(desired, tier);
    for delta in deltas.iter().filter(|delta| delta.by_default && is_taken(delta.field, tier)) {
        if let Some(value) = &delta.after {
            place_in(&mut body, delta.field, value.to_json());
        }
    }
    for (field, value) in live
        .spec
        .values()
        .filter(|(field, _)| is_taken(*field, tier) && desired.get(*field).is_none())
    {
        let chosen = field.row().absent == Absent::Unknown && is_object_kept(&body, field);
        if chosen || matches!(value, Value::Unread(_)) {
            place_in(&mut body, field, value.to_json());
        }
    }
    complete_objects(&mut body, desired);
    if tier.is_none_or(|tier| !tier.is_pay_as_you_go()) {
        keep_unknown(&mut body, &live.unknown);
    }
    body
}

/// The body that creates a live application again as it is.
pub(super) fn as_found(live: &Live, tier: Option<Tier>) -> Map<String, Json> {
    let mut body = create_body(&live.spec, tier);
    if tier.is_none_or(|tier| !tier.is_pay_as_you_go()) {
        keep_unknown(&mut body, &live.unknown);
    }
    body
}

/// Whether the object that the field stands in is sent at all: a time to live without its `origin_dns` has no meaning.
fn is_object_kept(body: &Map<String, Json>, field: Field) -> bool {
    let (top, name) = field.split();
    name.is_empty() || body.contains_key(top)
}

fn is_taken(field: Field, tier: Option<Tier>) -> bool {
    tier.is_none_or(|tier| !tier.is_pay_as_you_go()) || field.row().pay_as_you_go
}

/// `edge_ips` is sent whole or not at all: dynamic ones name their connectivity, so that no default of the API's is relied on.
fn complete_objects(body: &mut Map<String, Json>, desired: &Spec) {
    if !body.contains_key("edge_ips") {
        return;
    }
    for field in [Field::EdgeIpsType, Field::EdgeIpsConnectivity] {
        let absent =
            body.get("edge_ips").is_some_and(|object| object.get(field.split().1).is_none());
        let moot = field == Field::EdgeIpsConnectivity
            && desired.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
        if let Some(value) = desired.effective(field).filter(|_| absent && !moot) {
            place_in(body, field, value.to_json());
        }
    }
}

/// Adds what this version does not know, inside objects too where they are sent.
fn keep_unknown(body: &mut Map<String, Json>, unknown: &Map<String, Json>) {
    for (name, value) in unknown {
        match (body.get_mut(name), value) {
            (Some(Json::Object(object)), Json::Object(inner)) => {
                for (key, value) in inner {
                    object.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            (None, value) if Field::under(name).next().is_none() => {
                body.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
}
