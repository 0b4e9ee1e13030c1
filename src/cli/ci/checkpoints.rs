//! Stores the state on its branch again and again while an apply runs, so that a machine which dies in the middle takes along a few
//! seconds of what was done and not all of it.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use super::git::Git;
use super::state_branch::StateBranch;
use crate::cli::output::say;

/// After how long the first one is stored, and the time from one to the next: most applies end before the first.
const FIRST: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_secs(10);

/// What stores the state while the run goes on.
pub(super) struct Checkpoints {
    end: Sender<()>,
    thread: JoinHandle<StateBranch>,
}

impl Checkpoints {
    /// Begins; each commit has this text.
    pub(super) fn start(state: StateBranch, git: Arc<Git>, text: String) -> Checkpoints {
        let (end, ended) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let (mut state, mut pause, mut is_told) = (state, FIRST, false);
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                pause = EVERY;
                let Err(failure) = state.checkpoint(&git, &text) else { continue };
                if !std::mem::replace(&mut is_told, true) {
                    let text = failure.text();
                    say(format_args!(
                        "warning: {text}; it is tried again while the run goes on, and at its end"
                    ));
                }
            }
            state
        });
        Checkpoints { end, thread }
    }

    /// Ends, and gives the state back to be stored for good.
    pub(super) fn end(self) -> StateBranch {
        // Nobody hears it where the thread has ended by a panic, which goes on here.
        let _ = self.end.send(());
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
