//! 9109: the credentials do not open what was asked for.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::TOKENS;

pub(super) static CODE: Code = Code {
    number: Some(9109),
    slug: "access-denied",
    title: "Unauthorized to access the requested resource",
    docs: TOKENS,
    http_status: &[401, 403],
    stage: Stage::OnCall,
    causes: &[
        Cause::on_call(
            "token-does-not-cover-zone",
            Scope::Account,
            "the token is valid, but its permissions or resources do not include this zone or account",
            "give the token `Zone: Read`, `Zone Settings: Read` and `Zone Settings: Edit` for this zone, and check that the zone belongs to the token's account",
        )
        .reported_by(&["unauthorized", "resource"]),
        Cause::on_call(
            "token-unknown",
            Scope::Account,
            "no such token exists: it is mistyped, cut off, rolled or deleted",
            "set CLOUDFLARE_API_TOKEN to the whole token, without quotes or spaces",
        )
        .reported_by(&["invalid access token", "invalid token"]),
    ],
    example: Example::account(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "tokens: [{token: another-token}] # the run sends example-token",
        "tokens: [{token: example-token}]",
    ),
    ..Code::REFUSAL
};
