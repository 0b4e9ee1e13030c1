//! How far an apply has come: steps that are done, how fast, what runs now; and a line for each step that has ended. All on stderr.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::activity::{Activity, Doing, short, thousands};
use super::terminal::{Motion, motion, say};
use crate::apply::{Event, Status};
use crate::model::Address;
use crate::plan::{Action, Call};
use crate::render::counted;

/// How many running steps are named; the rest is counted.
const NAMED: usize = 8;

/// The steps of an apply, shown until [`Progress::end`].
pub(super) struct Progress {
    steps: Arc<Mutex<Steps>>,
    shown: Mutex<Option<Activity>>,
}

/// How far the steps are.
struct Steps {
    total: usize,
    ended: usize,
    failed: usize,
    begun: Instant,
    running: BTreeMap<usize, Running>,
    is_interrupted: bool,
}

struct Running {
    text: String,
    since: Instant,
}

impl Progress {
    /// Shows so many steps.
    pub(super) fn new(total: usize) -> Self {
        let steps = Arc::new(Mutex::new(Steps {
            total,
            ended: 0,
            failed: 0,
            begun: Instant::now(),
            running: BTreeMap::new(),
            is_interrupted: false,
        }));
        let seen = Arc::clone(&steps);
        let shown = Activity::begin(move || lock(&seen).doing(Instant::now()));
        Progress { steps, shown: Mutex::new(Some(shown)) }
    }

    /// Takes note of an event.
    pub(super) fn take(&self, event: &Event) {
        let mut steps = lock(&self.steps);
        match event {
            // A read is a part of what follows it.
            Event::StepStarted { call: Call::Read, .. } => {}
            Event::StepStarted { step, address, action, call } => {
                let text = format!("{} {address}", doing(*action, *call));
                steps.running.insert(*step, Running { text, since: Instant::now() });
            }
            Event::Ended { step, status } => {
                let Some(Running { text, .. }) = steps.running.remove(step) else { return };
                steps.ended += 1;
                steps.failed += usize::from(*status != Status::Done);
                drop(steps);
                if motion() != Motion::Silent {
                    say(format_args!("{} {text}", mark(*status)));
                }
            }
            Event::Finishing { addresses } => {
                drop(steps);
                say(finishing(addresses));
            }
        }
    }

    /// Shows them no longer.
    pub(super) fn end(&self) {
        drop(lock(&self.shown).take());
    }

    /// Notes that the run is to end after the calls that are under way; says which those are.
    pub(super) fn interrupt(&self) -> Vec<String> {
        let mut steps = lock(&self.steps);
        steps.is_interrupted = true;
        steps.running.values().map(|running| running.text.clone()).collect()
    }
}

impl Steps {
    fn doing(&self, now: Instant) -> Doing {
        let named = self.running.values().take(NAMED);
        let mut parts: Vec<String> = named
            .map(|step| format!("{} ({})", step.text, short(now.duration_since(step.since))))
            .collect();
        if self.running.len() > NAMED {
            parts.push(format!("and {} more", self.running.len() - NAMED));
        }
        let what = match self.is_interrupted {
            true => format!(
                "interrupted: waiting for {}, {}",
                counted(self.running.len(), "running call"),
                self.done()
            ),
            false => format!("{}{}", self.done(), self.pace(now.duration_since(self.begun))),
        };
        Doing { what, parts }
    }

    /// `120/300 done, 2 failed`.
    fn done(&self) -> String {
        let (done, total) = (self.ended - self.failed, self.total);
        let failed =
            if self.failed > 0 { format!(", {} failed", self.failed) } else { String::new() };
        format!("{}/{} done{failed}", thousands(done), thousands(total))
    }

    /// `, 4.2/s, 43s left`, once there is enough to reckon with.
    fn pace(&self, elapsed: Duration) -> String {
        if self.ended == 0 || elapsed < Duration::from_secs(1) {
            return String::new();
        }
        let rate = self.ended as f64 / elapsed.as_secs_f64();
        let left = Duration::from_secs_f64((self.total - self.ended.min(self.total)) as f64 / rate);
        format!(", {rate:.1}/s, about {} left", short(left))
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Which applications a run that was interrupted goes on with.
fn finishing(addresses: &[Address]) -> String {
    let (what, has) =
        if addresses.len() == 1 { ("replacement", "has") } else { ("replacements", "have") };
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    format!("Finishing the {what} that {has} begun: {}", addresses.join(", "))
}

fn doing(action: Action, call: Call) -> &'static str {
    match (action, call) {
        (Action::Replace, Call::Delete) => "replace (delete)",
        (Action::Replace, _) => "replace (create)",
        _ => action.text(),
    }
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Done => "done:",
        Status::Failed => "failed:",
        Status::Skipped => "skipped:",
        Status::Unknown => "unknown:",
        Status::Stale => "stale:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(total: usize, ended: usize, failed: usize) -> Steps {
        let (begun, running) = (Instant::now(), BTreeMap::new());
        Steps { total, ended, failed, begun, running, is_interrupted: false }
    }

    #[test]
    fn the_rate_and_the_time_left_follow_from_what_has_ended() {
        let at =
            |seconds, steps: Steps| steps.doing(steps.begun + Duration::from_secs(seconds)).what;
        assert_eq!(at(30, steps(300, 120, 2)), "118/300 done, 2 failed, 4.0/s, about 45s left");
        assert_eq!(at(30, steps(1300, 0, 0)), "0/1,300 done");
    }

    #[test]
    fn the_first_running_steps_are_named_and_the_rest_is_counted() {
        let mut steps = steps(12, 0, 0);
        for step in 0..10 {
            let text = format!("create example.com/app-{step}");
            steps.running.insert(step, Running { text, since: steps.begun });
        }
        let parts = steps.doing(steps.begun + Duration::from_secs(3)).parts;
        assert_eq!((parts.len(), parts[0].as_str()), (9, "create example.com/app-0 (3s)"));
        assert_eq!(parts[8], "and 2 more");
        steps.is_interrupted = true;
        assert_eq!(
            steps.doing(steps.begun).what,
            "interrupted: waiting for 10 running calls, 0/12 done"
        );
    }
}
