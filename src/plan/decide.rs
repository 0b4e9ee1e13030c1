//! What is done about each address: one exhaustive match over what is there of it.

use std::collections::BTreeSet;

use super::body;
use super::change::{Action, Change, ChangeCause, Reason, Refusals, StateEffect, Template, Work};
use super::fields::{FieldView, is_written_down, masks_of, with_ignored};
use super::guard;
use super::input::{Input, LiveZone};
use super::pair::Pair;
use super::three_way::ThreeWay;
use crate::config::{App, OnDrift, Removed, What};
use crate::diff::{self, Delta};
use crate::finding::Finding;
use crate::model::field::Mutability as Changeability;
use crate::model::{Address, AppId, Impact, Live, Protect, Provenance, Recorded, Spec};

/// What was decided about the addresses of a zone.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) changes: Vec<Change>,
    pub(super) findings: Vec<Finding>,
    pub(super) refusals: Vec<Finding>,
    /// The addresses in which nothing differs.
    pub(super) unchanged: Vec<Address>,
    /// Live applications that belong to a desired one.
    pub(super) paired: BTreeSet<AppId>,
}

/// What the decisions of a zone are made from.
pub(super) struct Decider<'a, 'i> {
    pub(super) input: &'i Input<'a>,
    pub(super) zone: &'a LiveZone,
    pub(super) view: FieldView<'i>,
    pub(super) made: Decisions,
}

impl<'a> Decider<'a, '_> {
    /// Decides about one address.
    pub(super) fn decide(&mut self, pair: &Pair<'a>) {
        if let ThreeWay::ConfiguredAndLive { live, .. } | ThreeWay::Managed { live, .. } =
            pair.three_way
        {
            self.made.paired.insert(live.id.clone());
        }
        match pair.three_way {
            ThreeWay::Configured { desired } => self.create(pair, desired, Reason::NotFound),
            ThreeWay::ConfiguredAndRecorded { desired } => {
                self.create(pair, desired, Reason::DeletedOutside)
            }
            ThreeWay::ConfiguredAndLive { desired, live } => self.adopt(pair, desired, live),
            ThreeWay::Managed { desired, recorded, live } => {
                self.keep(pair, desired, recorded, live)
            }
            ThreeWay::RecordedAndLive { recorded, live } => self.leave(pair, recorded, Some(live)),
            ThreeWay::Recorded { recorded } => self.leave(pair, recorded, None),
        }
    }

    fn spec(&self, app: &App) -> Option<&'a Spec> {
        self.input.desired.shapes.get(&app.address).map(|spec| &**spec)
    }

    fn change(&self, pair: &Pair<'a>, action: Action, reason: Reason) -> Change {
        let live = pair.three_way.live();
        Change {
            address: pair.address.clone(),
            zone_id: self.zone.id.clone(),
            app_id: live.map(|live| live.id.clone()),
            action,
            reason,
            impact: Impact::None,
            labels: Default::default(),
            from: pair.from.clone(),
            vacates: pair.from.is_some() && !pair.exchanged,
            fields: Vec::new(),
            work: Work::Nothing,
            record: StateEffect::Nothing,
            refusals: Refusals::default(),
            expects: live.map(Live::canonical),
        }
    }

    fn template(
        &self,
        app: &App,
        fields: &Spec,
        provenance: Provenance,
        applied: bool,
    ) -> Template {
        Template {
            zone_id: self.zone.id.clone(),
            file: app.file.clone(),
            labels: app.labels.clone(),
            note: app.note.clone(),
            masks: masks_of(app),
            protect: app.lifecycle.protect,
            provenance,
            applied,
            fields: fields.clone(),
        }
    }

    fn create(&mut self, pair: &Pair<'a>, app: &'a App, reason: Reason) {
        let Some(desired) = self.spec(app) else { return };
        let template = self.template(app, desired, Provenance::Created, true);
        self.made.changes.push(Change {
            labels: app.labels.clone(),
            fields: self.view.describe_create(desired, app),
            work: Work::Create { body: body::create_body(desired, self.zone.tier) },
            record: StateEffect::Keep(Box::new(template)),
            ..self.change(pair, Action::Create, reason)
        });
    }

    fn adopt(&mut self, pair: &Pair<'a>, app: &'a App, live: &'a Live) {
        let Some(spec) = self.spec(app) else { return };
        let desired = with_ignored(spec, app, &live.spec);
        let deltas = diff::between(&live.spec, &desired);
        let reason = if pair.recreated { Reason::RecreatedOutside } else { Reason::Unmanaged };
        if !deltas.is_empty() && !self.input.desired.configuration.settings.adopt {
            self.made.refusals.push(guard::adoption_differs(app, &deltas, live, self.view));
        }
        if let Some(finding) = guard::adoption_resets(app, &deltas, self.view) {
            self.made.refusals.push(finding);
        }
        if let Some(change) = self.write(pair, app, live, &desired, &deltas, None) {
            let template = self.template(app, &desired, Provenance::Adopted, !deltas.is_empty());
            let action =
                if change.action == Action::Replace { Action::Replace } else { Action::Adopt };
            let reason = if action == Action::Replace { change.reason } else { reason };
            self.made.changes.push(Change {
                action,
                reason,
                record: StateEffect::Keep(Box::new(template)),
                ..change
            });
        }
    }

    fn keep(&mut self, pair: &Pair<'a>, app: &'a App, recorded: &'a Recorded, live: &'a Live) {
        let Some(spec) = self.spec(app) else { return };
        let desired = with_ignored(spec, app, &live.spec);
        let deltas = self.without_held(app, recorded, diff::between(&live.spec, &desired));
        let fresh = recorded.provenance != Provenance::Created && !recorded.applied;
        if let Some(finding) = guard::adoption_resets(app, &deltas, self.view).filter(|_| fresh) {
            self.made.refusals.push(finding);
        }
        let template = self.template(
            app,
            &desired,
            recorded.provenance,
            recorded.applied || !deltas.is_empty(),
        );
        if !deltas.is_empty() {
            if let Some(change) = self.write(pair, app, live, &desired, &deltas, Some(recorded)) {
                self.made
                    .changes
                    .push(Change { record: StateEffect::Keep(Box::new(template)), ..change });
            }
            return;
        }
        let same = template.with_id(&live.id)
            == Recorded { fields: template.fields.to_json(), ..recorded.clone() };
        let (action, reason) = match pair.from {
            Some(_) => (Action::Move, Reason::Moved),
            None if same && is_written_down(recorded, &desired) => {
                return self.made.unchanged.push(pair.address.clone());
            }
            None if recorded.protect != app.lifecycle.protect => {
                (Action::Record, Reason::ProtectChanged)
            }
            None => (Action::Record, Reason::Differs),
        };
        let change = self.change(pair, action, reason);
        self.made.changes.push(Change {
            labels: app.labels.clone(),
            record: StateEffect::Keep(Box::new(template)),
            ..change
        });
    }

    /// The deltas without those that drifted where the configuration says that drift is left alone.
    fn without_held(&mut self, app: &App, recorded: &Recorded, deltas: Vec<Delta>) -> Vec<Delta> {
        let configuration = self.input.desired.configuration;
        let zone = configuration.zones.get(&app.address.zone).and_then(|zone| zone.on_drift);
        let on_drift = app.on_drift.or(zone).unwrap_or(configuration.settings.on_drift);
        if on_drift == OnDrift::Repair {
            return deltas;
        }
        let written = recorded.spec();
        let (held, rest): (Vec<Delta>, Vec<Delta>) = deltas.into_iter().partition(|delta| {
            super::fields::cause_of(delta, Some(&written)) == ChangeCause::Drift
        });
        if held.is_empty() {
            return rest;
        }
        match on_drift {
            OnDrift::Refuse => {
                self.made.refusals.push(guard::drift_refused(app, &held, self.view));
                rest.into_iter().chain(held).collect()
            }
            _ => {
                self.made.findings.push(guard::drift_held(app, &held, self.view));
                rest
            }
        }
    }

    /// The change that writes these deltas: an update, or a replace where the API cannot change a field and the configuration allows it.
    fn write(
        &mut self,
        pair: &Pair<'a>,
        app: &'a App,
        live: &'a Live,
        desired: &Spec,
        deltas: &[Delta],
        recorded: Option<&'a Recorded>,
    ) -> Option<Change> {
        let forced =
            deltas.iter().any(|delta| delta.field.row().change == Changeability::ForcesReplace);
        if forced && !app.lifecycle.replace.is_allowed(self.input.policy.today) {
            self.made.findings.extend(super::immutable::findings(self.input, app, live));
            return None;
        }
        let id = live.id.clone();
        let (action, reason, work) = if forced {
            let former = Box::new(super::group::former_of(self.zone, live, recorded));
            (
                Action::Replace,
                Reason::ImmutableField,
                Work::Replace { id, body: body::create_body(desired, self.zone.tier), former },
            )
        } else if deltas.is_empty() {
            (Action::Update, Reason::Differs, Work::Nothing)
        } else {
            (
                Action::Update,
                Reason::Differs,
                Work::Update { id, body: body::update_body(desired, live, deltas, self.zone.tier) },
            )
        };
        let impact = if forced {
            Impact::Outage
        } else {
            deltas.iter().map(|delta| delta.field.row().impact).max().unwrap_or(Impact::None)
        };
        let change = Change {
            labels: app.labels.clone(),
            impact,
            fields: self.view.describe_deltas(deltas, app, recorded),
            work,
            ..self.change(pair, action, reason)
        };
        self.made.refusals.extend(guard::protects(
            app.lifecycle.protect.max(protection(recorded, app)),
            &change,
            app.place.as_ref(),
        ));
        Some(change)
    }

    /// What left the configuration: it is deleted, unless it is to be left running or is gone already.
    fn leave(&mut self, pair: &Pair<'a>, recorded: &'a Recorded, live: Option<&'a Live>) {
        let removed = self.removed(&pair.address, recorded);
        let keep = removed.is_some_and(|removed| removed.keep);
        let reason = if removed.is_some() { Reason::Removed } else { Reason::NotInConfiguration };
        let change = match live {
            Some(live) if !keep => Change {
                impact: Impact::Outage,
                labels: recorded.labels.clone(),
                fields: self.view.describe_delete(live, Some(recorded)),
                work: Work::Delete { id: live.id.clone() },
                record: StateEffect::Drop { released: false },
                ..self.change(pair, Action::Delete, reason)
            },
            _ => Change {
                app_id: Some(recorded.id.clone()),
                labels: recorded.labels.clone(),
                record: StateEffect::Drop { released: live.is_some() },
                ..self.change(pair, Action::Forget, reason)
            },
        };
        self.made.refusals.extend(guard::protects(recorded.protect, &change, None));
        self.made.refusals.extend(guard::unconfirmed(recorded, &change));
        self.made.changes.push(change);
    }

    /// The entry of `removed` that names the application.
    fn removed(&self, address: &Address, recorded: &Recorded) -> Option<&'a Removed> {
        self.input.desired.configuration.removed.iter().find(|removed| match &removed.what {
            What::App(app) => app == address,
            What::Zone(zone) => *zone == address.zone,
            What::File(file) => file.trim_start_matches("./") == recorded.file,
        })
    }
}

/// The protection that was in force when the application was last applied; lifted only by an apply with `protect: false`, which is a change of its own.
fn protection(recorded: Option<&Recorded>, app: &App) -> Protect {
    let lowered = recorded.filter(|recorded| recorded.protect > app.lifecycle.protect);
    lowered.map_or(Protect::Off, |recorded| recorded.protect)
}
