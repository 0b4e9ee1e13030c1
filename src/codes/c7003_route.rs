//! 7003: the API has nothing under the path of the request.

use super::API;
use super::code::{Cause, Code, Scope, Stage};

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
        "the path of a call carries the zone's id, and the API knows no zone with the id that was sent",
        "compare the zone's id with the one on the zone's overview page, or leave it out so that it is looked up by name",
    )],
    ..Code::REFUSAL
};
