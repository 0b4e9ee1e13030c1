//! 11018: static edge addresses are an extra that the account does not have.

use super::code::{Cause, Code, Scope, Stage};
use super::fault::Faults;
use crate::model::{Entitlement, Field, View, Word};

pub(super) static CODE: Code = Code {
    number: Some(11018),
    slug: "edge-ips-not-enabled",
    title: "edge_ips not enabled",
    docs: super::BYOIP,
    http_status: &[403],
    stage: Stage::Entitlement,
    causes: &[Cause::preflight(
        "account-without-byoip",
        Scope::Account,
        "static edge addresses are the account's own (BYOIP), and the account has no such addresses enabled",
        "ask the account team to enable BYOIP, or remove edge_ips and write dns.type: CNAME",
    )
    .checked(byoip)],
    ..Code::REFUSAL
};

fn byoip(view: &View<'_>, faults: &mut Faults) {
    let wants_it = view.app.word(Field::EdgeIpsType) == Some(Word::Static);
    if wants_it && view.zone.denied.contains(&Entitlement::Byoip) {
        faults.report(view, Field::EdgeIpsType, "`edge_ips.type` is static, but the account has no BYOIP");
    }
}
