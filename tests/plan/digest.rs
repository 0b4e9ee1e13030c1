//! What goes into the digest and what does not: a row of the table in `plan/digest.rs` is a test.

use serde_json::{Value as Json, json};

use spectrumctl::plan::Plan;

use super::world::{World, address, id, object, united};

fn digest(world: &World) -> String {
    world.plan().digest
}

/// A world in which one application is updated.
fn updating(more: &Json) -> World {
    let app = object("a", "tcp/22");
    let edited = united(&united(&app, &json!({"tls": "full"})), more);
    World::empty().configure("a", &edited).managed("a", '1', &app)
}

/// A world in which one application is created.
fn creating(more: &Json) -> World {
    World::empty().configure("a", &united(&object("a", "tcp/22"), more))
}

#[track_caller]
fn differ(one: &World, other: &World) {
    assert_ne!(digest(one), digest(other));
}

#[track_caller]
fn same(one: &World, other: &World) {
    assert_eq!(digest(one), digest(other));
}

#[test]
fn in_the_values_of_fields() {
    differ(&updating(&json!({})), &updating(&json!({"tls": "strict"})));
    differ(&creating(&json!({})), &creating(&json!({"ip_firewall": true})));
}

#[test]
fn in_the_lifting_of_protection_which_a_label_is_not() {
    let app = object("a", "tcp/22");
    let protected = json!({"protect": "on", "labels": {"team": "a"}});
    let recorded = World::empty().recorded("a", '1', &app, protected).found('1', &app);
    let lifted = recorded.clone().configure("a", &united(&app, &json!({"labels": {"team": "a"}})));
    let labelled = recorded.configure(
        "a",
        &united(&app, &json!({"labels": {"team": "b"}, "lifecycle": {"protect": true}})),
    );
    assert_eq!(lifted.plan().summary.record, 1);
    assert_eq!(labelled.plan().summary.record, 1);
    differ(&lifted, &labelled);
}

#[test]
fn in_protection_of_what_is_created() {
    differ(&creating(&json!({})), &creating(&json!({"lifecycle": {"protect": true}})));
    differ(
        &creating(&json!({"lifecycle": {"protect": true}})),
        &creating(&json!({"lifecycle": {"protect": "strict"}})),
    );
}

#[test]
fn in_whether_an_application_is_released_or_gone() {
    let app = object("a", "tcp/22");
    let mut released = World::empty().managed("a", '1', &app);
    released.top = "removed: [{app: example.com/a, keep: true}]\n".to_owned();
    let gone = World { live: Vec::new(), ..released.clone() };
    assert_eq!((released.plan().summary.forget, gone.plan().summary.forget), (1, 1));
    differ(&released, &gone);
}

#[test]
fn in_adoption() {
    let app = object("a", "tcp/22");
    let adopted = World::empty().configure("a", &app).found('1', &app);
    let other = World::empty().configure("a", &app).found('2', &app);
    differ(&adopted, &other);
}

#[test]
fn in_the_live_form_that_was_expected() {
    let with = |firewall: bool| {
        let app = united(&object("a", "tcp/22"), &json!({"ip_firewall": firewall}));
        World::empty()
            .configure("a", &united(&app, &json!({"tls": "full"})))
            .managed("a", '1', &app)
    };
    differ(&with(true), &with(false));
}

#[test]
fn in_the_value_of_a_variable_with_a_state_and_without() {
    for lineage in [7, 0] {
        let with = |value: &str| {
            let mut world = World::empty();
            world.state.lineage = uuid::Uuid::from_u128(lineage);
            world.variables = vec![("ORIGIN".to_owned(), value.to_owned())];
            world.apps = "      a: {protocol: tcp/22, dns: {type: CNAME, name: a.example.com}, origin_direct: [\"tcp://${ORIGIN}:22\"]}\n".to_owned();
            world
        };
        let (one, other) = (with("192.0.2.1"), with("192.0.2.2"));
        assert_eq!(one.plan().changes[0].fields.len(), 4);
        differ(&one, &other);
        same(&one, &with("192.0.2.1"));
    }
}

#[test]
fn in_the_file_that_is_recorded() {
    let app = object("a", "tcp/22");
    let world = updating(&json!({}));
    let mut elsewhere = world.clone();
    elsewhere.state.apps.get_mut(&address("a")).unwrap().file = "other.yaml".to_owned();
    // What was recorded before is replaced; what will be recorded is the same.
    same(&world, &elsewhere);
    drop(app);
}

#[test]
fn out_labels_notes_and_comments() {
    let world = updating(&json!({}));
    let labelled = updating(&json!({"labels": {"team": "a"}, "note": "ticket 4711"}));
    same(&world, &labelled);
    let mut commented = world.clone();
    commented.apps = format!("# a comment\n{}", world.apps);
    same(&world, &commented);
}

#[test]
fn out_how_it_is_shown() {
    let world = updating(&json!({"origin_direct": ["tcp://192.0.2.9:22"]}));
    let mut redacted = world.clone();
    redacted.policy.redact_origins = true;
    same(&world, &redacted);
}

#[test]
fn out_the_order_of_applications_and_of_what_is_live() {
    let app = |key: &str| object(key, "tcp/22");
    let one = World::empty().configure("a", &app("a")).configure("b", &app("b"));
    let other = World::empty().configure("b", &app("b")).configure("a", &app("a"));
    same(&one, &other);
}

#[test]
fn out_what_is_left_free() {
    let with = |live: &str| {
        let lifecycle =
            json!({"lifecycle": {"ignore_changes": [{"field": "origin_direct", "reason": "r"}]}});
        let mut world = updating(&lifecycle);
        world.live[0].insert("origin_direct".to_owned(), json!([live]));
        world
    };
    same(&with("tcp://192.0.2.7:22"), &with("tcp://192.0.2.8:22"));
}

#[test]
fn in_what_is_recorded_again_when_a_replacement_is_taken_back() {
    let app = object("a", "tcp/22");
    let fixed = json!({"dns": {"type": "ADDRESS", "name": "a.example.com"},
        "edge_ips": {"type": "static", "ips": ["198.51.100.7"]}, "lifecycle": {"replace": "allow"}});
    let with = |record: Json| {
        let world = World::empty().configure("a", &united(&app, &fixed)).found('1', &app);
        world.recorded("a", '1', &app, record)
    };
    differ(&with(json!({})), &with(json!({"file": "other.yaml"})));
    differ(&with(json!({})), &with(json!({"provenance": "adopted"})));
    same(&with(json!({})), &with(json!({"labels": {"team": "a"}})));
}

#[test]
fn an_outcome_is_the_same_for_a_create_and_for_finding_what_it_made_and_for_nothing_else() {
    let app = united(&object("a", "tcp/22"), &json!({"lifecycle": {"protect": true}}));
    let live = object("a", "tcp/22");
    let created = World::empty().configure("a", &app).plan();
    let outcome = |plan: &Plan| plan.outcome(&plan.changes[0], None).unwrap();
    let found = World::empty().configure("a", &app).found('1', &live).plan();
    assert_eq!(found.summary.adopt, 1);
    assert_eq!(outcome(&created), outcome(&found));
    let unprotected = World::empty().configure("a", &live).found('1', &live).plan();
    assert_ne!(outcome(&created), outcome(&unprotected), "protection is part of it");
    let other = united(&live, &json!({"tls": "full"}));
    let other = World::empty().configure("a", &other).found('1', &other).plan();
    assert_ne!(outcome(&created), outcome(&other), "so are values");
    let one = |digit: char| found.outcome(&found.changes[0], Some(&id(digit)));
    assert_ne!(one('1'), one('2'), "and the application, where it was named");
    let mut elsewhere = World::empty().configure("a", &app);
    elsewhere.state.lineage = uuid::Uuid::from_u128(8);
    assert_ne!(outcome(&created), outcome(&elsewhere.plan()), "values are hashed under a key");
}
