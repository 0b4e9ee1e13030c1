//! What the end of a step teaches: a refusal that tells of the account is remembered, and a success forgets what was remembered
//! against it. Pure; which refusals teach what stands in the plan.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::report::Status;
use super::step_executor::Ended;
use crate::codes;
use crate::finding::{Finding, Refusal};
use crate::ledger::StateChange;
use crate::model::facts::{CachedRefusal, RefusalKey};
use crate::plan::{Call, Change, Plan};

/// The edits of the state for the end of a step.
pub(super) fn changes_at_end(
    plan: &Plan,
    step: usize,
    end: &Ended,
    ended: &BTreeMap<usize, Ended>,
    now: Timestamp,
) -> Vec<StateChange> {
    let change = &plan.changes[plan.steps[step].change];
    let teaches = &change.refusals.teaches;
    let is_write = matches!(plan.steps[step].call, Call::Create | Call::Update);
    match end.status {
        Status::Done if is_write => teaches
            .iter()
            .filter(|(_, is_known)| *is_known)
            .map(|(subject, _)| forgotten(subject))
            .collect(),
        Status::Failed => teaches
            .iter()
            .filter_map(|(key, _)| learned(change, key, end, gained(plan, key, ended), now))
            .collect(),
        _ => Vec::new(),
    }
}

fn forgotten(subject: &RefusalKey) -> StateChange {
    let RefusalKey { code, account, zone, subject, .. } = subject.clone();
    StateChange::Unlearned { code, account, zone, subject }
}

/// What a refusal teaches: nothing where all that the run knows of the account speaks against it.
fn learned(
    change: &Change,
    key: &RefusalKey,
    end: &Ended,
    gained: u32,
    now: Timestamp,
) -> Option<StateChange> {
    let code = codes::find(&key.code)?;
    let is_of = |finding: &&Finding| {
        codes::find(&finding.code).is_some_and(|found| found.slug == code.slug)
    };
    let finding = end.error.as_deref().into_iter().chain(&end.further).find(is_of)?;
    let Refusal { http_status, message, ray_id, .. } = finding.refusal.as_deref()?;
    let verdicts = change.refusals.verdicts.as_ref();
    if !codes::tells_of_account(code, verdicts, Some(*http_status), message) {
        return None;
    }
    let RefusalKey { code, account, zone, subject, shown, at } = key.clone();
    Some(StateChange::Learned(CachedRefusal {
        code,
        account,
        zone,
        subject,
        shown,
        at: at.map(|at| at + gained),
        date: now,
        evidence: message.clone(),
        ray_id: ray_id.clone(),
    }))
}

/// How many steps of this run have taken one more of what is counted.
fn gained(plan: &Plan, subject: &RefusalKey, ended: &BTreeMap<usize, Ended>) -> u32 {
    let takes = |step: &usize| {
        let planned = &plan.steps[*step];
        let teaches = &plan.changes[planned.change].refusals.teaches;
        !matches!(planned.call, Call::Delete | Call::Read)
            && teaches.iter().any(|(other, _)| other == subject)
    };
    let taken =
        ended.iter().filter(|(step, end)| end.status == Status::Done && takes(step)).count();
    u32::try_from(taken).unwrap_or(u32::MAX)
}
