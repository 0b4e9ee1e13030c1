//! 10000: the call could not be authenticated.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::TOKENS;

pub(super) static CODE: Code = Code {
    number: Some(10000),
    slug: "authentication",
    title: "Authentication error",
    docs: TOKENS,
    http_status: &[401, 403],
    stage: Stage::OnCall,
    causes: &[
        Cause::on_call(
            "credentials-not-accepted",
            Scope::Account,
            "the token, or the e-mail address and key, is not valid for this call: it has expired, is disabled, or lacks a permission",
            "run `spectrumctl doctor`, and set CLOUDFLARE_API_TOKEN to an active token with the permission",
        )
        .reported_by(&["authentication error", "permission"]),
        Cause::on_call(
            "token-too-new",
            Scope::Account,
            "the API refuses a new token for some seconds, until all of Cloudflare's data centres know it",
            "wait half a minute and run again",
        ),
    ],
    example: Example::account(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r#"tokens:
  - token: example-token
    permissions: ["Zone: Read", "Zone Settings: Read", "DNS: Read", "Load Balancers: Read"]"#,
        r#"tokens:
  - token: example-token
    permissions: ["Zone: Read", "Zone Settings: Edit", "DNS: Read", "Load Balancers: Read"]"#,
    ),
    ..Code::REFUSAL
};
