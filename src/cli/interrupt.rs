//! Ctrl-C and SIGTERM. Where nothing is held, the first one ends the process. Under the state's lock it asks the run to end: what only
//! reads, waits or asks is left at once and the lock is given back, and what is being written is finished first. The second one ends the
//! process wherever it is.

use std::sync::{Arc, LazyLock};

use tokio::sync::watch;

use super::progress::Progress;
use super::terminal::{say, stop_moving};
use crate::render::counted;

/// How many calls that were left are named; the rest is counted.
const NAMED: usize = 20;

/// What a process ends with that was interrupted.
const INTERRUPTED: i32 = 130;

/// What the next signal finds.
#[derive(Default)]
struct Standing {
    is_interrupted: bool,
    /// How many things are held that have to be given back.
    holds: usize,
    /// How many writes are under way.
    writes: usize,
    /// Whether anything was written to the state, or may have been.
    has_written: bool,
    /// Whether what runs goes on until it is asked to end.
    is_endless: bool,
    /// Whether somebody has asked for the end with SIGTERM, as a service manager does.
    is_terminated: bool,
    /// The steps of an apply, and how they are asked to end.
    steps: Option<(Arc<Progress>, watch::Sender<bool>)>,
}

static STANDING: LazyLock<watch::Sender<Standing>> =
    LazyLock::new(|| watch::Sender::new(Standing::default()));

/// Answers signals from now on.
pub(super) fn listen() {
    tokio::spawn(async {
        let mut signals = Signals::new();
        loop {
            let signal = signals.next().await;
            STANDING.send_modify(|standing| standing.is_terminated |= signal == Asked::Terminate);
            answer();
        }
    });
}

/// Something that has to be given back before the process ends.
pub(super) struct Hold;

/// Takes note of it.
pub(super) fn hold() -> Hold {
    STANDING.send_modify(|standing| standing.holds += 1);
    Hold
}

/// The same for what goes on until it is asked to end, and then ends by itself and says so.
pub(super) fn hold_endless() -> Hold {
    STANDING.send_modify(|standing| standing.is_endless = true);
    hold()
}

/// Whether the end was asked for with SIGTERM.
pub(super) fn is_terminated() -> bool {
    STANDING.borrow().is_terminated
}

impl Drop for Hold {
    fn drop(&mut self) {
        STANDING.send_modify(|standing| {
            standing.holds -= 1;
            if standing.holds == 0 {
                standing.steps = None;
            }
        });
    }
}

/// A write that is not left in its middle.
pub(super) struct Writing;

/// Takes note of it.
pub(super) fn writing() -> Writing {
    STANDING.send_modify(|standing| standing.writes += 1);
    Writing
}

/// Takes note that the state is written to from now on, so nobody says that nothing was changed.
pub(super) fn note_write() {
    STANDING.send_modify(|standing| standing.has_written = true);
}

/// What a run has changed that began no step.
pub(super) fn changed() -> &'static str {
    if STANDING.borrow().has_written { "only the state was changed" } else { "nothing was changed" }
}

/// What a run that began no step ends with: `Cancelled. Nothing was changed.`
fn closing(word: &str, has_written: bool) -> String {
    let what = if has_written { "Only the state was changed." } else { "Nothing was changed." };
    format!("{word}. {what}")
}

/// The same of this run.
pub(super) fn closed(word: &str) -> String {
    closing(word, STANDING.borrow().has_written)
}

impl Drop for Writing {
    fn drop(&mut self) {
        STANDING.send_modify(|standing| standing.writes -= 1);
    }
}

/// Begins the steps of an apply, which end by themselves when this becomes true. Until the lock is given back nothing else is left in its
/// middle either.
pub(super) fn begin_steps(progress: &Arc<Progress>) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(STANDING.borrow().is_interrupted);
    STANDING.send_modify(|standing| standing.steps = Some((Arc::clone(progress), sender)));
    receiver
}

/// What comes of the work; none where an interrupt is faster.
pub(super) async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        () = requested() => None,
    }
}

/// Waits until the run is asked to end and nothing is being written.
pub(super) async fn requested() {
    let mut standing = STANDING.subscribe();
    let is_free = |standing: &Standing| standing.writes == 0 && standing.steps.is_none();
    if standing.wait_for(|standing| standing.is_interrupted && is_free(standing)).await.is_err() {
        // The sender is never dropped.
        std::future::pending::<()>().await;
    }
}

/// Says what a signal does, and does it.
fn answer() {
    let standing = STANDING.borrow();
    let (is_first, is_held) = (!standing.is_interrupted, standing.holds > 0);
    let progress = standing.steps.as_ref().map(|(progress, _)| Arc::clone(progress));
    let (is_writing, is_endless) = (standing.writes > 0, standing.is_endless);
    let has_written = standing.has_written;
    drop(standing);
    let running = progress.map(|progress| progress.interrupt());
    if is_first && is_held {
        if !is_endless {
            say(waiting(running.as_deref(), is_writing, has_written));
        }
        return STANDING.send_modify(|standing| {
            standing.is_interrupted = true;
            if let Some((_, stop)) = &standing.steps {
                // The receiver is gone only when the steps have ended, and then there is nothing to stop.
                let _ = stop.send(true);
            }
        });
    }
    stop_moving();
    say(if is_held { left(running.as_deref()) } else { "Interrupted.".to_owned() });
    std::process::exit(INTERRUPTED);
}

/// What the first signal under the lock is answered with.
fn waiting(running: Option<&[String]>, is_writing: bool, has_written: bool) -> String {
    match running.map(<[String]>::len) {
        None if is_writing => {
            "Interrupted: finishing what is being written. Press Ctrl-C again to quit now."
                .to_owned()
        }
        None => closing("Interrupted", has_written),
        Some(0) => "Interrupted. Press Ctrl-C again to quit now.".to_owned(),
        Some(count) => format!(
            "Interrupted: waiting for {}. Press Ctrl-C again to quit now.",
            counted(count, "running call")
        ),
    }
}

/// What the second signal is answered with: what nobody waited for, and how to go on.
fn left(running: Option<&[String]>) -> String {
    let Some(running) = running else { return "Quit.".to_owned() };
    let mut lines = match running.len() {
        0 => return "Quit. Run `spectrumctl apply` again: it does the rest.".to_owned(),
        1 => vec!["Quit. 1 call was running, and its outcome is unknown:".to_owned()],
        count => vec![format!("Quit. {count} calls were running, and their outcome is unknown:")],
    };
    lines.extend(running.iter().take(NAMED).map(|call| format!("  {call}")));
    if running.len() > NAMED {
        lines.push(format!("  and {} more", running.len() - NAMED));
    }
    let them = if running.len() == 1 { "it" } else { "them" };
    lines.push(format!(
        "Run `spectrumctl apply` again: it finds out what became of {them}, and does the rest."
    ));
    lines.join("\n")
}

/// What a process is asked to end with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// The signals that ask a process to end. None is lost between two of them.
struct Signals {
    #[cfg(unix)]
    streams: Option<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)>,
}

impl Signals {
    #[cfg(unix)]
    fn new() -> Signals {
        use tokio::signal::unix::{SignalKind, signal};
        let stream = |kind| signal(kind).ok();
        let streams = stream(SignalKind::interrupt()).zip(stream(SignalKind::terminate()));
        Signals { streams }
    }

    #[cfg(not(unix))]
    fn new() -> Signals {
        Signals {}
    }

    #[cfg(unix)]
    async fn next(&mut self) -> Asked {
        match &mut self.streams {
            Some((interrupt, terminate)) => {
                tokio::select! {
                    _ = interrupt.recv() => Asked::Interrupt,
                    _ = terminate.recv() => Asked::Terminate,
                }
            }
            // Without a signal to wait for there is nothing to do but to go on.
            None => std::future::pending().await,
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) -> Asked {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Asked::Interrupt
    }
}

/// Waits for the first signal, for what ends by itself then.
pub(super) async fn next_signal() {
    Signals::new().next().await;
}

#[cfg(test)]
mod tests {
    use super::{left, waiting};

    fn calls(count: usize) -> Vec<String> {
        vec!["create example.com/ssh".to_owned(); count]
    }

    #[test]
    fn the_running_calls_are_counted() {
        assert_eq!(
            waiting(Some(&calls(8)), true, false),
            "Interrupted: waiting for 8 running calls. Press Ctrl-C again to quit now."
        );
        assert!(waiting(Some(&calls(1)), true, false).contains("waiting for 1 running call."));
        assert_eq!(waiting(Some(&[]), true, false), "Interrupted. Press Ctrl-C again to quit now.");
        assert_eq!(waiting(None, false, false), "Interrupted. Nothing was changed.");
        assert_eq!(waiting(None, false, true), "Interrupted. Only the state was changed.");
    }

    #[test]
    fn what_is_left_is_named() {
        let one = left(Some(&calls(1)));
        assert_eq!(
            one,
            "Quit. 1 call was running, and its outcome is unknown:\n  create example.com/ssh\nRun `spectrumctl apply` again: it finds out what became of it, and does the rest."
        );
        let many = left(Some(&calls(64)));
        assert!(many.contains("64 calls") && many.contains("\n  and 44 more\n"), "{many}");
        assert!(left(Some(&[])).starts_with("Quit. Run"));
        assert_eq!(left(None), "Quit.");
    }
}
