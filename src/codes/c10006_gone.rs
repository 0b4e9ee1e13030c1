//! 10006: no application with this id. Observed, not on Cloudflare's page of codes.

use super::API;
use super::code::{Cause, Code, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(10006),
    slug: "application-not-found",
    title: "Application not found",
    docs: API,
    http_status: &[404],
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "application-gone",
        Scope::Change,
        "the application was deleted outside after the plan was made; for a delete that is as good as done",
        "make a new plan: an application that is gone is created again, or dropped from the state if it is no longer declared",
    )],
    ..Code::REFUSAL
};
