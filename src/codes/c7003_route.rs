//! 7003: the API has nothing under the path of the request.

use super::code::{Cause, Code, Scope, Stage};
use super::pages::API;

pub(super) static CODE: Code = Code {
    number: Some(7003),
    slug: "no-such-path",
    title: "No route for the path of the request",
    docs: API,
    http_status: &[400, 404],
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "wrong-zone-id",
        Scope::Zone,
        "the API has no zone with the id in the request",
        "correct zones.NAME.id (the zone's overview page shows it), or remove it: spectrumctl then finds the zone by name",
    )],
    ..Code::REFUSAL
};
