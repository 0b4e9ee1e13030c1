//! A change against the application as it was just read: the calls with their newest values, and whether a write took effect.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::body;
use super::change::{Change, StateEffect, Work};
use crate::diff;
use crate::ledger::{Effect, Intent};
use crate::model::field::Absent;
use crate::model::spec::place_in;
use crate::model::{Backup, Field, Live, Spec};

impl Change {
    /// The change with the newest values of what it takes over; none if nothing is sent though they have come to differ, so that the
    /// plan no longer says what is to be done.
    pub fn taking_over(&self, found: Option<&Live>, from: &Live) -> Option<Change> {
        let expects = self.expects.as_ref()?.with_taken(from);
        let has_moved = |field: Field| {
            found.is_none_or(|found| found.spec.effective(field) != from.spec.effective(field))
        };
        let mut taken = expects.takes.iter().flat_map(|takes| &takes.fields);
        let is_stale = self.work == Work::Nothing && taken.any(|field| has_moved(*field));
        (!is_stale).then(|| Change { expects: Some(expects), ..self.clone() })
    }

    /// The calls with everything they need for the application as it was just read: what the change leaves free has its newest value.
    pub fn work_for(&self, live: Option<&Live>) -> Work {
        let Some((expects, live)) = self.expects.as_ref().zip(live) else {
            return self.work.clone();
        };
        match &self.work {
            Work::Update { id, .. } => Work::Update {
                id: id.clone(),
                body: body::update_body(live, &expects.edit, expects.tier),
            },
            Work::Replace { id, body } => {
                let mut body = with_newest(body, &expects.free, &live.spec);
                for (field, value) in expects.taken() {
                    place_in(&mut body, field, value.to_json());
                }
                Work::Replace { id: id.clone(), body }
            }
            other => other.clone(),
        }
    }

    /// What its delete takes away, of the application as it was just read.
    pub fn backup_for(&self, live: Option<&Live>) -> Option<Backup> {
        let backup = self.backup.as_deref()?.clone();
        let newest = self.expects.as_ref().zip(live);
        Some(match newest {
            Some((expects, live)) => Backup { body: body::as_found(live, expects.tier), ..backup },
            None => backup,
        })
    }

    /// Whether an application shows that an update was made, as far as answers tell; where they leave out all that is written, only
    /// the time of its last change does.
    pub fn took_effect(&self, live: &Live) -> bool {
        let Some(expects) = &self.expects else { return true };
        let is_seen = expects.edit.fields().any(|field| !is_silent(field, &live.spec));
        self.not_as_meant(&live.spec).is_empty()
            && (is_seen || live.modified_on != expects.modified_on)
    }

    /// What an update is to bring about. A later run tells by it whether it was made.
    pub fn intent(
        &self,
        effects: Vec<Effect>,
        body: &Map<String, Json>,
        found: Option<&Live>,
    ) -> Intent {
        let mut intent = Intent::new(self.zone_id.clone(), effects, Some(body.clone()));
        let Some((expects, found)) = self.expects.as_ref().zip(found) else { return intent };
        let is_unseen = |field: &Field| is_silent(*field, &found.spec);
        let mut written = expects.edit.fields();
        let tells = written.any(|field| !is_unseen(&field) && !expects.is_found(field));
        let is_free =
            |field: &Field| expects.is_found(*field) && (tells || !expects.writes(*field));
        let is_unseen = expects.edit.fields().all(|field| is_unseen(&field));
        intent.free = Field::all().filter(is_free).map(|field| field.path().to_owned()).collect();
        intent.unseen_since = found.modified_on.clone().filter(|_| is_unseen);
        intent
    }

    /// The fields of a written application that are not as they were meant to be, as far as answers tell; what is left free may
    /// have any value.
    pub fn not_as_meant(&self, live: &Spec) -> Vec<Field> {
        let expects = self.expects.as_ref();
        let is_free =
            |field: &Field| expects.is_some_and(|it| it.free.contains(field) && !it.writes(*field));
        let differing: Vec<Field> = match (&self.work, expects, &self.record) {
            (Work::Update { .. }, Some(expects), _) => {
                let result = expects.result();
                Field::all()
                    .filter(|field| live.effective(*field) != result.effective(*field))
                    .filter(|field| !is_silent(*field, live))
                    .collect()
            }
            (_, _, StateEffect::Keep(template)) => {
                diff::between(live, &template.fields).iter().map(|delta| delta.field).collect()
            }
            _ => Vec::new(),
        };
        differing.into_iter().filter(|field| !is_free(field)).collect()
    }
}

/// Whether answers do not tell of a field.
fn is_silent(field: Field, live: &Spec) -> bool {
    live.get(field).is_none() && live.absence(field) == Absent::Unknown
}

/// The body of a create with the newest values of the fields that are left free.
fn with_newest(body: &Map<String, Json>, free: &BTreeSet<Field>, live: &Spec) -> Map<String, Json> {
    let mut body = body.clone();
    for (field, value) in live.values().filter(|(field, _)| free.contains(field)) {
        place_in(&mut body, field, value.to_json());
    }
    body
}
