//! A draft: an application as somebody wrote it, in YAML or in the JSON of a request. Every field is optional and anything may be
//! wrong with it; what could not be read is kept beside what could, so that each fault is told and none hides another.

use std::collections::{BTreeMap, BTreeSet};

use super::field::{Field, READ_ONLY, top_names};
use super::keyword::Keyword;
use super::node::{Entry, Node};
use super::parse::{Problem, Wrong};
use super::spec::Spec;
use super::value::Value;
use crate::finding::Place;

/// Which part of the configuration a value comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The application itself.
    App,
    /// The zone's `defaults`.
    Defaults,
    /// The API's default.
    ApiDefault,
}

/// A value that was written and could be read.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldValue {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub place: Option<Place>,
    /// Where the members of a list are written, in their order.
    pub members: Vec<Option<Place>>,
    /// What to show instead of it, when a variable went into it.
    pub mask: Option<String>,
    /// Which part of the configuration it comes from.
    pub source: Source,
}

/// A key that the application object does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key with the object it stands in: `edge_ips.connectivty`.
    pub path: String,
    /// The names that would have been known there.
    pub known: Vec<&'static str>,
    /// Whether the API sets it itself.
    pub read_only: bool,
    /// Where the key stands.
    pub place: Option<Place>,
}

/// A part of the object that is not of the right kind, such as a text where `dns` belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAMapping {
    /// The top-level name.
    pub top: &'static str,
    /// What stands there instead.
    pub shown: String,
    /// Where.
    pub place: Option<Place>,
}

/// A value that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The field.
    pub field: Field,
    /// In which way.
    pub wrong: Wrong,
    /// What is wrong, one line, no full stop.
    pub summary: String,
    /// What to write instead.
    pub fix: String,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Unreadable {
    fn new(field: Field, problem: Problem) -> Unreadable {
        let Problem { wrong, summary, fix, place } = problem;
        Unreadable { field, wrong, summary, fix, place }
    }
}

/// An application as somebody wrote it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draft {
    /// What could be read.
    pub given: BTreeMap<Field, FieldValue>,
    /// What could not.
    pub unreadable: Vec<Unreadable>,
    /// Keys that the object does not have.
    pub unknown: Vec<UnknownKey>,
    /// Objects that are none.
    pub not_mappings: Vec<NotAMapping>,
    /// The top-level names that were written at all, with the place of the key.
    pub present: BTreeMap<&'static str, Option<Place>>,
    /// Where the application begins.
    pub place: Option<Place>,
}

impl Draft {
    /// Reads the entries of an application object; entries that stand at null count as absent.
    pub fn read(entries: &[Entry], source: Source) -> Draft {
        let mut draft = Draft::default();
        draft.add(entries, source, &BTreeSet::new());
        draft
    }

    /// The draft that writes every value of a canonical form.
    pub fn from_spec(spec: &Spec) -> Draft {
        let given = |(field, value): (Field, &Value)| {
            let value = value.clone();
            (
                field,
                FieldValue {
                    value,
                    place: None,
                    members: Vec::new(),
                    mask: None,
                    source: Source::App,
                },
            )
        };
        Draft {
            given: spec.values().map(given).collect(),
            present: spec.values().map(|(field, _)| (field.top(), None)).collect(),
            ..Draft::default()
        }
    }

    /// Adds the entries whose top-level name is not in `except`.
    pub fn add(&mut self, entries: &[Entry], source: Source, except: &BTreeSet<&str>) {
        for entry in entries
            .iter()
            .filter(|entry| !entry.value.is_null() && !except.contains(entry.key.as_str()))
        {
            let mut fields = Field::under(&entry.key).peekable();
            let Some(field) = fields.peek().copied() else {
                self.add_unknown(&entry.key, top_names(), entry.key_place.clone());
                continue;
            };
            self.present.insert(field.top(), entry.key_place.clone());
            if field.split().1.is_empty() {
                self.add_field(field, &entry.value, source);
            } else {
                self.add_object(field.top(), &entry.value, source);
            }
        }
    }

    /// Lays defaults under what was written: each top-level name that is not in `except` is taken over whole.
    pub fn inherit(&mut self, defaults: &Draft, except: &BTreeSet<&str>) {
        for (field, given) in
            defaults.given.iter().filter(|(field, _)| !except.contains(field.top()))
        {
            self.given.insert(*field, given.clone());
        }
        for (top, place) in defaults.present.iter().filter(|(top, _)| !except.contains(*top)) {
            self.present.insert(top, place.clone());
        }
    }

    fn add_object(&mut self, top: &'static str, node: &Node, source: Source) {
        let Some(entries) = node.entries() else {
            self.not_mappings.push(NotAMapping {
                top,
                shown: node.shown(),
                place: node.place.clone(),
            });
            return;
        };
        for entry in entries {
            match Field::under(top).find(|field| field.split().1 == entry.key) {
                Some(_) if entry.value.is_null() => {}
                Some(field) => self.add_field(field, &entry.value, source),
                None => self.add_unknown(
                    &format!("{top}.{}", entry.key),
                    Field::under(top).map(|field| field.split().1).collect(),
                    entry.key_place.clone(),
                ),
            }
        }
    }

    fn add_field(&mut self, field: Field, node: &Node, source: Source) {
        let mask = node.mask_of_all();
        match field.read(node) {
            Ok(value) => {
                let place = node.place.clone();
                let items = node.items().into_iter().flatten();
                let members = items.map(|item| item.place.clone()).collect();
                self.given.insert(field, FieldValue { value, place, members, mask, source });
            }
            Err(problems) => {
                let of_field = |problem| Unreadable::new(field, problem);
                self.unreadable.extend(problems.into_iter().map(of_field));
            }
        }
    }

    fn add_unknown(&mut self, path: &str, known: Vec<&'static str>, place: Option<Place>) {
        self.unknown.push(UnknownKey {
            path: path.to_owned(),
            known,
            read_only: READ_ONLY.contains(&path),
            place,
        });
    }

    /// The value of a field, if it was written and could be read.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.given.get(&field).map(|given| &given.value)
    }

    /// Whether a top-level name was written at all, readable or not.
    pub fn has(&self, top: &str) -> bool {
        self.present.contains_key(top)
    }

    /// Whether something under this field's top-level name could not be read, so that nothing can be said of it.
    pub fn is_unclear(&self, field: Field) -> bool {
        let top = field.top();
        self.unreadable.iter().any(|unreadable| unreadable.field == field)
            || self.not_mappings.iter().any(|wrong| wrong.top == top)
    }

    /// The written keyword of a field, or its default when it was not written; nothing when it could not be read.
    pub fn keyword(&self, field: Field) -> Option<Keyword> {
        if self.is_unclear(field) {
            return None;
        }
        self.get(field).or(field.row().default)?.keyword()
    }

    /// Where a field, or the object it stands in, or the application is written.
    pub fn place_of(&self, field: Field) -> Option<&Place> {
        let own = self.given.get(&field).and_then(|given| given.place.as_ref());
        let unreadable = || {
            self.unreadable
                .iter()
                .find(|unreadable| unreadable.field == field)
                .and_then(|unreadable| unreadable.place.as_ref())
        };
        own.or_else(unreadable).or_else(|| self.place_of_top(field.top()))
    }

    /// Where a member of a list is written; of a list that a variable fills, the list.
    pub fn place_of_member(&self, field: Field, number: usize) -> Option<&Place> {
        let own = self.given.get(&field).and_then(|given| given.members.get(number)?.as_ref());
        own.or_else(|| self.place_of(field))
    }

    /// Where a top-level name is written, else where the application is.
    pub fn place_of_top(&self, top: &str) -> Option<&Place> {
        self.present.get(top).and_then(Option::as_ref).or(self.place.as_ref())
    }
}
