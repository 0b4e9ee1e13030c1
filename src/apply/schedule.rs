//! Which step is next. Pure: knows what each step waits for and how the others ended, and nothing of calls.

use std::collections::BTreeSet;

use crate::plan::Step;

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Waiting,
    Running,
    Done,
    Failed,
    Skipped,
}

/// The steps and where each stands.
#[derive(Debug)]
pub(super) struct Schedule {
    steps: Vec<Step>,
    standings: Vec<Standing>,
    /// For each step those that wait for it.
    followers: Vec<Vec<usize>>,
    /// The waiting steps of which nothing is left that they wait for.
    ready: BTreeSet<usize>,
    closed: bool,
}

impl Schedule {
    pub(super) fn new(steps: &[Step]) -> Self {
        let mut followers = vec![Vec::new(); steps.len()];
        for (index, step) in steps.iter().enumerate() {
            step.after.iter().for_each(|before| followers[*before].push(index));
        }
        let ready = (0..steps.len()).filter(|index| steps[*index].after.is_empty());
        Schedule {
            ready: ready.collect(),
            steps: steps.to_vec(),
            standings: vec![Standing::Waiting; steps.len()],
            followers,
            closed: false,
        }
    }

    /// The next step that may begin; it counts as running from here on. Of a closed schedule only those steps begin whose change must be
    /// finished.
    pub(super) fn begin(&mut self, must_be_finished: impl Fn(usize) -> bool) -> Option<usize> {
        let may_begin = |index: &usize| !self.closed || must_be_finished(self.steps[*index].change);
        let index = self.ready.iter().copied().find(may_begin)?;
        self.ready.remove(&index);
        self.standings[index] = Standing::Running;
        Some(index)
    }

    /// Notes how a step ended; what waits for one that failed is skipped. Gives the changes of what is skipped.
    pub(super) fn end(&mut self, index: usize, done: bool) -> BTreeSet<usize> {
        self.standings[index] = if done { Standing::Done } else { Standing::Failed };
        if !done {
            return self.skip_followers(index);
        }
        let is_done = |before: &usize| self.standings[*before] == Standing::Done;
        let is_ready = |next: &&usize| {
            self.standings[**next] == Standing::Waiting
                && self.steps[**next].after.iter().all(is_done)
        };
        let ready: Vec<usize> = self.followers[index].iter().filter(is_ready).copied().collect();
        self.ready.extend(ready);
        BTreeSet::new()
    }

    fn skip_followers(&mut self, index: usize) -> BTreeSet<usize> {
        let mut skipped = BTreeSet::new();
        let mut open = vec![index];
        while let Some(before) = open.pop() {
            for next in &self.followers[before] {
                if self.standings[*next] == Standing::Waiting {
                    self.standings[*next] = Standing::Skipped;
                    skipped.insert(self.steps[*next].change);
                    open.push(*next);
                }
            }
        }
        skipped
    }

    /// Lets the waiting steps of a change not begin any more, because of a step that failed, nor what waits for them. Gives the changes of
    /// what waits for them.
    pub(super) fn skip(&mut self, change: usize, cause: usize) -> BTreeSet<usize> {
        let mut skipped = BTreeSet::new();
        for index in 0..self.steps.len() {
            if self.steps[index].change == change && self.standings[index] == Standing::Waiting {
                self.standings[index] = Standing::Skipped;
                self.ready.remove(&index);
                self.steps[index].after.push(cause);
                skipped.extend(self.skip_followers(index));
            }
        }
        skipped
    }

    /// The changes of which a step is running.
    pub(super) fn running(&self) -> BTreeSet<usize> {
        self.changes(Standing::Running)
    }

    /// The changes of which a step has not begun yet.
    pub(super) fn waiting(&self) -> BTreeSet<usize> {
        self.changes(Standing::Waiting)
    }

    fn changes(&self, standing: Standing) -> BTreeSet<usize> {
        let stands = |index: &usize| self.standings[*index] == standing;
        (0..self.steps.len()).filter(stands).map(|index| self.steps[index].change).collect()
    }

    /// Lets no further step begin.
    pub(super) fn close(&mut self) {
        self.closed = true;
    }

    /// The failed steps that kept a step from beginning, the nearest first.
    pub(super) fn blockers(&self, index: usize) -> BTreeSet<usize> {
        let mut blockers = BTreeSet::new();
        let mut open = self.steps[index].after.clone();
        while let Some(before) = open.pop() {
            match self.standings[before] {
                Standing::Failed => drop(blockers.insert(before)),
                Standing::Skipped => open.extend(&self.steps[before].after),
                Standing::Waiting | Standing::Running | Standing::Done => {}
            }
        }
        blockers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Call;

    /// A schedule in which each step belongs to a change of its own number and waits for these steps.
    fn schedule(after: &[&[usize]]) -> Schedule {
        let step = |(change, after): (usize, &&[usize])| Step {
            change,
            call: Call::Update,
            after: after.to_vec(),
        };
        Schedule::new(&after.iter().enumerate().map(step).collect::<Vec<_>>())
    }

    fn begin(schedule: &mut Schedule) -> Option<usize> {
        schedule.begin(|_| false)
    }

    #[test]
    fn a_step_begins_once_everything_it_waits_for_is_done() {
        let mut steps = schedule(&[&[], &[0], &[]]);
        assert_eq!(
            [begin(&mut steps), begin(&mut steps), begin(&mut steps)],
            [Some(0), Some(2), None]
        );
        assert_eq!(steps.running(), BTreeSet::from([0, 2]));
        steps.end(0, true);
        assert_eq!([begin(&mut steps), begin(&mut steps)], [Some(1), None]);
    }

    #[test]
    fn a_failure_skips_whatever_waits_for_it_however_far_and_nothing_else() {
        let mut steps = schedule(&[&[], &[0], &[1], &[]]);
        assert_eq!(begin(&mut steps), Some(0));
        steps.end(0, false);
        assert_eq!([begin(&mut steps), begin(&mut steps)], [Some(3), None]);
        assert_eq!(steps.blockers(2), BTreeSet::from([0]));
        assert_eq!(steps.blockers(3), BTreeSet::new());
    }

    #[test]
    fn a_skipped_change_names_the_step_that_is_its_cause() {
        let mut steps = schedule(&[&[], &[], &[1]]);
        assert_eq!(begin(&mut steps), Some(0));
        steps.end(0, false);
        steps.skip(1, 0);
        assert_eq!(begin(&mut steps), None);
        assert_eq!(
            [steps.blockers(1), steps.blockers(2)],
            [BTreeSet::from([0]), BTreeSet::from([0])]
        );
    }

    #[test]
    fn a_closed_schedule_begins_only_what_must_be_finished() {
        let mut steps = schedule(&[&[], &[]]);
        steps.close();
        assert_eq!(steps.begin(|change| change == 1), Some(1));
        assert_eq!(steps.begin(|change| change == 1), None);
    }
}
