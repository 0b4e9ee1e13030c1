//! The run: keeps steps going side by side, takes their ends, and stops where it must.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::circuit_breaker::CircuitBreaker;
use super::group::{Groups, step_end};
use super::outcomes::{self, TakenBack};
use super::patience::Patience;
use super::ports::Ports;
use super::precondition;
use super::refusal_cache;
use super::report::{Report, Restored, Status};
use super::schedule::Schedule;
use super::step_executor::{Ended, StepExecutor};
use super::undo::{Returned, Undoing, Undone};
use crate::api::Client;
use crate::config::OnError;
use crate::ledger::JournalEntry;
use crate::model::{Address, Live};
use crate::plan::{Action, Call, Plan};
use crate::state::{LockToken, Store, StoreError};

/// The pauses before a create with an unknown outcome is looked for: together as long as lists may lag behind.
pub const VERIFY_BACKOFF: [Duration; 5] = [
    Duration::from_millis(300),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(6),
];

/// What happens while a plan is carried out, for whoever shows it.
#[derive(Debug, Clone)]
pub enum Event {
    /// A step begins.
    StepStarted {
        /// The step.
        step: usize,
        /// The application.
        address: Address,
        /// The change that it belongs to.
        action: Action,
        /// The call that is made.
        call: Call,
    },
    /// A step has ended.
    Ended {
        /// The step.
        step: usize,
        /// How.
        status: Status,
    },
    /// The run was interrupted, and steps still begin of what is being replaced.
    Finishing {
        /// The applications.
        addresses: Vec<Address>,
    },
}

/// A plan that is carried out.
pub struct Run {
    /// The port to the API.
    pub api: Arc<Client>,
    /// The port to the state.
    pub store: Arc<Store>,
    /// The right to write it.
    pub token: Arc<LockToken>,
    /// What is to be done.
    pub plan: Arc<Plan>,
    /// How many steps run side by side, at least 1.
    pub parallelism: usize,
    /// What is done after a step that failed.
    pub on_error: OnError,
    /// The pauses before a create with an unknown outcome is looked for, usually [`VERIFY_BACKOFF`].
    pub looks: Arc<[Duration]>,
    /// How long a call is made again while an application is down, usually [`WHILE_DOWN`](super::WHILE_DOWN).
    pub patience: Patience,
    /// Told of each event.
    pub on_event: Arc<dyn Fn(Event) + Send + Sync>,
    /// Becomes true when no further step is to begin.
    pub stop: watch::Receiver<bool>,
}

/// What a task of the run brings back.
enum TaskResult {
    Step(usize, Result<Ended, StoreError>),
    Undone(Result<Vec<Returned>, StoreError>),
}

/// How far a run has come.
struct RunState {
    schedule: Schedule,
    groups: Groups,
    running: JoinSet<TaskResult>,
    ended: BTreeMap<usize, Ended>,
    /// The application of each change as it was read right before its first write.
    found: BTreeMap<usize, Live>,
    undone: TakenBack,
    circuit_breaker: CircuitBreaker,
    report: Report,
    next_number: usize,
    hears_stop: bool,
}

impl Run {
    /// Carries the plan out as far as it can be.
    pub async fn carry_out(mut self) -> Report {
        let mut run = RunState {
            schedule: Schedule::new(&self.plan.steps),
            groups: Groups::new(&self.plan),
            running: JoinSet::new(),
            ended: BTreeMap::new(),
            found: BTreeMap::new(),
            undone: BTreeMap::new(),
            circuit_breaker: CircuitBreaker::default(),
            report: Report { simulated: self.plan.simulated, ..Report::default() },
            // The second half is for what the steps create too often.
            next_number: 2 * self.plan.steps.len(),
            hears_stop: true,
        };
        loop {
            self.heed_stop(&mut run);
            self.begin_steps(&mut run);
            let joined = tokio::select! {
                joined = run.running.join_next() => joined,
                heard = self.stop.changed(), if run.hears_stop && !run.report.interrupted => {
                    run.hears_stop = heard.is_ok();
                    continue;
                }
            };
            let Some(joined) = joined else { break };
            match joined.expect("a step neither panics nor is it aborted") {
                TaskResult::Step(step, Ok(end)) => self.take_end(&mut run, step, end).await,
                TaskResult::Step(step, Err(error)) => {
                    self.take_state_failure(&mut run, step, &error)
                }
                TaskResult::Undone(Ok(returned)) => take_returned(&mut run, returned),
                TaskResult::Undone(Err(error)) => run.fail(&error),
            }
        }
        let RunState { schedule, ended, undone, report, .. } = run;
        outcomes::of(&self.plan, &schedule, (ended, undone), report)
    }

    fn heed_stop(&self, run: &mut RunState) {
        if *self.stop.borrow() && !run.report.interrupted {
            run.report.interrupted = true;
            run.schedule.close();
            let must_be_finished = |change: &usize| run.groups.has_begun(*change);
            let unfinished = run.schedule.waiting().into_iter().filter(must_be_finished);
            let addresses: Vec<Address> =
                unfinished.map(|change| self.plan.changes[change].address.clone()).collect();
            if !addresses.is_empty() {
                (self.on_event)(Event::Finishing { addresses });
            }
        }
    }

    /// Begins the way back of groups that have failed.
    fn begin_ways_back(&self, run: &mut RunState) {
        while let Some(way_back) = run.groups.next_to_undo(&run.schedule.running()) {
            if run.report.state_failure.is_none() {
                self.spawn_undo(run, way_back);
            }
        }
    }

    /// Begins what may begin, and the way back of groups that have failed or that nothing can finish.
    fn begin_steps(&self, run: &mut RunState) {
        self.begin_ways_back(run);
        self.begin_ready(run);
        if run.running.is_empty() {
            for change in run.groups.stranded(&run.schedule.waiting()) {
                run.groups.give_up(change);
            }
            self.begin_ways_back(run);
        }
    }

    fn begin_ready(&self, run: &mut RunState) {
        while run.running.len() < self.parallelism.max(1) {
            let groups = &run.groups;
            let Some(step) = run.schedule.begin(|change| groups.has_begun(change)) else {
                break;
            };
            let change = self.plan.steps[step].change;
            if self.plan.steps[step].call != Call::Read {
                run.groups.begin(change);
            }
            let prior = run.found.get(&change).cloned();
            let patience = run.groups.is_down(change).then_some(self.patience);
            let taken_from = precondition::taken_from(&self.plan, change, &run.found);
            self.spawn(step, (prior, taken_from), patience, &mut run.running);
        }
    }

    fn spawn(
        &self,
        step: usize,
        (prior, taken_from): (Option<Live>, Option<Live>),
        patience: Option<Patience>,
        running: &mut JoinSet<TaskResult>,
    ) {
        let (ports, on_event) = (self.ports(patience), Arc::clone(&self.on_event));
        running.spawn(async move {
            let plan = &ports.plan;
            let planned = &plan.steps[step];
            let change = &plan.changes[planned.change];
            on_event(Event::StepStarted {
                step,
                address: change.address.clone(),
                action: change.action,
                call: planned.call,
            });
            let executor = StepExecutor {
                calls: ports.calls(&change.zone_id),
                change: Cow::Borrowed(change),
                taken_from,
                number: number_of(step),
                number_of_doubles: number_of(plan.steps.len() + step),
                prior: prior.as_ref(),
            };
            TaskResult::Step(step, executor.carry(planned.call).await)
        });
    }

    fn spawn_undo(&self, run: &mut RunState, way_back: usize) {
        let (ports, number) = (self.ports(Some(self.patience)), number_of(run.next_number));
        run.next_number += 2 * self.plan.ways_back[way_back].compensations.len();
        let undone = |step: &usize| {
            let ended = run.ended.get(step)?;
            let (end, began) = (step_end(ended), ended.began);
            let (app_id, found) = (ended.app_id.clone(), ended.found.clone());
            Some((*step, Undone { end, app_id, found, began }))
        };
        let steps = &self.plan.ways_back[way_back].steps;
        let ended: BTreeMap<usize, Undone> = steps.iter().filter_map(undone).collect();
        run.running.spawn(async move {
            let (plan, compensations) =
                (&ports.plan, &ports.plan.ways_back[way_back].compensations);
            let Some(first) = compensations.first() else {
                return TaskResult::Undone(Ok(Vec::new()));
            };
            let calls = ports.calls(&plan.changes[first.change].zone_id);
            let undoing = Undoing { calls, plan, ended: &ended, number };
            TaskResult::Undone(undoing.follow(compensations).await)
        });
    }

    fn ports(&self, patience: Option<Patience>) -> Ports {
        Ports {
            api: Arc::clone(&self.api),
            store: Arc::clone(&self.store),
            token: Arc::clone(&self.token),
            plan: Arc::clone(&self.plan),
            looks: Arc::clone(&self.looks),
            patience,
        }
    }

    async fn take_end(&self, run: &mut RunState, step: usize, end: Ended) {
        let planned = &self.plan.steps[step];
        let done = end.status == Status::Done;
        if let Err(error) = self.learn(step, &end, &run.ended).await {
            run.fail(&error);
        }
        (self.on_event)(Event::Ended { step, status: end.status });
        let has_failed = run.groups.end(planned.change, planned.call, &end);
        let mut given_up = run.schedule.end(step, done);
        given_up.extend(has_failed.then_some(planned.change));
        // What belongs to something that is not made is not made either, and what of it was made is taken back.
        while let Some(change) = given_up.pop_first() {
            for member in run.groups.give_up(change) {
                given_up.extend(run.schedule.skip(member, step));
            }
        }
        if let Some(reason) = run.circuit_breaker.note(&end) {
            run.schedule.close();
            run.report.ended_early.get_or_insert(Box::new(reason));
        }
        if !done && self.on_error == OnError::Stop {
            run.schedule.close();
        }
        run.report.reads += usize::from(end.was_read);
        run.found.extend(end.found.clone().map(|found| (planned.change, found)));
        run.ended.insert(step, end);
    }

    /// The call of the step may have been made, but how it ended could not be written down.
    fn take_state_failure(&self, run: &mut RunState, step: usize, error: &StoreError) {
        let change = &self.plan.changes[self.plan.steps[step].change];
        (self.on_event)(Event::Ended { step, status: Status::Unknown });
        run.schedule.end(step, false);
        run.ended.insert(
            step,
            Ended::not_done(
                Status::Unknown,
                change.app_id.clone(),
                0,
                error.to_finding().about(&change.address),
            ),
        );
        run.fail(error);
    }

    /// Writes down what the end of a step teaches.
    async fn learn(
        &self,
        step: usize,
        end: &Ended,
        ended: &BTreeMap<usize, Ended>,
    ) -> Result<(), StoreError> {
        for edit in refusal_cache::changes_at_end(&self.plan, step, end, ended, Timestamp::now()) {
            self.store.append(&self.token, &JournalEntry::Done { step: None, edit }).await?;
        }
        Ok(())
    }
}

impl RunState {
    fn fail(&mut self, error: &StoreError) {
        self.schedule.close();
        self.report.state_failure = Some(Box::new(error.to_finding()));
    }
}

fn number_of(step: usize) -> u32 {
    u32::try_from(step).unwrap_or(u32::MAX)
}

fn take_returned(run: &mut RunState, returned: Vec<Returned>) {
    if returned.is_empty() {
        return;
    }
    let back = returned.iter().filter(|member| member.app_id.is_some()).count();
    let restored = match back {
        0 => Restored::Nothing,
        _ if back == returned.len() => Restored::Whole,
        _ => Restored::Partial,
    };
    run.undone.extend(returned.into_iter().map(|member| (member.change, (member, restored))));
}
