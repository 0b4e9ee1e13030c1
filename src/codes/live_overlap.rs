//! `live-overlap`: a live application that nobody declares holds the hostname and ports already.

use super::code::{Cause, Code, Known, Scope, Stage};
use super::port_overlap::overlaps;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "live-overlap",
    inferred_number: Some(1061),
    title: "An undeclared live application on the same hostname and ports",
    stage: Stage::Hostname,
    causes: &[Cause { known: Known::Preflight, ..Cause::offline(
        "ports-held-by-live-application",
        "a live application that is not in the configuration already serves this hostname and port",
        "import the live application with `spectrumctl import`, delete it, or use another port",
        held,
    ) }
    .about(Scope::Zone)],
    ..Code::RULE
};

fn held(view: &View<'_>, violations: &mut Violations) {
    for peer in view.neighbours().filter(|peer| peer.is_undeclared() && overlaps(view, peer)) {
        let (hostname, protocol) =
            (view.app.shown(Field::DnsName), view.app.shown(Field::Protocol));
        violations.report(
            view,
            Field::Protocol,
            format!("{protocol} on {hostname} shares ports with the live application {}", peer.who),
        );
    }
}
