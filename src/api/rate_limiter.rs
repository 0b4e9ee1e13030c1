//! When each request may go: no more of them than Cloudflare allows, and a pause for all of them when the server asks for one.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
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

/// The text is no rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a rate limit is a number of requests and a time, such as 1200/5m, or none")]
pub struct NotARateLimit;

impl FromStr for RateLimit {
    type Err = NotARateLimit;
    /// Reads `1200/5m`, `50/1s`, `10000/1h` or `none`.
    fn from_str(text: &str) -> Result<RateLimit, NotARateLimit> {
        if text == "none" {
            return Ok(RateLimit::UNLIMITED);
        }
        let (requests, time) = text.split_once('/').ok_or(NotARateLimit)?;
        let unit = time.chars().last().ok_or(NotARateLimit)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(NotARateLimit),
        };
        let count = time.strip_suffix(unit).and_then(|count| count.parse::<u32>().ok());
        let count = count.filter(|count| (1..=1000).contains(count)).ok_or(NotARateLimit)?;
        let requests = requests.parse::<u32>().ok().filter(|requests| *requests > 0);
        let requests = usize::try_from(requests.ok_or(NotARateLimit)?).unwrap_or(usize::MAX);
        Ok(RateLimit { requests, window: Duration::from_secs(u64::from(count) * seconds) })
    }
}

/// Why the client waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// The requests that the rate limit allows are used up.
    RateLimit,
    /// The server asks for a pause.
    RateLimited,
    /// A call failed and is about to be repeated.
    Repeat,
}

impl fmt::Display for WaitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WaitReason::RateLimit => "the requests that the rate limit allows are used up",
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
    believes_policy: bool,
    on_wait: OnWait,
    state: Mutex<State>,
}

struct State {
    /// The limit that is kept; one that an answer names may take its place.
    limit: RateLimit,
    /// When the latest requests began or will begin, at most as many as are allowed.
    starts: VecDeque<Instant>,
    paused_until: Option<Instant>,
    calls: u64,
}

impl RateLimiter {
    pub(super) fn new(limit: RateLimit, believes_policy: bool, on_wait: OnWait) -> RateLimiter {
        let state = State { limit, starts: VecDeque::new(), paused_until: None, calls: 0 };
        RateLimiter { believes_policy, on_wait, state: Mutex::new(state) }
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
        for (remaining, reset) in policies(headers, "ratelimit").filter_map(left_of) {
            if remaining < FEW_LEFT {
                self.pause(reset);
            }
        }
        // Of several policies the one that allows the fewest requests in the long run is kept.
        let told = policies(headers, "ratelimit-policy").filter_map(limit_of);
        let slowest = told.min_by(|a, b| rate(a).total_cmp(&rate(b)));
        if let Some(limit) = slowest.filter(|_| self.believes_policy) {
            self.state().limit = limit;
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
        let RateLimit { requests, window } = state.limit;
        if requests == usize::MAX {
            return now;
        }
        while state.starts.len() > requests {
            state.starts.pop_front();
        }
        let full = state.starts.len() >= requests;
        let earliest = if full { state.starts.pop_front() } else { None };
        let due = earliest.map_or(now, |start| now.max(start + window));
        state.starts.push_back(due);
        due
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Remaining requests and time to the reset, from one policy of the header: `"default";r=50;t=30`.
fn left_of(policy: &str) -> Option<(u64, Duration)> {
    Some((number_in(policy, "r=")?, Duration::from_secs(number_in(policy, "t=")?)))
}

/// Requests and window of one policy: `"burst";q=100;w=60`.
fn limit_of(policy: &str) -> Option<RateLimit> {
    let requests = number_in(policy, "q=").and_then(|requests| usize::try_from(requests).ok())?;
    let window = Duration::from_secs(number_in(policy, "w=")?);
    (requests > 0 && !window.is_zero()).then_some(RateLimit { requests, window })
}

/// How many requests a second a limit allows in the long run.
fn rate(limit: &RateLimit) -> f64 {
    limit.requests as f64 / limit.window.as_secs_f64()
}

/// The policies that a header lists.
fn policies<'a>(headers: &'a HeaderMap, name: &str) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|text| text.split(','))
}

fn number_in(policy: &str, name: &str) -> Option<u64> {
    policy.split(';').find_map(|part| part.trim().strip_prefix(name)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn limiter(requests: usize, milliseconds: u64) -> RateLimiter {
        RateLimiter::new(
            RateLimit { requests, window: Duration::from_millis(milliseconds) },
            true,
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

    fn told(limiter: &RateLimiter, policy: &str) -> RateLimit {
        limiter.observe(&HeaderMap::from_iter([(
            HeaderName::from_static("ratelimit-policy"),
            policy.parse().unwrap(),
        )]));
        limiter.state().limit
    }

    #[test]
    fn another_api_is_believed_and_cloudflare_is_not() {
        let seconds = Duration::from_secs;
        let other = RateLimiter::new(RateLimit::UNLIMITED, true, Arc::new(|_| {}));
        let burst = RateLimit { requests: 100, window: seconds(60) };
        assert_eq!(told(&other, "\"burst\";q=100;w=60"), burst);
        let slower = RateLimit { requests: 1200, window: seconds(3600) };
        assert_eq!(told(&other, "\"burst\";q=100;w=60, \"long\";q=1200;w=3600"), slower);
        assert_eq!(told(&other, "\"burst\";q=0;w=60"), slower);
        let cloudflare = RateLimiter::new(RateLimit::CLOUDFLARE, false, Arc::new(|_| {}));
        assert_eq!(told(&cloudflare, "\"burst\";q=9000;w=1"), RateLimit::CLOUDFLARE);
    }

    #[test]
    fn a_limit_is_written_as_requests_and_time() {
        let limit =
            |requests, seconds| RateLimit { requests, window: Duration::from_secs(seconds) };
        assert_eq!("1200/5m".parse(), Ok(limit(1200, 300)));
        assert_eq!("50/1s".parse(), Ok(limit(50, 1)));
        assert_eq!("none".parse(), Ok(RateLimit::UNLIMITED));
        for text in ["", "5", "0/5m", "5/", "5/m", "5/0s", "5/1d", "-5/1m", "5/1m/1", "5/1µ"] {
            assert_eq!(text.parse::<RateLimit>(), Err(NotARateLimit), "{text}");
        }
    }
}
