//! What holds of any input: texts that are read are written so that they are read again, and the order in which things are written
//! changes nothing.

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::model::Live;
use spectrumctl::plan::{self, Plan, Work};
use spectrumctl::render::plan_json;
use spectrumctl::validate;

use crate::support::planning::{self, Beside};

/// An application: its transport, port, length of its port range, the last byte of each origin, and whether it has a firewall.
type App = (bool, u16, u16, Vec<u8>, bool);

fn app() -> impl Strategy<Value = App> {
    (
        any::<bool>(),
        1u16..60_000,
        0u16..50,
        prop::collection::btree_set(1u8..250, 1..4),
        any::<bool>(),
    )
        .prop_map(|(udp, port, more, origins, firewall)| {
            (udp, port, more, origins.into_iter().collect(), firewall && !udp)
        })
}

/// The application as the API's object, on a hostname of its own.
fn object(index: usize, (udp, port, more, origins, firewall): &App) -> Map<String, Json> {
    let transport = if *udp { "udp" } else { "tcp" };
    let ports = if *more == 0 { port.to_string() } else { format!("{port}-{}", port + more) };
    let origins: Vec<String> =
        origins.iter().map(|last| format!("{transport}://192.0.2.{last}:{ports}")).collect();
    let mut object = json!({"protocol": format!("{transport}/{ports}"), "dns": {"type": "CNAME", "name": format!("app-{index}.example.com")},
        "origin_direct": origins});
    if *firewall {
        object["ip_firewall"] = json!(true);
    }
    object.as_object().expect("it is an object").clone()
}

/// A configuration of these applications; JSON is YAML too.
fn text(apps: &[Map<String, Json>], order: impl Iterator<Item = usize>) -> String {
    let lines: Vec<String> = order
        .map(|index| format!("      app-{index}: {}\n", Json::Object(apps[index].clone())))
        .collect();
    format!(
        "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n{}",
        lines.concat()
    )
}

fn planned(text: &str, live: Vec<Live>) -> Plan {
    planning::plan(text, Beside { live: vec![planning::zone(live)], ..Beside::default() })
}

/// The plan's changes as JSON, without the places of findings.
fn changes(plan: &Plan) -> Json {
    let mut bytes = Vec::new();
    plan_json::write(&mut bytes, plan).expect("writing to memory does not fail");
    let json: Json = serde_json::from_slice(&bytes).expect("a plan is JSON");
    json!([json["digest"], json["changes"], json["summary"]])
}

/// What the API would hold once the bodies were sent.
fn created(plan: &Plan) -> Vec<Live> {
    let body = |(index, change): (usize, &plan::Change)| {
        let Work::Create { body } = &change.work else {
            panic!("only creates: {:?}", change.action)
        };
        let mut object = body.clone();
        object.insert("id".to_owned(), format!("{index:032x}").into());
        Live::read(&object).expect("it has an id")
    };
    plan.changes.iter().enumerate().map(body).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn the_order_of_applications_changes_nothing(apps in prop::collection::vec(app(), 1..8)) {
        let apps: Vec<_> = apps.iter().enumerate().map(|(index, app)| object(index, app)).collect();
        let (there, back) = (text(&apps, 0..apps.len()), text(&apps, (0..apps.len()).rev()));
        let plan = planned(&there, Vec::new());
        prop_assert_eq!(plan.summary.create, apps.len());
        prop_assert_eq!(changes(&plan), changes(&planned(&back, Vec::new())));
    }

    #[test]
    fn what_was_created_is_found_without_a_difference(apps in prop::collection::vec(app(), 1..8)) {
        let apps: Vec<_> = apps.iter().enumerate().map(|(index, app)| object(index, app)).collect();
        let text = text(&apps, 0..apps.len());
        let again = planned(&text, created(&planned(&text, Vec::new())));
        prop_assert_eq!(again.summary.adopt, apps.len());
        prop_assert!(again.changes.iter().all(|change| change.work == Work::Nothing && change.fields.is_empty()));
    }

    #[test]
    fn any_text_is_read_without_a_panic(noise in "\\PC{0,200}", at in 0usize..300) {
        let mut whole = text(&[object(0, &(false, 22, 0, vec![1], true))], 0..1);
        let at = (0..=at.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        whole.insert_str(at, &noise);
        for text in [noise, whole] {
            let loaded = config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
            let validated = validate::validate(&loaded.configuration, loaded.findings, date(2026, 8, 1));
            for place in validated.findings.iter().filter_map(|finding| finding.place.as_ref()) {
                prop_assert!(place.start <= place.end && place.end <= text.len(), "{place:?} is outside of {text:?}");
                prop_assert!(text.is_char_boundary(place.start) && text.is_char_boundary(place.end), "{place:?} splits a letter of {text:?}");
            }
        }
    }
}
