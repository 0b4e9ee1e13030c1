//! 9109: the credentials do not open what was asked for.

use super::code::{Cause, Code, Scope, Stage};
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
            "give the token Zone Settings: Read and Edit for this zone, and check that the zone belongs to the token's account",
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
    ..Code::REFUSAL
};
