//! When each request may go: no more of them than Cloudflare allows, and a pause for all of them when the server asks for one.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;
use tokio::time::{Instant, sleep_until};

/// How many requests may begin within any stretch of time of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The number; `usize::MAX` is no limit.
    pub requests: usize,
    /// The length.
    pub window: Duration,
}

impl RateLimit {
    /// Cloudflare counts 1,200 requests in 5 minutes; a few are left to the dashboard and to clocks that differ.
    pub const CLOUDFLARE: RateLimit =
        RateLimit { requests: 1150, window: Duration::from_secs(300) };
    /// None, for the simulator.
    pub const UNLIMITED: RateLimit = RateLimit { requests: usize::MAX, window: Duration::ZERO };
}

/// Why the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The rate_limit is used up.
    RateLimit,
    /// The server asks for a pause.
    RateLimited,
    /// A call failed and is about to be repeated.
    Repeat,
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WaitReason::RateLimit => "the requests that Cloudflare allows in 5 minutes are used up",
            WaitReason::RateLimited => "the API asks for a pause",
            WaitReason::Repeat => "the call failed and is tried again",
        })
    }
}

/// A pause that a call makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why.
    pub reason: WaitReason,
    /// For how long.
    pub time: Duration,
    /// What is waiting: `list the applications of zone example.com`.
    pub operation: String,
}

/// Told of every pause.
pub type OnWait = Arc<dyn Fn(Wait) + Send + Sync>;

/// With so few requests left the server's window is waited out: as many may be on their way already.
const FEW_LEFT: u64 = 8;

/// No pause that a header asks for is longer than the window that Cloudflare counts in.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The limiter that all tasks of a client share.
pub(super) struct RateLimiter {
    rate_limit: RateLimit,
    on_wait: OnWait,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// When the latest requests began or will begin, at most as many as are allowed.
    starts: VecDeque<Instant>,
    paused_until: Option<Instant>,
    calls: u64,
}

impl RateLimiter {
    pub(super) fn new(rate_limit: RateLimit, on_wait: OnWait) -> RateLimiter {
        RateLimiter { rate_limit, on_wait, state: Mutex::default() }
    }

    /// Waits until a request may begin. Turns are given in the order in which they are asked for.
    pub(super) async fn acquire(&self, operation: &str) {
        let due = self.reserve();
        loop {
            let now = Instant::now();
            let paused_until = self.state().paused_until.unwrap_or(now);
            let until = due.max(paused_until);
            if until <= now {
                return;
            }
            let reason =
                if paused_until > due { WaitReason::RateLimited } else { WaitReason::RateLimit };
            (self.on_wait)(Wait { reason, time: until - now, operation: operation.to_owned() });
            sleep_until(until).await;
        }
    }

    /// Tells of a pause that is made elsewhere.
    pub(super) fn tell(&self, wait: Wait) {
        (self.on_wait)(wait);
    }

    /// Makes every request wait for a while.
    pub(super) fn pause(&self, time: Duration) {
        let until = Instant::now() + time.min(LONGEST_PAUSE);
        let mut state = self.state();
        state.paused_until = state.paused_until.max(Some(until));
    }

    /// Heeds what an answer says of the requests that are left.
    pub(super) fn observe(&self, headers: &HeaderMap) {
        let left = headers
            .get_all("ratelimit")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(','))
            .filter_map(left_of);
        for (remaining, reset) in left {
            if remaining < FEW_LEFT {
                self.pause(reset);
            }
        }
    }

    /// How many requests have been made.
    pub(super) fn calls(&self) -> u64 {
        self.state().calls
    }

    /// Takes the earliest moment that the rate_limit has left.
    fn reserve(&self) -> Instant {
        let now = Instant::now();
        let mut state = self.state();
        state.calls += 1;
        if self.rate_limit.requests == usize::MAX {
            return now;
        }
        let full = state.starts.len() >= self.rate_limit.requests;
        let earliest = if full { state.starts.pop_front() } else { None };
        let due = earliest.map_or(now, |start| now.max(start + self.rate_limit.window));
        state.starts.push_back(due);
        due
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remaining requests and time to the reset, from one policy of the header: `"default";r=50;t=30`.
fn left_of(policy: &str) -> Option<(u64, Duration)> {
    let number = |name: &str| {
        policy.split(';').find_map(|part| part.trim().strip_prefix(name)?.parse::<u64>().ok())
    };
    Some((number("r=")?, Duration::from_secs(number("t=")?)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn limiter(requests: usize, milliseconds: u64) -> RateLimiter {
        RateLimiter::new(
            RateLimit { requests, window: Duration::from_millis(milliseconds) },
            Arc::new(|_| {}),
        )
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_requests_than_allowed() {
        let limiter = limiter(3, 100);
        let mut starts = Vec::new();
        for _ in 0..7 {
            limiter.acquire("test").await;
            starts.push(Instant::now());
        }
        // A timer of this runtime counts in milliseconds.
        let apart = Duration::from_millis(98);
        assert!(starts.windows(4).all(|four| four[3] - four[0] >= apart), "{starts:?}");
        assert_eq!(limiter.calls(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn a_header_with_few_requests_left_pauses_everybody() {
        let (limiter, begun) = (limiter(100, 10), Instant::now());
        let observe = |text: &str| {
            limiter.observe(&HeaderMap::from_iter([(
                HeaderName::from_static("ratelimit"),
                text.parse().unwrap(),
            )]))
        };
        observe("\"default\";r=50;t=30");
        assert_eq!(limiter.state().paused_until, None);
        observe("\"burst\";r=90;t=60, \"default\";r=2;t=1");
        limiter.acquire("test").await;
        assert!(begun.elapsed() >= Duration::from_millis(998), "{:?}", begun.elapsed());
    }
}
