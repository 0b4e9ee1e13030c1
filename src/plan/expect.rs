//! What a change relies on, and what it writes: looked at once more right before the first write, so that what somebody has done
//! since the plan was made is neither undone nor deleted.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use super::stored;
use crate::diff::{self, Delta};
use crate::ledger::Effect;
use crate::model::{Address, AppId, Field, Kept, Keyword, Live, Spec, Tier, Value};

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
    /// What is taken over from the application that has served the address so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes: Option<Takes>,
    /// What another address takes over from this application before it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Gives>,
}

/// The values of an application that the address which it has served so far keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gives {
    /// The address.
    pub to: Address,
    /// The application that serves it from now on.
    pub id: AppId,
    /// The fields.
    #[serde(with = "stored::fields")]
    pub fields: BTreeSet<Field>,
    /// What was last applied at the address, in the API's form.
    pub applied: Map<String, Json>,
}

impl Gives {
    /// What is written down before the application is written over.
    pub(super) fn effect(&self, found: &Live) -> Effect {
        let kept = Kept::new(self.fields.iter().copied(), &found.spec, self.applied.clone());
        Effect::Keep { address: self.to.clone(), id: self.id.clone(), kept: Box::new(kept) }
    }
}

/// The values that an address keeps although another application serves it from now on: those that it leaves as it finds them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Takes {
    /// The application that has served the address so far.
    pub from: AppId,
    /// The fields.
    #[serde(with = "stored::fields")]
    pub fields: BTreeSet<Field>,
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

    /// The fields that are written.
    pub(super) fn fields(&self) -> impl Iterator<Item = Field> {
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
            takes: None,
            gives: None,
        }
    }

    /// The same for an address that keeps these values of the application that has served it so far.
    pub(super) fn taking(mut self, from: &AppId, fields: BTreeSet<Field>) -> Expectation {
        self.free.clear();
        self.takes = (!fields.is_empty()).then(|| Takes { from: from.clone(), fields });
        self
    }

    /// The values that are taken over.
    pub(super) fn taken(&self) -> impl Iterator<Item = (Field, &Value)> {
        let fields = self.takes.iter().flat_map(|takes| &takes.fields);
        fields.filter_map(|field| Some((*field, self.edit.sets.get(*field)?)))
    }

    /// Whether a field has whatever value is found: that of the application itself, or that of the one it takes it over from.
    pub(super) fn is_found(&self, field: Field) -> bool {
        self.free.contains(&field)
            || self.takes.as_ref().is_some_and(|takes| takes.fields.contains(&field))
    }

    /// Whether the change writes a field.
    pub(super) fn writes(&self, field: Field) -> bool {
        self.edit.fields().any(|it| it == field)
    }

    /// The same with the newest values of what is taken over.
    pub(super) fn with_taken(&self, from: &Live) -> Expectation {
        let mut with_taken = self.clone();
        for field in self.takes.iter().flat_map(|takes| &takes.fields) {
            let edit = &mut with_taken.edit;
            match from.spec.get(*field) {
                Some(value) => {
                    edit.unsets.remove(field);
                    edit.sets.set(*field, value.clone());
                }
                None => {
                    edit.sets.remove(*field);
                    edit.unsets.insert(*field);
                }
            }
        }
        with_taken
    }

    /// The form that the application has once it is written.
    pub(super) fn result(&self) -> Spec {
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
