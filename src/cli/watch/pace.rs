//! How long a watch waits between two rounds. Pure.

use std::time::Duration;

/// The longest pause after rounds that could not compare everything, unless the rounds are further apart anyway.
const LONGEST_BACK_OFF: Duration = Duration::from_secs(60 * 60);

/// By how much of itself a pause is longer or shorter, so that many watches do not ask at the same moment.
const JITTER: f64 = 0.1;

/// The pauses of a watch.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    /// How many rounds in a row could not compare everything.
    failures: u32,
}

impl Pace {
    pub(super) fn new(interval: Duration) -> Pace {
        Pace { interval, failures: 0 }
    }

    /// The pause after a round: the interval, and after each further round in a row that could not compare everything twice as long. The
    /// lot, from 0 to 1, says how much of the jitter it gets.
    pub(super) fn after(&mut self, is_known: bool, lot: f64) -> Duration {
        self.failures = if is_known { 0 } else { self.failures.saturating_add(1) };
        let doubled = 2_u32.saturating_pow(self.failures.saturating_sub(1).min(16));
        let longest = LONGEST_BACK_OFF.max(self.interval);
        let pause = self.interval.saturating_mul(doubled).min(longest);
        pause.mul_f64(1.0 - JITTER + 2.0 * JITTER * lot.clamp(0.0, 1.0))
    }

    /// The longest time that two rounds may be apart, a slow round included.
    pub(super) fn patience(&self) -> Duration {
        LONGEST_BACK_OFF.max(self.interval).mul_f64(1.0 + JITTER) + LONGEST_BACK_OFF / 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn minutes(count: u64) -> Duration {
        Duration::from_secs(60 * count)
    }

    #[test]
    fn rounds_that_cannot_compare_are_further_and_further_apart_up_to_an_hour() {
        let mut pace = Pace::new(minutes(5));
        let known = [true, false, false, false, false, false, false, true];
        let pauses = known.map(|is_known| pace.after(is_known, 0.5));
        assert_eq!(pauses, [5, 5, 10, 20, 40, 60, 60, 5].map(minutes));
        assert_eq!(Pace::new(minutes(180)).after(false, 0.5), minutes(180));
    }

    #[test]
    fn pauses_differ_by_a_tenth() {
        let mut pace = Pace::new(Duration::from_secs(100));
        let pauses = [0.0, 0.5, 1.0].map(|lot| pace.after(true, lot).as_secs());
        assert_eq!(pauses, [90, 100, 110]);
    }
}
