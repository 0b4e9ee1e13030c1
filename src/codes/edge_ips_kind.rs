//! `edge-ips-kind`: static edge addresses are listed, dynamic ones are not.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "edge-ips-kind",
    title: "edge_ips that are neither static nor dynamic",
    stage: Stage::Edge,
    field: Some(Field::EdgeIpsType),
    causes: &[
        Cause::offline(
            "static-without-addresses",
            "static edge addresses are the account's own, so the application must list them",
            "add edge_ips.ips, such as [198.51.100.7], or write type: dynamic and dns.type: CNAME",
            without_addresses,
        )
        .on(Field::EdgeIpsIps),
        Cause::offline(
            "addresses-without-static",
            "Cloudflare chooses dynamic addresses, so only static ones are listed",
            "write edge_ips.type: static and dns.type: ADDRESS, or remove edge_ips.ips",
            without_static,
        )
        .on(Field::EdgeIpsIps),
        Cause::offline(
            "connectivity-with-static",
            "the listed addresses decide the IP version",
            "remove edge_ips.connectivity",
            connectivity,
        )
        .on(Field::EdgeIpsConnectivity),
    ],
    example: Example::app(
        r#"protocol: tcp/22
dns: {type: ADDRESS, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "edge_ips: {type: static}",
        "edge_ips: {type: static, ips: [198.51.100.7]}",
    ),
    ..Code::RULE
};

fn is_static(view: &View<'_>) -> bool {
    view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static)
}

fn without_addresses(view: &View<'_>, violations: &mut Violations) {
    let field = Field::EdgeIpsIps;
    if is_static(view) && view.app.static_ips().is_empty() && !view.app.is_unclear(field) {
        violations.report_missing(
            view,
            field.path(),
            field.top(),
            "`edge_ips.type` is static, but no addresses are listed",
        );
    }
}

fn without_static(view: &View<'_>, violations: &mut Violations) {
    let is_dynamic = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic);
    if is_dynamic && !view.app.static_ips().is_empty() {
        violations.report(
            view,
            Field::EdgeIpsIps,
            "`edge_ips.ips` lists addresses, but `edge_ips.type` is not static",
        );
    }
}

fn connectivity(view: &View<'_>, violations: &mut Violations) {
    let field = Field::EdgeIpsConnectivity;
    if is_static(view) && view.app.get(field).is_some() {
        violations.report(
            view,
            field,
            "`edge_ips.connectivity` is given together with static addresses",
        );
    }
}
