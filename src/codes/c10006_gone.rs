//! 10006: no application with this id. Observed, not on Cloudflare's page of codes.

use super::code::{Cause, Code, Scope, Stage};
use super::pages::API;

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
        "somebody deleted the application after the plan was made; a delete counts this as done",
        "run `spectrumctl plan`: it creates the application again, or removes it from the state if it is not configured",
    )],
    ..Code::REFUSAL
};
