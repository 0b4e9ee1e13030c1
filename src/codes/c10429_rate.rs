//! 10429: too many calls, as newer parts of the API say it.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::example::Example;
use super::pages::RATE_LIMITS;

pub(super) static CODE: Code = Code {
    number: Some(10429),
    slug: "call-rate",
    title: "Too many calls",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "calls-throttled",
        Scope::Account,
        "the headers Ratelimit and Retry-After of the answer say how much is left and how long to wait",
        "wait as long as Retry-After says, then run again",
    )],
    example: Example::fault(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r#"- {path: "*/spectrum/apps", effect: {error: 10429}}"#,
    ),
    ..Code::REFUSAL
};
