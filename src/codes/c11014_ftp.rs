//! 11014: FTP is an extra that the account does not have.

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Entitlement, Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11014),
    slug: "ftp-not-enabled",
    title: "FTP not enabled",
    http_status: &[403],
    stage: Stage::Entitlement,
    field: Some(Field::TrafficType),
    teaches: Some(CachePolicy { scope: Scope::Account, asks, beside: None, granted }),
    causes: &[Cause::offline(
        "account-without-ftp",
        "the account does not have FTP enabled",
        "ask the account team to enable FTP support, or write traffic_type: direct",
        ftp,
    )
    .about(Scope::Account)
    .decided_by(|view| view.is_live_extra(Entitlement::Ftp))],
    example: Example::app_in(
        "zones: [{name: example.com, entitlements: [byoip, argo]}]",
        r#"protocol: tcp/21
dns: {type: CNAME, name: ftp.example.com}
origin_direct: ["tcp://192.0.2.1:21"]"#,
        "traffic_type: ftp",
        "traffic_type: direct",
    ),
    ..Code::REFUSAL
};

fn asks(view: &View<'_>) -> Option<String> {
    (view.app.keyword(Field::TrafficType) == Some(Keyword::Ftp))
        .then(|| "traffic_type ftp".to_owned())
}

fn granted(view: &View<'_>) -> bool {
    view.zone.granted.contains(&Entitlement::Ftp)
}

fn ftp(view: &View<'_>, violations: &mut Violations) {
    let wants_it = view.app.keyword(Field::TrafficType) == Some(Keyword::Ftp);
    if wants_it && view.zone.denied.contains(&Entitlement::Ftp) {
        violations.report(
            view,
            Field::TrafficType,
            "`traffic_type` is ftp, which the account does not have",
        );
    }
}
