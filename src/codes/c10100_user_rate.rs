//! 10100: the caller's share of calls is used up.

use super::code::{Cause, Code, Retry, Scope, Stage};
use super::example::Example;
use super::pages::RATE_LIMITS;

/// The entry.
pub static CODE: Code = Code {
    number: Some(10100),
    slug: "user-rate",
    title: "Rate limit of the user reached",
    docs: RATE_LIMITS,
    http_status: &[429],
    retry: Retry::Later,
    stage: Stage::OnCall,
    causes: &[Cause::on_call(
        "calls-of-five-minutes-used-up",
        Scope::Account,
        "a user has 1,200 requests in 5 minutes over the dashboard, keys and tokens together; beyond that the API refuses every call for up to 5 minutes",
        "run again in 5 minutes, lower --parallelism, or use a token of a user that nothing else uses",
    )],
    example: Example::fault(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r#"- {path: "*/spectrum/apps", effect: {error: 10100}}"#,
    ),
    ..Code::REFUSAL
};
