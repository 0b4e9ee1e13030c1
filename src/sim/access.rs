//! Who calls, what they may do, and how often: tokens, permissions and the rate limit.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::digest::digest;
use super::facts::{Token, TokenStatus};
use super::message::Request;
use super::refusal::{
    BAD_HEADERS, BAD_TOKEN, NO_CREDENTIALS, NOT_PERMITTED, RATE_LIMITED, Refusal,
};

/// How many requests a caller may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// This many …
    pub requests: u32,
    /// … in this many seconds, counted from the first.
    pub window_seconds: u32,
}

impl Default for RateLimit {
    fn default() -> Self {
        RateLimit { requests: 1200, window_seconds: 300 }
    }
}

/// Whoever made a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// 32 hexadecimal digits that stand for the credentials.
    pub(super) id: String,
    /// The email address, when a key was used.
    pub(super) email: Option<String>,
    /// The declared token, when tokens are declared.
    pub(super) token: Option<Token>,
}

impl Caller {
    /// Finds out who calls. Where no token is declared, every token and every email with a key is good.
    pub(super) fn identify(tokens: &[Token], request: &Request) -> Result<Caller, Refusal> {
        if let Some(header) = request.headers.get("authorization") {
            let secret =
                header.strip_prefix("Bearer ").map(str::trim).filter(|secret| !secret.is_empty());
            let secret = secret.ok_or_else(|| BAD_HEADERS.refusal())?;
            let token = tokens.iter().find(|token| token.token == secret).cloned();
            if token.is_none() && !tokens.is_empty() {
                return Err(BAD_TOKEN.refusal());
            }
            return Ok(Caller { id: digest(&["token", secret]), email: None, token });
        }
        let pair = request.headers.get("x-auth-email").zip(request.headers.get("x-auth-key"));
        let (email, key) = pair.ok_or_else(|| NO_CREDENTIALS.refusal())?;
        if !tokens.is_empty() {
            return Err(BAD_TOKEN.refusal());
        }
        Ok(Caller { id: digest(&["key", email, key]), email: Some(email.clone()), token: None })
    }

    /// Whether the caller has a permission; one to write includes the one to read.
    pub(super) fn may(&self, permission: &str) -> bool {
        let Some(held) = self.token.as_ref().and_then(|token| token.permissions.as_ref()) else {
            return true;
        };
        let wanted = spelled(permission);
        let writes = wanted.strip_suffix(" read").map(|thing| format!("{thing} write"));
        held.iter()
            .map(|held| spelled(held))
            .any(|held| held == wanted || Some(&held) == writes.as_ref())
    }

    /// Whether the caller's token covers a zone.
    pub(super) fn covers(&self, zone: &str) -> bool {
        let covered = self.token.as_ref().and_then(|token| token.zones.as_ref());
        covered.is_none_or(|zones| zones.iter().any(|name| name.eq_ignore_ascii_case(zone)))
    }

    /// Refuses a caller who has not this permission.
    pub(super) fn must(&self, permission: Option<&str>) -> Result<(), Refusal> {
        if permission.is_some()
            && self.token.as_ref().is_some_and(|token| token.status != TokenStatus::Active)
        {
            return Err(BAD_TOKEN.refusal());
        }
        match permission {
            Some(permission) if !self.may(permission) => Err(NOT_PERMITTED.refusal()),
            _ => Ok(()),
        }
    }
}

/// A permission's name as it is compared: `IP Prefixes: Edit` and `ip_prefixes_edit` are
/// `ip prefixes write`.
fn spelled(permission: &str) -> String {
    let words = permission.to_ascii_lowercase().replace([':', '_'], " ");
    let words: Vec<&str> = words
        .split_whitespace()
        .map(|keyword| if keyword == "edit" { "write" } else { keyword })
        .collect();
    words.join(" ")
}

/// How much of the rate limit each caller has used. Known to the running process only: a world that is stored starts anew.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Usage(BTreeMap<String, (Timestamp, u32)>);

/// What is left of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Left {
    pub(super) requests: u32,
    pub(super) seconds: u64,
}

impl Usage {
    /// Counts a request, and says what is left; the refusal comes with what is left as well, so that it can be told.
    pub(super) fn count(
        &mut self,
        caller: &str,
        limit: RateLimit,
        now: Timestamp,
    ) -> (Left, Result<(), Refusal>) {
        let (start, used) = self.0.entry(caller.to_owned()).or_insert((now, 0));
        let window = i64::from(limit.window_seconds);
        let mut passed = now.as_second() - start.as_second();
        if !(0..window).contains(&passed) {
            (*start, *used, passed) = (now, 0, 0);
        }
        *used = used.saturating_add(1);
        let left = Left {
            requests: limit.requests.saturating_sub(*used),
            seconds: u64::try_from(window - passed).unwrap_or(0),
        };
        let refused = Refusal { retry_after: Some(left.seconds), ..RATE_LIMITED.refusal() };
        (left, if *used > limit.requests { Err(refused) } else { Ok(()) })
    }
}
