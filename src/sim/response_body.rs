//! An application as the API answers it: defaults filled in, addresses in canonical form, nothing null.
//!
//! Source: recorded live answers; pay-as-you-go zones know three fields only.

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use crate::model::{Field, Live, Spec, Tier, Transport, Value};

/// The fields that an answer of an enterprise zone always has.
const FILLED: [Field; 6] = [
    Field::TrafficType,
    Field::Tls,
    Field::ProxyProtocol,
    Field::IpFirewall,
    Field::EdgeIpsType,
    Field::EdgeIpsConnectivity,
];

/// The object that reads answer from now on.
pub(super) fn answered(tier: Tier, spec: &Spec, unknown: Map<String, Json>) -> Map<String, Json> {
    if tier.is_pay_as_you_go() {
        let taken = spec.values().filter(|(field, _)| field.row().pay_as_you_go);
        return Spec::new(taken.map(|(field, value)| (field, value.clone()))).to_json();
    }
    let mut filled = spec.clone();
    for field in FILLED {
        if let Some(value) = spec.effective(field) {
            filled.set(field, value.clone());
        }
    }
    if !tells_argo(spec) {
        filled.remove(Field::ArgoSmartRouting);
    }
    let mut object = filled.to_json();
    lay_over(&mut object, unknown);
    object
}

/// Answers tell of Argo only where it is on, and neither for UDP nor for the bare protocol names.
fn tells_argo(spec: &Spec) -> bool {
    let telling = spec
        .protocol()
        .is_some_and(|protocol| protocol.transport == Transport::Tcp && protocol.name.is_none());
    telling && spec.get(Field::ArgoSmartRouting) == Some(&Value::Flag(true))
}

/// Lays fields over an object; objects in both are united.
pub(super) fn lay_over(object: &mut Map<String, Json>, fields: Map<String, Json>) {
    for (name, value) in fields {
        match (object.get_mut(&name), value) {
            (Some(Json::Object(inner)), Json::Object(more)) => lay_over(inner, more),
            (_, value) => {
                object.insert(name, value);
            }
        }
    }
}

/// Of the fields that the attribute table does not know but the stored application has, those that a body carries as well. What the
/// API has answered before it also takes; everything else that it does not know it drops without a keyword.
pub(super) fn kept_unknown(old: Option<&Live>, body: &Map<String, Json>) -> Map<String, Json> {
    old.map(|live| common(&live.unknown, body)).unwrap_or_default()
}

fn common(known: &Map<String, Json>, body: &Map<String, Json>) -> Map<String, Json> {
    let chosen = known.iter().filter_map(|(name, value)| {
        let sent = body.get(name).filter(|sent| !sent.is_null())?;
        let kept = match (value, sent) {
            (Json::Object(known), Json::Object(sent)) if Field::under(name).next().is_some() => {
                Json::Object(common(known, sent))
            }
            _ => sent.clone(),
        };
        Some((name.clone(), kept))
    });
    chosen.collect()
}

/// A stored application in the form in which a body would write it: legacy shapes in today's spelling, nothing that only the API sets.
pub(super) fn as_body(live: &Live) -> Map<String, Json> {
    let mut body = live.spec.to_json();
    lay_over(&mut body, live.unknown.clone());
    body
}

/// A time as the API writes it: microseconds and `Z`.
pub(super) fn stamp(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}
