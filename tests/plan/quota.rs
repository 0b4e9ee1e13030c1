//! The order around the IPv4 quota: what makes room for something else, and what comes back with it.

use spectrumctl::plan::{self, Call, Plan, Undo, Work};

use super::world::{World, address, id, object};

fn calls(plan: &Plan) -> Vec<(&str, Call)> {
    let call = |step: &plan::Step| (plan.changes[step.change].address.key.as_str(), step.call);
    plan.steps.iter().map(call).collect()
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
    let [way_back] = plan.ways_back.as_slice() else { panic!("{:#?}", plan.ways_back) };
    assert_eq!(way_back.steps, [0, 1], "what is deleted comes back when the other is refused");
    world.zone = world.zone.replace("ipv4_quota: 1", "ipv4_quota: 2");
    let plan = world.plan();
    assert_eq!(calls(&plan), [("new", Call::Create), ("old", Call::Delete)]);
    assert_eq!(plan.steps[1].after, [0], "zones that were not read may hold what is left");
    assert!(plan.ways_back.is_empty());
}

#[test]
fn several_that_make_room_come_back_together() {
    let mut world = World::empty()
        .managed("old-1", '1', &object("old", "tcp/22"))
        .managed("old-2", '2', &object("old", "tcp/23"))
        .configure("new-1", &object("new", "tcp/22"))
        .configure("new-2", &object("new", "tcp/23"));
    world.zone += "    ipv4_quota: 1\n";
    let plan = world.plan();
    let [way_back] = plan.ways_back.as_slice() else { panic!("{:#?}", plan.ways_back) };
    let taken_back: Vec<(&str, Call, bool)> = way_back
        .compensations
        .iter()
        .map(|own| {
            let step = &plan.steps[own.undoes];
            let key = plan.changes[step.change].address.key.as_str();
            (key, step.call, own.undo == Undo::Delete)
        })
        .collect();
    let expected = [
        ("new-1", Call::Create, true),
        ("new-2", Call::Create, true),
        ("old-1", Call::Delete, false),
        ("old-2", Call::Delete, false),
    ];
    assert_eq!(taken_back, expected, "each create is taken back once, before anything comes back");
}

/// Two that were deleted so that two others fit into the quota, and nothing came of those.
fn made_room() -> World {
    let mut world = World::empty()
        .managed("old-1", '1', &object("old", "tcp/22"))
        .managed("old-2", '2', &object("old", "tcp/23"))
        .configure("new-1", &object("new", "tcp/22"))
        .configure("new-2", &object("new", "tcp/23"));
    world.zone += "    ipv4_quota: 1\n";
    let plan = world.plan();
    for change in plan.changes.iter().filter(|change| matches!(change.work, Work::Delete { .. })) {
        let id = change.app_id.clone().unwrap();
        world.take(change, Call::Delete, &id);
        world.live.retain(|object| object["id"] != id.as_str());
    }
    assert_eq!((world.state.apps.len(), world.state.pending_restore.len()), (0, 2));
    world
}

#[test]
fn what_made_room_is_restored_at_its_own_address() {
    let mut world = made_room();
    for (key, digit) in [("old-1", '3'), ("old-2", '4')] {
        let offered = world.plan().findings.into_iter().map(|finding| finding.fix);
        let command = format!("`spectrumctl apply --restore example.com/{key}`");
        assert_eq!(offered.filter(|fix| fix.contains(&command)).count(), 1, "{key}");
        world.restore(key, digit).unwrap();
    }
    let recorded = world.state.apps.iter().map(|(address, app)| (address.key.as_str(), &app.id));
    assert_eq!(recorded.collect::<Vec<_>>(), [("old-1", &id('3')), ("old-2", &id('4'))]);
    assert!(world.state.pending_restore.is_empty());
    let summary = world.plan().summary;
    assert_eq!((summary.create, summary.delete, summary.update), (2, 2, 0));
}

#[test]
fn nothing_is_restored_over_another_application_of_its_address() {
    let mut world = made_room().managed("old-1", '5', &object("other", "tcp/80"));
    let refused = world.restore("old-1", '3').unwrap_err();
    assert_eq!(refused.code, "restore");
    assert_eq!(
        refused.summary,
        format!("example.com/old-1 is the live application {} by now", id('5'))
    );
    world.live.clear();
    world.restore("old-1", '3').unwrap();
    assert_eq!(world.state.apps[&address("old-1")].id, id('3'));
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
