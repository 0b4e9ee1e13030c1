//! What is done about each address: one exhaustive match over what is there of it.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::body;
use super::change::{Action, Change, Reason, StateEffect, Work};
use super::expect::Expectation;
use super::fields::{FieldView, masks_of};
use super::guard;
use super::immutable::{self, Rehosted};
use super::input::{Input, LiveZone};
use super::merged::{self, Found, Merged};
use super::refusals::Refusals;
use super::removals::Removals;
use super::three_way::{Pair, ThreeWay};
use crate::config::{App, OnDrift};
use crate::diff::Delta;
use crate::finding::Finding;
use crate::ledger::Offers;
use crate::model::{
    Address, AppId, Field, Impact, Kept, Live, Provenance, Recorded, Spec, Template,
};

/// What was decided about the addresses of a zone.
#[derive(Debug, Default)]
pub(super) struct Decisions {
    pub(super) changes: Vec<Change>,
    /// What would be changed if one field of it could be.
    pub(super) blocked: Vec<Change>,
    pub(super) findings: Vec<Finding>,
    pub(super) refusals: Vec<Finding>,
    /// The addresses in which nothing differs.
    pub(super) unchanged: Vec<Address>,
    /// How many unmanaged applications would be deleted without a selection.
    pub(super) withheld: usize,
    /// Those of them whose values no apply has confirmed yet.
    pub(super) confirms: Vec<Address>,
    /// Live applications that belong to a desired one.
    pub(super) paired: BTreeSet<AppId>,
    /// What will be live at each configured address.
    pub(super) merged: BTreeMap<Address, Merged>,
    /// Those of them that will have another hostname than they declare.
    pub(super) rehosted: Rehosted,
}

/// What is made once and looked at for the decisions of every zone.
pub(super) struct Scenes<'a> {
    removals: Removals<'a>,
    pub(super) offers: Offers<'a>,
    /// Made when it is first needed.
    pub(super) immutable: OnceCell<immutable::Scene<'a>>,
}

impl<'a> Scenes<'a> {
    pub(super) fn new(input: &Input<'a>) -> Scenes<'a> {
        let offers = input.recorded.state.offers();
        Scenes { removals: Removals::new(input), offers, immutable: OnceCell::new() }
    }
}

/// What the decisions of a zone are made from.
pub(super) struct Decider<'a, 'i> {
    pub(super) input: &'i Input<'a>,
    pub(super) scenes: &'i Scenes<'a>,
    pub(super) zone: &'a LiveZone,
    pub(super) view: FieldView<'i>,
    pub(super) made: Decisions,
}

impl<'a> Decider<'a, '_> {
    /// Makes the merged form of every configured application of the zone, before anything is decided.
    pub(super) fn merge(&mut self, pairs: &[Pair<'a>]) {
        for pair in pairs {
            let Some((app, declared)) =
                pair.three_way.desired().and_then(|app| Some((app, self.spec(app)?)))
            else {
                continue;
            };
            let on_drift = merged::on_drift(self.input.desired.configuration, app);
            let merged = Found::new(pair, &self.input.recorded.state).map_or_else(
                || merged::new(declared),
                |found| merged::merge(declared, app, on_drift, found),
            );
            let hostname = merged.spec.hostname();
            if let Some(name) = hostname.filter(|_| hostname != app.draft.hostname(Field::DnsName))
            {
                self.made.rehosted.entry(name.clone()).or_default().push(pair.address.clone());
            }
            self.made.merged.insert(pair.address.clone(), merged);
        }
    }

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

    pub(super) fn change(&self, pair: &Pair<'a>, action: Action, reason: Reason) -> Change {
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
            displaces: pair.displaces,
            fields: Vec::new(),
            work: Work::Nothing,
            record: StateEffect::Nothing,
            backup: None,
            withdraws: Vec::new(),
            describes: false,
            refusals: Refusals::default(),
            expects: live.map(|live| self.expectation(pair, live)),
        }
    }

    fn expectation(&self, pair: &Pair<'a>, live: &Live) -> Expectation {
        let merged = self.made.merged.get(&pair.address);
        let deltas = merged.map(|merged| merged.deltas.as_slice()).unwrap_or_default();
        let mut free = merged.map(|merged| merged.free.clone()).unwrap_or_default();
        free.retain(|field| !deltas.iter().any(|delta| delta.field == *field));
        let applied = pair.three_way.recorded().map(Recorded::spec);
        let expects = Expectation::new(live, applied.as_ref(), free, self.zone.tier, deltas);
        match pair.own.zip(merged) {
            Some(((_, own), merged)) => {
                let kept = self.input.recorded.state.kept.get(&pair.address);
                let kept: BTreeSet<Field> = kept.into_iter().flat_map(Kept::fields).collect();
                let is_set = |spec: &Spec, field: &Field| spec.get(*field).is_some();
                let has = |field: &&Field| {
                    (is_set(&own.spec, field) || is_set(&live.spec, field)) && !kept.contains(field)
                };
                expects.taking(&own.id, merged.free.iter().filter(has).copied().collect())
            }
            None => expects,
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
        let Some((spec, merged)) = self.spec(app).zip(self.made.merged.get(&pair.address).cloned())
        else {
            return;
        };
        let reason = if pair.recreated { Reason::RecreatedOutside } else { Reason::Unmanaged };
        // A field that answers leave out may well be as it is wanted, so it is no reason to ask.
        let seen: Vec<Delta> =
            merged.deltas.iter().filter(|delta| !delta.is_unseen).cloned().collect();
        // A field that cannot be changed is a finding of its own, and no reason for a second one.
        let Some(change) = self.write(pair, app, live, &merged, None) else { return };
        if !seen.is_empty() && !self.input.desired.configuration.settings.adopt {
            self.made.refusals.push(guard::adoption_differs(app, &seen, live, self.view));
        }
        self.made.refusals.extend(guard::adoption_resets(app, &seen, live, self.view));
        let template = self.template(
            app,
            &merged.recorded(spec),
            Provenance::Adopted,
            !merged.deltas.is_empty() || self.is_requested(app),
        );
        let action = if change.action == Action::Replace { Action::Replace } else { Action::Adopt };
        let reason = if action == Action::Replace { change.reason } else { reason };
        self.made.changes.push(Change {
            action,
            reason,
            record: StateEffect::Keep(Box::new(template)),
            ..change
        });
    }

    fn keep(&mut self, pair: &Pair<'a>, app: &'a App, recorded: &'a Recorded, live: &'a Live) {
        if self.is_surely_unchanged(pair, app, recorded, live) {
            return self.leave_unchanged(pair, recorded);
        }
        let Some((spec, merged)) = self.spec(app).zip(self.made.merged.get(&pair.address).cloned())
        else {
            return;
        };
        self.report_held(app, &merged);
        if recorded.provenance != Provenance::Created && !recorded.applied {
            // What was changed outside since it was recorded is drift, which is repaired, and no value that the file left out.
            let written = recorded.spec();
            let as_recorded = |delta: &&Delta| {
                !delta.is_unseen && written.effective(delta.field) == delta.before.as_ref()
            };
            let kept: Vec<Delta> = merged.deltas.iter().filter(as_recorded).cloned().collect();
            self.made.refusals.extend(guard::adoption_resets(app, &kept, live, self.view));
        }
        let template = self.template(
            app,
            &merged.recorded(spec),
            recorded.provenance,
            recorded.applied || !merged.deltas.is_empty() || self.is_requested(app),
        );
        if !merged.deltas.is_empty() || self.is_requested(app) {
            if let Some(change) = self.write(pair, app, live, &merged, Some(recorded)) {
                self.made
                    .changes
                    .push(Change { record: StateEffect::Keep(Box::new(template)), ..change });
            }
            return;
        }
        let same = template.is_recorded(&live.id, recorded);
        let is_as_written = !self.ends_offer(pair, &template)
            && !self.keeps_values(pair)
            && merged.is_written_down(&template.fields);
        let described = Recorded {
            labels: template.labels.clone(),
            note: template.note.clone(),
            ..recorded.clone()
        };
        let describes = is_as_written && template.is_recorded(&live.id, &described);
        let (action, reason) = match pair.from {
            Some(_) => (Action::Move, Reason::Moved),
            None if same && is_as_written => return self.leave_unchanged(pair, recorded),
            None if recorded.protect != app.lifecycle.protect => {
                (Action::Record, Reason::ProtectChanged)
            }
            None => (Action::Record, Reason::Differs),
        };
        let change = self.change(pair, action, reason);
        self.made.changes.push(Change {
            labels: app.labels.clone(),
            describes: describes && action == Action::Record,
            record: StateEffect::Keep(Box::new(template)),
            ..change
        });
    }

    /// Reports drift that is left alone or refused.
    fn report_held(&mut self, app: &App, merged: &Merged) {
        if merged.held.is_empty() {
            return;
        }
        match merged::on_drift(self.input.desired.configuration, app) {
            OnDrift::Refuse => {
                self.made.refusals.push(guard::drift_refused(app, &merged.held, self.view))
            }
            _ => self.made.findings.push(guard::drift_held(app, &merged.held, self.view)),
        }
    }

    /// Whether the run asks for the application to be replaced.
    pub(super) fn is_requested(&self, app: &App) -> bool {
        self.input.policy.replace.contains(&app.address)
    }

    /// What left the configuration: it is deleted, unless it is to be left running or is gone already.
    fn leave(&mut self, pair: &Pair<'a>, recorded: &'a Recorded, live: Option<&'a Live>) {
        let removed = self.scenes.removals.find(&pair.address, recorded);
        let keep = removed.is_some_and(|removed| removed.keep);
        let reason = match removed {
            Some(_) => Reason::Removed,
            None if self.input.policy.destroy => Reason::Destroyed,
            None => Reason::NotInConfiguration,
        };
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
        self.made.changes.push(change);
    }
}
