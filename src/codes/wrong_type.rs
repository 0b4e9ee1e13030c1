//! `wrong-type`: a list where a text belongs, a text where an object belongs.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::pages::API;
use super::violation::Violations;
use crate::model::parse::Wrong;
use crate::model::{Field, Keyword, View};

/// The entry.
pub static CODE: Code = Code {
    slug: "wrong-type",
    title: "A value of the wrong type",
    docs: API,
    stage: Stage::Json,
    causes: &[
        Cause {
            why: None,
            ..Cause::offline(
                "value-of-wrong-kind",
                "",
                "write a value of the expected type",
                values,
            )
        },
        Cause::offline(
            "no-mapping",
            "this field is a mapping with fields of its own",
            "write its fields below it, one on each line",
            objects,
        ),
    ],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        "origin_direct: tcp://192.0.2.1:22",
        r#"origin_direct: ["tcp://192.0.2.1:22"]"#,
    ),
    ..Code::RULE
};

fn values(view: &View<'_>, violations: &mut Violations) {
    view.app
        .unreadable
        .iter()
        .filter(|unreadable| unreadable.wrong == Wrong::Type)
        .for_each(|unreadable| violations.report_reading(view, unreadable));
}

fn objects(view: &View<'_>, violations: &mut Violations) {
    for wrong in &view.app.not_mappings {
        let place = wrong.place.as_ref().or_else(|| view.app.place_of_top(wrong.top));
        violations
            .report_at(
                wrong.top,
                place,
                format!("`{}` must be a mapping, not {}", wrong.top, wrong.shown),
            )
            .fix(format!("write {}", example(view, wrong.top)));
    }
}

/// The object as it fits the application.
fn example(view: &View<'_>, top: &str) -> String {
    let is_static = view.app.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let is_address = view.app.keyword(Field::DnsType) == Some(Keyword::Address);
    match top {
        "dns" => {
            let kind = if is_static { "ADDRESS" } else { "CNAME" };
            format!("dns: {{type: {kind}, name: {}}}", view.likely_hostname())
        }
        "origin_dns" => format!("origin_dns: {{name: origin.{}}}", view.zone_name()),
        _ if is_address => "edge_ips: {type: static, ips: [198.51.100.7]}".to_owned(),
        _ => "edge_ips: {type: dynamic}".to_owned(),
    }
}
