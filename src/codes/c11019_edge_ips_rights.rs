//! 11019: the account exists and has BYOIP, but these addresses are not open to it or to the token.

use super::BYOIP;
use super::code::{Cause, Code, Scope, Stage};

pub(super) static CODE: Code = Code {
    number: Some(11019),
    slug: "edge-ips-not-authorized",
    title: "edge_ips not authorized",
    docs: BYOIP,
    stage: Stage::Entitlement,
    causes: &[
        Cause::preflight(
            "token-lacks-prefix-permission",
            Scope::Account,
            "static addresses are checked against the account's prefixes, which a token for Spectrum alone may not read",
            "add the permission Account > IP Prefixes: Read to the API token, or use the Global API Key",
        )
        .told_by(&["permission", "token"]),
        Cause::preflight(
            "prefix-not-allocated",
            Scope::Account,
            "the address lies in no prefix that is allocated to the account",
            "use an address out of the account's own prefixes, or have the prefix allocated to this account first",
        )
        .told_by(&["prefix", "allocat"]),
    ],
    ..Code::REFUSAL
};
