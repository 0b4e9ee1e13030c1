//! Which live application is provably one that a create of ours has made: its values, its time and its id say so, all three.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json, json};
use spectrumctl::model::{AppId, Live};
use spectrumctl::plan::claim::Claim;

use super::world::{id, object, united};

fn began() -> Timestamp {
    "2026-08-01T12:00:00Z".parse().unwrap()
}

fn body() -> Map<String, Json> {
    united(&object("a", "tcp/22"), &json!({"tls": "full"})).as_object().unwrap().clone()
}

/// A live application with the values that were sent, created so many minutes after the call began, and with something else about it.
fn live(digit: char, minutes: i64, more: Json) -> Live {
    let created = began() + SignedDuration::from_mins(minutes);
    let times = json!({"id": id(digit).as_str(), "created_on": created.to_string()});
    let object = united(&united(&Json::Object(body()), &times), &more);
    Live::read(object.as_object().unwrap()).unwrap()
}

#[test]
fn a_create_has_made_what_has_its_values_and_its_time_and_nobody_knew() {
    let (nothing, known) = (BTreeSet::new(), BTreeSet::from([id('1')]));
    let body = body();
    let claim = Claim::new(&body, &nothing, began());
    assert!(claim.has_made(&live('1', 0, json!({}))));
    assert!(claim.has_made(&live('1', 1, json!({"edge_ips": {"type": "dynamic"}}))));
    assert!(!Claim::new(&body, &known, began()).has_made(&live('1', 0, json!({}))));
    for (minutes, more) in [
        (-6, json!({})),
        (26, json!({})),
        (0, json!({"created_on": null})),
        (0, json!({"tls": "off"})),
        (0, json!({"origin_direct": ["tcp://192.0.2.99:22"]})),
        (0, json!({"protocol": "tcp/23"})),
    ] {
        assert!(!claim.has_made(&live('1', minutes, more.clone())), "{minutes} {more}");
    }
}

#[test]
fn only_what_the_create_has_made_beside_the_one_that_stays_is_a_double() {
    let body = body();
    let known = BTreeSet::from([id('4')]);
    let claim = Claim::new(&body, &known, began());
    let apps = [
        live('1', 0, json!({})),
        live('2', 0, json!({})),
        live('3', 0, json!({"origin_direct": ["tcp://192.0.2.99:22"]})),
        live('4', 0, json!({})),
        live('5', -60, json!({})),
    ];
    let doubles: Vec<AppId> = claim.doubles(&apps, &id('2'));
    assert_eq!(doubles, [id('1')]);
}
