//! 11004: `dns.type` does not fit the edge addresses, or would change on an application that exists.

use super::code::{Cause, Code, Known, Scope, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Keyword, Value, View};

pub(super) static CODE: Code = Code {
    number: Some(11004),
    slug: "dns-type",
    title: "Invalid DNS configuration",
    stage: Stage::Dns,
    field: Some(Field::DnsType),
    causes: &[
        Cause::offline(
            "dns-type-against-edge",
            "dynamic edge addresses need `dns.type: CNAME`, static (BYOIP) ones need `dns.type: ADDRESS`",
            "write dns.type: CNAME with edge_ips.type: dynamic, or dns.type: ADDRESS with edge_ips.type: static",
            against_edge,
        ),
        Cause { known: Known::Preflight, ..Cause::offline(
            "dns-type-changed",
            "the API cannot change `dns.type` of an existing application",
            "keep the live type, or write `lifecycle: {replace: allow}` to allow a delete and a create, which is an outage",
            changed,
        ) }
        .about(Scope::Change)
        .reported_by(&["change", "update", "existing"]),
    ],
    example: Example::app(
        r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]
edge_ips: {type: static, ips: [198.51.100.7]}"#,
        "dns: {type: CNAME, name: ssh.example.com}",
        "dns: {type: ADDRESS, name: ssh.example.com}",
    ),
    ..Code::REFUSAL
};

fn against_edge(view: &View<'_>, violations: &mut Violations) {
    let (Some(Value::Keyword(dns)), Some(edge)) = (view.app.get(Field::DnsType), edge_mode(view))
    else {
        return;
    };
    let fitting = if edge == Keyword::Static { Keyword::Address } else { Keyword::Cname };
    if *dns == fitting {
        return;
    }
    let shown = view.app.shown(Field::DnsType);
    let declared = view.app.given.get(&Field::EdgeIpsType).and_then(|given| given.place.as_ref());
    let fix = match edge {
        Keyword::Static => {
            "write type: ADDRESS, or remove edge_ips so that Cloudflare chooses the addresses"
        }
        _ => "write type: CNAME, or give edge_ips with type: static and your own addresses",
    };
    violations
        .report(
            view,
            Field::DnsType,
            format!("`dns.type` is {shown}, but the edge addresses are {edge}"),
        )
        .fix(fix)
        .with(declared, "the kind of edge addresses is given here");
}

/// The kind of edge addresses; unknown when addresses are listed without saying of which kind they are.
fn edge_mode(view: &View<'_>) -> Option<Keyword> {
    let is_said = view.app.get(Field::EdgeIpsType).is_some();
    let is_listed = !view.app.static_ips().is_empty() || view.app.is_unclear(Field::EdgeIpsIps);
    if !is_said && is_listed { None } else { view.app.keyword(Field::EdgeIpsType) }
}

fn changed(view: &View<'_>, violations: &mut Violations) {
    let live = view.live.and_then(|live| live.get(Field::DnsType)).and_then(Value::keyword);
    let (Some(live), Some(Value::Keyword(wanted))) = (live, view.app.get(Field::DnsType)) else {
        return;
    };
    if live != *wanted {
        let shown = view.app.shown(Field::DnsType);
        violations.report(
            view,
            Field::DnsType,
            format!("`dns.type` is {live} on the live application and cannot become {shown}"),
        );
    }
}
