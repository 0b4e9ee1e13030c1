//! The way back of a group, followed as the plan has prepared it: what was created is deleted, and what was deleted is created again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use super::journal::Beginning;
use super::verified_calls::{Answered, VerifiedCalls};
use crate::api::ApiError;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Effect, Intent};
use crate::model::{Address, AppId, Live};
use crate::plan::{Change, Compensation, Plan, StepEnd, Undo, Work};
use crate::state::StoreError;

/// How a step ended that is to be taken back.
#[derive(Debug, Clone)]
pub(super) struct Undone {
    pub(super) end: StepEnd,
    /// What the step has created or deleted.
    pub(super) app_id: Option<AppId>,
    /// The application of its change as it was read right before the first write.
    pub(super) found: Option<Live>,
    /// When it began.
    pub(super) began: Timestamp,
}

/// What the way back is gone with.
pub(super) struct Undoing<'a> {
    pub(super) calls: VerifiedCalls<'a>,
    pub(super) plan: &'a Plan,
    /// How each step ended that the way back is about.
    pub(super) ended: &'a BTreeMap<usize, Undone>,
    /// The number of the first compensation in the journal; those of doubles follow the last.
    pub(super) number: u32,
}

/// What became of a member.
#[derive(Debug)]
pub(super) struct Returned {
    pub(super) change: usize,
    /// The id under which it is back; none if it is not.
    pub(super) app_id: Option<AppId>,
    /// What is said of a second application that was created for it and could not be deleted.
    pub(super) left_double: Option<Finding>,
}

impl Undoing<'_> {
    /// Takes a way back in its order.
    pub(super) async fn follow(
        &self,
        compensations: &[Compensation],
    ) -> Result<Vec<Returned>, StoreError> {
        let mut left_something = BTreeSet::new();
        let mut returned = Vec::new();
        for (index, compensation) in compensations.iter().enumerate() {
            let Some(undone) = self.ended.get(&compensation.undoes) else { continue };
            if undone.end == StepEnd::NoEffect {
                continue;
            }
            let place = u32::try_from(index).unwrap_or(u32::MAX);
            let numbers = [self.number + place, self.number + place + count(compensations)];
            let own = compensation.for_newest(self.plan, |change| self.found(change));
            match &own.undo {
                Undo::Delete => {
                    if !self.delete(&own, undone, numbers).await? {
                        left_something.insert(index);
                    }
                }
                Undo::Create { body } => {
                    // What could not be deleted would be in its way, and what was not surely deleted may be there.
                    let is_clear = own.after.is_none_or(|after| !left_something.contains(&after))
                        && undone.end == StepEnd::TookEffect;
                    let blank =
                        Returned { change: compensation.change, app_id: None, left_double: None };
                    let member = match is_clear {
                        true => self.create(blank, body, own.effects, numbers).await?,
                        false => blank,
                    };
                    if undone.end == StepEnd::TookEffect {
                        returned.push(member);
                    }
                }
            }
        }
        Ok(returned)
    }

    /// The application of a change as it was read before it was deleted.
    fn found(&self, change: usize) -> Option<&Live> {
        let is_of = |step: &usize| self.plan.steps[*step].change == change;
        let mut ended = self.ended.iter().filter(|(step, _)| is_of(step));
        ended.find_map(|(_, undone)| undone.found.as_ref())
    }

    /// Deletes what a step has created; says whether its place is free.
    async fn delete(
        &self,
        compensation: &Compensation,
        undone: &Undone,
        [number, number_of_doubles]: [u32; 2],
    ) -> Result<bool, StoreError> {
        let creating = &self.plan.changes[self.plan.steps[compensation.undoes].change];
        let calls = self.calls.in_zone(&creating.zone_id);
        let created = match (undone.end, &undone.app_id) {
            (StepEnd::TookEffect, Some(id)) => Some((id.clone(), Vec::new())),
            _ => {
                let body = self.sent(creating, undone);
                let created = calls.created_after_all(&body, undone.began).await;
                created.map(|created| (created.live.id, created.doubles))
            }
        };
        // A create that may still arrive would stand beside what is brought back.
        let Some((id, doubles)) = created else { return Ok(false) };
        let (journal, address) = (calls.journal, &self.plan.changes[compensation.change].address);
        let intent = Intent::new(creating.zone_id.clone(), compensation.effects.clone(), None);
        let beginning =
            Beginning { step: number, address, action: "delete", app_id: Some(&id), intent };
        journal.begin(beginning).await?;
        match calls.delete(&id).await {
            Answered::Done((), _) => journal.took_effect(number, &id).await?,
            Answered::Refused(error, _) => {
                return journal.failed(number, None, error.to_string()).await.map(|()| false);
            }
            Answered::Unknown(..) => return Ok(false),
        }
        let left = calls.remove_doubles(address, number_of_doubles, &doubles).await?;
        Ok(left.is_none())
    }

    /// The body that a create has sent.
    fn sent(&self, creating: &Change, undone: &Undone) -> Map<String, Json> {
        match creating.work_for(undone.found.as_ref()) {
            Work::Create { body } | Work::Replace { body, .. } => body,
            Work::Update { .. } | Work::Delete { .. } | Work::Nothing => Map::new(),
        }
    }

    /// Creates a member again as it was.
    async fn create(
        &self,
        member: Returned,
        body: &Map<String, Json>,
        effects: Vec<Effect>,
        [number, number_of_doubles]: [u32; 2],
    ) -> Result<Returned, StoreError> {
        let change = &self.plan.changes[member.change];
        let (calls, address) = (self.calls.in_zone(&change.zone_id), &change.address);
        let journal = calls.journal;
        let intent = Intent::new(change.zone_id.clone(), effects, Some(body.clone()));
        let beginning = Beginning { step: number, address, action: "create", app_id: None, intent };
        journal.begin(beginning).await?;
        match calls.create(body).await {
            Answered::Done(created, _) => {
                let id = created.live.id;
                journal.took_effect(number, &id).await?;
                let doubles = &created.doubles;
                let left = calls.remove_doubles(address, number_of_doubles, doubles).await?;
                let left_double = left.map(|(double, error)| left_double(address, &double, &error));
                Ok(Returned { app_id: Some(id), left_double, ..member })
            }
            Answered::Refused(error, _) => {
                journal.failed(number, None, error.to_string()).await.map(|()| member)
            }
            Answered::Unknown(..) => Ok(member),
        }
    }
}

fn count(compensations: &[Compensation]) -> u32 {
    u32::try_from(compensations.len()).unwrap_or(u32::MAX)
}

/// What is said of an application that a create has made too often and that is still there.
fn left_double(address: &Address, double: &AppId, error: &ApiError) -> Finding {
    let summary =
        format!("{address} was created twice, and {double} could not be deleted: {error}");
    Finding::new(&codes::TAKEN_BACK, summary)
        .why("the answer to the first create was lost, so it was made again")
        .fix("if `spectrumctl plan` lists it as not managed, delete it at Cloudflare")
        .about(address)
}

/// What is said of a replacement that was undone, with the application that was created again, or without it.
pub(super) fn undone(address: &Address, returned: &Returned) -> Finding {
    let summary = format!("the replacement of {address} was undone");
    if returned.app_id.is_some() {
        return Finding::new(&codes::TAKEN_BACK, summary);
    }
    let summary = format!("{summary}, and its former application could not be created again");
    Finding::new(&codes::TAKEN_BACK, summary).fix(format!(
        "run `spectrumctl apply --restore {address}`, correct the application that was refused, and run \
         `spectrumctl apply` again"
    ))
}
