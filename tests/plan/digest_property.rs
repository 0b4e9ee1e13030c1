//! The digest as a property: of any two plans the digests are equal exactly if what they do is equal. What a plan does is gathered here
//! anew from its parts, without the product's digest; `digest.rs` has the table of what is in and out, by hand.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};
use spectrumctl::model::live::spec_of;
use spectrumctl::model::{Field, Spec, Template};
use spectrumctl::plan::{Change, Plan, StateEffect, Work};

use super::world::{World, ZONE, address, id, object, united};

/// What is chosen about a world: how many values each choice has. The comments name them.
const CHOICES: [usize; 22] = [
    3, // configured: no, under its key, under another
    3, // tls that is declared: none, off, full
    2, // ip_firewall that is declared
    3, // protection that is declared
    2, // labels and note
    2, // kind of record: CNAME, static ADDRESS
    2, // the origin is ignored
    2, // drift is held
    2, // recorded
    3, // tls that is recorded
    2, // protection that is recorded
    2, // file that is recorded
    2, // how it came under management
    2, // labels that are recorded
    3, // live: no, as recorded, under another id
    3, // tls that is live
    3, // the last byte of the origin that is live
    2, // a field that this version does not know
    2, // when it was modified
    3, // removed: no, deleted, kept
    2, // an offer
    2, // origins are hidden
];

type Chosen = Vec<usize>;

fn chosen() -> impl Strategy<Value = Chosen> {
    CHOICES.iter().map(|count| 0..*count).collect::<Vec<_>>()
}

const TLS: [Option<&str>; 3] = [None, Some("off"), Some("full")];

fn with_tls(object: &Json, choice: usize) -> Json {
    TLS[choice].map_or_else(|| object.clone(), |tls| united(object, &json!({"tls": tls})))
}

fn configured(c: &Chosen) -> Json {
    let mut app = with_tls(&object("a", "tcp/22"), c[1]);
    if c[2] == 1 {
        app = united(&app, &json!({"ip_firewall": true}));
    }
    if c[4] == 1 {
        app = united(&app, &json!({"labels": {"team": "a"}, "note": "ticket 4711"}));
    }
    if c[5] == 1 {
        let edge = json!({"type": "static", "ips": ["198.51.100.7"]});
        let dns = json!({"type": "ADDRESS", "name": "a.example.com"});
        app = united(&app, &json!({"dns": dns, "edge_ips": edge}));
    }
    let mut lifecycle = json!({"replace": "allow"});
    lifecycle["protect"] = [json!(false), json!(true), json!("strict")][c[3]].clone();
    if c[6] == 1 {
        lifecycle["ignore_changes"] = json!([{"field": "origin_direct", "reason": "r"}]);
    }
    let on_drift = ["repair", "hold"][c[7]];
    united(&app, &json!({"lifecycle": lifecycle, "on_drift": on_drift}))
}

fn live(c: &Chosen) -> Json {
    let mut live = with_tls(&object("a", "tcp/22"), c[15]);
    let origin = format!("tcp://192.0.2.{}:22", 1 + c[16]);
    live["origin_direct"] = json!([origin]);
    live["modified_on"] = ["2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z"][c[18]].into();
    if c[17] == 1 {
        live["hits"] = json!(7);
    }
    live
}

fn world(c: &Chosen) -> World {
    let mut world = World::empty();
    world.top = "settings: {adopt: true, limits: {max_delete_percent: 100}}\n".to_owned();
    let key = ["a", "a", "b"][c[0]];
    if c[0] > 0 {
        world = world.configure(key, &configured(c));
    } else if c[19] > 0 {
        let keep = ["false", "true"][c[19] - 1];
        world.top += &format!("removed: [{{app: example.com/a, keep: {keep}}}]\n");
    }
    if c[8] == 1 {
        let (protect, file) = (["off", "on"][c[10]], ["spectrum.yaml", "b.yaml"][c[11]]);
        let provenance = ["created", "adopted"][c[12]];
        let mut more = json!({"protect": protect, "file": file, "provenance": provenance});
        if c[13] == 1 {
            more["labels"] = json!({"team": "b"});
        }
        world = world.recorded("a", '1', &with_tls(&object("a", "tcp/22"), c[9]), more);
    }
    if c[14] > 0 {
        world = world.found(['1', '2'][c[14] - 1], &live(c));
    }
    if c[20] == 1 {
        let backup = json!({"id": id('9').as_str(), "addresses": [address("a")], "zone_id": ZONE,
            "body": object("a", "tcp/22")});
        world.state.pending_restore.insert(id('9'), serde_json::from_value(backup).unwrap());
    }
    world.policy.redact_origins = c[21] == 1;
    world
}

/// The values of a form without these fields; with defaults left out, where only what is in effect matters.
fn values(spec: &Spec, without: &[Field], defaults: bool) -> Json {
    let is_in = |field: Field| {
        !without.contains(&field) && (defaults || spec.effective(field) != field.row().default)
    };
    let values = spec.values().filter(|(field, _)| is_in(*field));
    let values: Map<String, Json> =
        values.map(|(field, value)| (field.path().to_owned(), value.to_json())).collect();
    Json::Object(values)
}

fn kept(template: &Template, without: &[Field]) -> Json {
    json!([
        template.zone_id,
        template.file,
        template.protect,
        template.provenance,
        template.applied,
        values(&template.fields, without, true)
    ])
}

/// What one change does to Cloudflare and to the state, and what it was made for.
fn done(change: &Change) -> Json {
    let free: Vec<Field> =
        change.expects.iter().flat_map(|expects| expects.free.iter().copied()).collect();
    let (kind, body) = match &change.work {
        Work::Create { body } => ("create", Some(body)),
        Work::Update { body, .. } => ("update", Some(body)),
        Work::Replace { body, .. } => ("replace", Some(body)),
        Work::Delete { .. } => ("delete", None),
        Work::Nothing => ("nothing", None),
    };
    let record = match &change.record {
        StateEffect::Keep(template) => kept(template, &free),
        StateEffect::Drop { released } => json!({"released": released}),
        StateEffect::Nothing => Json::Null,
    };
    let expects = change.expects.as_ref().map(|expects| values(&expects.form, &free, false));
    let back = change.backup.as_ref().map(|backup| {
        json!([
            backup.addresses,
            backup.recorded.as_ref().map(|recorded| kept(&recorded.template(), &[]))
        ])
    });
    json!({
        "address": change.address, "app": change.app_id, "action": change.action, "from": change.from,
        "kind": kind, "body": body.map(|body| values(&spec_of(body), &free, true)), "record": record,
        "withdraws": change.withdraws, "expects": expects, "back": back,
        "free": free.iter().map(|field| field.path()).collect::<Vec<_>>(),
    })
}

fn footprint(plan: &Plan) -> Json {
    Json::Array(plan.changes.iter().map(done).collect())
}

#[test]
fn two_digests_are_equal_exactly_if_what_the_plans_do_is_equal() {
    // The seed is fixed: a run says the same about the same code, and a failure can be repeated.
    let mut runner = TestRunner::deterministic();
    // The other differs in a few choices, so that both answers are frequent.
    let cases = (chosen(), prop::collection::vec((0..CHOICES.len(), 0usize..3), 0..3));
    let mut met = [0, 0];
    for _ in 0..2000 {
        let (one, edits) = cases.new_tree(&mut runner).unwrap().current();
        let mut other = one.clone();
        for (choice, value) in edits {
            other[choice] = value % CHOICES[choice];
        }
        let plans = (world(&one).plan(), world(&other).plan());
        let (does, other_does) = (footprint(&plans.0), footprint(&plans.1));
        let is_same = plans.0.digest == plans.1.digest;
        assert_eq!(is_same, does == other_does, "{one:?} {other:?}\n{does:#}\n{other_does:#}");
        met[usize::from(is_same)] += 1;
    }
    assert!(met.iter().all(|count| *count >= 200), "different, equal: {met:?}");
}
