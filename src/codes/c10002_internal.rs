//! 10002: something went wrong on Cloudflare's side.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::example::Example;

pub(super) static CODE: Code = Code {
    number: Some(10002),
    slug: "internal",
    title: "Unexpected internal server error",
    more: super::pages::RAY_ID,
    http_status: &[500, 503],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[
        Cause::on_call(
            "internal-error",
            Scope::App,
            "the API failed and gives no reason; the request itself may trigger the failure",
            "run again; if it stays, contact Cloudflare support with the Ray ID of the answer, by which they find the original error",
        )
        .with_status(&[500]),
        Cause::on_call(
            "dependency-unavailable",
            Scope::Account,
            "a service that Spectrum depends on, such as DNS or IP address management, is temporarily unavailable",
            "run again in a few minutes; apply continues where it stopped",
        )
        .with_status(&[503])
        .reported_by(&["unavailable", "temporar"]),
    ],
    example: Example::fault(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "- {method: POST, effect: {error: 10002}}",
    ),
    ..Code::REFUSAL
};
