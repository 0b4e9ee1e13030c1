//! 10429: too many calls, as newer parts of the API say it.

use super::RATE_LIMITS;
use super::code::{Cause, Code, Retry, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(10429),
    slug: "call-rate",
    title: "Too many calls",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "calls-throttled",
        Scope::Account,
        "the API slows the caller down; the headers Ratelimit and Retry-After say how much is left and how long to wait",
        "wait for the time that Retry-After names and run again",
    )],
    ..Code::REFUSAL
};
