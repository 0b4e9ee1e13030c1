//! `proxied-origin`: an origin that is proxied by Cloudflare itself.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::ports::Transport;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "proxied-origin",
    title: "A proxied name as the origin",
    docs: LIMITATIONS,
    stage: Stage::Origin,
    field: Some(Field::OriginDnsName),
    causes: &[Cause::offline(
        "cdn-origin",
        "Cloudflare already proxies names under cdn.cloudflare.net, and a TCP application cannot pass two proxies",
        "use a DNS-only record of the origin itself, or origin_direct with its address",
        proxied,
    )],
    example: Example::app(
        r"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_port: 22",
        "origin_dns: {name: ssh.example.com.cdn.cloudflare.net}",
        "origin_dns: {name: origin.example.com}",
    ),
    ..Code::RULE
};

fn proxied(view: &View<'_>, violations: &mut Violations) {
    let field = Field::OriginDnsName;
    let is_tcp = view.protocol().is_some_and(|protocol| protocol.transport == Transport::Tcp);
    if is_tcp && view.app.hostname(field).is_some_and(|name| name.is_in_zone("cdn.cloudflare.net"))
    {
        let summary =
            format!("`origin_dns.name` is {}, which Cloudflare proxies", view.app.shown(field));
        violations.report(view, field, summary);
    }
}
