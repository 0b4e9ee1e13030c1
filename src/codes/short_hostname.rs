//! `short-hostname`: a single label where the full name belongs.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "short-hostname",
    title: "A hostname without its zone",
    stage: Stage::Dns,
    field: Some(Field::DnsName),
    causes: &[Cause::offline(
        "hostname-of-one-label",
        "`dns.name` is the full name that clients connect to; the zone's name is not added",
        "write the full name, such as ssh.example.com",
        short,
    )],
    example: Example::app(
        r#"protocol: tcp/22
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "dns: {type: CNAME, name: ssh}",
        "dns: {type: CNAME, name: ssh.example.com}",
    ),
    ..Code::RULE
};

fn short(view: &View<'_>, violations: &mut Violations) {
    let (field, zone) = (Field::DnsName, &view.zone.name);
    let Some(name) =
        view.app.hostname(field).filter(|name| name.is_short() && name.as_str() != zone)
    else {
        return;
    };
    let shown = view.app.part_shown(field, name);
    let violation =
        violations.report(view, field, format!("`dns.name` is {shown}, a single label"));
    if !zone.is_empty() {
        violation.fix(format!("write {shown}.{zone}"));
    }
}
