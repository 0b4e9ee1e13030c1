//! What a change relies on, and what it writes: looked at once more right before the first write, so that what somebody has done
//! since the plan was made is neither undone nor deleted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::body;
use super::change::{Change, StateEffect, Work};
use super::stored;
use crate::diff::{self, Delta};
use crate::model::field::Absent;
use crate::model::spec::place_in;
use crate::model::{Backup, Field, Keyword, Live, Spec, Tier, Value};

/// The live application that a change was made for, and what is written to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Expectation {
    /// Its form.
    #[serde(with = "stored::spec")]
    pub form: Spec,
    /// The fields that the change leaves as it finds them.
    #[serde(with = "stored::fields")]
    pub free: BTreeSet<Field>,
    /// When it was last modified, as the API wrote it.
    pub modified_on: Option<String>,
    /// Whether the change relies on a field that answers leave out, of which only `modified_on` tells whether it has moved.
    pub is_blind: bool,
    /// The plan of its zone.
    pub tier: Option<Tier>,
    /// What is written.
    pub edit: Edit,
}

/// The fields that a write changes; everything else is sent back as it is read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Edit {
    /// The fields that get a value.
    #[serde(with = "stored::spec")]
    pub sets: Spec,
    /// The fields that lose theirs.
    #[serde(with = "stored::fields")]
    pub unsets: BTreeSet<Field>,
}

impl Edit {
    /// What these differences write.
    pub(super) fn new(deltas: &[Delta]) -> Edit {
        let mut edit = Edit::default();
        for delta in deltas {
            match &delta.after {
                Some(value) => edit.sets.set(delta.field, value.clone()),
                None => drop(edit.unsets.insert(delta.field)),
            }
        }
        edit
    }

    /// Whether it writes into an object of which a live application has a part that cannot be read.
    pub(super) fn overwrites_unreadable(&self, top: &str, live: &Spec) -> bool {
        let is_unread = |field: Field| matches!(live.get(field), Some(Value::Unread(_)));
        Field::under(top).any(is_unread)
            && Field::under(top)
                .any(|field| self.sets.get(field).is_some() || self.unsets.contains(&field))
    }

    fn fields(&self) -> impl Iterator<Item = Field> {
        self.sets.values().map(|(field, _)| field).chain(self.unsets.iter().copied())
    }
}

impl Expectation {
    /// What a change relies on that leaves fields free and writes these differences; `applied` is what was last written.
    pub(super) fn new(
        live: &Live,
        applied: Option<&Spec>,
        free: BTreeSet<Field>,
        tier: Option<Tier>,
        deltas: &[Delta],
    ) -> Expectation {
        let relies = |field: Field| {
            !free.contains(&field)
                && diff::is_unseen(field, &live.spec)
                && applied.is_some_and(|applied| applied.get(field).is_some())
        };
        Expectation {
            is_blind: Field::all().any(relies),
            form: live.spec.clone(),
            modified_on: live.modified_on.clone(),
            free,
            tier,
            edit: Edit::new(deltas),
        }
    }

    /// The form that the application has once it is written.
    fn result(&self) -> Spec {
        let mut result = self.form.clone();
        self.edit.unsets.iter().for_each(|field| result.remove(*field));
        for (field, value) in self.edit.sets.values() {
            result.set(field, value.clone());
        }
        if result.keyword(Field::EdgeIpsType) == Some(Keyword::Static) {
            result.remove(Field::EdgeIpsConnectivity);
        }
        result
    }

    /// What a live application has of which it is no longer what the change was made for: paths of fields, or `modified_on` where a
    /// field that matters cannot be seen. Empty when nothing has moved.
    pub fn moved(&self, live: &Live) -> Vec<&'static str> {
        let moved: Vec<&str> = Field::all()
            .filter(|field| !self.free.contains(field))
            .filter(|field| self.form.effective(*field) != live.spec.effective(*field))
            .map(Field::path)
            .collect();
        if moved.is_empty() && self.is_blind && self.modified_on != live.modified_on {
            return vec!["modified_on"];
        }
        moved
    }
}

impl Change {
    /// The calls with everything they need for the application as it was just read: what the change leaves free has its newest value.
    pub fn work_for(&self, live: &Live) -> Work {
        let Some(expects) = &self.expects else { return self.work.clone() };
        match &self.work {
            Work::Update { id, .. } => Work::Update {
                id: id.clone(),
                body: body::update_body(live, &expects.edit, expects.tier),
            },
            Work::Replace { id, body, former } => Work::Replace {
                id: id.clone(),
                body: with_newest(body, &expects.free, &live.spec),
                former: Box::new(Backup {
                    body: body::as_found(live, expects.tier),
                    ..(**former).clone()
                }),
            },
            other => other.clone(),
        }
    }

    /// Whether an application shows that an update was made, as far as answers tell; where they leave out all that is written, only
    /// the time of its last change does.
    pub fn took_effect(&self, live: &Live) -> bool {
        let Some(expects) = &self.expects else { return true };
        let is_seen = expects.edit.fields().any(|field| !is_silent(field, &live.spec));
        self.not_as_meant(&live.spec).is_empty()
            && (is_seen || live.modified_on != expects.modified_on)
    }

    /// The fields of a written application that are not as they were meant to be, as far as answers tell; what is left free may
    /// have any value.
    pub fn not_as_meant(&self, live: &Spec) -> Vec<Field> {
        let expects = self.expects.as_ref();
        let is_free = |field: &Field| expects.is_some_and(|expects| expects.free.contains(field));
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
