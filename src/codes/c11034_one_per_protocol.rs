//! 11034: pay-as-you-go zones have one application per protocol.

use super::code::{Cause, Code, Scope, Stage};
use super::order::is_later;
use super::violation::Violations;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    number: Some(11034),
    slug: "one-per-protocol",
    title: "Cannot create more applications for protocol",
    stage: Stage::Quota,
    field: Some(Field::Protocol),
    causes: &[Cause::offline(
        "second-application-of-protocol",
        "an account that pays for Spectrum by use (a pro or business zone) may have one application per protocol",
        "remove one of the two, or ask the account team to enable Spectrum as a paid add-on",
        second,
    )
    .about(Scope::Zone)
    .decided_by(|view| view.zone.pays_as_it_goes())],
    ..Code::REFUSAL
};

fn second(view: &View<'_>, violations: &mut Violations) {
    let Some(protocol) = view.protocol().filter(|_| view.zone.pays_as_it_goes()) else { return };
    let mut others = view
        .peers
        .in_zone(&view.zone.name)
        .filter(|peer| peer.who != view.who && peer.protocol == Some(protocol));
    if let Some(other) = others.find(|peer| is_later(view, peer)) {
        let shown = view.app.shown(Field::Protocol);
        violations
            .report(
                view,
                Field::Protocol,
                format!("{shown} is the protocol of {} already", other.who),
            )
            .with(other.place.as_ref(), format!("{} is here", other.who));
    }
}
