//! The run: keeps steps going side by side, takes their ends, and stops where it must.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::circuit_breaker::CircuitBreaker;
use super::group::{Groups, Member, deleted_members};
use super::precondition;
use super::refusal_cache;
use super::report::{Outcome, Report, Restored, Status};
use super::schedule::Schedule;
use super::step_executor::{Ended, StepExecutor};
use super::undo;
use super::undo::{Returned, Undoing};
use crate::api::Client;
use crate::config::OnError;
use crate::ledger::JournalEntry;
use crate::model::{Address, AppId};
use crate::plan::{Action, Call, Plan, Work};
use crate::state::{LockToken, Store, StoreError};

/// The pauses before a create with an unknown outcome is looked for; lists can lag behind.
pub const VERIFY_BACKOFF: [Duration; 3] =
    [Duration::from_millis(300), Duration::from_secs(1), Duration::from_secs(3)];

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
    /// The ids that were live when the plan was made.
    pub known: Arc<Vec<AppId>>,
    /// How many steps run side by side, at least 1.
    pub parallelism: usize,
    /// What is done after a step that failed.
    pub on_error: OnError,
    /// The pauses before a create with an unknown outcome is looked for, usually [`VERIFY_BACKOFF`].
    pub looks: Arc<[Duration]>,
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
    undone: BTreeMap<usize, (Option<AppId>, Restored)>,
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
            undone: BTreeMap::new(),
            circuit_breaker: CircuitBreaker::default(),
            report: Report { simulated: self.plan.simulated, ..Report::default() },
            next_number: self.plan.steps.len(),
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
        self.outcomes(run)
    }

    fn heed_stop(&self, run: &mut RunState) {
        if *self.stop.borrow() && !run.report.interrupted {
            run.report.interrupted = true;
            run.schedule.close();
        }
    }

    /// Begins what may begin, and the way back of groups that have failed.
    fn begin_steps(&self, run: &mut RunState) {
        while let Some(changes) = run.groups.next_to_undo(&run.schedule.running()) {
            let members = deleted_members(&self.plan, &changes, &run.ended);
            if !members.is_empty() && run.report.state_failure.is_none() {
                self.spawn_undo(run, members);
            }
        }
        while run.running.len() < self.parallelism.max(1) {
            let groups = &run.groups;
            let Some(step) = run.schedule.begin(|change| groups.has_begun(change)) else {
                break;
            };
            run.groups.begin(self.plan.steps[step].change);
            let prior = precondition::prior_work(&self.plan, step, &run.ended);
            self.spawn(step, prior, &mut run.running);
        }
    }

    fn spawn(&self, step: usize, prior: Option<Work>, running: &mut JoinSet<TaskResult>) {
        let (api, store, token) =
            (Arc::clone(&self.api), Arc::clone(&self.store), Arc::clone(&self.token));
        let (plan, known, on_event) =
            (Arc::clone(&self.plan), Arc::clone(&self.known), Arc::clone(&self.on_event));
        let looks = Arc::clone(&self.looks);
        running.spawn(async move {
            let planned = &plan.steps[step];
            let change = &plan.changes[planned.change];
            on_event(Event::StepStarted {
                step,
                address: change.address.clone(),
                action: change.action,
                call: planned.call,
            });
            let number = number_of(step);
            let executor = StepExecutor {
                api: &api,
                store: &store,
                token: &token,
                change,
                number,
                known: &known,
                looks: &looks,
                prior: prior.as_ref(),
            };
            TaskResult::Step(step, executor.carry(planned.call).await)
        });
    }

    fn spawn_undo(&self, run: &mut RunState, members: Vec<Member>) {
        let number = number_of(run.next_number);
        run.next_number += 2 * members.len();
        let (api, store, token) =
            (Arc::clone(&self.api), Arc::clone(&self.store), Arc::clone(&self.token));
        let (plan, known, looks) =
            (Arc::clone(&self.plan), Arc::clone(&self.known), Arc::clone(&self.looks));
        run.running.spawn(async move {
            let body = |member: &Member| match &plan.changes[member.change].work {
                Work::Replace { body, .. } => body.clone(),
                _ => Map::<String, Json>::new(),
            };
            let members = members
                .into_iter()
                .map(|member| (body(&member), member))
                .map(|(body, member)| (member, body))
                .collect();
            let mut undoing = Undoing {
                api: &api,
                store: &store,
                token: &token,
                known: &known,
                looks: &looks,
                plan: &plan,
                number,
            };
            TaskResult::Undone(undoing.undo(members).await)
        });
    }

    async fn take_end(&self, run: &mut RunState, step: usize, end: Ended) {
        let planned = &self.plan.steps[step];
        let done = end.status == Status::Done;
        if let Err(error) = self.learn(step, &end, &run.ended).await {
            run.fail(&error);
        }
        (self.on_event)(Event::Ended { step, status: end.status });
        for change in run.groups.end(planned.change, planned.call, &end) {
            run.schedule.skip(change, step);
        }
        run.schedule.end(step, done);
        if let Some(reason) = run.circuit_breaker.note(&end) {
            run.schedule.close();
            run.report.ended_early.get_or_insert(Box::new(reason));
        }
        if !done && self.on_error == OnError::Stop {
            run.schedule.close();
        }
        run.report.reads += usize::from(end.was_read);
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

    /// One outcome per change, out of those of its steps: the worst counts.
    fn outcomes(&self, run: RunState) -> Report {
        let RunState { schedule, mut ended, undone, mut report, .. } = run;
        let mut steps: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, step) in self.plan.steps.iter().enumerate() {
            steps.entry(step.change).or_default().push(index);
        }
        for (change, indices) in steps {
            let planned = &self.plan.changes[change];
            let mut outcome = Outcome {
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
            };
            for index in indices {
                self.add_step(&mut outcome, index, &schedule, ended.remove(&index));
            }
            if let Some((app_id, restored)) = undone.get(&change) {
                add_return(&mut outcome, app_id.as_ref(), *restored);
            }
            report.outcomes.push(outcome);
        }
        report
    }

    fn add_step(
        &self,
        outcome: &mut Outcome,
        index: usize,
        schedule: &Schedule,
        ended: Option<Ended>,
    ) {
        let Some(end) = ended else {
            if outcome.status == Status::Done {
                outcome.status = Status::Skipped;
            }
            let blockers = schedule
                .blockers(index)
                .into_iter()
                .map(|blocker| self.plan.changes[self.plan.steps[blocker].change].address.clone());
            for address in blockers.filter(|address| *address != outcome.address) {
                if !outcome.blocked_by.contains(&address) {
                    outcome.blocked_by.push(address);
                }
            }
            return;
        };
        outcome.attempts += end.attempts;
        outcome.app_id = end.app_id.or_else(|| outcome.app_id.take());
        if end.status != Status::Done {
            outcome.status = end.status;
            outcome.error = end.error;
            outcome.further = end.further;
        }
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
    let back = returned.iter().filter(|member| member.app_id.is_some()).count();
    let restored = match back {
        0 => Restored::Nothing,
        _ if back == returned.len() => Restored::Whole,
        _ => Restored::Partial,
    };
    run.undone
        .extend(returned.into_iter().map(|member| (member.change, (member.app_id, restored))));
}

/// What the way back makes of a member's outcome: whatever it had come to, the replacement did not come about.
fn add_return(outcome: &mut Outcome, app_id: Option<&AppId>, restored: Restored) {
    outcome.restored = Some(restored);
    outcome.is_back = app_id.is_some();
    outcome.app_id = app_id.cloned();
    if outcome.status != Status::Unknown {
        outcome.status = Status::Failed;
    }
    outcome.error.get_or_insert_with(|| Box::new(undo::undone(&outcome.address, app_id)));
}
