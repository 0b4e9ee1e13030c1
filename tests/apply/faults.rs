//! Whatever goes wrong during an apply, no application is duplicated, orphaned or lost, and applying again converges: every fault at
//! every call of a plan of twelve mixed steps, and a kill before and after every call.

use std::time::Duration;

use spectrumctl::apply::{Report, Restored, Status};
use spectrumctl::model::Field;
use spectrumctl::plan::{Change, Plan, Work};

use super::stage::{Ended, Stage, each_call};

pub(super) fn app(key: &str, name: &str, protocol: &str, more: &str) -> String {
    let port = protocol.split('/').nth(1).unwrap();
    format!(
        "      {key}: {{protocol: {protocol}, dns: {{type: CNAME, name: {name}.example.com}}, origin_direct: [\"tcp://192.0.2.1:{port}\"]{more}}}\n"
    )
}

pub(super) fn fixed(key: &str, name: &str, protocol: &str) -> String {
    let port = protocol.split('/').nth(1).unwrap();
    format!(
        "      {key}: {{protocol: {protocol}, dns: {{type: ADDRESS, name: {name}.example.com}}, edge_ips: {{type: static, ips: [198.51.100.7]}}, \
         origin_direct: [\"tcp://192.0.2.1:{port}\"], lifecycle: {{replace: allow}}}}\n"
    )
}

pub(super) fn configuration(apps: &[String]) -> String {
    format!("version: 1\nzones:\n  example.com:\n    apps:\n{}", apps.concat())
}

/// Eleven applications.
fn before() -> String {
    let mut apps: Vec<String> =
        (1..=5).map(|n| app(&format!("stay-{n}"), &format!("stay{n}"), "tcp/22", "")).collect();
    apps.push(app("left", "ring", "tcp/1001", ""));
    apps.push(app("right", "ring", "tcp/1002", ""));
    apps.push(app("go-1", "go", "tcp/2001", ""));
    apps.push(app("go-2", "go", "tcp/2002", ""));
    apps.push(app("byoip-1", "byoip", "tcp/3001", ""));
    apps.push(app("byoip-2", "byoip", "tcp/3002", ""));
    configuration(&apps)
}

/// Twelve: three created, three updated, two deleted, two replaced together, one renamed, two that swap their ports.
fn after() -> String {
    let mut apps: Vec<String> =
        (1..=3).map(|n| app(&format!("new-{n}"), &format!("new{n}"), "tcp/22", "")).collect();
    apps.push(app("stay-1", "stay1", "tcp/22", ", tls: strict"));
    apps.push(app("stay-2", "stay2", "tcp/22", ", ip_firewall: true"));
    apps.push(app("stay-3", "stay3", "tcp/23", ""));
    apps.push(app("renamed", "stay4", "tcp/22", ""));
    apps.push(app("stay-5", "stay5", "tcp/22", ""));
    apps.push(app("left", "ring", "tcp/1002", ""));
    apps.push(app("right", "ring", "tcp/1001", ""));
    apps.push(fixed("byoip-1", "byoip", "tcp/3001"));
    apps.push(fixed("byoip-2", "byoip", "tcp/3002"));
    configuration(&apps)
}

const COUNT: usize = 12;

/// The writing calls of the plan: method, and how many of it.
const CALLS: [(&str, u32); 3] = [("POST", 5), ("PUT", 3), ("DELETE", 4)];

pub(super) const EFFECTS: [&str; 16] = [
    "{status: 400}",
    "{status: 403}",
    "{status: 429, retry_after: 1}",
    "{status: 500}",
    "{status: 500, committed: true}",
    "{status: 503}",
    "{status: 503, committed: true}",
    "{html: 502}",
    "{html: 502, committed: true}",
    "empty_body",
    "truncated_json",
    "reset_before_commit",
    "reset_after_commit",
    "{delay_ms: 40}",
    "{drop_field: tls}",
    "{ignore_field: ip_firewall}",
];

async fn begun() -> Stage {
    let mut stage = Stage::new();
    assert!(stage.apply(&before(), "[]", None).await.report().is_complete());
    stage.check(11, "before").await;
    stage
}

/// After a run in which something went wrong: what nobody touched is there, and what is reported as done is done.
fn check_meanwhile(stage: &Stage, ended: &Ended, case: &str) {
    let live = stage.live();
    let is_live = |name: &str| {
        live.iter().any(|live| {
            live.spec.hostname().is_some_and(|host| host.as_str() == format!("{name}.example.com"))
        })
    };
    assert!(is_live("stay4") && is_live("stay5"), "{case}: what was not touched is gone");
    let Ended::Reported(report) = ended else { return };
    for outcome in report.outcomes.iter().filter(|outcome| outcome.status == Status::Done) {
        let Some(id) = &outcome.app_id else { continue };
        let deleted = outcome.action.text() == "delete";
        assert_eq!(
            live.iter().any(|live| live.id == *id),
            !deleted,
            "{case}: {} is not as reported",
            outcome.address
        );
    }
}

/// One more apply without faults, and then nothing is left to do.
pub(super) async fn converges(stage: &mut Stage, yaml: &str, count: usize, case: &str) {
    let ended = stage.apply(yaml, "[]", None).await;
    if let Ended::Refused(plan) = &ended {
        panic!("{case}: the next apply is refused: {:#?}", plan.findings);
    }
    assert!(ended.report().is_complete(), "{case}: the next apply is incomplete");
    let plan = stage.plan(yaml).await;
    assert!(plan.is_empty(), "{case}: still to do: {:#?}", plan.changes);
    stage.check(count, case).await;
}

async fn of_case(mut stage: Stage, faults: String, life: Option<Duration>) {
    let case = format!("{faults} {life:?}");
    let ended = stage.apply(&after(), &faults, life).await;
    check_meanwhile(&stage, &ended, &case);
    converges(&mut stage, &after(), COUNT, &case).await;
}

async fn of_cases(cases: Vec<(String, Option<Duration>)>) {
    begun().await.try_each(cases, of_case).await;
}

/// How many applications are read again right before their first write.
fn reads(plan: &Plan) -> u64 {
    let is_there = |change: &&Change| {
        matches!(change.work, Work::Update { .. } | Work::Replace { .. } | Work::Delete { .. })
    };
    plan.changes.iter().filter(is_there).count() as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_plan_has_twelve_writes_and_needs_one_list_and_no_other_call() {
    let mut stage = begun().await;
    let plan = stage.plan(&after()).await;
    let calls =
        plan.steps.iter().filter(|step| step.call != spectrumctl::plan::Call::Nothing).count();
    assert_eq!(
        (calls, plan.groups.len(), plan.groups[0].members.len()),
        (12, 1, 2),
        "{:#?}",
        plan.steps
    );
    assert!(stage.apply(&after(), "[]", None).await.report().is_complete());
    assert_eq!(
        stage.calls,
        13 + reads(&plan),
        "one list, one call for each write and one read before the first write of each application"
    );
    stage.check(COUNT, "without faults").await;
    assert!(stage.plan(&after()).await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_write_leaves_what_the_next_apply_completes() {
    let cases = each_call(CALLS).flat_map(|(method, nth)| {
        EFFECTS.map(|effect| format!("[{{method: {method}, nth: {nth}, effect: {effect}}}]"))
    });
    of_cases(cases.map(|faults| (faults, None)).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_and_lists_that_lag_make_no_second_application() {
    let lagging = |nth: u32, lists: u32| {
        format!(
            "[{{method: POST, nth: {nth}, effect: reset_after_commit}}, {{method: POST, nth: {nth}, effect: {{stale_list: {{lists: {lists}}}}}}}]"
        )
    };
    // The second create is taken too, and the lists that are looked at after it may lag as well.
    let accepted = |(nth, lists): (u32, u32)| {
        let base = lagging(nth, lists);
        format!("{}, {{method: POST, effect: accept_duplicate}}]", base.trim_end_matches(']'))
    };
    let mut cases: Vec<String> =
        (1..=5).flat_map(|nth| [1, 2, 3].map(|lists| lagging(nth, lists))).collect();
    cases.extend((1..=5).flat_map(|nth| [(nth, 3), (nth, 5)]).map(accepted));
    of_cases(cases.into_iter().map(|faults| (faults, None)).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_create_is_unknown_while_no_list_tells_whether_there_are_two() {
    let mut stage = Stage::new();
    let yaml = configuration(&[app("a", "a", "tcp/1", "")]);
    // The plan lists once, a lost answer is looked for in three lists that lag, and after the second create none can be had.
    let failing = |nth: u32| {
        format!(", {{method: GET, path: \"*/spectrum/apps\", nth: {nth}, effect: {{status: 400}}}}")
    };
    let faults = format!(
        "[{{method: POST, nth: 1, effect: reset_after_commit}}, {{method: POST, nth: 1, effect: {{stale_list: {{lists: 3}}}}}}, \
         {{method: POST, effect: accept_duplicate}}{}]",
        (5..8).map(failing).collect::<String>()
    );
    let report = stage.apply(&yaml, &faults, None).await.report();
    assert_eq!(report.outcomes[0].status, Status::Unknown, "{:#?}", report.outcomes);
    assert_eq!(stage.live().len(), 2);
    // The next run sees both, takes one for its own and shows the other.
    let plan = stage.plan(&yaml).await;
    assert_eq!((plan.changes.len(), plan.unmanaged.len()), (0, 1), "{:#?}", plan.changes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_before_or_after_every_call_leaves_what_the_next_apply_completes() {
    let stalled = |method: &str, nth: u32| {
        format!("{{method: {method}, nth: {nth}, effect: {{delay_ms: 20000}}}}")
    };
    let cases = each_call(CALLS).flat_map(|(method, nth)| {
        let stall = stalled(method, nth);
        [
            format!("[{stall}, {{method: {method}, nth: {nth}, effect: reset_before_commit}}]"),
            format!("[{stall}]"),
        ]
    });
    of_cases(cases.map(|faults| (faults, Some(Duration::from_millis(700)))).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_at_any_moment_leaves_what_the_next_apply_completes() {
    let moments = (0..24).map(|n| {
        ("[{effect: {delay_ms: 15}}]".to_owned(), Some(Duration::from_millis(20 + 12 * n)))
    });
    of_cases(moments.collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn faults_of_reading_never_make_anything_vanish() {
    let effects = [
        "short_page",
        "reorder",
        "{html: 502}",
        "empty_body",
        "{status: 403}",
        "{status: 429, retry_after: 1}",
        "truncated_json",
    ];
    let cases = effects.iter().flat_map(|effect| {
        [1, 2].map(|count| format!("[{{method: GET, count: {count}, effect: {effect}}}]"))
    });
    of_cases(cases.map(|faults| (faults, None)).collect()).await;
}

pub(super) fn of(report: &Report, key: &str) -> (Status, Option<Restored>) {
    let outcome = report.outcomes.iter().find(|outcome| outcome.address.key == key).unwrap();
    (outcome.status, outcome.restored)
}

/// Four applications of one hostname that go to static addresses together.
fn four(of: impl Fn(&str, &str, &str) -> String) -> String {
    configuration(&[1, 2, 3, 4].map(|n| of(&format!("byoip-{n}"), "byoip", &format!("tcp/300{n}"))))
}

pub(super) async fn four_begun() -> (Stage, String) {
    let mut stage = Stage::new();
    assert!(
        stage
            .apply(&four(|key, name, protocol| app(key, name, protocol, "")), "[]", None)
            .await
            .report()
            .is_complete()
    );
    (stage, four(fixed))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_create_brings_the_whole_group_back() {
    let (mut stage, after) = four_begun().await;
    let report =
        stage.apply(&after, "[{method: POST, nth: 3, effect: {status: 400}}]", None).await.report();
    for key in ["byoip-1", "byoip-2", "byoip-3", "byoip-4"] {
        assert_eq!(of(&report, key), (Status::Failed, Some(Restored::Whole)), "{key}");
    }
    let live = stage.live();
    assert!(
        live.iter().all(|live| live.spec.get(Field::EdgeIpsIps).is_none()) && live.len() == 4,
        "{live:#?}"
    );
    stage.check(4, "brought back").await;
    assert!(stage.store.read().await.unwrap().state.pending_restore.is_empty());
    converges(&mut stage, &after, 4, "after the way back").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_brought_back_is_kept_and_offered() {
    let (mut stage, after) = four_begun().await;
    let faults = "[{method: POST, nth: 3, effect: {status: 400}}, {method: POST, nth: 6, effect: {status: 400}}]";
    let mut report = stage.apply(&after, faults, None).await.report();
    report.outcomes.retain(|outcome| outcome.restored == Some(Restored::Partial));
    assert!(!report.outcomes.is_empty());
    let lost = stage.store.read().await.unwrap().state.pending_restore;
    assert_eq!(lost.len(), 1, "{lost:#?}");
    let offered = |plan: spectrumctl::plan::Plan| {
        plan.findings.iter().filter(|finding| finding.code == "lost-application").count()
    };
    assert_eq!(offered(stage.plan(&after).await), 1);
    converges(&mut stage, &after, 4, "after a partial way back").await;
    assert_eq!(offered(stage.plan(&after).await), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_answer_does_not_show_is_read_back_once() {
    let stage = begun().await;
    for (faults, calls) in [
        ("[{method: PUT, nth: 1, effect: {drop_field: origin_direct}}]", 14),
        ("[{method: POST, nth: 1, effect: reset_after_commit}]", 14),
        ("[{method: DELETE, nth: 1, effect: {status: 500, committed: true}}]", 14),
        ("[{method: PUT, nth: 1, effect: {status: 500}}]", 15),
    ] {
        let mut stage = stage.fork();
        let reads = reads(&stage.plan(&after()).await);
        assert!(stage.apply(&after(), faults, None).await.report().is_complete(), "{faults}");
        assert_eq!(stage.calls, calls + reads, "{faults}");
        stage.check(COUNT, faults).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_equal_refusals_in_a_row_end_the_run() {
    let mut stage = Stage::new();
    let many: Vec<String> =
        (1..=20).map(|n| app(&format!("new-{n}"), &format!("new{n}"), "tcp/22", "")).collect();
    let report = stage
        .apply(&configuration(&many), "[{method: POST, effect: {status: 400}}]", None)
        .await
        .report();
    let tally = report.tally();
    assert!((3..=7).contains(&tally.failed) && tally.failed + tally.skipped == 20, "{tally:?}");
    assert_eq!(report.ended_early.unwrap().code, "ended-early");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_ends_the_run() {
    let mut stage = Stage::new();
    let many: Vec<String> =
        (1..=20).map(|n| app(&format!("new-{n}"), &format!("new{n}"), "tcp/22", "")).collect();
    let report = stage
        .apply(&configuration(&many), "[{method: POST, nth: 2, effect: {status: 401}}]", None)
        .await
        .report();
    assert!(report.tally().skipped >= 10 && report.ended_early.is_some(), "{:?}", report.tally());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_of_an_exchange_leaves_every_application_recorded_once() {
    let ring = |ports: [u32; 3]| {
        let app = |(n, port): (usize, u32)| {
            format!(
                "      ring-{n}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: ring.example.com}}, origin_direct: [\"tcp://192.0.2.{n}:22\"]}}\n"
            )
        };
        configuration(
            &ports.into_iter().enumerate().map(|(n, port)| app((n + 1, port))).collect::<Vec<_>>(),
        )
    };
    let mut begun = Stage::new();
    assert!(begun.apply(&ring([1, 2, 3]), "[]", None).await.report().is_complete());
    for nth in 1..=3 {
        let mut stage = begun.fork();
        let faults = format!("[{{method: PUT, nth: {nth}, effect: {{status: 400}}}}]");
        stage.apply(&ring([2, 3, 1]), &faults, None).await.report();
        let state = stage.store.read().await.unwrap().state;
        let ids: std::collections::BTreeSet<_> =
            state.apps.values().map(|recorded| &recorded.id).collect();
        assert_eq!(ids.len(), 3, "{faults}: {:#?}", state.apps);
        converges(&mut stage, &ring([2, 3, 1]), 3, &faults).await;
    }
}
