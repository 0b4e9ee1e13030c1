//! 11001: `origin_dns` with a name that is none, without the port it needs, or with a time to live that is too short.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, Keyword, Value, View};

pub(super) static CODE: Code = Code {
    number: Some(11001),
    slug: "origin-dns",
    title: "Invalid origin DNS configuration",
    stage: Stage::Origin,
    field: Some(Field::OriginDnsName),
    causes: &[
        Cause::offline(
            "origin-name-invalid",
            "`origin_dns.name` must be a valid, full domain name; an address, a URL or a single label is not one",
            "write the full name, such as origin.example.com; write an address into origin_direct",
            name,
        )
        .claiming(&[Field::OriginDnsName])
        .reported_by(&["domain", "hostname", "not a valid name", "origin_dns.name"]),
        Cause::offline(
            "origin-port-missing",
            "A and AAAA records have no port, so every `origin_dns.type` but SRV needs `origin_port`",
            "add origin_port, such as origin_port: 22, or use origin_dns.type: SRV",
            port,
        )
        .on(Field::OriginPort)
        .reported_by(&["port"]),
        Cause::offline(
            "origin-ttl-out-of-range",
            "`origin_dns.ttl` is a number of seconds, 600 or more",
            "write origin_dns.ttl: 600 or more, or remove it",
            ttl,
        )
        .claiming(&[Field::OriginDnsTtl])
        .on(Field::OriginDnsTtl)
        .reported_by(&["ttl"]),
    ],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_dns: {name: origin.example.com}",
        "",
        "origin_port: 22",
    ),
    ..Code::REFUSAL
};

/// The least that `origin_dns.ttl` may be, in seconds.
const LEAST_TTL: u32 = 600;

fn name(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsName;
    violations.report_misread(view, field);
    match view.app.hostname(field) {
        Some(name) if name.is_short() => {
            let shown = view.app.shown(field);
            violations
                .report(view, field, format!("`origin_dns.name` is {shown}, a single label"))
                .fix(format!("write the full name, such as {shown}.{}", view.zone.name));
        }
        None if view.app.has(field.top()) && !view.app.is_unclear(field) => {
            violations.report_missing(view, field.path(), field.top(), "`origin_dns` has no name");
        }
        _ => {}
    }
}

fn port(view: &View<'_>, violations: &mut Violations) {
    let needs_one =
        view.app.keyword(Field::OriginDnsType).is_some_and(|keyword| keyword != Keyword::Srv);
    if view.app.has("origin_dns") && needs_one && !view.app.has("origin_port") {
        let summary = "`origin_dns` is given without `origin_port`";
        let violation = violations.report_missing(view, "origin_port", "origin_dns", summary);
        if let Some(ports) = view.protocol().map(|protocol| protocol.ports) {
            let quote = if ports.is_single() { "" } else { "\"" };
            violation.fix(format!("add origin_port: {quote}{ports}{quote}"));
        }
    }
}

fn ttl(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsTtl;
    violations.report_misread(view, field);
    if matches!(view.app.get(field), Some(Value::Number(seconds)) if *seconds < LEAST_TTL) {
        let summary =
            format!("`origin_dns.ttl` is {}, less than {LEAST_TTL} seconds", view.app.shown(field));
        violations.report(view, field, summary);
    }
}
