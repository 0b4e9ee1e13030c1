//! How often and for how long a call is made again that did not go through.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a call is made again while an application is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// The first pause; each further one is twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// How long after its beginning no call is made again.
    pub most: Duration,
}

/// The patience of a run: three times as long as a rate limit lasts, because giving up leaves an application deleted.
pub const WHILE_DOWN: Patience = Patience {
    first: Duration::from_secs(2),
    longest: Duration::from_secs(30),
    most: Duration::from_secs(15 * 60),
};

/// The repetitions of one call: one at once, or with patience as many as its time allows.
#[derive(Debug)]
pub(super) struct Again {
    patience: Option<Patience>,
    begun: Instant,
    pause: Duration,
    is_first: bool,
}

impl Again {
    pub(super) fn new(patience: Option<Patience>) -> Again {
        let pause = patience.map_or(Duration::ZERO, |patience| patience.first);
        Again { patience, begun: Instant::now(), pause, is_first: true }
    }

    /// Whether the call is made once more; waits until it is time to.
    pub(super) async fn wait(&mut self) -> bool {
        let Some(patience) = self.patience else { return std::mem::take(&mut self.is_first) };
        if self.begun.elapsed() + self.pause > patience.most {
            return false;
        }
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(patience.longest);
        true
    }

    /// The same where only an application that is down is a reason to try again.
    pub(super) async fn wait_while_down(&mut self) -> bool {
        self.patience.is_some() && self.wait().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_is_repeated_once_and_while_an_application_is_down_for_a_quarter_of_an_hour() {
        let mut usual = Again::new(None);
        assert!(!usual.wait_while_down().await);
        assert_eq!([usual.wait().await, usual.wait().await], [true, false]);
        let (begun, mut patient) = (Instant::now(), Again::new(Some(WHILE_DOWN)));
        let mut count = 0;
        while patient.wait_while_down().await {
            count += 1;
        }
        let waited = begun.elapsed();
        assert!(waited > WHILE_DOWN.most - WHILE_DOWN.longest && waited <= WHILE_DOWN.most);
        assert!((30..40).contains(&count), "{count}");
    }
}
