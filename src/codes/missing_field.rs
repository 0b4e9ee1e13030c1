//! `missing-field`: what every application must say.

use super::code::{Cause, Code, Stage};
use super::pages::API;
use super::violation::Violations;
use crate::model::{Field, View, did_you_mean};

/// The entry.
pub static CODE: Code = Code {
    slug: "missing-field",
    title: "A required field is missing",
    docs: API,
    stage: Stage::Field,
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
        ),
    ],
    ..Code::RULE
};

fn protocol(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("protocol") {
        violations.report_top(view, "protocol", "`protocol` is missing");
    }
}

/// Whether a key that nobody knows is the field under another name, which the rule `unknown-key` reports.
fn is_misspelt(view: &View<'_>, field: Field) -> bool {
    let (top, name) = field.split();
    view.app.unknown.iter().any(|key| {
        let written = key.path.strip_prefix(top).and_then(|rest| rest.strip_prefix('.'));
        written.is_some_and(|written| did_you_mean(written, [name]).is_some())
    })
}

/// Where the whole of `dns` is missing, its fields are not reported one by one.
fn dns(view: &View<'_>, violations: &mut Violations) {
    if !view.app.has("dns") {
        violations.report_top(view, "dns", "`dns` is missing");
        return;
    }
    let examples = [
        (Field::DnsName, "add name, such as name: ssh.example.com"),
        (Field::DnsType, "add type: CNAME, or type: ADDRESS with static edge_ips"),
    ];
    for (field, fix) in examples {
        if view.app.get(field).is_none() && !view.app.is_unclear(field) && !is_misspelt(view, field)
        {
            violations
                .report_missing(view, field.path(), "dns", format!("`{}` is missing", field.path()))
                .fix(fix);
        }
    }
}
