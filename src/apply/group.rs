//! How far each group of steps has come, and when its prepared way back is to be gone. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::report::Status;
use super::step_executor::Ended;
use crate::plan::{Call, Plan, StepEnd, WayBack};

/// Where a group stands.
#[derive(Debug)]
struct Tracked {
    way_back: usize,
    changes: BTreeSet<usize>,
    begun: bool,
    /// Whether something of it may be deleted, with nothing in its place yet.
    down: bool,
    failed: bool,
    undone: bool,
}

/// The groups of a plan.
#[derive(Debug)]
pub(super) struct Groups {
    tracked: Vec<Tracked>,
    of_change: BTreeMap<usize, usize>,
}

impl Groups {
    /// The groups for which the plan has a way back.
    pub(super) fn new(plan: &Plan) -> Groups {
        let mut groups = Groups { tracked: Vec::new(), of_change: BTreeMap::new() };
        for (index, way_back) in plan.ways_back.iter().enumerate() {
            let steps = way_back.steps.iter();
            let changes: BTreeSet<usize> = steps.map(|step| plan.steps[*step].change).collect();
            groups.of_change.extend(changes.iter().map(|change| (*change, index)));
            groups.tracked.push(Tracked {
                way_back: index,
                changes,
                begun: false,
                down: false,
                failed: false,
                undone: false,
            });
        }
        groups
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

    /// Whether a change belongs to a group of which something may be down.
    pub(super) fn is_down(&self, change: usize) -> bool {
        self.of_change.get(&change).is_some_and(|group| self.tracked[*group].down)
    }

    /// Notes how a step ended; says whether its group has failed.
    pub(super) fn end(&mut self, change: usize, call: Call, ended: &Ended) -> bool {
        let end = step_end(ended);
        if let Some(group) = self.of_change.get(&change) {
            self.tracked[*group].down |= call == Call::Delete && end != StepEnd::NoEffect;
        }
        WayBack::is_called_for(call, end)
    }

    /// Notes that a step of a change will not be made; gives the changes of its group the first time that one of them says so.
    pub(super) fn give_up(&mut self, change: usize) -> BTreeSet<usize> {
        let group = self.of_change.get(&change).map(|group| &mut self.tracked[*group]);
        let Some(tracked) = group.filter(|tracked| !tracked.failed) else { return BTreeSet::new() };
        tracked.failed = true;
        tracked.changes.clone()
    }

    /// The changes with waiting steps of groups that have begun, once nothing runs and nothing may begin: they wait for something that
    /// the run leaves undone.
    pub(super) fn stranded(&self, waiting: &BTreeSet<usize>) -> BTreeSet<usize> {
        let is_stranded = |change: &usize| {
            let group = self.of_change.get(change).map(|group| &self.tracked[*group]);
            group.is_some_and(|tracked| tracked.begun && !tracked.failed)
        };
        waiting.iter().copied().filter(is_stranded).collect()
    }

    /// The way back of a group that has failed, of which nothing runs any more and which is not undone yet.
    pub(super) fn next_to_undo(&mut self, running: &BTreeSet<usize>) -> Option<usize> {
        let ready = |tracked: &&mut Tracked| {
            tracked.failed && !tracked.undone && tracked.changes.is_disjoint(running)
        };
        let tracked = self.tracked.iter_mut().find(ready)?;
        tracked.undone = true;
        Some(tracked.way_back)
    }
}

/// How a step ended, as far as a way back asks.
pub(super) fn step_end(ended: &Ended) -> StepEnd {
    match ended.status {
        Status::Done => StepEnd::TookEffect,
        _ if ended.has_written => StepEnd::TookEffect,
        Status::Unknown => StepEnd::Unknown,
        Status::Failed | Status::Stale | Status::Skipped => StepEnd::NoEffect,
    }
}
