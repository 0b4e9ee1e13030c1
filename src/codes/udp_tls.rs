//! `udp-tls`: TLS ends at the edge for TCP only.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "udp-tls",
    title: "TLS on UDP",
    stage: Stage::Edge,
    field: Some(Field::Tls),
    causes: &[Cause::offline(
        "tls-on-udp",
        "Spectrum terminates TLS for TCP applications only",
        "remove tls, or write tls: off",
        on_udp,
    )],
    example: Example::app(
        r#"protocol: udp/53
dns: {type: CNAME, name: dns.example.com}
origin_direct: ["udp://192.0.2.1:53"]"#,
        "tls: full",
        "tls: off",
    ),
    ..Code::RULE
};

fn on_udp(view: &View<'_>, violations: &mut Violations) {
    let is_udp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Udp);
    if is_udp && view.app.keyword(Field::Tls).is_some_and(|tls| tls != Keyword::Off) {
        violations.report(
            view,
            Field::Tls,
            format!("`tls` is {} for UDP", view.app.shown(Field::Tls)),
        );
    }
}
