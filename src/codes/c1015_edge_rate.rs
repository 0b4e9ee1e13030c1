//! 1015: the edge in front of the API has stopped the caller's address for a while.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::pages::RATE_LIMITS;

pub(super) static CODE: Code = Code {
    number: Some(1015),
    slug: "edge-rate",
    title: "Rate limited at the edge",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "too-many-calls-from-address",
        Scope::Account,
        "the API's edge takes 200 requests a second from one IP address and answers the rest with an HTML page",
        "run again in a few minutes, and do not start runners behind one IP address at the same moment",
    )],
    ..Code::REFUSAL
};
