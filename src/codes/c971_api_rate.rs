//! 971: too many calls in a short time.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::pages::RATE_LIMITS;

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
        "the user or token has made too many calls in a short time; every tool that shares the user counts",
        "wait as long as Retry-After says, then run again; lower --parallelism if other tools share the user",
    )],
    ..Code::REFUSAL
};
