//! `udp-traffic-type`: HTTP and HTTPS are TCP.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "udp-traffic-type",
    title: "HTTP or FTP traffic on UDP",
    stage: Stage::Edge,
    field: Some(Field::TrafficType),
    causes: &[Cause::offline(
        "http-on-udp",
        "http, https and ftp are for TCP applications; HTTP/3 is not supported",
        "write traffic_type: direct, or a TCP protocol such as tcp/443",
        on_udp,
    )],
    example: Example::app(
        r"dns: {type: CNAME, name: web.example.com}
traffic_type: https",
        r#"protocol: udp/443
origin_direct: ["udp://192.0.2.1:443"]"#,
        r#"protocol: tcp/443
origin_direct: ["tcp://192.0.2.1:443"]"#,
    ),
    ..Code::RULE
};

/// A Worker on UDP is reported by the rule of Worker origins.
fn on_udp(view: &View<'_>, violations: &mut Violations) {
    let is_udp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Udp);
    if is_udp
        && matches!(
            view.app.keyword(Field::TrafficType),
            Some(Keyword::Http | Keyword::Https | Keyword::Ftp)
        )
    {
        let shown = view.app.shown(Field::TrafficType);
        violations.report(view, Field::TrafficType, format!("`traffic_type` is {shown} for UDP"));
    }
}
