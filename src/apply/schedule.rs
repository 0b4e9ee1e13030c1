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
    closed: bool,
}

impl Schedule {
    pub(super) fn new(steps: &[Step]) -> Self {
        Schedule {
            steps: steps.to_vec(),
            standings: vec![Standing::Waiting; steps.len()],
            closed: false,
        }
    }

    /// The next step that may begin; it counts as running from here on. Of a closed schedule only those steps begin whose change must be
    /// finished.
    pub(super) fn begin(&mut self, must_be_finished: impl Fn(usize) -> bool) -> Option<usize> {
        let ready = |index: &usize| {
            self.standings[*index] == Standing::Waiting
                && (!self.closed || must_be_finished(self.steps[*index].change))
                && self.steps[*index]
                    .after
                    .iter()
                    .all(|before| self.standings[*before] == Standing::Done)
        };
        let index = (0..self.steps.len()).find(ready)?;
        self.standings[index] = Standing::Running;
        Some(index)
    }

    /// Notes how a step ended; what waits for one that failed is skipped.
    pub(super) fn end(&mut self, index: usize, done: bool) {
        self.standings[index] = if done { Standing::Done } else { Standing::Failed };
        if !done {
            self.skip_blocked();
        }
    }

    fn skip_blocked(&mut self) {
        let mut lost = true;
        while lost {
            lost = false;
            for index in 0..self.steps.len() {
                let blocked = self.steps[index].after.iter().any(|before| {
                    matches!(self.standings[*before], Standing::Failed | Standing::Skipped)
                });
                if self.standings[index] == Standing::Waiting && blocked {
                    self.standings[index] = Standing::Skipped;
                    lost = true;
                }
            }
        }
    }

    /// Lets the waiting steps of a change not begin any more, because of a step that failed, nor what waits for them.
    pub(super) fn skip(&mut self, change: usize, cause: usize) {
        for index in 0..self.steps.len() {
            if self.steps[index].change == change && self.standings[index] == Standing::Waiting {
                self.standings[index] = Standing::Skipped;
                self.steps[index].after.push(cause);
                self.skip_blocked();
            }
        }
    }

    /// The changes of which a step is running.
    pub(super) fn running(&self) -> BTreeSet<usize> {
        let running = |index: &usize| self.standings[*index] == Standing::Running;
        (0..self.steps.len()).filter(running).map(|index| self.steps[index].change).collect()
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
