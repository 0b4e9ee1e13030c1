//! The groups of a run: which steps belong together, how far each group has come, and when what it has done is to be undone. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::report::Status;
use super::step_executor::Ended;
use crate::model::{AppId, Backup};
use crate::plan::{Call, Plan, Work};

/// Where a group stands.
#[derive(Debug, Default)]
struct Tracked {
    changes: BTreeSet<usize>,
    begun: bool,
    failed: bool,
    undone: bool,
}

/// The groups of a plan.
#[derive(Debug)]
pub(super) struct Groups {
    tracked: Vec<Tracked>,
    of_change: BTreeMap<usize, usize>,
}

/// A member of a group that is to be undone.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) change: usize,
    pub(super) backup: Backup,
    /// What the group has created in its place.
    pub(super) created: Option<AppId>,
    /// Whether the create has no known outcome.
    pub(super) is_unknown: bool,
}

impl Groups {
    /// The groups of the plan; a replace that stands in none is one by itself.
    pub(super) fn new(plan: &Plan) -> Groups {
        let mut groups = Groups { tracked: Vec::new(), of_change: BTreeMap::new() };
        let is_replace = |index: &usize| matches!(plan.changes[*index].work, Work::Replace { .. });
        for group in &plan.groups {
            let members = (0..plan.changes.len())
                .filter(|index| group.members.contains(&plan.changes[*index].address));
            let members: BTreeSet<usize> = members.collect();
            // A move between zones is a delete and a create that belong together.
            match members.iter().any(|index| plan.changes[*index].backup.is_some()) {
                true => groups.add(members),
                false => groups.add(members.into_iter().filter(is_replace).collect()),
            }
        }
        for index in (0..plan.changes.len()).filter(is_replace) {
            if !groups.of_change.contains_key(&index) {
                groups.add(BTreeSet::from([index]));
            }
        }
        groups
    }

    fn add(&mut self, changes: BTreeSet<usize>) {
        self.of_change.extend(changes.iter().map(|change| (*change, self.tracked.len())));
        self.tracked.push(Tracked { changes, ..Tracked::default() });
    }

    /// Notes that a step of a change begins.
    pub(super) fn begin(&mut self, change: usize) {
        if let Some(group) = self.of_change.get(&change) {
            self.tracked[*group].begun = true;
        }
    }

    /// Whether the change belongs to a group that has begun: it is finished even when nothing else begins any more, because what it has
    /// deleted would be missing otherwise.
    pub(super) fn has_begun(&self, change: usize) -> bool {
        self.of_change.get(&change).is_some_and(|group| self.tracked[*group].begun)
    }

    /// Notes how a step ended; gives the changes whose waiting steps are not to begin any more. A create without a known outcome is no
    /// reason to undo the others: what it meant to create may well be there.
    pub(super) fn end(&mut self, change: usize, call: Call, ended: &Ended) -> BTreeSet<usize> {
        let is_refused =
            matches!(ended.status, Status::Failed | Status::Stale) && !ended.has_written;
        let lost = is_refused || (ended.status == Status::Unknown && call == Call::Delete);
        match self.of_change.get(&change).filter(|_| lost) {
            Some(group) => {
                self.tracked[*group].failed = true;
                self.tracked[*group].changes.clone()
            }
            None => BTreeSet::new(),
        }
    }

    /// A group that has failed, of which nothing runs any more and which is not undone yet, with its changes.
    pub(super) fn next_to_undo(&mut self, running: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        let ready = |tracked: &&mut Tracked| {
            tracked.failed && !tracked.undone && tracked.changes.is_disjoint(running)
        };
        let tracked = self.tracked.iter_mut().find(ready)?;
        tracked.undone = true;
        Some(tracked.changes.clone())
    }
}

/// The members of a group that were deleted, and are to be brought back.
pub(super) fn deleted_members(
    plan: &Plan,
    changes: &BTreeSet<usize>,
    ended: &BTreeMap<usize, Ended>,
) -> Vec<Member> {
    let end_of = |change: usize, call: Call| {
        let step = plan.steps.iter().position(|step| step.change == change && step.call == call)?;
        ended.get(&step)
    };
    let creates = |change: &usize| matches!(plan.changes[*change].work, Work::Create { .. });
    let member = |change: &usize| {
        let planned = &plan.changes[*change];
        let deleted = end_of(*change, Call::Delete).filter(|end| end.status == Status::Done)?;
        let (backup, create) =
            match (deleted.work.as_ref().unwrap_or(&planned.work), &planned.backup) {
                (Work::Replace { former, .. }, _) => (planned.backup(former), Some(*change)),
                (_, Some(backup)) => ((**backup).clone(), changes.iter().copied().find(creates)),
                _ => return None,
            };
        let create = create.and_then(|change| end_of(change, Call::Create));
        Some(Member {
            change: *change,
            backup,
            // A create that did not come out as it was meant to has made something all the same, and its end tells which.
            created: create.filter(|end| end.has_written).and_then(|end| end.app_id.clone()),
            is_unknown: create.is_some_and(|end| end.status == Status::Unknown),
        })
    };
    changes.iter().filter_map(member).collect()
}
