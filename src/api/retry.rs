//! Which failed calls are made again, how often and after which pause.

use std::time::Duration;

use backon::ExponentialBuilder;
use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::error::ErrorKind;

/// What a call does, which decides what may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    Read,
    /// The same when made twice: `PUT` and `DELETE`.
    Replace,
    /// Something more each time: `POST`.
    Create,
}

/// One attempt that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    pub(super) status: Option<u16>,
    pub(super) ray_id: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

/// Attempts in all, the first included.
const TRIES: u32 = 4;

/// A 403 with a valid token passes within moments or not at all.
const TRIES_FORBIDDEN: u32 = 3;

/// A rate limit passes; how long it is waited for is a matter of time and not of tries, which only keeps the pauses coming.
const TRIES_RATE_LIMITED: u32 = 1000;

/// How long after its beginning a call is made again when the server names no time.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pauses: about twice as long each time, with a random share so that several runs do not march in step.
pub(super) fn pauses(first: Duration) -> ExponentialBuilder {
    ExponentialBuilder::new()
        .with_min_delay(first)
        .with_max_delay(Duration::from_secs(30))
        .with_max_times(TRIES_RATE_LIMITED as usize)
        .with_jitter()
}

/// The pause that the server asks for, brought within 1 to 60 seconds; dates are not understood, Cloudflare sends seconds.
pub(super) fn asked_pause(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.clamp(1, 60)))
}

impl Failure {
    /// Whether the call may be made again. A write is, only where it surely had no effect, or is the same when made twice and the API
    /// itself says that something it depends on is down.
    pub(super) fn may_repeat(
        &self,
        effect: Effect,
        tries: u32,
        elapsed: Duration,
        rate_limit_patience: Duration,
    ) -> bool {
        let limit = match self.status {
            Some(429) => TRIES_RATE_LIMITED,
            Some(403) if effect == Effect::Read => TRIES_FORBIDDEN,
            Some(503)
                if effect == Effect::Replace && matches!(self.kind, ErrorKind::Refused { .. }) =>
            {
                TRIES
            }
            _ if self.never_left() => TRIES,
            _ if effect == Effect::Read && self.may_pass() => TRIES,
            _ => 1,
        };
        let rate_limited = self.status == Some(429);
        let patience =
            if rate_limited || self.retry_after.is_some() { rate_limit_patience } else { PATIENCE };
        tries < limit && elapsed + self.retry_after.unwrap_or_default() <= patience
    }

    /// Whether no connection came about, so that nothing was sent.
    fn never_left(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Unreachable { sent: false, .. } | ErrorKind::TimedOut { sent: false, .. }
        )
    }

    fn may_pass(&self) -> bool {
        match self.kind {
            ErrorKind::Refused { .. } => self.status.is_some_and(|status| status >= 500),
            ErrorKind::NotAnEnvelope { .. }
            | ErrorKind::Unreachable { .. }
            | ErrorKind::TimedOut { .. } => true,
            ErrorKind::TooLarge { .. }
            | ErrorKind::Incomplete { .. }
            | ErrorKind::UnexpectedShape { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(330);

    fn refused(status: u16) -> Failure {
        Failure {
            kind: ErrorKind::Refused { errors: Vec::new() },
            status: Some(status),
            ray_id: None,
            retry_after: None,
        }
    }

    #[test]
    fn a_create_is_repeated_only_where_it_had_no_effect() {
        let page = |status| Failure {
            kind: ErrorKind::NotAnEnvelope { what: String::new(), title: None },
            ..refused(status)
        };
        let lost = |sent| Failure {
            kind: ErrorKind::Unreachable { reason: String::new(), sent },
            status: None,
            ..refused(0)
        };
        let again = |failure: Failure| failure.may_repeat(Effect::Create, 1, Duration::ZERO, LIMIT);
        assert!(again(refused(429)) && again(page(429)) && again(lost(false)));
        assert!(
            !again(refused(503))
                && !again(refused(500))
                && !again(page(502))
                && !again(lost(true))
                && !again(refused(403))
        );
    }

    #[test]
    fn a_replacement_is_repeated_when_a_dependency_is_down_and_not_after_an_unknown_end() {
        assert!(refused(503).may_repeat(Effect::Replace, 1, Duration::ZERO, LIMIT));
        assert!(!refused(500).may_repeat(Effect::Replace, 1, Duration::ZERO, LIMIT));
    }

    #[test]
    fn a_rate_limit_is_waited_for_longer_than_a_broken_server() {
        let limited = Failure { retry_after: Some(Duration::from_secs(60)), ..refused(429) };
        assert!(limited.may_repeat(Effect::Read, 5, Duration::from_secs(240), LIMIT));
        assert!(!limited.may_repeat(Effect::Read, 5, Duration::from_secs(300), LIMIT));
        assert!(!refused(502).may_repeat(Effect::Read, TRIES, Duration::ZERO, LIMIT));
        assert!(!refused(502).may_repeat(Effect::Read, 1, Duration::from_secs(60), LIMIT));
    }

    #[test]
    fn a_rate_limit_is_waited_for_by_time_and_not_by_tries() {
        let silent = refused(429);
        assert!(silent.may_repeat(Effect::Create, 12, Duration::from_secs(300), LIMIT));
        assert!(!silent.may_repeat(Effect::Create, 12, Duration::from_secs(331), LIMIT));
    }

    #[test]
    fn a_refusal_for_its_content_is_final() {
        assert!([400, 401, 404, 409].into_iter().all(|status| !refused(status).may_repeat(
            Effect::Read,
            1,
            Duration::ZERO,
            LIMIT
        )));
    }
}
