//! What a person sees while something runs: a line per running step on a terminal, a line per ended step elsewhere. All on stderr.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::context::OutputOptions;
use super::output::say;
use crate::api::Wait;
use crate::apply::{Event, Status};
use crate::plan::{Action, Call};

/// Shows the steps of an apply.
pub(super) struct Progress {
    bars: Option<MultiProgress>,
    running: Mutex<BTreeMap<usize, (ProgressBar, String)>>,
    quiet: bool,
}

impl Progress {
    /// Lines that move on a terminal, lines that stay elsewhere, none with `-q`.
    pub(super) fn new(options: &OutputOptions) -> Self {
        let moving = std::io::stderr().is_terminal() && !options.quiet;
        Progress {
            bars: moving.then(MultiProgress::new),
            running: Mutex::new(BTreeMap::new()),
            quiet: options.quiet,
        }
    }

    /// Takes note of an event.
    pub(super) fn take(&self, event: &Event) {
        let mut running = self.running.lock().expect("no thread panics while it holds the lines");
        match event {
            Event::StepStarted { step, address, action, call } => {
                let text = format!("{} {address}", doing(*action, *call));
                running.insert(*step, (self.line(&text), text));
            }
            Event::Ended { step, status } => {
                let Some((bar, text)) = running.remove(step) else { return };
                bar.finish_and_clear();
                self.tell(&format!("{} {text}", mark(*status)));
            }
        }
    }

    /// How many steps are under way.
    pub(super) fn running(&self) -> usize {
        self.running.lock().expect("no thread panics while it holds the lines").len()
    }

    fn line(&self, text: &str) -> ProgressBar {
        let Some(bars) = &self.bars else { return ProgressBar::hidden() };
        let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})")
            .expect("the template is well formed");
        let bar =
            bars.add(ProgressBar::new_spinner().with_style(style).with_message(text.to_owned()));
        bar.enable_steady_tick(Duration::from_millis(100));
        bar
    }

    fn tell(&self, line: &str) {
        match &self.bars {
            // A terminal that went away is no failure of the run.
            Some(bars) => drop(bars.println(line)),
            None if self.quiet => {}
            None => say(line),
        }
    }
}

/// Tells of pauses that are long enough to be noticed.
pub(super) fn wait_notifier(options: &OutputOptions) -> impl Fn(Wait) + Send + Sync + 'static {
    let (quiet, verbose) = (options.quiet, options.verbose > 0);
    move |wait| {
        if !quiet && (verbose || wait.time >= Duration::from_secs(2)) {
            say(format_args!(
                "waiting {:.1} s to {}: {}",
                wait.time.as_secs_f64(),
                wait.operation,
                wait.reason
            ));
        }
    }
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
