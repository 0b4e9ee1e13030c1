//! `live-overlap`: a live application that nobody declares holds the hostname and ports already.

use super::code::{Cause, Code, Known, Scope, Stage};
use super::order::is_undeclared;
use super::port_overlap::overlaps;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "live-overlap",
    title: "An undeclared live application on the same hostname and ports",
    stage: Stage::Hostname,
    causes: &[Cause { known: Known::Preflight, ..Cause::offline(
        "ports-held-by-live-application",
        "a connection to a hostname and port can lead to one application only, and a live one that the configuration does not hold has the port",
        "bring the live application under management with `import`, delete it, or use other ports",
        held,
    ) }
    .about(Scope::Zone)],
    ..Code::RULE
};

fn held(view: &View<'_>, violations: &mut Violations) {
    for peer in view.neighbours().filter(|peer| is_undeclared(peer) && overlaps(view, peer)) {
        let (hostname, protocol) =
            (view.app.shown(Field::DnsName), view.app.shown(Field::Protocol));
        violations.report(
            view,
            Field::Protocol,
            format!("{protocol} on {hostname} shares ports with the live application {}", peer.who),
        );
    }
}
