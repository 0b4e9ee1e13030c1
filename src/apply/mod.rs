//! Carries a plan out, step by step. Apply makes no choices: the plan holds every body, id and order; apply may stop, it may not
//! decide.
//!
//! Floor 7: names `api`, `state`, `plan` and lower floors.

mod carry;
mod lessons;
mod refusal;
pub mod report;
mod schedule;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::task::JoinSet;

pub use report::{Outcome, Report, Status, Tally};

use crate::api::Cloudflare;
use crate::config::OnError;
use crate::model::{Address, AppId};
use crate::plan::{Action, Call, Plan};
use crate::state::{Entry, LockToken, Store, StoreError};
use carry::{Carrier, Ended};
use schedule::Schedule;

/// What happens while a plan is carried out, for whoever shows it.
#[derive(Debug, Clone)]
pub enum Event {
    /// A step begins.
    Began {
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
pub struct Run<C, S> {
    /// The port to the API.
    pub api: Arc<C>,
    /// The port to the state.
    pub store: Arc<S>,
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
    /// Told of each event.
    pub on_event: Arc<dyn Fn(Event) + Send + Sync>,
    /// Becomes true when no further step is to begin.
    pub stop: watch::Receiver<bool>,
}

impl<C: Cloudflare + 'static, S: Store + 'static> Run<C, S> {
    /// Carries the plan out as far as it can be.
    pub async fn carry_out(mut self) -> Report {
        let mut schedule = Schedule::of(&self.plan.steps);
        let mut running: JoinSet<(usize, Result<Ended, StoreError>)> = JoinSet::new();
        let mut ended: BTreeMap<usize, Ended> = BTreeMap::new();
        let mut report = Report { simulated: self.plan.simulated, ..Report::default() };
        loop {
            self.heed_stop(&mut schedule, &mut report);
            while running.len() < self.parallelism.max(1) {
                let Some(step) = schedule.begin() else { break };
                self.spawn(step, &mut running);
            }
            let joined = tokio::select! {
                joined = running.join_next() => joined,
                _ = self.stop.changed(), if !report.interrupted => continue,
            };
            let Some(joined) = joined else { break };
            let (step, result) = joined.expect("a step neither panics nor is it aborted");
            match result {
                Ok(end) => {
                    let done = end.status == Status::Done;
                    if let Err(error) = self.learn(step, &end, &ended).await {
                        schedule.close();
                        report.state_failure = Some(Box::new(error.to_finding()));
                    }
                    (self.on_event)(Event::Ended { step, status: end.status });
                    schedule.end(step, done);
                    ended.insert(step, end);
                    if !done && self.on_error == OnError::Stop {
                        schedule.close();
                    }
                }
                Err(error) => {
                    schedule.end(step, false);
                    schedule.close();
                    report.state_failure = Some(Box::new(error.to_finding()));
                }
            }
        }
        report.outcomes = self.outcomes(&schedule, ended);
        report
    }

    fn heed_stop(&self, schedule: &mut Schedule, report: &mut Report) {
        if *self.stop.borrow() && !report.interrupted {
            report.interrupted = true;
            schedule.close();
        }
    }

    fn spawn(&self, step: usize, running: &mut JoinSet<(usize, Result<Ended, StoreError>)>) {
        let (api, store, token) = (Arc::clone(&self.api), Arc::clone(&self.store), Arc::clone(&self.token));
        let (plan, known, on_event) = (Arc::clone(&self.plan), Arc::clone(&self.known), Arc::clone(&self.on_event));
        running.spawn(async move {
            let planned = &plan.steps[step];
            let change = &plan.changes[planned.change];
            on_event(Event::Began { step, address: change.address.clone(), action: change.action, call: planned.call });
            let number = u32::try_from(step).unwrap_or(u32::MAX);
            let carrier = Carrier { api: &*api, store: &*store, token: &token, change, number, known: &known };
            (step, carrier.carry(planned.call).await)
        });
    }

    /// Writes down what the end of a step teaches.
    async fn learn(&self, step: usize, end: &Ended, ended: &BTreeMap<usize, Ended>) -> Result<(), StoreError> {
        for edit in lessons::of_end(&self.plan, step, end, ended, Timestamp::now()) {
            self.store.append(&self.token, &Entry::Done { step: None, edit }).await?;
        }
        Ok(())
    }

    /// One outcome per change, out of those of its steps: the worst counts.
    fn outcomes(&self, schedule: &Schedule, mut ended: BTreeMap<usize, Ended>) -> Vec<Outcome> {
        let mut steps: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, step) in self.plan.steps.iter().enumerate() {
            steps.entry(step.change).or_default().push(index);
        }
        let mut outcomes = Vec::new();
        for (change, indices) in steps {
            let planned = &self.plan.changes[change];
            let mut outcome = Outcome {
                address: planned.address.clone(),
                action: planned.action,
                status: Status::Done,
                app_id: planned.app_id.clone(),
                attempts: 0,
                blocked_by: Vec::new(),
                error: None,
            };
            for index in indices {
                self.add_step(&mut outcome, index, schedule, ended.remove(&index));
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    fn add_step(&self, outcome: &mut Outcome, index: usize, schedule: &Schedule, ended: Option<Ended>) {
        let Some(end) = ended else {
            if outcome.status == Status::Done {
                outcome.status = Status::Skipped;
            }
            let blockers =
                schedule.blockers(index).into_iter().map(|blocker| self.plan.changes[self.plan.steps[blocker].change].address.clone());
            outcome.blocked_by.extend(blockers.filter(|address| *address != outcome.address));
            return;
        };
        outcome.attempts += end.attempts;
        outcome.app_id = end.app_id.or_else(|| outcome.app_id.take());
        if end.status != Status::Done {
            outcome.status = end.status;
            outcome.error = end.error;
        }
    }
}
