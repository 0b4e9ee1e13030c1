//! 1015: the edge in front of the API has stopped the caller's address for a while.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::example::Example;
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
    example: Example::fault(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r#"- {path: "*/spectrum/apps", effect: {error: 1015}}"#,
    ),
    ..Code::REFUSAL
};
