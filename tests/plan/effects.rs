//! What a plan does to Cloudflare and to the state, and what guards and selections make of it: one world, changed in one way.

use serde_json::{Value as Json, json};
use spectrumctl::model::Live;
use spectrumctl::plan::{self, Allowance, Call, Pattern, Plan, Selection, Work};

use super::world::{World, address, codes, object, united};

fn calls(plan: &Plan) -> Vec<(&str, Call)> {
    let call = |step: &plan::Step| (plan.changes[step.change].address.key.as_str(), step.call);
    plan.steps.iter().map(call).collect()
}

fn selecting(targets: &[&str], excludes: &[&str]) -> Selection {
    let read =
        |texts: &[&str]| texts.iter().map(|text| Pattern::read(text).unwrap()).collect::<Vec<_>>();
    Selection {
        given: Vec::new(),
        zones: Vec::new(),
        targets: read(targets),
        excludes: read(excludes),
    }
}

#[test]
fn an_answer_that_lacks_everything_makes_a_refresh_forget_nothing() {
    let mut world = World::empty();
    for digit in '1'..='6' {
        let object = object(&format!("a{digit}"), "tcp/22");
        world = world.configure(&format!("a{digit}"), &object).recorded(
            &format!("a{digit}"),
            digit,
            &object,
            json!({"protect": "on"}),
        );
    }
    world.policy.refresh_only = true;
    let plan = world.plan();
    assert_eq!(plan.summary.forget, 6);
    assert_eq!((codes(&plan), plan.verdict.guarded), (vec!["vanished"], true));
    world.policy.allowances.insert(Allowance::Vanished);
    assert!(!world.plan().verdict.guarded);
}

#[test]
fn adoptions_that_write_count_as_updates() {
    let mut world = World::empty();
    world.top = "settings: {adopt: true, limits: {max_updates: 3}}\n".to_owned();
    for digit in '1'..='5' {
        let object = object(&format!("a{digit}"), "tcp/22");
        let live = united(&object, &json!({"tls": "full"}));
        world = world
            .configure(&format!("a{digit}"), &united(&object, &json!({"tls": "off"})))
            .found(digit, &live);
    }
    let plan = world.plan();
    assert_eq!(plan.summary.adopt, 5);
    assert_eq!(codes(&plan), ["max-updates"]);
    assert!(plan.findings[0].summary.contains("5 updates"), "{:?}", plan.findings);
}

#[test]
fn a_value_that_was_changed_after_an_import_is_drift_and_no_reset() {
    let app = object("a", "tcp/22");
    let imported = json!({"provenance": "imported", "applied": false});
    let world = World::empty()
        .configure("a", &app)
        .recorded("a", '1', &app, imported.clone())
        .found('1', &united(&app, &json!({"ip_firewall": true})));
    let plan = world.plan();
    assert!(codes(&plan).is_empty(), "{:?}", plan.findings);
    assert_eq!(plan.summary.update, 1);
    // What the import saw and the file leaves out is still asked about.
    let seen = united(&app, &json!({"ip_firewall": true}));
    let world =
        World::empty().configure("a", &app).recorded("a", '1', &seen, imported).found('1', &seen);
    assert_eq!(codes(&world.plan()), ["adoption-resets"]);
}

#[test]
fn a_hostname_whose_record_changes_its_kind_is_deleted_before_it_is_created() {
    let old = object("a", "tcp/22");
    let new = json!({"protocol": "tcp/443", "dns": {"type": "ADDRESS", "name": "a.example.com"}, "origin_direct": ["tcp://192.0.2.1:443"],
        "edge_ips": {"type": "static", "ips": ["198.51.100.1"]}});
    let mut world = World::empty().managed("old", '1', &old).configure("new", &new);
    world.top = "settings: {limits: {max_delete_percent: 100}}\n".to_owned();
    assert_eq!(calls(&world.plan()), [("old", Call::Delete), ("new", Call::Create)]);
}

#[test]
fn a_hostname_more_than_the_quota_has_left_waits_for_one_that_goes() {
    let mut world = World::empty()
        .managed("old", '1', &object("old", "tcp/22"))
        .configure("new", &object("new", "tcp/22"));
    world.zone += "    ipv4_quota: 1\n";
    let plan = world.plan();
    assert_eq!(calls(&plan), [("old", Call::Delete), ("new", Call::Create)]);
    assert_eq!(plan.steps[1].after, [0]);
    world.zone = world.zone.replace("ipv4_quota: 1", "ipv4_quota: 2");
    assert_eq!(calls(&world.plan()), [("new", Call::Create), ("old", Call::Delete)]);
}

#[test]
fn with_a_quota_that_is_not_known_nothing_goes_before_the_new_one_is_there() {
    let plan = World::empty()
        .managed("old", '1', &object("old", "tcp/22"))
        .configure("new", &object("new", "tcp/22"))
        .plan();
    assert_eq!(calls(&plan), [("new", Call::Create), ("old", Call::Delete)]);
    assert_eq!(plan.steps[1].after, [0], "a create that is refused leaves what was there");
}

#[test]
fn what_depends_on_an_excluded_application_is_excluded_with_it() {
    let mut world = World::empty()
        .managed("old", '1', &object("a", "tcp/22"))
        .configure("new", &object("a", "tcp/22-23"))
        .configure("other", &object("b", "tcp/22"));
    world.policy.selection = Some(selecting(&[], &["example.com/old"]));
    let plan = world.plan();
    assert_eq!(calls(&plan), [("other", Call::Create)]);
    let selected = plan.selection.unwrap();
    assert_eq!(selected.held_back, [address("new")]);
    assert!(selected.added.is_empty() && selected.left_out == 2);
    world.policy.selection = Some(selecting(&["example.com/new"], &[]));
    assert_eq!(calls(&world.plan()), [("old", Call::Delete), ("new", Call::Create)]);
}

#[test]
fn a_counter_of_the_live_application_is_no_change_of_it() {
    let app = object("a", "tcp/22");
    let edited = united(&app, &json!({"tls": "full"}));
    let world = |count: u32| {
        World::empty().configure("a", &edited).recorded("a", '1', &app, json!({})).found(
            '1',
            &united(&app, &json!({"connections": count, "edge_ips": {"type": "dynamic", "connectivity": "all", "ips": []}})),
        )
    };
    let plan = world(1).plan();
    let paths: Vec<&str> = plan.changes[0].fields.iter().map(|field| field.field.path()).collect();
    assert_eq!(paths, ["tls"], "an empty list is nothing");
    let later = Live::read(world(2).live.first().unwrap()).unwrap();
    let expects = plan.changes[0].expects.as_ref().unwrap();
    assert!(expects.moved(&later).is_empty());
    let Work::Update { body, .. } = plan.changes[0].work_for(&later) else { panic!("an update") };
    assert_eq!(body["connections"], 2);
}

#[test]
fn a_replace_that_would_lose_a_field_names_it_and_asks() {
    let old = united(
        &object("a", "tcp/22"),
        &json!({"edge_ips": {"type": "dynamic", "connectivity": "all"}}),
    );
    let world = |replace: Json| {
        let new = json!({"protocol": "tcp/22", "dns": {"type": "ADDRESS", "name": "a.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"],
            "edge_ips": {"type": "static", "ips": ["198.51.100.1"]}, "lifecycle": {"replace": replace}});
        World::empty()
            .configure("a", &new)
            .recorded("a", '1', &old, json!({}))
            .found('1', &united(&old, &json!({"sticky": {"seconds": 5}})))
            .plan()
    };
    let plan = world(json!("allow"));
    assert_eq!((codes(&plan), plan.verdict.guarded), (vec!["unknown-field-lost"], true));
    assert!(plan.findings[0].summary.contains("sticky"), "{:?}", plan.findings);
    assert!(codes(&world(json!({"allow_loss": ["sticky"]}))).is_empty());
}

#[test]
fn each_entry_of_moved_and_removed_is_used_true_or_reported() {
    let (a, b) = (object("a", "tcp/22"), object("b", "tcp/22"));
    let with = |top: &str, world: World| World { top: format!("{top}\n"), ..world };
    let moved = "moved: [{from: example.com/old, to: example.com/new}]";
    let used = with(moved, World::empty().managed("old", '1', &a).configure("new", &a));
    assert!(codes(&used.plan()).is_empty());
    let done = with(moved, World::empty().managed("new", '1', &a).configure("new", &a));
    assert!(codes(&done.plan()).is_empty());
    let taken = with(
        moved,
        World::empty().managed("old", '1', &a).managed("new", '2', &b).configure("new", &b),
    );
    let plan = taken.plan();
    let unused = plan.findings.iter().find(|finding| finding.code == "unused-entry").unwrap();
    assert!(unused.is_error(), "the old application would be deleted: {unused:?}");
    let gone = with(moved, World::empty().recorded("old", '1', &a, json!({})).configure("new", &b));
    assert_eq!(codes(&gone.plan()), ["unused-entry"]);
    let neither = with(moved, World::empty().managed("x", '1', &a).configure("x", &a));
    assert_eq!(codes(&neither.plan()), ["unused-entry"]);
    let removed = with(
        "removed: [{app: example.com/a}]",
        World::empty().managed("a", '1', &a).configure("a", &a),
    );
    assert_eq!(codes(&removed.plan()), ["unused-entry"]);
}

/// What each change does, with the first digit of the id that it is about.
fn moves(plan: &Plan) -> Vec<String> {
    let text = |change: &plan::Change| {
        let id = change.app_id.as_ref().map(|id| id.as_str()[..1].to_owned()).unwrap_or_default();
        format!("{} {} {id}", change.action.text(), change.address.key)
    };
    plan.changes.iter().map(text).collect()
}

#[test]
fn a_chain_of_renames_keeps_every_id_and_writes_nothing() {
    let (first, second) = (object("one", "tcp/22"), object("two", "tcp/22"));
    let world = World::empty()
        .managed("a", '1', &first)
        .managed("b", '2', &second)
        .configure("b", &first)
        .configure("c", &second);
    let moved = World {
        top: "moved: [{from: example.com/a, to: example.com/b}, {from: example.com/b, to: example.com/c}]\n".to_owned(),
        ..world.clone()
    };
    for plan in [world.plan(), moved.plan()] {
        assert_eq!(moves(&plan), ["move b 1", "move c 2"], "{:#?}", plan.findings);
        assert!(plan.changes.iter().all(|change| change.work == Work::Nothing));
        assert!(codes(&plan).is_empty(), "{:?}", plan.findings);
    }
}

#[test]
fn a_ring_of_renames_keeps_every_id_and_writes_nothing() {
    let (first, second) = (object("one", "tcp/22"), object("two", "tcp/22"));
    let mut world = World::empty()
        .managed("a", '1', &first)
        .managed("b", '2', &second)
        .configure("a", &second)
        .configure("b", &first);
    for top in [
        "",
        "moved: [{from: example.com/a, to: example.com/b}, {from: example.com/b, to: example.com/a}]\n",
    ] {
        world.top = top.to_owned();
        let plan = world.plan();
        assert_eq!(moves(&plan), ["move a 2", "move b 1"], "{:#?}", plan.findings);
        assert!(plan.changes.iter().all(|change| change.work == Work::Nothing));
    }
}

#[test]
fn what_is_ignored_belongs_to_the_address_when_applications_exchange_ports() {
    let app = |port: u16, origin: &str| {
        json!({"protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_direct": [origin],
            "lifecycle": {"ignore_changes": [{"field": "origin_direct", "reason": "failover"}]}})
    };
    let bare = |port: u16, origin: &str| json!({"protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_direct": [origin]});
    let plan = World::empty()
        .managed("a", '1', &bare(1, "tcp://192.0.2.1:22"))
        .managed("b", '2', &bare(2, "tcp://192.0.2.2:22"))
        .configure("a", &app(2, "tcp://192.0.2.1:22"))
        .configure("b", &app(1, "tcp://192.0.2.2:22"))
        .plan();
    for (change, origin) in plan.changes.iter().zip(["tcp://192.0.2.1:22", "tcp://192.0.2.2:22"]) {
        let paths: Vec<&str> = change.fields.iter().map(|field| field.field.path()).collect();
        assert_eq!(paths, ["origin_direct"], "each port keeps the origin of its address");
        let Work::Update { body, .. } = &change.work else { panic!("an update") };
        assert_eq!(body["origin_direct"], json!([origin]));
    }
    assert_eq!(plan.changes.len(), 2);
}

#[test]
fn a_static_set_changes_in_place_when_its_neighbour_goes_in_the_same_plan() {
    let app = |port: u16, ip: &str| {
        json!({"protocol": format!("tcp/{port}"), "dns": {"type": "ADDRESS", "name": "a.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"],
            "edge_ips": {"type": "static", "ips": [ip]}})
    };
    let mut world = World::empty()
        .managed("a", '1', &app(22, "198.51.100.1"))
        .managed("b", '2', &app(23, "198.51.100.1"))
        .configure("a", &app(22, "198.51.100.2"));
    world.top = "settings: {limits: {max_delete_percent: 100}}\n".to_owned();
    let plan = world.plan();
    assert!(codes(&plan).is_empty(), "{:?}", plan.findings);
    assert_eq!(calls(&plan), [("b", Call::Delete), ("a", Call::Update)]);
}
