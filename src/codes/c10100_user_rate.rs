//! 10100: the caller's share of calls is used up.

use super::RATE_LIMITS;
use super::code::{Cause, Code, Retry, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(10100),
    slug: "user-rate",
    title: "Rate limit of the user reached",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "calls-of-five-minutes-used-up",
        Scope::Account,
        "a user has 1,200 calls in five minutes over the dashboard, keys and tokens together; past that every call is refused for a while",
        "wait five minutes and run again; see which other tool uses the same user, or give this one a user of its own",
    )],
    ..Code::REFUSAL
};
