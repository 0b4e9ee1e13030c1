//! 11019: the account exists and has BYOIP, but these addresses are not open to it or to the token.

use super::code::{Cause, Code, Scope, Stage};
use super::pages::BYOIP;
use super::violation::Violations;
use crate::model::facts::Prefixes;
use crate::model::{Entitlement, Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11019),
    slug: "edge-ips-not-authorized",
    title: "edge_ips not authorized",
    docs: BYOIP,
    stage: Stage::Entitlement,
    field: Some(Field::EdgeIpsIps),
    causes: &[
        Cause::preflight(
            "token-lacks-prefix-permission",
            Scope::Account,
            "the API checks static addresses against the account's prefixes, and this token may not read them",
            "add the permission Account > IP Prefixes: Read to the API token, or use the Global API Key",
        )
        .checked(withheld)
        .decided_by(|view| prefixes(view).is_some())
        .reported_by(&["permission", "token"]),
        Cause::preflight(
            "prefix-not-allocated",
            Scope::Account,
            "the address is in no prefix that is allocated to the account",
            "use an address of one of the account's prefixes, or have the prefix allocated to this account",
        )
        .checked(not_allocated)
        .decided_by(|view| matches!(prefixes(view), Some(Prefixes::Read(_))))
        .reported_by(&["prefix", "allocat"]),
    ],
    ..Code::REFUSAL
};

/// The account's prefixes, for an application that has static addresses.
fn prefixes<'a>(view: &View<'a>) -> Option<&'a Prefixes> {
    let is_static = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    view.facts.filter(|_| is_static)?.account(view.zone)?.prefixes.as_ref()
}

fn withheld(view: &View<'_>, violations: &mut Violations) {
    if prefixes(view) == Some(&Prefixes::Forbidden) {
        let shown = view.app.shown(Field::EdgeIpsIps);
        violations.report(
            view,
            Field::EdgeIpsIps,
            format!("the token may not read the account's prefixes, and so may not use {shown}"),
        );
    }
}

/// Where the account has no prefix at all, that is reported instead, unless the configuration says that it brings its own addresses.
fn not_allocated(view: &View<'_>, violations: &mut Violations) {
    let Some(Prefixes::Read(prefixes)) = prefixes(view) else { return };
    if prefixes.is_empty() && !view.zone.granted.contains(&Entitlement::Byoip) {
        return;
    }
    let is_own = |ip| prefixes.iter().any(|prefix| prefix.contains(&ip));
    for ip in view.app.static_ips().iter().filter(|ip| !is_own(**ip)) {
        let shown = view.app.part_shown(Field::EdgeIpsIps, ip);
        let known: Vec<String> = prefixes.iter().take(8).map(ToString::to_string).collect();
        let violation = violations.report(
            view,
            Field::EdgeIpsIps,
            format!("edge address {shown} lies in no prefix of the account"),
        );
        if !known.is_empty() {
            violation.fix(format!(
                "use an address of {}, or have its prefix allocated to this account",
                known.join(", ")
            ));
        }
    }
}
