//! 971: too many calls in a short time.

use super::RATE_LIMITS;
use super::code::{Cause, Code, Retry, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(971),
    slug: "api-rate",
    title: "API rate limit reached",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "too-many-calls-at-once",
        Scope::Account,
        "the user or token has made more calls in a short time than the API takes; every tool that shares the user counts",
        "wait for the time that Retry-After names, run again, and lower --parallelism if other tools share the user",
    )],
    ..Code::REFUSAL
};
