//! What the pure plan does with applications that take each other's place, and with a part of a plan: small cases, without a network.

use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{Condition, Snapshot, State};
use spectrumctl::model::{Address, AppId, Protect, Recorded};
use spectrumctl::plan::{
    self, Action, Allowance, Call, LiveZone, Pattern, Plan, Policy, Reason, Selection,
};

use crate::support::planning::{self, Beside};

/// An application of the world: key, the last digit of its id, hostname, protocol, origin port.
type App<'a> = (&'a str, char, &'a str, &'a str, u16);

fn id(digit: char) -> AppId {
    AppId::from_api(String::from(digit).repeat(32))
}

fn object((_, digit, hostname, protocol, port): App<'_>) -> Map<String, Json> {
    let origin = format!("{}://192.0.2.1:{port}", protocol.split('/').next().unwrap());
    let object = json!({
        "id": id(digit).as_str(), "protocol": protocol, "dns": {"type": "CNAME", "name": hostname}, "origin_direct": [origin],
        "edge_ips": {"type": "dynamic", "connectivity": "all"}, "tls": "off", "traffic_type": "direct",
    });
    object.as_object().unwrap().clone()
}

fn recorded(app: App<'_>, protect: Protect) -> Recorded {
    Recorded { protect, ..planning::recorded(&object(app)) }
}

/// A plan over applications that are recorded and live as given, with a configuration of flow-style lines under `apps`.
fn plan_with(apps: &str, world: &[App<'_>], change: impl FnOnce(&mut Policy, &mut State)) -> Plan {
    let text = format!("version: 1\nzones:\n  example.com:\n    apps:\n{apps}");
    let records =
        world.iter().map(|app| (Address::new("example.com", app.0), recorded(*app, Protect::Off)));
    let recorded = Snapshot::read(State { apps: records.collect(), ..State::empty() });
    let live = world.iter().map(|app| planning::live(&object(*app))).collect();
    let zone = LiveZone { tier: None, ..planning::zone(live) };
    let beside = Beside { recorded, live: vec![zone], ..Beside::default() };
    planning::plan_with(&text, beside, |policy, snapshot| {
        change(policy, &mut snapshot.state);
        // A state without anything in it is none.
        if snapshot.state == State::empty() {
            snapshot.condition = Condition::Absent;
        }
    })
}

fn line(key: &str, hostname: &str, protocol: &str, port: u16) -> String {
    let transport = protocol.split('/').next().unwrap();
    format!(
        "      {key}: {{protocol: {protocol}, dns: {{type: CNAME, name: {hostname}}}, origin_direct: [\"{transport}://192.0.2.1:{port}\"]}}\n"
    )
}

fn seen(plan: &Plan) -> Vec<(String, Action, Reason, String)> {
    let id = |change: &plan::Change| {
        change.app_id.as_ref().map(|id| id.as_str()[..1].to_owned()).unwrap_or_default()
    };
    plan.changes
        .iter()
        .map(|change| (change.address.key.clone(), change.action, change.reason, id(change)))
        .collect()
}

fn codes(plan: &Plan) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}

const HOST: &str = "app.example.com";

#[test]
fn two_that_swap_ports_serve_each_others_addresses() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let plan = plan_with(
        &(line("a", HOST, "tcp/2", 10) + &line("b", HOST, "tcp/1", 20)),
        &world,
        |_, _| {},
    );
    let expected = [("a", "2"), ("b", "1")]
        .map(|(key, id)| (key.to_owned(), Action::Update, Reason::Differs, id.to_owned()));
    assert_eq!(seen(&plan), expected);
    for change in &plan.changes {
        let paths: Vec<&str> = change.fields.iter().map(|field| field.field.path()).collect();
        assert_eq!(
            paths,
            ["origin_direct"],
            "no port moves, so none is ever open that nobody wrote"
        );
        assert!(!change.vacates, "the other member keeps its record");
    }
    assert!(codes(&plan).is_empty());
}

#[test]
fn a_swap_of_equal_applications_only_changes_the_state() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 10)];
    let plan = plan_with(
        &(line("a", HOST, "tcp/2", 10) + &line("b", HOST, "tcp/1", 10)),
        &world,
        |_, _| {},
    );
    assert!(
        plan.changes
            .iter()
            .all(|change| change.action == Action::Move && change.work == plan::Work::Nothing)
    );
    assert_eq!(plan.summary.moved, 2);
}

#[test]
fn a_ring_of_three_exchanges_without_a_delete() {
    let world = [
        ("a", '1', HOST, "tcp/1", 10),
        ("b", '2', HOST, "tcp/2", 20),
        ("c", '3', HOST, "tcp/3", 30),
    ];
    let apps = line("a", HOST, "tcp/2", 10)
        + &line("b", HOST, "tcp/3", 20)
        + &line("c", HOST, "tcp/1", 30);
    let plan = plan_with(&apps, &world, |_, _| {});
    let ids: Vec<String> = seen(&plan).into_iter().map(|(_, _, _, id)| id).collect();
    assert_eq!(ids, ["2", "3", "1"]);
    assert_eq!(plan.summary.update, 3);
    assert_eq!(plan.summary.delete + plan.summary.replace + plan.summary.create, 0);
}

#[test]
fn ranges_that_overlap_in_a_circle_are_a_finding_that_names_the_members() {
    let world = [("a", '1', HOST, "tcp/1-10", 10), ("b", '2', HOST, "tcp/11-20", 20)];
    let apps = line("a", HOST, "tcp/11-15", 10) + &line("b", HOST, "tcp/5-10", 20);
    let plan = plan_with(&apps, &world, |_, _| {});
    let cycle = plan
        .findings
        .iter()
        .find(|finding| finding.code == "cycle")
        .expect("a finding about the cycle");
    assert!(cycle.summary.contains("example.com/a, example.com/b"));
    assert!(plan.steps.is_empty(), "nothing of it can be carried out");
}

#[test]
fn every_circle_is_a_finding_and_what_only_waits_for_one_is_in_none() {
    let other = "other.example.com";
    let world = [
        ("a", '1', HOST, "tcp/1-10", 10),
        ("b", '2', HOST, "tcp/11-20", 20),
        ("c", '3', HOST, "tcp/30", 30),
        ("d", '4', other, "tcp/1-10", 10),
        ("e", '5', other, "tcp/11-20", 20),
    ];
    let may = line("c", HOST, "tcp/2", 30).replace("}\n", ", lifecycle: {replace: allow}}\n");
    let apps = line("a", HOST, "tcp/11-15", 10)
        + &line("b", HOST, "tcp/5-10", 20)
        + &may
        + &line("d", other, "tcp/11-15", 10)
        + &line("e", other, "tcp/5-10", 20);
    let plan = plan_with(&apps, &world, |_, _| {});
    let cycles = plan.findings.iter().filter(|finding| finding.code == "cycle");
    let members: Vec<&str> = cycles
        .filter_map(|finding| finding.summary.split_once(" each "))
        .map(|(all, _)| all)
        .collect();
    assert_eq!(members, ["example.com/a, example.com/b", "example.com/d, example.com/e"]);
    let c = plan.changes.iter().find(|change| change.address.key == "c").unwrap();
    assert_eq!(c.action, Action::Update, "to replace it would break no circle");
}

#[test]
fn a_member_that_may_be_replaced_breaks_a_circle() {
    let world = [("a", '1', HOST, "tcp/1-10", 10), ("b", '2', HOST, "tcp/11-20", 20)];
    let may = line("b", HOST, "tcp/5-10", 20).replace("}\n", ", lifecycle: {replace: allow}}\n");
    let plan = plan_with(&(line("a", HOST, "tcp/11-15", 10) + &may), &world, |_, _| {});
    let b = plan.changes.iter().find(|change| change.address.key == "b").unwrap();
    assert_eq!((b.action, b.reason), (Action::Replace, Reason::Cycle));
    let calls: Vec<(&str, Call)> = plan
        .steps
        .iter()
        .map(|step| (plan.changes[step.change].address.key.as_str(), step.call))
        .collect();
    assert_eq!(calls, [("b", Call::Delete), ("a", Call::Update), ("b", Call::Create)]);
}

#[test]
fn a_step_that_takes_what_another_frees_comes_after_it() {
    let world = [("old", '1', HOST, "tcp/1", 10)];
    let plan = plan_with(&line("new", HOST, "tcp/1-3", 10), &world, |policy, _| {
        policy.limits.max_delete_percent = 100;
    });
    let calls: Vec<Call> = plan.steps.iter().map(|step| step.call).collect();
    assert_eq!(calls, [Call::Delete, Call::Create]);
    assert_eq!(plan.steps[1].after, [0]);
}

#[test]
fn creates_come_before_deletes_where_nothing_else_decides() {
    let world = [("old", '1', HOST, "tcp/2", 10)];
    let plan = plan_with(&line("new", HOST, "tcp/1", 10), &world, |_, _| {});
    let calls: Vec<Call> = plan.steps.iter().map(|step| step.call).collect();
    assert_eq!(calls, [Call::Create, Call::Delete]);
    assert!(plan.steps.iter().all(|step| step.after.is_empty()));
}

#[test]
fn a_run_that_died_within_an_exchange_is_found_again() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let apps = line("a", HOST, "tcp/2", 10) + &line("b", HOST, "tcp/1", 20);
    let plan = plan_with(&apps, &world, |_, remembered| {
        let other = remembered.apps[&Address::new("example.com", "b")].clone();
        remembered.apps.insert(Address::new("example.com", "a"), other);
    });
    let ids: Vec<(String, String)> =
        seen(&plan).into_iter().map(|(key, _, _, id)| (key, id)).collect();
    assert_eq!(ids, [("a".to_owned(), "2".to_owned()), ("b".to_owned(), "1".to_owned())]);
    assert!(codes(&plan).is_empty(), "nothing is adopted, nothing is doubled: {:?}", codes(&plan));
}

fn selecting(targets: &[&str], excludes: &[&str]) -> Option<Selection> {
    let read = |texts: &[&str]| texts.iter().map(|text| Pattern::read(text).unwrap()).collect();
    Some(Selection {
        given: Vec::new(),
        zones: Vec::new(),
        targets: read(targets),
        excludes: read(excludes),
    })
}

#[test]
fn a_selection_brings_along_what_its_steps_wait_for() {
    let world = [("old", '1', HOST, "tcp/1", 10), ("other", '2', HOST, "tcp/9", 90)];
    let plan = plan_with(&line("new", HOST, "tcp/1-3", 10), &world, |policy, _| {
        policy.selection = selecting(&["example.com/new"], &[]);
        policy.limits.max_delete_percent = 100;
    });
    let keys: Vec<String> = seen(&plan).into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["new", "old"]);
    let selection = plan.selection.expect("a selection was made");
    assert_eq!(selection.added, [Address::new("example.com", "old")]);
    assert_eq!(selection.left_out, 1);
    assert!(!plan.complete);
    assert_eq!(plan.steps.len(), 2);
    assert!(plan.steps.iter().all(|step| step.change < plan.changes.len()));
}

#[test]
fn a_selection_of_one_member_of_an_exchange_takes_both() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let apps = line("a", HOST, "tcp/2", 10) + &line("b", HOST, "tcp/1", 20);
    let plan =
        plan_with(&apps, &world, |policy, _| policy.selection = selecting(&["example.com/a"], &[]));
    assert_eq!(plan.changes.len(), 2);
}

#[test]
fn guards_look_at_the_whole_plan_whatever_is_selected() {
    let world: Vec<App<'_>> = vec![("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let plan = plan_with(
        "      c: {protocol: tcp/3, dns: {type: CNAME, name: app.example.com}, origin_direct: [\"tcp://192.0.2.1:3\"]}\n",
        &world,
        |policy, _| {
            policy.limits.max_deletes = 1;
            policy.selection = selecting(&["example.com/c"], &[]);
        },
    );
    assert!(plan.verdict.guarded);
    assert!(codes(&plan).contains(&"max-deletes"));
}

#[test]
fn a_file_that_loses_all_its_applications_is_asked_about() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let from_other = |remembered: &mut State| {
        remembered.apps.get_mut(&Address::new("example.com", "b")).unwrap().file =
            "team.yaml".to_owned();
    };
    let plan =
        plan_with(&line("a", HOST, "tcp/1", 10), &world, |_, remembered| from_other(remembered));
    assert_eq!(codes(&plan), ["file-vanished"]);
    assert!(plan.findings[0].fix.contains("--allow file=team.yaml"));
    let lifted = plan_with(&line("a", HOST, "tcp/1", 10), &world, |policy, remembered| {
        from_other(remembered);
        policy.allowances.insert(Allowance::File("team.yaml".to_owned()));
    });
    assert!(codes(&lifted).is_empty());
}

#[test]
fn a_refresh_forgets_what_is_gone_and_writes_nothing() {
    let world = [("a", '1', HOST, "tcp/1", 10)];
    let plan = plan_with(
        &(line("a", HOST, "tcp/1", 99) + &line("b", HOST, "tcp/2", 20)),
        &world,
        |policy, remembered| {
            remembered.apps.insert(
                Address::new("example.com", "b"),
                recorded(("b", '2', HOST, "tcp/2", 20), Protect::Off),
            );
            policy.refresh_only = true;
        },
    );
    assert_eq!(
        seen(&plan),
        [("b".to_owned(), Action::Forget, Reason::DeletedOutside, String::new())]
    );
    assert!(plan.steps.iter().all(|step| step.call == Call::Nothing));
}

#[test]
fn protection_survives_the_removal_of_the_entry() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let plan = plan_with(&line("a", HOST, "tcp/1", 10), &world, |_, remembered| {
        remembered.apps.get_mut(&Address::new("example.com", "b")).unwrap().protect = Protect::On;
    });
    assert!(codes(&plan).contains(&"protected"));
}

#[test]
fn what_came_back_with_an_earlier_state_is_not_deleted_unless_removed_names_it() {
    let world = [("a", '1', HOST, "tcp/1", 10), ("b", '2', HOST, "tcp/2", 20)];
    let rolled_back = |_: &mut Policy, remembered: &mut State| {
        remembered.apps.values_mut().for_each(|recorded| recorded.confirmed = false);
    };
    let apps = line("a", HOST, "tcp/1", 10);
    let plan = plan_with(&apps, &world, rolled_back);
    let refused: Vec<&str> = plan
        .findings
        .iter()
        .filter(|finding| finding.code == "unconfirmed")
        .map(|it| it.fix.as_str())
        .collect();
    assert!(
        plan.verdict.guarded
            && matches!(refused[..], [fix] if fix.contains("removed: [{app: example.com/b}]")),
        "{refused:?}"
    );
    let named = format!("{apps}removed: [{{app: example.com/b}}]\n");
    let plan = plan_with(&named, &world, rolled_back);
    assert!(!plan.verdict.guarded, "{:?}", codes(&plan));
    assert!(seen(&plan).contains(&(
        "b".to_owned(),
        Action::Delete,
        Reason::Removed,
        "2".to_owned()
    )));
    let plan = plan_with(&apps, &world, |_, _| {});
    assert!(!plan.verdict.guarded, "{:?}", codes(&plan));
}

#[test]
fn an_apply_that_sees_it_desired_confirms_what_came_back() {
    let world = [("a", '1', HOST, "tcp/1", 10)];
    let plan = plan_with(&line("a", HOST, "tcp/1", 10), &world, |_, remembered| {
        remembered.apps.values_mut().for_each(|recorded| recorded.confirmed = false);
    });
    assert_eq!(
        seen(&plan).iter().map(|(_, action, ..)| *action).collect::<Vec<_>>(),
        [Action::Record]
    );
    let plan::StateEffect::Keep(template) = &plan.changes[0].record else {
        panic!("{:?}", plan.changes[0].record)
    };
    assert!(template.with_id(&id('1')).confirmed);
}

#[test]
fn a_pipeline_without_a_state_creates_nothing_unless_that_is_allowed() {
    let apps = line("a", HOST, "tcp/1", 10);
    let pipeline = |policy: &mut Policy, _: &mut State| {
        policy.expects_state = true;
    };
    let plan = plan_with(&apps, &[], pipeline);
    assert!(plan.verdict.guarded && codes(&plan) == ["missing-state"], "{:?}", codes(&plan));
    let allowed = plan_with(&apps, &[], |policy, remembered| {
        pipeline(policy, remembered);
        policy.allowances.insert(Allowance::NoState);
    });
    assert!(!allowed.verdict.guarded && codes(&allowed).is_empty(), "{:?}", codes(&allowed));
    let nothing_to_create = plan_with("", &[], pipeline);
    assert!(
        !nothing_to_create.verdict.guarded && codes(&nothing_to_create).contains(&"missing-state"),
        "{:?}",
        codes(&nothing_to_create)
    );
}
