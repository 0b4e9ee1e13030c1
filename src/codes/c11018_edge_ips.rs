//! 11018: static edge addresses are an extra that the account does not have.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::facts::StaticAddresses;
use crate::model::{Entitlement, Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11018),
    slug: "edge-ips-not-enabled",
    title: "edge_ips not enabled",
    more: super::pages::BYOIP,
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
    .decided_by(|view| view.is_live_extra(Entitlement::Byoip))],
    example: Example::app_in(
        "zones: [{name: example.com, entitlements: [argo, ftp]}]",
        r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]"#,
        r"dns: {type: ADDRESS, name: ssh.example.com}
edge_ips: {type: static, ips: [198.51.100.7]}",
        "dns: {type: CNAME, name: ssh.example.com}",
    ),
    ..Code::REFUSAL
};

fn asks(view: &View<'_>) -> Option<String> {
    (view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static))
        .then(|| "static edge_ips".to_owned())
}

fn granted(view: &View<'_>) -> bool {
    view.zone.granted.contains(&Entitlement::Byoip)
}

/// Whether every list of the account was read and holds nothing. A delegated prefix stands in no list, so this is likely and not
/// certain; where the configuration says that static addresses are there, it is the address that is doubtful.
pub(super) fn has_no_addresses(view: &View<'_>, addresses: &StaticAddresses) -> bool {
    let is_read = addresses.is_whole || addresses.unread.is_empty() && !addresses.read.is_empty();
    let is_declared = granted(view) || view.zone.edge_prefixes.is_some();
    let ips = view.app.static_ips();
    let is_live = !ips.is_empty() && ips.iter().all(|ip| view.is_live_ip(*ip));
    is_read && addresses.listed.is_empty() && !is_declared && !is_live
}

fn byoip(view: &View<'_>, violations: &mut Violations) {
    if view.app.keyword(Field::EdgeIpsType) != Some(Keyword::Static) {
        return;
    }
    if view.zone.denied.contains(&Entitlement::Byoip) {
        let summary = "`edge_ips.type` is static, but the account has no static edge addresses";
        violations.report(view, Field::EdgeIpsType, summary);
        return;
    }
    let account = view.facts.and_then(|facts| facts.account(view.zone));
    let Some(addresses) = account.and_then(|account| account.addresses.as_ref()) else { return };
    if has_no_addresses(view, addresses) {
        let id = view.zone.account.as_ref().map_or("", |account| account.as_str());
        violations
            .report(
                view,
                Field::EdgeIpsType,
                format!("`edge_ips.type` is static, but no list of account {id} holds an address"),
            )
            .as_warning()
            .why(
                "the prefixes, leases and address maps were read and are empty; only a prefix that \
                 another account has delegated could still be used",
            )
            .fix(
                "ask the account team to enable BYOIP, or declare the delegated prefix: \
                 edge_prefixes: [198.51.100.0/24]",
            );
    }
}
