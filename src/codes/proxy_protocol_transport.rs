//! `proxy-protocol-transport`: which form of the Proxy Protocol goes with which transport.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, Keyword, View};

pub(super) static CODE: Code = Code {
    slug: "proxy-protocol-transport",
    title: "Proxy Protocol that does not fit the transport",
    stage: Stage::Edge,
    field: Some(Field::ProxyProtocol),
    causes: &[
        Cause::offline(
            "version-one-on-udp",
            "version 1 of the Proxy Protocol exists for TCP only",
            "write proxy_protocol: v2 or proxy_protocol: simple, whichever the origin supports",
            version_one,
        ),
        Cause::offline(
            "simple-on-tcp",
            "the Simple Proxy Protocol exists for UDP only",
            "write proxy_protocol: v1 or proxy_protocol: v2, whichever the origin supports",
            simple,
        ),
    ],
    example: Example::app(
        r#"protocol: udp/53
dns: {type: CNAME, name: dns.example.com}
origin_direct: ["udp://192.0.2.1:53"]"#,
        "proxy_protocol: v1",
        "proxy_protocol: simple",
    ),
    ..Code::RULE
};

fn version_one(view: &View<'_>, violations: &mut Violations) {
    unfitting(view, violations, Transport::Udp, Keyword::V1);
}

fn simple(view: &View<'_>, violations: &mut Violations) {
    unfitting(view, violations, Transport::Tcp, Keyword::Simple);
}

fn unfitting(view: &View<'_>, violations: &mut Violations, transport: Transport, keyword: Keyword) {
    let is_transport = view.protocol().is_some_and(|protocol| protocol.transport == transport);
    if is_transport && view.app.keyword(Field::ProxyProtocol) == Some(keyword) {
        let shown = view.app.shown(Field::ProxyProtocol);
        violations.report(
            view,
            Field::ProxyProtocol,
            format!("`proxy_protocol` is {shown} for {transport}"),
        );
    }
}
