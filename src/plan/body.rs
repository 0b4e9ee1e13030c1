//! What is sent: the body of a create, and that of an update, which replaces the whole configuration and therefore is what is live,
//! as just read, with exactly the fields that the plan shows as changed.

use serde_json::{Map, Value as Json};

use super::expect::Edit;
use crate::model::spec::place_in;
use crate::model::{Field, Keyword, Live, Spec, Tier, Value};

type Body = Map<String, Json>;

/// The body of a create: every value that is set, and on pay-as-you-go zones nothing but what they take.
pub(super) fn create_body(form: &Spec, tier: Option<Tier>) -> Body {
    let mut body = Map::new();
    for (field, value) in form.values().filter(|(field, _)| is_taken(*field, tier)) {
        place_in(&mut body, field, value.to_json());
    }
    complete_edge_ips(&mut body);
    body
}

/// The body of an update: what is live, with what this version does not know, and the edit over it. Never null, never a read-only
/// field. Where a part of an object cannot be read and the object is changed, what is not known of it is not sent: it belongs to
/// what it was.
pub(super) fn update_body(live: &Live, edit: &Edit, tier: Option<Tier>) -> Body {
    let tier = tier.or_else(|| guessed_tier(live, edit));
    let mut body = create_body(&live.spec, tier);
    if takes_everything(tier) {
        let mut unknown = live.unknown.clone();
        unknown.retain(|top, _| !edit.overwrites_unreadable(top, &live.spec));
        add_unknown(&mut body, &unknown);
    }
    for field in &edit.unsets {
        remove_at(&mut body, *field);
    }
    for (field, value) in edit.sets.values().filter(|(field, _)| is_taken(*field, tier)) {
        place_in(&mut body, field, value.to_json());
    }
    complete_edge_ips(&mut body);
    body
}

/// The body that creates a live application again as it is.
pub(super) fn as_found(live: &Live, tier: Option<Tier>) -> Body {
    update_body(live, &Edit::default(), tier)
}

/// The plan of a zone that nobody has told, as its answers show it: those of pay-as-you-go zones have no other field than they take.
fn guessed_tier(live: &Live, edit: &Edit) -> Option<Tier> {
    let is_taken = |(field, _): (Field, &Value)| field.row().pay_as_you_go;
    (live.spec.values().all(is_taken) && edit.sets.values().all(is_taken)).then_some(Tier::Pro)
}

fn takes_everything(tier: Option<Tier>) -> bool {
    tier.is_none_or(|tier| !tier.is_pay_as_you_go())
}

fn is_taken(field: Field, tier: Option<Tier>) -> bool {
    takes_everything(tier) || field.row().pay_as_you_go
}

fn remove_at(body: &mut Body, field: Field) {
    let (top, name) = field.split();
    let Some(Json::Object(inner)) = body.get_mut(top).filter(|_| !name.is_empty()) else {
        body.remove(top);
        return;
    };
    inner.remove(name);
    if inner.is_empty() {
        body.remove(top);
    }
}

/// `edge_ips` is sent whole or not at all: dynamic ones name their connectivity, so that no default of the API's is relied on, and
/// static ones have none.
fn complete_edge_ips(body: &mut Body) {
    let Some(Json::Object(edge_ips)) = body.get_mut(Field::EdgeIpsType.top()) else { return };
    let complete = |edge_ips: &mut Body, field: Field| {
        if let Some(value) = field.row().default {
            edge_ips.entry(field.split().1).or_insert_with(|| value.to_json());
        }
    };
    complete(edge_ips, Field::EdgeIpsType);
    let kind = edge_ips.get("type").and_then(Json::as_str).unwrap_or_default().to_owned();
    if kind == Keyword::Static.text() {
        edge_ips.remove("connectivity");
    } else if kind == Keyword::Dynamic.text() {
        complete(edge_ips, Field::EdgeIpsConnectivity);
    }
}

/// Adds what this version does not know, inside objects too where they are sent.
fn add_unknown(body: &mut Body, unknown: &Body) {
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
