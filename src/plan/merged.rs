//! The merged form of an application: the one truth about what will be live at its address. It is made of what is declared, what
//! is ignored, what drift is held, what this version cannot read, and the defaults, before anything is checked, ordered, shown or
//! sent; nothing else looks at the declared form alone.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use super::change::ChangeCause;
use super::fields::cause_of;
use super::three_way::{Pair, ThreeWay};
use crate::config::{App, Configuration, OnDrift};
use crate::diff::{self, Delta};
use crate::ledger::State;
use crate::model::draft::{FieldValue, Source};
use crate::model::field::Absent;
use crate::model::{Address, Draft, Field, Kept, Live, Recorded, Spec, Value};

/// An application as it will be live.
#[derive(Debug, Clone)]
pub(super) struct Merged {
    /// Every value that is set.
    pub(super) spec: Spec,
    /// What is written: exactly the fields in which the live application differs from `spec`.
    pub(super) deltas: Vec<Delta>,
    /// What somebody changed outside and the configuration says to leave alone or to refuse.
    pub(super) held: Vec<Delta>,
    /// The fields that a write leaves as it finds them, so that their newest value stays.
    pub(super) free: BTreeSet<Field>,
    /// What was last written to the live application, if that is recorded.
    pub(super) written: Option<Spec>,
}

/// What is done about drift of an application: what it says itself, else its zone, else the settings.
pub(super) fn on_drift(configuration: &Configuration, app: &App) -> OnDrift {
    let zone = configuration.zones.get(&app.address.zone).and_then(|zone| zone.on_drift);
    app.on_drift.or(zone).unwrap_or(configuration.settings.on_drift)
}

/// The fields under `ignore_changes`.
pub(super) fn ignored(app: &App) -> BTreeSet<Field> {
    app.lifecycle.ignore_changes.iter().flat_map(|ignored| ignored.fields.iter().copied()).collect()
}

/// The live application that serves an address with what was recorded of it, and those whose values belong to the address. They
/// differ only for members of an exchange.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// The application that is written.
    pub(super) live: &'a Live,
    /// What was last written to it.
    pub(super) recorded: Option<&'a Recorded>,
    /// The application whose ignored and held values the address keeps.
    pub(super) own: &'a Live,
    /// What was last applied at the address.
    pub(super) applied: Option<&'a Recorded>,
    /// What the address keeps of an application that was written over when an exchange was interrupted.
    pub(super) kept: Option<&'a Kept>,
}

impl<'a> Found<'a> {
    /// What there is of a pair; none where nothing is live.
    pub(super) fn new(pair: &Pair<'a>, state: &'a State) -> Option<Found<'a>> {
        let (live, recorded) = match pair.three_way {
            ThreeWay::Managed { live, recorded, .. } => (live, Some(recorded)),
            ThreeWay::ConfiguredAndLive { live, .. } => (live, None),
            _ => return None,
        };
        let (own, applied) =
            pair.own.map_or((live, recorded), |(recorded, live)| (live, Some(recorded)));
        Some(Found { live, recorded, own, applied, kept: state.kept.get(&pair.address) })
    }
}

/// The merged form of an application that is not live: what is declared.
pub(super) fn new(declared: &Spec) -> Merged {
    let (deltas, held, free, written) = (Vec::new(), Vec::new(), BTreeSet::new(), None);
    Merged { spec: declared.clone(), deltas, held, free, written }
}

/// Merges what is declared with what is live.
pub(super) fn merge(declared: &Spec, app: &App, on_drift: OnDrift, found: Found<'_>) -> Merged {
    let applied = match found.kept {
        Some(kept) => Some(kept.applied()),
        None => found.applied.map(Recorded::spec),
    };
    let own = diff::known(&found.own.spec, applied.as_ref());
    let own = found.kept.map_or(own.clone(), |kept| kept.over(own));
    let mut merged = new(declared);
    for field in ignored(app) {
        merged.leave(field, &own);
    }
    merged.leave_unreadable(&own);
    merged.leave_chosen(&own, applied.as_ref());
    if on_drift != OnDrift::Repair {
        merged.hold(&own, applied.as_ref(), on_drift);
    }
    let is_own = found.kept.is_none()
        && found.recorded.zip(found.applied).is_some_and(|(one, own)| ptr::eq(one, own));
    merged.written = if is_own { applied } else { found.recorded.map(Recorded::spec) };
    merged.deltas = diff::changes(&found.live.spec, merged.written.as_ref(), &merged.spec);
    merged
}

/// The draft of an application in its merged form, where one was made; else as it is declared.
pub(super) fn draft_of(merged: &BTreeMap<Address, Merged>, app: &App) -> Draft {
    merged.get(&app.address).map_or_else(|| app.draft.clone(), |merged| merged.draft(app))
}

impl Merged {
    /// Leaves a field as it is.
    fn leave(&mut self, field: Field, own: &Spec) {
        self.free.insert(field);
        match own.get(field) {
            Some(value) => self.spec.set(field, value.clone()),
            None => self.spec.remove(field),
        }
    }

    /// Leaves every object as it is of which this version cannot read a part and of which nothing is declared: it is sent back whole
    /// or not at all.
    fn leave_unreadable(&mut self, own: &Spec) {
        let unread: BTreeSet<&str> = own
            .values()
            .filter(|(_, value)| matches!(value, Value::Unread(_)))
            .map(|(field, _)| field.top())
            .collect();
        for top in unread {
            if Field::under(top).all(|field| self.spec.get(field).is_none()) {
                Field::under(top).for_each(|field| self.leave(field, own));
            }
        }
    }

    /// Leaves the values that the API chooses itself: nothing is declared and we have never written one.
    fn leave_chosen(&mut self, own: &Spec, applied: Option<&Spec>) {
        for field in Field::all().filter(|field| field.row().absent == Absent::Unknown) {
            let is_ours = applied.is_some_and(|applied| applied.get(field).is_some());
            let is_kept = field.split().1.is_empty()
                || Field::under(field.top())
                    .any(|beside| beside != field && self.spec.get(beside).is_some());
            if self.spec.get(field).is_none() && !is_ours && is_kept {
                self.leave(field, own);
            }
        }
    }

    /// Sets aside what drifted; where drift is held it stays as it is.
    fn hold(&mut self, own: &Spec, applied: Option<&Spec>, on_drift: OnDrift) {
        let Some(applied) = applied else { return };
        self.held = diff::changes(own, None, &self.spec)
            .into_iter()
            .filter(|delta| cause_of(delta, Some(applied)) == ChangeCause::Drift)
            .collect();
        if on_drift == OnDrift::Hold {
            for field in self.held.iter().map(|delta| delta.field).collect::<Vec<_>>() {
                self.leave(field, own);
            }
        }
    }

    /// What is recorded once it is written: of drift that is held what was applied, and nothing that the API chose.
    pub(super) fn recorded(&self, declared: &Spec) -> Spec {
        let mut recorded = self.spec.clone();
        let is_held = |field: &Field| self.held.iter().any(|delta| delta.field == *field);
        let is_chosen = |field: &Field| field.row().absent == Absent::Unknown;
        for field in self.free.iter().filter(|field| is_held(field) || is_chosen(field)) {
            match declared.get(*field) {
                Some(value) => recorded.set(*field, value.clone()),
                None => recorded.remove(*field),
            }
        }
        recorded
    }

    /// Whether what is recorded need not be written again; what is left alone is no reason to.
    pub(super) fn is_written_down(&self, fields: &Spec) -> bool {
        let Some(written) = &self.written else { return false };
        Field::all()
            .filter(|field| !self.free.contains(field))
            .all(|field| fields.effective(field) == written.effective(field))
    }

    /// The application as it would be written to become this form; what is not declared has the place of what decides it.
    fn draft(&self, app: &App) -> Draft {
        let mut draft = app.draft.clone();
        let declared: Vec<Field> = draft.given.keys().copied().collect();
        for field in declared.into_iter().filter(|field| self.spec.get(*field).is_none()) {
            draft.given.remove(&field);
        }
        for (field, value) in self.spec.values() {
            if draft.given.get(&field).is_some_and(|given| given.value == *value) {
                continue;
            }
            let entry = app.lifecycle.ignore_changes.iter();
            let place = entry
                .filter(|ignored| ignored.fields.contains(&field))
                .find_map(|ignored| ignored.place.clone())
                .or_else(|| app.draft.place_of(field).cloned());
            let given = FieldValue {
                value: value.clone(),
                place,
                members: Vec::new(),
                mask: None,
                source: Source::App,
            };
            draft.given.insert(field, given);
        }
        let tops: BTreeSet<&str> = draft.given.keys().map(|field| field.top()).collect();
        draft.present.retain(|top, _| tops.contains(top));
        for field in draft.given.keys() {
            draft.present.entry(field.top()).or_insert_with(|| app.place.clone());
        }
        draft
    }
}
