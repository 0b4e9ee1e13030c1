//! 10000: the call could not be authenticated.

use super::TOKENS;
use super::code::{Cause, Code, Scope, Stage};

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
            "the token, or the pair of e-mail address and key, is not valid for this call: it has expired, is disabled, or lacks the permission",
            "check the token with `spectrumctl doctor`; writing needs Zone Settings Write on the zone, reading needs Zone Settings Read",
        )
        .reported_by(&["authentication error", "permission"]),
        Cause::on_call(
            "token-too-new",
            Scope::Account,
            "a token that was made a moment ago is refused until it has reached all of Cloudflare's data centres",
            "wait half a minute after making the token and run again",
        ),
    ],
    ..Code::REFUSAL
};
