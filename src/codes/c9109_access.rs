//! 9109: the credentials do not open what was asked for.

use super::TOKENS;
use super::code::{Cause, Code, Scope, Stage};

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
            "the token is genuine, but its resources or permissions do not include this zone or account",
            "give the token Zone Settings Read and Write for this zone, and check that the zone's id belongs to the token's account",
        )
        .reported_by(&["unauthorized", "resource"]),
        Cause::on_call(
            "token-unknown",
            Scope::Account,
            "no token with this text exists any more; it was mistyped, cut off, rolled or deleted",
            "set CLOUDFLARE_API_TOKEN to a token that is active, whole and without quotes or spaces",
        )
        .reported_by(&["invalid access token", "invalid token"]),
    ],
    ..Code::REFUSAL
};
