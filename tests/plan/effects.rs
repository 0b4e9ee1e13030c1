//! What a plan does to Cloudflare and to the state, and what guards and selections make of it: one world, changed in one way.

use serde_json::{Value as Json, json};
use spectrumctl::ledger::StateChange;
use spectrumctl::model::Live;
use spectrumctl::plan::{self, Allowance, Call, Pattern, Plan, Selection, Work};

use super::world::{World, ZONE, address, codes, id, object, united};

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
    let Work::Update { body, .. } = plan.changes[0].work_for(Some(&later)) else {
        panic!("an update")
    };
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
fn a_configuration_without_a_name_deletes_nothing_of_a_state_that_has_an_owner() {
    let app = object("a", "tcp/22");
    let mut world =
        World::empty().managed("a", '1', &app).managed("b", '2', &object("b", "tcp/22"));
    world = world.configure("a", &app);
    world.state.owner = Some("edge".to_owned());
    let plan = world.plan();
    assert_eq!(codes(&plan), ["state-of-another-configuration"]);
    assert!(plan.findings[0].summary.contains("which has no name"), "{:?}", plan.findings);
    world.policy.owner = Some("edge".to_owned());
    assert!(codes(&world.plan()).is_empty());
}

#[test]
fn what_came_back_with_an_earlier_state_is_not_replaced_before_it_is_confirmed() {
    let app = object("a", "tcp/22");
    let mut world = World::empty().managed("a", '1', &app).configure("a", &app);
    world.policy.replace.insert(address("a"));
    assert!(codes(&world.plan()).is_empty());
    world.state.apps.values_mut().for_each(|known| known.confirmed = false);
    let plan = world.plan();
    assert_eq!((codes(&plan), plan.verdict.guarded), (vec!["unconfirmed"], true));
    let import = format!("spectrumctl import example.com/a {}", id('1'));
    assert!(plan.findings[0].fix.contains(&import), "{:?}", plan.findings);
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

#[test]
fn a_name_to_be_kept_that_the_state_has_never_known_is_an_error_where_one_like_it_is_deleted() {
    let (a, b) = (object("a", "tcp/22"), object("b", "tcp/22"));
    let world = |entry: &str| {
        let world = World::empty().managed("legacy", '1', &a).managed("b", '2', &b);
        World { top: format!("removed: [{{{entry}}}]\n"), ..world.configure("b", &b) }
    };
    let plan = world("app: example.com/legcy, keep: true").plan();
    let unused = plan.findings.iter().find(|finding| finding.code == "unused-entry").unwrap();
    assert!(unused.is_error() && plan.verdict.errors, "{unused:?}");
    assert!(unused.fix.contains("removed: [{app: example.com/legacy, keep: true}]"), "{unused:?}");
    assert!(codes(&world("app: example.com/legacy, keep: true").plan()).is_empty());
    // Nothing like it is deleted: it may have been deleted outside long ago.
    let plan = world("app: example.com/other, keep: true").plan();
    let unused = plan.findings.iter().find(|finding| finding.code == "unused-entry").unwrap();
    assert!(!unused.is_error(), "{unused:?}");
    // What was released already is true.
    let mut released = world("app: example.com/legacy, keep: true");
    let drop =
        StateChange::Drop { address: address("legacy"), released: Some(released.policy.now) };
    released.state.apply(&drop);
    assert!(codes(&released.plan()).is_empty());
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

/// What was deleted for a replacement of this application, and nothing stands in its place.
fn offered(world: World, key: &str, digit: char, object: &Json) -> World {
    let backup = json!({"id": id(digit).as_str(), "addresses": [address(key)], "zone_id": ZONE, "body": object});
    let mut world = world;
    world.state.pending_restore.insert(id(digit), serde_json::from_value(backup).unwrap());
    world
}

#[test]
fn the_plan_says_which_offers_end_and_recording_alone_ends_none() {
    let (app, other) = (object("a", "tcp/22"), object("b", "tcp/23"));
    let created = offered(World::empty().configure("a", &app), "a", '1', &app).plan();
    assert_eq!(created.changes[0].withdraws, [id('1')], "at its address");
    assert_eq!(codes(&created), ["lost-application"]);
    let elsewhere = offered(World::empty().configure("c", &app), "a", '1', &app).plan();
    assert_eq!(elsewhere.changes[0].withdraws, [id('1')], "with its hostname and port");
    let beside = offered(World::empty().configure("b", &other), "a", '1', &app).plan();
    assert!(beside.changes[0].withdraws.is_empty(), "{:?}", beside.changes[0].withdraws);
    // What an earlier program has replaced without saying so is a change of the state alone.
    let replaced =
        offered(World::empty().configure("a", &app).managed("a", '2', &app), "a", '1', &app);
    let plan = replaced.plan();
    assert_eq!((plan.summary.record, &plan.changes[0].withdraws), (1, &vec![id('1')]));
    let mut state = replaced.state.clone();
    let recorded = Box::new(state.apps[&address("a")].clone());
    state.apply(&StateChange::Put { address: address("a"), recorded });
    assert_eq!(state.pending_restore.len(), 1);
}

#[test]
fn a_replacement_ends_the_offer_of_what_it_has_deleted_itself() {
    let app = object("a", "tcp/22");
    let fixed = json!({"dns": {"type": "ADDRESS", "name": "a.example.com"},
        "edge_ips": {"type": "static", "ips": ["198.51.100.7"]}, "lifecycle": {"replace": "allow"}});
    let plan = World::empty().configure("a", &united(&app, &fixed)).managed("a", '1', &app).plan();
    assert_eq!(plan.changes[0].withdraws, [id('1')]);
    assert_eq!(plan.ways_back.len(), 1);
    assert_eq!(plan.ways_back[0].compensations.len(), 2);
}
