//! Pauses that the client makes, for the rate limit or before a call is made again: one line for all that wait, with the seconds left.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::activity::{Activity, short};
use super::terminal::{Motion, motion, say};
use crate::api::Wait;

/// A pause that is over this soon after another is the same one for a reader.
const SAME: Duration = Duration::from_secs(1);

/// A plain line is written for what is longer than this.
const WORTH_A_LINE: Duration = Duration::from_secs(2);

/// The pause that ends last, and whether somebody shows it.
#[derive(Debug, Default)]
struct Longest {
    until: Option<Instant>,
    what: String,
    is_shown: bool,
}

/// Shows pauses that are long enough to be noticed.
pub(super) fn wait_notifier() -> impl Fn(Wait) + Send + Sync + 'static {
    let longest = Arc::new(Mutex::new(Longest::default()));
    move |wait| {
        let (time, reason) = (wait.time, wait.reason);
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        tracing::info!(
            milliseconds,
            operation = wait.operation,
            "waiting {:.1} s to {}: {reason}",
            time.as_secs_f64(),
            wait.operation
        );
        if is_longer(&longest, &wait) {
            show(&longest, &wait);
        }
    }
}

/// Notes a pause; whether it ends clearly later than those before.
fn is_longer(longest: &Mutex<Longest>, wait: &Wait) -> bool {
    let until = Instant::now() + wait.time;
    let mut longest = lock(longest);
    if longest.until.is_some_and(|known| until <= known + SAME) {
        return false;
    }
    longest.until = Some(until);
    longest.what = format!("to {}: {}", wait.operation, wait.reason);
    true
}

fn show(longest: &Arc<Mutex<Longest>>, wait: &Wait) {
    match motion() {
        Motion::Silent => {}
        Motion::Moving => {
            if !std::mem::replace(&mut lock(longest).is_shown, true) {
                tokio::spawn(count_down(Arc::clone(longest)));
            }
        }
        Motion::Plain | Motion::Log if wait.time >= WORTH_A_LINE => {
            say(format_args!("waiting {} to {}: {}", short(wait.time), wait.operation, wait.reason))
        }
        Motion::Plain | Motion::Log => {}
    }
}

/// Shows the longest pause until it is over.
async fn count_down(longest: Arc<Mutex<Longest>>) {
    let seen = Arc::clone(&longest);
    let _shown = Activity::begin(move || {
        let longest = lock(&seen);
        let until = longest.until.unwrap_or_else(Instant::now);
        let left = until.saturating_duration_since(Instant::now());
        // The seconds come first, because a narrow terminal cuts the end.
        format!("waiting {} {}", short(left), longest.what)
    });
    loop {
        let until = lock(&longest).until.unwrap_or_else(Instant::now);
        if until <= Instant::now() {
            break;
        }
        sleep_until(until).await;
    }
    lock(&longest).is_shown = false;
}

fn lock(longest: &Mutex<Longest>) -> MutexGuard<'_, Longest> {
    longest.lock().unwrap_or_else(PoisonError::into_inner)
}
