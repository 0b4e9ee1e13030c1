//! 971: too many calls in a short time.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::example::Example;
use super::pages::RATE_LIMITS;

pub(super) static CODE: Code = Code {
    number: Some(971),
    slug: "api-rate",
    title: "API rate limit reached",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "too-many-calls-at-once",
        Scope::Account,
        "the user or token has made too many calls in a short time; every tool that shares the user counts",
        "wait as long as Retry-After says, then run again; lower --parallelism if other tools share the user",
    )],
    example: Example::fault(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r#"- {path: "*/spectrum/apps", effect: {error: 971}}"#,
    ),
    ..Code::REFUSAL
};
