//! 11018: static edge addresses are an extra that the account does not have.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::violation::Violations;
use crate::model::facts::Prefixes;
use crate::model::{Entitlement, Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11018),
    slug: "edge-ips-not-enabled",
    title: "edge_ips not enabled",
    docs: super::pages::BYOIP,
    http_status: &[403],
    stage: Stage::Entitlement,
    field: Some(Field::EdgeIpsType),
    teaches: Some(CachePolicy { scope: Scope::Account, asks, beside: None, granted }),
    causes: &[Cause::preflight(
        "account-without-byoip",
        Scope::Account,
        "the account does not have static edge addresses (BYOIP) enabled",
        "ask the account team to enable BYOIP, or remove edge_ips and write dns.type: CNAME",
    )
    .checked(byoip)
    .decided_by(|_| false)],
    ..Code::REFUSAL
};

fn asks(view: &View<'_>) -> Option<String> {
    (view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static))
        .then(|| "static edge_ips".to_owned())
}

fn granted(view: &View<'_>) -> bool {
    view.zone.granted.contains(&Entitlement::Byoip)
}

/// An account without a single prefix has no addresses to give, unless the configuration says that BYOIP is there: then it is the
/// address that is not allocated.
fn has_no_prefix(view: &View<'_>) -> bool {
    let account = view.facts.and_then(|facts| facts.account(view.zone));
    let is_empty = account.is_some_and(|account| matches!(&account.prefixes, Some(Prefixes::Read(prefixes)) if prefixes.is_empty()));
    is_empty && !granted(view)
}

fn byoip(view: &View<'_>, violations: &mut Violations) {
    let wants_it = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    if wants_it && (view.zone.denied.contains(&Entitlement::Byoip) || has_no_prefix(view)) {
        violations.report(
            view,
            Field::EdgeIpsType,
            "`edge_ips.type` is static, but the account has no BYOIP",
        );
    }
}
