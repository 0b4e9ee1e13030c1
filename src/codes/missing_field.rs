//! `missing-field`: what every application must say.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::pages::API;
use super::violation::Violations;
use crate::model::{Field, Keyword, View, did_you_mean};

/// The entry.
pub static CODE: Code = Code {
    slug: "missing-field",
    title: "A required field is missing",
    docs: API,
    stage: Stage::Field,
    field: Some(Field::Protocol),
    causes: &[
        Cause::offline(
            "protocol-missing",
            "protocol and hostname identify an application",
            "add protocol, such as protocol: tcp/22",
            protocol,
        ),
        Cause::offline(
            "dns-missing",
            "an application needs a hostname and its record type: CNAME for dynamic edge addresses, ADDRESS for static ones",
            "add dns, such as dns: {type: CNAME, name: ssh.example.com}",
            dns,
        )
        .on(Field::DnsName),
    ],
    example: Example::app(
        r#"dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "",
        "protocol: tcp/22",
    ),
    ..Code::RULE
};

fn protocol(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("protocol") && !is_misspelt(view, "protocol") {
        violations.report_top(view, "protocol", "`protocol` is missing");
    }
}

/// Whether a key that nobody knows is the name under another spelling, which the rule `unknown-key` reports.
pub(super) fn is_misspelt(view: &View<'_>, path: &str) -> bool {
    let (top, name) = path.split_once('.').unwrap_or(("", path));
    view.app.unknown.iter().any(|key| match key.path.split_once('.') {
        Some((object, written)) => object == top && did_you_mean(written, [name]).is_some(),
        None => did_you_mean(&key.path, [path]).is_some(),
    })
}

/// Where the whole of `dns` is missing, its fields are not reported one by one.
fn dns(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("dns") {
        if !is_misspelt(view, "dns") {
            let kind = match view.app.keyword(Field::EdgeIpsType) {
                Some(Keyword::Static) => "ADDRESS",
                _ => "CNAME",
            };
            let example = format!("dns: {{type: {kind}, name: {}}}", view.likely_hostname());
            violations
                .report_top(view, "dns", "`dns` is missing")
                .fix(format!("add dns, such as {example}"));
        }
        return;
    }
    let name = format!("add name, such as name: {}", view.likely_hostname());
    let kind = "add type: CNAME, or type: ADDRESS with static edge_ips".to_owned();
    for (field, fix) in [(Field::DnsName, name), (Field::DnsType, kind)] {
        let is_there = view.app.get(field).is_some() || view.app.is_unclear(field);
        if !is_there && !is_misspelt(view, field.path()) {
            violations
                .report_missing(view, field.path(), "dns", format!("`{}` is missing", field.path()))
                .fix(fix);
        }
    }
}
