//! `drift --write`: what was changed outside, taken into the YAML: the live values, or that they are to be ignored. Every edit is tried
//! before anything is written: the edited configuration must show none of that drift.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use clap::ValueEnum;
use serde_json::{Map, Value as Json, json};

use super::context::Context;
use super::failure::Failure;
use super::import_file;
use super::load::Files;
use super::loaded::Loaded;
use super::observe::{Observed, informed};
use super::output::say;
use super::purpose::Purpose;
use super::whole_file::{self, Readers};
use crate::codes;
use crate::config::edit::{self, NotEdited};
use crate::config::{self, Sources, format};
use crate::finding::{Finding, Place};
use crate::model::{Address, AppId, Live};
use crate::plan::{self, Appearance, Drift, Drifted, Input, Missing};
use crate::render::export::names::names;
use crate::validate;

/// How drift is written into the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum How {
    /// The live values become the configured ones
    Accept,
    /// The fields are left alone from now on
    Ignore,
}

/// The edits of a configuration.
#[derive(Default)]
pub(super) struct Edits {
    /// The edited files with their new text.
    pub(super) files: BTreeMap<String, String>,
    /// What was edited, one line each.
    pub(super) done: Vec<String>,
    /// What could not be edited, and what to do about it.
    pub(super) refused: Vec<Finding>,
}

impl Edits {
    /// Writes the files, and says what was edited.
    pub(super) fn write(&self) -> Result<(), Failure> {
        for (path, text) in &self.files {
            whole_file::replace(Path::new(path), text.as_bytes(), Readers::AsBefore)?;
        }
        for line in &self.done {
            say(format_args!("Wrote {line}"));
        }
        Ok(())
    }

    /// Makes an edit of a file, or notes why it is not made.
    fn edit(
        &mut self,
        sources: &Sources,
        place: Option<&Place>,
        what: &str,
        by_hand: &str,
        edit: impl FnOnce(&str) -> Result<String, NotEdited>,
    ) {
        let Some(place) = place else { return };
        let file = place.file.to_string();
        let now = self.files.get(&file).cloned();
        let text = now.or_else(|| sources.text(&file).map(str::to_owned)).unwrap_or_default();
        match edit(&text) {
            Ok(edited) => {
                let edited = format::edited(&file, &text, edited);
                self.done.push(format!("{file}: {what}"));
                self.files.insert(file, edited);
            }
            Err(why) => self.refused.push(refusal(&why, place, what, by_hand)),
        }
    }
}

fn refusal(why: &NotEdited, place: &Place, what: &str, by_hand: &str) -> Finding {
    let (why, fix) = match why {
        NotEdited::Variable(name) => (
            format!("its value comes from the variable {name}"),
            format!("change the variable {name}, or write the value into the file"),
        ),
        NotEdited::Form => (
            "it is written such that changing it could change something else".to_owned(),
            by_hand.to_owned(),
        ),
    };
    let summary = format!("{what} was not written into the configuration");
    Finding::new(&codes::NOT_EDITED, summary).why(why).fix(fix).at(Some(place))
}

/// Makes the edits; only those are kept after which none of the drift that they are for is left.
pub(super) fn make(
    how: How,
    context: &Context,
    loaded: &Loaded,
    observed: &Observed<'_>,
    drift: &Drift,
) -> Result<Edits, Failure> {
    let mut edits = Edits::default();
    let sources = &loaded.files.sources;
    for drifted in &drift.changed {
        match (how, live(observed, &drifted.app_id)) {
            (How::Accept, Some(live)) => accept(&mut edits, sources, drifted, live),
            (How::Ignore, _) => ignore(&mut edits, loaded, drifted),
            (How::Accept, None) => {}
        }
    }
    if how == How::Accept {
        for appearance in drift.appeared() {
            take_up(&mut edits, loaded, observed, appearance);
        }
        // What the state has never seen is not gone: it may be that nobody has applied it yet.
        let was_seen =
            |missing: &&Missing| observed.recorded.state.apps.contains_key(&missing.address);
        let (gone, unseen): (Vec<&Missing>, Vec<&Missing>) =
            drift.missing.iter().partition(was_seen);
        gone.into_iter().for_each(|missing| let_go(&mut edits, sources, missing));
        edits.refused.extend(never_seen(&unseen));
    }
    must_hold(&edits, context, loaded, observed, drift)?;
    Ok(edits)
}

fn live<'a>(observed: &'a Observed<'_>, id: &AppId) -> Option<&'a Live> {
    observed.zones.iter().flat_map(|zone| &zone.apps).find(|live| live.id == *id)
}

/// Each drifted field gets its live value.
fn accept(edits: &mut Edits, sources: &Sources, drifted: &Drifted, live: &Live) {
    let Address { zone, key } = &drifted.address;
    let object = object(live);
    for field in &drifted.fields {
        let path = field.change.field.path();
        let value = object.get(path).or_else(|| {
            let (top, below) = path.split_once('.')?;
            object.get(top)?.get(below)
        });
        let by_hand = match value {
            Some(value) => format!("write `{path}: {value}` there"),
            None => format!("remove {path} there"),
        };
        let what = format!("{} {path}", drifted.address);
        edits.edit(sources, drifted.place.as_ref(), &what, &by_hand, |text| {
            edit::set(text, zone, key, &object, path)
        });
    }
}

/// Each drifted field is ignored from now on.
fn ignore(edits: &mut Edits, loaded: &Loaded, drifted: &Drifted) {
    let Address { zone, key } = &drifted.address;
    for field in &drifted.fields {
        let path = field.change.field.path();
        let entry =
            json!({"field": path, "reason": format!("changed outside, found {}", loaded.today)});
        let what = format!("{} ignores {path}", drifted.address);
        let by_hand = format!("add `{entry}` to lifecycle.ignore_changes there");
        let place = drifted.place.as_ref();
        edits.edit(&loaded.files.sources, place, &what, &by_hand, |text| {
            // A row of `each` has no place of its own.
            if !edit::holds(text, zone, key) {
                return Err(NotEdited::Form);
            }
            edit::append(text, &["zones", zone, "apps", key, "lifecycle", "ignore_changes"], &entry)
        });
    }
}

/// An application that is gone leaves the configuration, and is named under `removed`.
fn let_go(edits: &mut Edits, sources: &Sources, missing: &Missing) {
    let Address { zone, key } = &missing.address;
    let what = format!("{} is removed", missing.address);
    let by_hand =
        format!("delete the application, and add `{{app: {}}}` to `removed`", missing.address);
    let entry = json!({"app": missing.address.to_string()});
    edits.edit(sources, missing.place.as_ref(), &what, &by_hand, |text| {
        edit::append(&edit::remove(text, zone, key)?, &["removed"], &entry)
    });
}

/// What is configured and neither live nor recorded, which no edit removes.
fn never_seen(unseen: &[&Missing]) -> Option<Finding> {
    let first = unseen.first()?;
    let summary = match unseen.len() {
        1 => format!("{} stays in the configuration", first.address),
        count => format!("{} and {} more stay in the configuration", first.address, count - 1),
    };
    let finding = Finding::new(&codes::NOT_EDITED, summary)
        .why("the state has never seen it live, so it is not known that somebody deleted it")
        .fix("run `spectrumctl apply` to create it, or delete it from the configuration")
        .about(&first.address)
        .at(first.place.as_ref());
    Some(finding)
}

/// An application that appeared is added to the file that holds its zone.
fn take_up(edits: &mut Edits, loaded: &Loaded, observed: &Observed<'_>, appearance: &Appearance) {
    let unmanaged = &appearance.unmanaged_app;
    let Some(live) = live(observed, &unmanaged.app_id) else { return };
    let zone = loaded.configuration.zones.get(&unmanaged.zone);
    let taken = zone.iter().flat_map(|zone| zone.apps.keys().cloned()).collect();
    let keys = names(&[(None, live)], &unmanaged.zone, &taken);
    let Some(address) =
        keys.first().map(|key| Address { zone: unmanaged.zone.clone(), key: key.clone() })
    else {
        return;
    };
    let place = zone
        .and_then(|zone| zone.apps.values().find_map(|app| app.place.clone()))
        .unwrap_or_else(|| Place::top_of(loaded.files.root()));
    let what = format!("{address} is added");
    let by_hand = format!("spectrumctl import {address} {} --write {}", live.id, place.file);
    let block = import_file::block(loaded, &address, live);
    edits.edit(&loaded.files.sources, Some(&place), &what, &by_hand, |text| {
        let block = block.map_err(|_| NotEdited::Form)?;
        config::insert(text, &address.zone, &address.key, &block).ok_or(NotEdited::Form)
    });
}

/// The application in the API's form.
fn object(live: &Live) -> Map<String, Json> {
    let mut object = Map::new();
    for (field, value) in live.spec.values() {
        match field.path().split_once('.') {
            None => {
                object.insert(field.path().to_owned(), value.to_json());
            }
            Some((top, below)) => {
                let group = object.entry(top).or_insert_with(|| json!({}));
                if let Some(group) = group.as_object_mut() {
                    group.insert(below.to_owned(), value.to_json());
                }
            }
        }
    }
    object
}

/// Compares again with the edited configuration. Drift that an edit was for must be gone, and nothing may be wrong that was not before.
fn must_hold(
    edits: &Edits,
    context: &Context,
    loaded: &Loaded,
    observed: &Observed<'_>,
    drift: &Drift,
) -> Result<(), Failure> {
    if edits.files.is_empty() {
        return Ok(());
    }
    let mut files = Files { ..loaded.files.clone() };
    for (path, text) in &mut files.sources.files {
        if let Some(edited) = edits.files.get(&**path) {
            *text = Arc::from(edited.as_str());
        }
    }
    let edited = Loaded::from_files(files);
    let facts = informed(validate::zone_facts(&edited.configuration), &observed.zones);
    let form = edited.form.clone();
    let desired = validate::validate_with(&edited.configuration, form, edited.today, facts);
    let policy = edited.policy(context, Purpose::Configured)?;
    let input = Input {
        desired: &desired,
        recorded: &observed.recorded,
        live: &observed.zones,
        unread: &observed.unread,
        policy: &policy,
        facts: None,
    };
    let after = plan::drift(&input);
    // What is gone is only forgotten by the next apply, so it is still missing.
    let (left, before) = (after.changed.len(), drift.changed.len());
    let is_worse = after.verdict.errors && !drift.verdict.errors;
    if is_worse || (left >= before && before > 0 && edits.refused.is_empty()) {
        let summary = "the edited configuration would not be right, so nothing was written";
        let why = "an edit must take the drift away and break nothing";
        let fix = "make the changes by hand, and report the file: this is a bug of the tool";
        let finding = Finding::new(&codes::FORMAT_REFUSED, summary).why(why).fix(fix);
        let findings = after.findings.into_iter().chain([finding]).collect();
        return Err(Failure::new(super::exit::Exit::Failed, findings));
    }
    Ok(())
}
