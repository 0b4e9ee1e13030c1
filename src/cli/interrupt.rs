//! Ctrl-C and SIGTERM: the first asks a run to end after the calls that are under way, the second ends it at once.

use std::sync::Arc;

use tokio::sync::watch;

use super::output::say;
use super::progress::Progress;
use crate::render::counted;

/// Becomes true at the first signal; the second ends the process at once.
pub(super) fn stop_on_signal(progress: Arc<Progress>) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        next_signal().await;
        say(waiting(progress.running()));
        // The receiver is gone only when the run has ended, and then there is nothing to stop.
        let _ = sender.send(true);
        next_signal().await;
        std::process::exit(130);
    });
    receiver
}

/// What the first signal is answered with.
fn waiting(running: usize) -> String {
    match running {
        0 => "Interrupted. Press Ctrl-C again to quit now.".to_owned(),
        _ => format!(
            "Interrupted: waiting for {}. Press Ctrl-C again to quit now.",
            counted(running, "running call")
        ),
    }
}

/// Waits for the next signal.
pub(super) async fn next_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    // Without a signal to wait for there is nothing to do but to go on.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_running_calls_are_counted() {
        let waiting = super::waiting;
        assert_eq!(
            waiting(8),
            "Interrupted: waiting for 8 running calls. Press Ctrl-C again to quit now."
        );
        assert!(waiting(1).contains("waiting for 1 running call."));
        assert_eq!(waiting(0), "Interrupted. Press Ctrl-C again to quit now.");
    }
}
