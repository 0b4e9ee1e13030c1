//! 11000: exactly one of `origin_direct` and `origin_dns`.

use super::code::{Cause, Code, Scope, Stage};
use super::example::Example;
use super::missing_field::is_misspelt;
use super::violation::Violations;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    number: Some(11000),
    slug: "origin",
    title: "Invalid origin configuration",
    stage: Stage::Origin,
    field: Some(Field::OriginDirect),
    causes: &[
        Cause::offline(
            "both-origins",
            "a request must have exactly one of `origin_direct` (addresses) and `origin_dns` (a DNS name), and this one has both",
            "remove one of them",
            both,
        ),
        Cause::offline(
            "no-origin",
            "a request must have exactly one of `origin_direct` (addresses) and `origin_dns` (a DNS name), and this one has neither",
            "add origin_direct, such as [\"tcp://192.0.2.1:22\"], or origin_dns with a name and an origin_port",
            neither,
        ),
        Cause::on_call(
            "origin-name-elsewhere",
            Scope::App,
            "the API was also seen to refuse an `origin_dns` name of another zone with this code",
            "create a DNS-only record in the application's zone and use its name, or use origin_direct with the IP address",
        )
        .on(Field::OriginDnsName)
        .decided_by(|view| !view.app.has_origin("origin_dns")),
    ],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        r#"origin_direct: ["tcp://192.0.2.1:22"]
origin_dns: {name: origin.example.com}
origin_port: 22"#,
        r#"origin_direct: ["tcp://192.0.2.1:22"]"#,
    ),
    ..Code::REFUSAL
};

fn both(view: &View<'_>, violations: &mut Violations) {
    if view.app.has_origin("origin_direct") && view.app.has_origin("origin_dns") {
        let first = view.app.place_of_top("origin_direct");
        violations
            .report_top(view, "origin_dns", "both `origin_direct` and `origin_dns` are given")
            .with(first, "`origin_direct` is given here");
    }
}

/// A Worker is an origin too, and excludes the other two; that one is missing is then said by the rule of Worker origins.
fn neither(view: &View<'_>, violations: &mut Violations) {
    let is_worker = view.app.keyword(Field::TrafficType) == Some(Keyword::Worker);
    if is_worker
        || ["origin_direct", "origin_dns", "origin_worker_id"]
            .iter()
            .any(|top| view.app.has_origin(top) || is_misspelt(view, top))
    {
        return;
    }
    let summary = if view.app.has("origin_direct") {
        "`origin_direct` is an empty list"
    } else {
        "neither `origin_direct` nor `origin_dns` is given"
    };
    violations.report_top(view, "origin_direct", summary);
}
