//! `tunnel-origin`: a tunnel's own name is no origin.

use super::code::{Cause, Code, Stage};
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "tunnel-origin",
    title: "A tunnel's name as the origin",
    docs: LIMITATIONS,
    stage: Stage::Origin,
    causes: &[Cause::offline(
        "cfargotunnel-origin",
        "names under cfargotunnel.com work with Cloudflare's HTTP proxy only, not with Spectrum",
        "use virtual_network_id and origin_direct with the private address, or traffic_type: http or https with a hostname that is routed to the tunnel",
        tunnel,
    )],
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
