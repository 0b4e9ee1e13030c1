//! Each fault at each call of a plan over two zones, then a run that reads only one of them, then one that reads both: what the run in
//! the middle did not read stays as it is, in the world and in the journal, and nothing is lost.

use std::time::Duration;

use spectrumctl::ledger::OpenStep;
use spectrumctl::model::ZoneId;

use super::faults::{EFFECTS, app, converges, fixed};
use super::stage::{Ended, Stage, ZONES, each_call};

/// A configuration of these zones, each with the same applications on names and edge addresses of its own.
fn configuration(zones: &[usize], apps: &[String]) -> String {
    let zone = |place: &usize| {
        let name = ZONES[*place].0;
        let apps = apps.concat().replace("example.com", name);
        let ip = format!("198.51.100.{}", 7 + place);
        format!("  {name}:\n    apps:\n{}", apps.replace("198.51.100.7", &ip))
    };
    format!("version: 1\nzones:\n{}", zones.iter().map(zone).collect::<String>())
}

/// Four applications a zone.
fn before() -> Vec<String> {
    vec![
        app("stay", "stay", "tcp/22", ""),
        app("go", "go", "tcp/2001", ""),
        app("byoip-1", "byoip", "tcp/3001", ""),
        app("byoip-2", "byoip", "tcp/3002", ""),
    ]
}

/// One created, one updated, one deleted and two replaced together a zone.
fn after() -> Vec<String> {
    vec![
        app("stay", "stay", "tcp/22", ", tls: strict"),
        app("new", "new", "tcp/22", ""),
        fixed("byoip-1", "byoip", "tcp/3001"),
        fixed("byoip-2", "byoip", "tcp/3002"),
    ]
}

const BOTH: [usize; 2] = [0, 1];

/// The writing calls of the plan: method, and how many of it.
const CALLS: [(&str, u32); 3] = [("POST", 6), ("PUT", 2), ("DELETE", 6)];

async fn begun() -> Stage {
    let mut stage = Stage::new();
    stage.reads = BOTH.to_vec();
    let yaml = configuration(&BOTH, &before());
    assert!(stage.apply(&yaml, "[]", None).await.report().is_complete());
    stage.check(8, "before").await;
    stage
}

/// The steps of the second zone that nobody knows the end of.
async fn open_elsewhere(stage: &Stage) -> Vec<OpenStep> {
    let (name, id) = ZONES[1];
    let id = ZoneId::from_api(id);
    let open = stage.store.read().await.unwrap().open_steps;
    open.into_iter().filter(|open| open.is_of(name, &id)).collect()
}

async fn of_case(mut stage: Stage, faults: String, life: Option<Duration>) {
    let case = format!("{faults} {life:?}");
    stage.apply(&configuration(&BOTH, &after()), &faults, life).await;
    let (open, live) = (open_elsewhere(&stage).await, stage.live_in(1));
    let offered = stage.store.read().await.unwrap().state.pending_restore;
    stage.reads = vec![0];
    let between = stage.apply(&configuration(&[0], &after()), "[]", None).await;
    assert!(matches!(&between, Ended::Reported(report) if report.is_complete()), "{case}");
    assert_eq!(open_elsewhere(&stage).await, open, "{case}: a step of an unread zone was closed");
    assert_eq!(stage.live_in(1), live, "{case}: an unread zone was written");
    let still = stage.store.read().await.unwrap().state.pending_restore;
    for (id, backup) in offered.iter().filter(|(_, backup)| backup.zone_id.as_str() == ZONES[1].1) {
        assert_eq!(still.get(id), Some(backup), "{case}: an offer of an unread zone is gone");
    }
    stage.reads = BOTH.to_vec();
    converges(&mut stage, &configuration(&BOTH, &after()), 8, &case).await;
}

async fn of_cases(cases: Vec<(String, Option<Duration>)>) {
    begun().await.try_each(cases, of_case).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plan_writes_seven_times_a_zone() {
    let mut stage = begun().await;
    let plan = stage.plan(&configuration(&BOTH, &after())).await;
    assert_eq!((plan.steps.len(), plan.ways_back.len()), (14, 2), "{:#?}", plan.steps);
    let ended = stage.apply(&configuration(&BOTH, &after()), "[]", None).await;
    assert!(ended.report().is_complete());
    stage.check(8, "without faults").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_in_two_zones_outlives_a_run_that_reads_one() {
    let cases = each_call(CALLS).flat_map(|(method, nth)| {
        EFFECTS.map(|effect| format!("[{{method: {method}, nth: {nth}, effect: {effect}}}]"))
    });
    of_cases(cases.map(|faults| (faults, None)).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_two_zones_outlives_a_run_that_reads_one() {
    let cases = each_call(CALLS).flat_map(|(method, nth)| {
        let stall = format!("{{method: {method}, nth: {nth}, effect: {{delay_ms: 20000}}}}");
        let reset = format!("{{method: {method}, nth: {nth}, effect: reset_before_commit}}");
        [format!("[{stall}, {reset}]"), format!("[{stall}]")]
    });
    of_cases(cases.map(|faults| (faults, Some(Duration::from_millis(700)))).collect()).await;
}
