//! The change that writes differences to a live application: an update, a replace, or none where the API cannot make it and a replace is
//! not allowed.

use super::body;
use super::change::{Action, Change, Reason, Work};
use super::decide::Decider;
use super::expect::Edit;
use super::guard;
use super::immutable;
use super::merged::Merged;
use super::three_way::Pair;
use crate::config::App;
use crate::diff::Delta;
use crate::model::field::Mutability;
use crate::model::{Impact, Live, Protect, Recorded};

impl<'a> Decider<'a, '_> {
    /// The change that writes these deltas: an update, or a replace where the run asks for one, or the API cannot change a field and the
    /// configuration allows it.
    pub(super) fn write(
        &mut self,
        pair: &Pair<'a>,
        app: &'a App,
        live: &'a Live,
        merged: &Merged,
        recorded: Option<&'a Recorded>,
    ) -> Option<Change> {
        let deltas = &merged.deltas;
        let is_requested = self.is_requested(app);
        let immutable =
            deltas.iter().any(|delta| delta.field.row().change == Mutability::ForcesReplace);
        let forced = immutable || is_requested;
        if forced && !is_requested && !app.lifecycle.replace.is_allowed(self.input.policy.today) {
            let merged = (&self.made.merged, &self.made.rehosted);
            let scene = self.scenes.immutable.get_or_init(|| immutable::Scene::new(self.input));
            let findings = immutable::findings(scene, merged, app, live);
            self.made.findings.extend(findings);
            let update = self.update(pair, app, live, deltas, recorded);
            self.made.blocked.push(update);
            return None;
        }
        let mut change = self.update(pair, app, live, deltas, recorded);
        if forced {
            let body = body::create_body(&merged.spec, self.zone.tier);
            change.work = Work::Replace { id: live.id.clone(), body };
            change.action = Action::Replace;
            change.reason = if immutable { Reason::ImmutableField } else { Reason::Requested };
            change.impact = Impact::Outage;
        }
        self.made.refusals.extend(guard::protects(
            app.lifecycle.protect.max(protection(recorded, app)),
            &change,
            app.place.as_ref(),
        ));
        Some(change)
    }

    /// An update with these deltas.
    fn update(
        &self,
        pair: &Pair<'a>,
        app: &'a App,
        live: &'a Live,
        deltas: &[Delta],
        recorded: Option<&'a Recorded>,
    ) -> Change {
        let body = body::update_body(live, &Edit::new(deltas), self.zone.tier);
        Change {
            labels: app.labels.clone(),
            impact: deltas
                .iter()
                .map(|delta| delta.field.row().impact)
                .max()
                .unwrap_or(Impact::None),
            fields: self.view.describe_deltas(deltas, app, recorded),
            work: match deltas.is_empty() {
                true => Work::Nothing,
                false => Work::Update { id: live.id.clone(), body },
            },
            ..self.change(pair, Action::Update, Reason::Differs)
        }
    }
}

/// The protection that was in force when the application was last applied; lifted only by an apply with `protect: false`, which is a change of its own.
fn protection(recorded: Option<&Recorded>, app: &App) -> Protect {
    let lowered = recorded.filter(|recorded| recorded.protect > app.lifecycle.protect);
    lowered.map_or(Protect::Off, |recorded| recorded.protect)
}
