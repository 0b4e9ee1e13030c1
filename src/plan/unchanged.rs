//! When nothing is done about an application, and nothing written down either.

use super::decide::Decider;
use super::fields::masks_of;
use super::three_way::Pair;
use crate::config::App;
use crate::model::{Live, Recorded, Template};

impl<'a> Decider<'a, '_> {
    /// Whether nothing is to be written, neither to the application nor down; told without making what would be written. What holds
    /// nothing of this kind may be unchanged all the same.
    pub(super) fn is_surely_unchanged(
        &self,
        pair: &Pair<'a>,
        app: &App,
        recorded: &Recorded,
        live: &Live,
    ) -> bool {
        let Some(merged) = self.made.merged.get(&pair.address) else { return false };
        let is_plain = merged.deltas.is_empty() && merged.held.is_empty() && merged.free.is_empty();
        let ids = (&recorded.id, &recorded.zone_id) == (&live.id, &self.zone.id);
        let texts = (&recorded.file, &recorded.labels, &recorded.note, recorded.protect)
            == (&app.file, &app.labels, &app.note, app.lifecycle.protect);
        let is_alike = ids && texts && recorded.confirmed && recorded.masks == masks_of(app);
        let has_offers =
            !self.input.recorded.state.pending_restore.is_empty() || self.keeps_values(pair);
        let is_let_be = pair.from.is_none() && !self.is_requested(app) && !has_offers;
        is_let_be && is_plain && is_alike && merged.is_written_down(&merged.spec)
    }

    /// Whether what is live makes an offer to bring back a replaced application good, which is written down.
    pub(super) fn ends_offer(&self, pair: &Pair<'a>, template: &Template) -> bool {
        !self.scenes.offers.ended_by(&pair.address, template).is_empty()
    }

    /// Whether the address keeps values of an interrupted exchange; that it has them is written down.
    pub(super) fn keeps_values(&self, pair: &Pair<'a>) -> bool {
        self.input.recorded.state.kept.contains_key(&pair.address)
    }

    pub(super) fn leave_unchanged(&mut self, pair: &Pair<'a>, recorded: &Recorded) {
        self.made.confirms.extend((!recorded.applied).then(|| pair.address.clone()));
        self.made.unchanged.push(pair.address.clone());
    }
}
