//! 10002: something went wrong on Cloudflare's side.

use super::code::{Cause, Code, Retry, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(10002),
    slug: "internal",
    title: "Unexpected internal server error",
    http_status: &[500, 503],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[
        Cause::on_call(
            "internal-error",
            Scope::App,
            "the API failed for a reason that it does not name; with status 500 the configuration may still be what it fails on",
            "run again; if it stays, give Cloudflare's support the Ray ID of the answer, by which they find the failure",
        ),
        Cause::on_call(
            "dependency-unavailable",
            Scope::Account,
            "with status 503, a service that Spectrum depends on, such as DNS or the management of addresses, is down for the moment",
            "run again in some minutes; what was applied already is not applied twice",
        )
        .reported_by(&["unavailable", "temporar"]),
    ],
    ..Code::REFUSAL
};
