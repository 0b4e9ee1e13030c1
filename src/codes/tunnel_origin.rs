//! `tunnel-origin`: a tunnel's own name is no origin.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "tunnel-origin",
    title: "A tunnel's name as the origin",
    docs: LIMITATIONS,
    stage: Stage::Origin,
    field: Some(Field::OriginDnsName),
    causes: &[Cause::offline(
        "cfargotunnel-origin",
        "names under cfargotunnel.com work with Cloudflare's HTTP proxy only, not with Spectrum",
        "use virtual_network_id and origin_direct with the private address, or traffic_type: http or https with a hostname that is routed to the tunnel",
        tunnel,
    )],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}",
        r"origin_dns: {name: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415.cfargotunnel.com}
origin_port: 22",
        r#"virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415
origin_direct: ["tcp://10.0.0.5:22"]"#,
    ),
    ..Code::RULE
};

fn tunnel(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsName;
    if view.app.hostname(field).is_some_and(|name| name.is_in_zone("cfargotunnel.com")) {
        let summary =
            format!("`origin_dns.name` is {}, the name of a tunnel", view.app.shown(field));
        violations.report(view, field, summary);
    }
}
