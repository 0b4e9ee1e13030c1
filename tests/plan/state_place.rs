//! Where the state is kept, and where the last apply kept it.

use spectrumctl::plan::{Allowance, Plan, StatePlace};

use crate::support::ONE_APP;
use crate::support::planning::{self, Beside};

#[test]
fn a_state_in_another_bucket_than_at_the_last_apply_is_asked_about() {
    let (last, now) = ("s3://states/edge", "gs://elsewhere/edge");
    let plan_at = |place: StatePlace, allowed: &[Allowance]| {
        planning::plan_with(ONE_APP, Beside::default(), |policy, remembered| {
            policy.state_place = Some(place.clone());
            policy.allowances.extend(allowed.iter().cloned());
            remembered.state.location = Some(last.to_owned());
        })
    };
    let said = |plan: &Plan| {
        let found = plan.findings.iter().find(|finding| finding.code == "state-moved");
        found.map(|found| (found.is_error(), found.summary.clone()))
    };
    assert_eq!(said(&plan_at(StatePlace::Bucket(last.to_owned()), &[])), None);
    let slash = StatePlace::Bucket(format!("{last}/"));
    assert_eq!(said(&plan_at(slash, &[])), None, "a slash at the end names no other place");
    let moved = plan_at(StatePlace::Bucket(now.to_owned()), &[]);
    assert!(moved.verdict.guarded);
    let (_, summary) = said(&moved).unwrap();
    assert!(summary.contains(last) && summary.contains(now), "{summary}");
    assert!(said(&plan_at(StatePlace::Folder, &[])).is_some_and(|(is_error, _)| is_error));
    let allowed = plan_at(StatePlace::Bucket(now.to_owned()), &[Allowance::StateMoved]);
    assert!(!allowed.verdict.guarded);
    assert_eq!(said(&allowed).map(|(is_error, _)| is_error), Some(false), "it is still shown");
}
