//! One truth about what will be live: for any application, policy and edit the body of an update is what is live with exactly the
//! fields that the plan shows as changed, and the next plan shows nothing.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::{Address, AppId, Field, Live, Recorded};
use spectrumctl::plan::{self, Plan, Work};

use crate::support::planning::{self, Beside};

const ID: &str = "11111111111111111111111111111111";

/// What may be written of an application, each part as one of a few values; `None` is left out.
type Parts = Vec<Option<usize>>;

/// The parts, each with the values that it may have.
fn values() -> Vec<(&'static str, Vec<Json>)> {
    vec![
        ("protocol", vec![json!("tcp/22"), json!("tcp/2222")]),
        (
            "origin",
            vec![
                json!({"origin_direct": ["tcp://192.0.2.1:22"]}),
                json!({"origin_direct": ["tcp://192.0.2.2:22", "tcp://192.0.2.3:22"]}),
                json!({"origin_dns": {"name": "o.example.com"}, "origin_port": 22}),
                json!({"origin_dns": {"name": "o.example.com", "ttl": 900}, "origin_port": 22}),
                json!({"origin_dns": {"name": "p.example.com", "ttl": 1200, "type": "A"}, "origin_port": 22}),
            ],
        ),
        ("tls", vec![json!("off"), json!("full"), json!("strict")]),
        ("ip_firewall", vec![json!(false), json!(true)]),
        ("proxy_protocol", vec![json!("off"), json!("v1")]),
        (
            "edge_ips",
            vec![
                json!({"type": "dynamic", "connectivity": "all"}),
                json!({"type": "dynamic", "connectivity": "ipv6"}),
            ],
        ),
        ("argo_smart_routing", vec![json!(false), json!(true)]),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    let part = |(name, values): (&'static str, Vec<Json>)| {
        let absent = if ["protocol", "origin"].contains(&name) { 0 } else { 1 };
        (0..values.len() + absent).prop_map(move |index| (index < values.len()).then_some(index))
    };
    values().into_iter().map(part).collect::<Vec<_>>()
}

/// The API's object of these parts.
fn object(parts: &Parts) -> Map<String, Json> {
    let mut object = json!({"dns": {"type": "CNAME", "name": "a.example.com"}});
    let object = object.as_object_mut().unwrap();
    for ((name, values), part) in values().into_iter().zip(parts) {
        let Some(value) = part.map(|part| values[part].clone()) else { continue };
        match (name, value) {
            ("origin", Json::Object(inner)) => object.extend(inner),
            (name, value) => drop(object.insert(name.to_owned(), value)),
        }
    }
    object.clone()
}

/// The same as a live answer, with a field that this version does not know.
fn live(parts: &Parts) -> Map<String, Json> {
    let mut object = object(parts);
    object.insert("id".to_owned(), json!(ID));
    object.insert("sticky".to_owned(), json!({"seconds": 5}));
    object
}

fn recorded(parts: &Parts) -> Recorded {
    let mut object = object(parts);
    object.insert("id".to_owned(), json!(ID));
    planning::recorded(&object)
}

/// A plan against one application that is recorded and live.
fn plan_beside(text: &str, recorded: Recorded, live: Live) -> Plan {
    let recorded = Snapshot::read(State {
        apps: [(Address::new("example.com", "a"), recorded)].into_iter().collect(),
        ..State::empty()
    });
    let live = vec![planning::zone(vec![live])];
    planning::plan(text, Beside { recorded, live, ..Beside::default() })
}

/// What is done about a part: nothing special, or it is ignored.
fn planned(
    declared: &Parts,
    lifecycle: &str,
    on_drift: &str,
    recorded: Recorded,
    live: Live,
) -> (Plan, bool) {
    let text = format!(
        "version: 1\nsettings: {{on_drift: {on_drift}}}\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      a: {}\n",
        Json::Object({
            let mut app = object(declared);
            app.insert("lifecycle".to_owned(), serde_json::from_str(lifecycle).expect("JSON"));
            app
        })
    );
    (plan_beside(&text, recorded, live), planning::is_valid(&text))
}

/// The fields in which two live applications differ, a connectivity aside that static addresses have none of.
fn differing(one: &Live, other: &Live) -> BTreeSet<&'static str> {
    Field::all()
        .filter(|field| one.spec.effective(*field) != other.spec.effective(*field))
        .map(Field::path)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_body_is_what_is_live_with_exactly_the_fields_that_the_plan_shows(
        applied in parts(), found in parts(), declared in parts(),
        ignored in prop::sample::subsequence(vec!["protocol", "origin_direct", "origin_dns", "tls", "ip_firewall", "edge_ips", "origin_dns.ttl"], 0..3),
        on_drift in prop::sample::select(vec!["repair", "hold"]),
    ) {
        let ignore: Vec<Json> = ignored.iter().map(|field| json!({"field": field, "reason": "r"})).collect();
        let lifecycle = json!({"ignore_changes": ignore}).to_string();
        let before = planning::live(&live(&found));
        let (plan, valid) = planned(&declared, &lifecycle, on_drift, recorded(&applied), before.clone());
        prop_assume!(valid);
        let shown: BTreeSet<&str> = plan.changes.iter().flat_map(|change| &change.fields).map(|field| field.field.path()).collect();
        let untouched = |path: &str| !ignored.iter().any(|name| path == *name || path.split('.').next() == Some(name));
        prop_assert!(shown.iter().all(|path| untouched(path)), "{shown:?} are shown, {ignored:?} are ignored");
        let Some(change) = plan.changes.first() else {
            return Ok(());
        };
        let Work::Update { body, .. } = &change.work else {
            prop_assert!(shown.is_empty());
            return Ok(());
        };
        prop_assert_eq!(&body["sticky"], &json!({"seconds": 5}));
        let mut object = body.clone();
        object.insert("id".to_owned(), json!(ID));
        let after = planning::live(&object);
let changed = differing(&before, &after);
        // What answers leave out is shown as well, though a comparison of answers cannot tell of it.
        let unseen: BTreeSet<&str> = change.fields.iter().filter(|field| field.is_unseen).map(|field| field.field.path()).collect();
        prop_assert!(changed.is_subset(&shown), "{changed:?} change, {shown:?} are shown; the body is {body:?}");
        prop_assert!(shown.iter().all(|path| changed.contains(path) || unseen.contains(path)), "{shown:?} are shown, {changed:?} change");
        // What was written and recorded is as planned: nothing is left to do.
        let plan::StateEffect::Keep(template) = &change.record else { panic!("it is kept") };
        let (again, _) = planned(&declared, &lifecycle, on_drift, template.with_id(&AppId::from_api(ID)), after);
        prop_assert!(again.changes.is_empty(), "{:?}", again.changes);
    }
}

/// A plan over one application of which everything is written here.
fn planned_from(
    declared: Json,
    lifecycle: Json,
    on_drift: &str,
    applied: Json,
    found: Json,
) -> Plan {
    let text = format!(
        "version: 1\nsettings: {{on_drift: {on_drift}}}\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      a: {}\n",
        united(declared, json!({"lifecycle": lifecycle}))
    );
    let live = planning::live(united(found, json!({"id": ID})).as_object().unwrap());
    let record = united(applied.clone(), json!({"id": ID}));
    plan_beside(&text, planning::recorded(record.as_object().unwrap()), live)
}

fn united(mut one: Json, other: Json) -> Json {
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

fn base() -> Json {
    json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"]})
}

fn body(plan: &Plan) -> &Map<String, Json> {
    match &plan.changes[0].work {
        Work::Update { body, .. } => body,
        other => panic!("an update, not {other:?}"),
    }
}

fn shown(plan: &Plan) -> Vec<&'static str> {
    plan.changes.iter().flat_map(|change| &change.fields).map(|field| field.field.path()).collect()
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn held_fields_stay_in_the_body_as_they_are_live() {
    let applied = united(base(), json!({"tls": "full"}));
    let found = united(base(), json!({"tls": "strict", "origin_direct": ["tcp://192.0.2.9:22"]}));
    let plan = planned_from(
        united(applied.clone(), json!({"ip_firewall": true})),
        json!({}),
        "hold",
        applied,
        found,
    );
    assert_eq!(shown(&plan), ["ip_firewall"]);
    let body = body(&plan);
    assert_eq!(body["tls"], "strict");
    assert_eq!(body["origin_direct"], json!(["tcp://192.0.2.9:22"]));
    assert_eq!(codes(&plan), ["drift-held"]);
}

#[test]
fn an_ignored_field_that_was_changed_outside_changes_nothing() {
    let ignore = json!({"ignore_changes": [{"field": "origin_direct", "reason": "failover"}]});
    let found = united(base(), json!({"origin_direct": ["tcp://192.0.2.9:22"]}));
    let plan = planned_from(base(), ignore, "repair", base(), found);
    assert!(plan.changes.is_empty(), "{:?}", plan.changes);
    assert_eq!(plan.summary.unchanged, 1);
}

#[test]
fn the_merged_form_is_validated() {
    let ignore = json!({"ignore_changes": [{"field": "origin_direct", "reason": "failover"}]});
    let mut declared =
        united(base(), json!({"origin_dns": {"name": "o.example.com"}, "origin_port": 22}));
    declared.as_object_mut().unwrap().remove("origin_direct");
    let plan = planned_from(declared, ignore, "repair", base(), base());
    assert_eq!(codes(&plan), ["11000"]);
    assert!(plan.verdict.errors);
}

#[test]
fn a_time_to_live_that_is_added_or_removed_is_a_change() {
    let origin = |dns: Json| json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_dns": dns, "origin_port": 22});
    let (without, with) = (
        origin(json!({"name": "o.example.com"})),
        origin(json!({"name": "o.example.com", "ttl": 900})),
    );
    let added = planned_from(with.clone(), json!({}), "repair", without.clone(), without.clone());
    assert_eq!(shown(&added), ["origin_dns.ttl"]);
    assert_eq!(body(&added)["origin_dns"], json!({"name": "o.example.com", "ttl": 900}));
    let removed = planned_from(without.clone(), json!({}), "repair", with.clone(), with.clone());
    assert_eq!(shown(&removed), ["origin_dns.ttl"]);
    assert_eq!(body(&removed)["origin_dns"], json!({"name": "o.example.com"}));
    // A value that the API chose is left alone, and one that answers leave out is as it was applied.
    assert!(
        planned_from(without.clone(), json!({}), "repair", without.clone(), with.clone())
            .changes
            .is_empty()
    );
    assert!(planned_from(with.clone(), json!({}), "repair", with, without).changes.is_empty());
}

#[test]
fn argo_of_udp_is_decided_by_what_was_applied() {
    let udp = json!({"protocol": "udp/53", "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_direct": ["udp://192.0.2.1:53"]});
    let argo = |on: bool| united(udp.clone(), json!({"argo_smart_routing": on}));
    let on = planned_from(argo(true), json!({}), "repair", udp.clone(), udp.clone());
    assert_eq!(shown(&on), ["argo_smart_routing"]);
    assert_eq!(body(&on)["argo_smart_routing"], true);
    assert!(on.changes[0].fields[0].is_unseen);
    let off = planned_from(udp.clone(), json!({}), "repair", argo(true), udp.clone());
    assert_eq!(shown(&off), ["argo_smart_routing"]);
    assert!(planned_from(argo(true), json!({}), "repair", argo(true), udp).changes.is_empty());
}

#[test]
fn an_object_that_is_not_understood_is_sent_back_whole() {
    let found = united(
        base(),
        json!({"edge_ips": {"type": "leased", "connectivity": "ipv6", "pool": 7}, "tls": "off"}),
    );
    let plan =
        planned_from(united(base(), json!({"tls": "full"})), json!({}), "repair", base(), found);
    assert_eq!(shown(&plan), ["tls"]);
    assert_eq!(
        body(&plan)["edge_ips"],
        json!({"type": "leased", "connectivity": "ipv6", "pool": 7})
    );
}
