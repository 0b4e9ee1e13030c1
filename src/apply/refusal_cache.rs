//! What the end of a step teaches: a refusal that tells of the account is remembered, and a success forgets what was remembered
//! against it. Pure; which refusals teach what stands in the plan.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::report::Status;
use super::step_executor::Ended;
use crate::ledger::StateChange;
use crate::model::facts::{CachedRefusal, RefusalKey};
use crate::plan::{Call, Plan};

/// The edits of the state for the end of a step.
pub(super) fn changes_at_end(
    plan: &Plan,
    step: usize,
    end: &Ended,
    ended: &BTreeMap<usize, Ended>,
    now: Timestamp,
) -> Vec<StateChange> {
    let teaches = &plan.changes[plan.steps[step].change].refusals.teaches;
    let is_write = matches!(plan.steps[step].call, Call::Create | Call::Update);
    match end.status {
        Status::Done if is_write => teaches
            .iter()
            .filter(|(_, is_known)| *is_known)
            .map(|(subject, _)| forgotten(subject))
            .collect(),
        Status::Failed => teaches
            .iter()
            .filter_map(|(subject, _)| learned(subject, end, gained(plan, subject, ended), now))
            .collect(),
        _ => Vec::new(),
    }
}

fn forgotten(subject: &RefusalKey) -> StateChange {
    let RefusalKey { code, account, zone, subject, .. } = subject.clone();
    StateChange::Unlearned { code, account, zone, subject }
}

fn learned(subject: &RefusalKey, end: &Ended, gained: u32, now: Timestamp) -> Option<StateChange> {
    let finding = end.error.as_deref().filter(|finding| finding.code == subject.code)?;
    let refusal = finding.refusal.as_deref()?;
    let RefusalKey { code, account, zone, subject, at } = subject.clone();
    let (evidence, ray_id) = (refusal.message.clone(), refusal.ray_id.clone());
    Some(StateChange::Learned(CachedRefusal {
        code,
        account,
        zone,
        subject,
        at: at.map(|at| at + gained),
        date: now,
        evidence,
        ray_id,
    }))
}

/// How many steps of this run have taken one more of what is counted.
fn gained(plan: &Plan, subject: &RefusalKey, ended: &BTreeMap<usize, Ended>) -> u32 {
    let takes = |step: &usize| {
        let planned = &plan.steps[*step];
        let teaches = &plan.changes[planned.change].refusals.teaches;
        planned.call != Call::Delete && teaches.iter().any(|(other, _)| other == subject)
    };
    let taken =
        ended.iter().filter(|(step, end)| end.status == Status::Done && takes(step)).count();
    u32::try_from(taken).unwrap_or(u32::MAX)
}
