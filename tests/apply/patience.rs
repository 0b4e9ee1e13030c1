//! How long a call is made again: while an application is down longer than otherwise, on the way there and on the way back.

use std::time::Duration;

use spectrumctl::apply::{Restored, Status};

use super::faults::{app, configuration, fixed, four_begun, of};
use super::stage::Stage;

/// The same fault at several writes.
fn at(method: &str, nths: std::ops::RangeInclusive<u32>, effect: &str) -> String {
    let fault = |nth: u32| format!("{{method: {method}, nth: {nth}, effect: {effect}}}");
    nths.map(fault).collect::<Vec<_>>().join(", ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_an_application_is_down_its_create_is_tried_for_longer() {
    for effect in ["{status: 503}", "{status: 500}", "{html: 502}", "reset_before_commit"] {
        let (mut stage, after) = four_begun().await;
        let faults = format!("[{}]", at("POST", 1..=6, effect));
        let report = stage.apply(&after, &faults, None).await.report();
        assert!(report.is_complete(), "{effect}: {:#?}", report.outcomes);
        stage.check(4, effect).await;
        // What is only new is not waited for.
        let mut fresh = Stage::new();
        let new = configuration(&[app("new", "new", "tcp/22", "")]);
        let report = fresh.apply(&new, &faults, None).await.report();
        assert_eq!(report.tally().unknown, 1, "{effect}: {:#?}", report.outcomes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_back_is_as_patient_as_the_way_there() {
    for effect in ["{status: 503}", "{html: 502}", "reset_before_commit"] {
        let (mut stage, after) = four_begun().await;
        let refused = "{method: POST, nth: 3, effect: {status: 400}}";
        // What was created is deleted again after several tries, and so is created what was deleted.
        let (deletes, creates) = (at("DELETE", 5..=8, effect), at("POST", 5..=9, effect));
        let faults = format!("[{refused}, {deletes}, {creates}]");
        let report = stage.apply(&after, &faults, None).await.report();
        for key in ["byoip-1", "byoip-2", "byoip-3", "byoip-4"] {
            assert_eq!(of(&report, key), (Status::Failed, Some(Restored::Whole)), "{effect} {key}");
        }
        stage.check(4, effect).await;
        assert!(stage.store.read().await.unwrap().state.pending_restore.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_limit_in_the_middle_of_a_replacement_is_waited_for() {
    let (mut stage, after) = four_begun().await;
    stage.rate_limit_patience = Duration::from_millis(5);
    let faults = format!("[{}]", at("POST", 1..=9, "{status: 429}"));
    let report = stage.apply(&after, &faults, None).await.report();
    assert!(report.is_complete(), "{:#?}", report.outcomes);
    stage.check(4, "429").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_back_that_creates_twice_and_cannot_delete_the_second_says_so() {
    let mut stage = Stage::new();
    let before = configuration(&[app("a", "a", "tcp/1", "")]);
    assert!(stage.apply(&before, "[]", None).await.report().is_complete());
    // The replacement is refused; the answer of the create that brings back is lost while lists lag, so it is made again.
    let faults = "[{method: POST, nth: 1, effect: {status: 400}}, {method: POST, nth: 2, effect: reset_after_commit}, \
                  {method: POST, nth: 2, effect: {stale_list: {lists: 3}}}, {method: POST, effect: accept_duplicate}, \
                  {method: DELETE, nth: 2, effect: {status: 400}}]";
    let report =
        stage.apply(&configuration(&[fixed("a", "a", "tcp/1")]), faults, None).await.report();
    let [outcome] = &report.outcomes[..] else { panic!("{report:#?}") };
    assert_eq!((outcome.status, outcome.restored), (Status::Failed, Some(Restored::Whole)));
    let (kept, live) = (outcome.app_id.as_ref().unwrap(), stage.live());
    let double = live.iter().map(|live| &live.id).find(|id| *id != kept).unwrap();
    let said = outcome.further.iter().find(|it| it.summary.contains(double.as_str())).unwrap();
    assert!(said.summary.contains("created twice"), "{said:#?}");
    let plan = stage.plan(&before).await;
    assert_eq!(plan.unmanaged.len(), 1, "{:#?}", plan.unmanaged);
}
