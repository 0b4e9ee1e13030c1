//! 1015: the edge in front of the API has stopped the caller's address for a while.

use super::RATE_LIMITS;
use super::code::{Cause, Code, Retry, Scope, Stage};

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
        "the API's edge takes 200 calls a second from one IP address and answers those beyond it with a page of its own",
        "wait some minutes and run again; runners behind one address should not run at the same moment",
    )],
    ..Code::REFUSAL
};
