//! What became of each change of a run, out of the ends of its steps and of what was taken back. Pure.

use std::collections::BTreeMap;

use super::report::{Outcome, Report, Restored, Status};
use super::schedule::Schedule;
use super::step_executor::Ended;
use super::undo::{self, Returned};
use crate::plan::Plan;

/// What became of the members of groups that were taken back, and how much of its group is back.
pub(super) type TakenBack = BTreeMap<usize, (Returned, Restored)>;

/// The report with one outcome per change, out of those of its steps: the worst counts.
pub(super) fn of(
    plan: &Plan,
    schedule: &Schedule,
    (mut ended, undone): (BTreeMap<usize, Ended>, TakenBack),
    mut report: Report,
) -> Report {
    let mut steps: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, step) in plan.steps.iter().enumerate() {
        steps.entry(step.change).or_default().push(index);
    }
    for (change, indices) in steps {
        let mut outcome = unchanged(plan, change);
        for index in indices {
            match ended.remove(&index) {
                Some(end) => add_end(&mut outcome, end),
                None => add_skipped(&mut outcome, plan, index, schedule),
            }
        }
        if let Some((returned, restored)) = undone.get(&change) {
            add_return(&mut outcome, returned, *restored);
        }
        report.outcomes.push(outcome);
    }
    report
}

/// The outcome of a change of which no step has ended yet.
fn unchanged(plan: &Plan, change: usize) -> Outcome {
    let planned = &plan.changes[change];
    Outcome {
        address: planned.address.clone(),
        action: planned.action,
        status: Status::Done,
        app_id: planned.app_id.clone(),
        attempts: 0,
        restored: None,
        is_back: false,
        blocked_by: Vec::new(),
        error: None,
        further: Vec::new(),
    }
}

fn add_end(outcome: &mut Outcome, end: Ended) {
    outcome.attempts += end.attempts;
    outcome.app_id = end.app_id.or_else(|| outcome.app_id.take());
    if end.status != Status::Done {
        outcome.status = end.status;
        outcome.error = end.error;
        outcome.further = end.further;
    }
}

fn add_skipped(outcome: &mut Outcome, plan: &Plan, step: usize, schedule: &Schedule) {
    if outcome.status == Status::Done {
        outcome.status = Status::Skipped;
    }
    let blockers = schedule.blockers(step).into_iter();
    let blockers = blockers.map(|blocker| &plan.changes[plan.steps[blocker].change].address);
    for address in blockers.filter(|address| **address != outcome.address) {
        if !outcome.blocked_by.contains(address) {
            outcome.blocked_by.push(address.clone());
        }
    }
}

/// What the way back makes of a member's outcome: whatever it had come to, the replacement did not come about.
fn add_return(outcome: &mut Outcome, returned: &Returned, restored: Restored) {
    outcome.restored = Some(restored);
    outcome.is_back = returned.app_id.is_some();
    outcome.app_id.clone_from(&returned.app_id);
    if outcome.status != Status::Unknown {
        outcome.status = Status::Failed;
    }
    outcome.further.extend(returned.left_double.clone());
    outcome.error.get_or_insert_with(|| Box::new(undo::undone(&outcome.address, returned)));
}
