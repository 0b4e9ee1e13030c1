//! The digest of a plan: equal exactly for plans that do the same to Cloudflare and to the state.
//!
//! | in | out |
//! |---|---|
//! | address, zone, id, action, former address | labels, notes, comments; a change that only records them |
//! | the body that is sent, as it is and not as it is shown | masks, `--redact`, format, findings, reasons |
//! | the live form that the change was made for, and which fields are left free | fields that are left free or unknown, `modified_on` |
//! | what is recorded: fields, file, protection, provenance | times, order of files and of applications |
//! | whether an application is released, and which offers end | the unmanaged applications that are listed |
//! | which steps are taken back together, and what is recorded again of what comes back | the order of the steps |
//!
//! Values are hashed under the state's own id, so that a digest that is posted in public does not let anybody try out the value of a
//! variable. Before there is a state there is no such key; where a variable is in play each trial is then made slow instead.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::change::{Change, Plan, StateEffect, Step, Work};
use super::compensation::WayBack;
use crate::model::live::spec_of;
use crate::model::{AppId, Field, Spec, Template, hexadecimal};

/// How many hashes a trial costs where there is no key: milliseconds for one, years for every address there is.
const TRIAL: u32 = 20_000;

/// How many digits of the hash of an outcome are kept: a comment has little room for them.
const OUTCOME: usize = 16;

/// `sha256:` and the hash over everything that carrying the plan out does. `lineage` is the state's id, if there is a state.
pub(super) fn compute(plan: &Plan, lineage: Option<Uuid>) -> String {
    let mut hash = Sha256::new();
    let changes: Vec<&Change> = plan.changes.iter().filter(|change| !change.describes).collect();
    for change in &changes {
        put(&mut hash, &visible(change));
    }
    for way_back in &plan.ways_back {
        put(&mut hash, &taken_back(plan, way_back));
    }
    if !changes.is_empty() {
        hash.update(values(&changes, lineage));
    }
    format!("sha256:{}", hexadecimal(&hash.finalize()))
}

/// The digest of a plan that does nothing.
pub(super) fn of_nothing() -> String {
    format!("sha256:{}", hexadecimal(&Sha256::digest([])))
}

/// The parts that no value of a field goes into.
fn visible(change: &Change) -> Vec<String> {
    let mut parts = vec![
        change.address.to_string(),
        change.zone_id.to_string(),
        change.app_id.as_ref().map(ToString::to_string).unwrap_or_default(),
        change.action.text().to_owned(),
        change.from.as_ref().map(ToString::to_string).unwrap_or_default(),
        change.vacates.to_string(),
    ];
    match &change.record {
        StateEffect::Keep(template) => {
            parts.push("keep".to_owned());
            parts.extend(kept(template));
        }
        StateEffect::Drop { released } => parts.push(format!("drop {released}")),
        StateEffect::Nothing => parts.push("nothing".to_owned()),
    }
    parts.extend(change.withdraws.iter().map(|id| format!("withdraw {id}")));
    if let Some(backup) = change.backup.as_deref() {
        parts.extend(backup.addresses.iter().map(|address| format!("keep {address}")));
        parts.extend(backup.recorded.iter().flat_map(|recorded| kept(&recorded.template())));
    }
    parts
}

/// What is recorded besides values, labels and the like.
fn kept(template: &Template) -> Vec<String> {
    let Template { zone_id, file, protect, provenance, applied, .. } = template;
    vec![zone_id.to_string(), file.clone(), format!("{protect:?} {provenance:?} {applied}")]
}

/// Which steps are taken back together; the values are those of their changes.
fn taken_back(plan: &Plan, way_back: &WayBack) -> Vec<String> {
    let named = |step: &usize| {
        let Step { change, call, .. } = &plan.steps[*step];
        format!("{} {call:?}", plan.changes[*change].address)
    };
    let mut steps: Vec<String> = way_back.steps.iter().map(named).collect();
    steps.sort();
    let compensations = way_back.compensations.iter();
    steps.extend(compensations.map(|compensation| named(&compensation.undoes)));
    steps
}

/// The hash of all values of fields, under the state's id or made slow.
fn values(changes: &[&Change], lineage: Option<Uuid>) -> Vec<u8> {
    let key = lineage.map(|lineage| lineage.to_string()).unwrap_or_default();
    let mut keyed =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    for part in changes.iter().flat_map(|change| values_of(change)) {
        keyed.update(&(part.len() as u64).to_be_bytes());
        keyed.update(part.as_bytes());
    }
    let mut hash = keyed.finalize().into_bytes().to_vec();
    let has_variable = |change: &&Change| matches!(&change.record, StateEffect::Keep(template) if !template.masks.is_empty());
    if lineage.is_none() && changes.iter().any(has_variable) {
        for _ in 0..TRIAL {
            hash = Sha256::digest(&hash).to_vec();
        }
    }
    hash
}

fn values_of(change: &Change) -> Vec<String> {
    let expects = change.expects.as_ref();
    let bound = |spec: &Spec, is_out: &dyn Fn(Field) -> bool| {
        let values = spec.values().filter(|(field, _)| !is_out(*field));
        Spec::new(values.map(|(field, value)| (field, value.clone())))
    };
    let is_free = |field: Field| expects.is_some_and(|expects| expects.free.contains(&field));
    let is_found = |field: Field| expects.is_some_and(|expects| expects.is_found(field));
    let mut parts: Vec<String> = Vec::new();
    match &change.work {
        Work::Create { body } | Work::Update { body, .. } | Work::Replace { body, .. } => {
            parts.extend(["send".to_owned(), exact(&bound(&spec_of(body), &is_found))]);
        }
        Work::Delete { .. } => parts.push("delete".to_owned()),
        Work::Nothing => parts.push("nothing".to_owned()),
    }
    if let Some(expects) = expects {
        parts.extend(["expect".to_owned(), bound(&expects.form, &is_free).canonical()]);
        parts.extend(expects.free.iter().map(|field| field.path().to_owned()));
        if let Some(takes) = &expects.takes {
            parts.push(format!("take over from {}", takes.from));
            parts.extend(takes.fields.iter().map(|field| field.path().to_owned()));
        }
    }
    if let StateEffect::Keep(template) = &change.record {
        parts.extend(["record".to_owned(), exact(&bound(&template.fields, &is_found))]);
    }
    if let Some(recorded) = change.backup.as_deref().and_then(|backup| backup.recorded.as_deref()) {
        parts.extend(["bring back".to_owned(), exact(&recorded.spec())]);
    }
    parts
}

impl Plan {
    /// The beginning of a hash over what is recorded at the address of a change once it is done: equal for changes that end in the same,
    /// however they come to it. `id` is the application that it must be, where that is known before. Nothing where nothing is recorded,
    /// and where a value of a variable would be hashed without a key.
    pub fn outcome(&self, change: &Change, id: Option<&AppId>) -> Option<String> {
        let StateEffect::Keep(template) = &change.record else { return None };
        if self.lineage.is_none() && !template.masks.is_empty() {
            return None;
        }
        let key = self.lineage.map(|lineage| lineage.to_string()).unwrap_or_default();
        let mut hash = Sha256::new();
        let Template { zone_id, file, protect, fields, .. } = &**template;
        let parts = [
            change.address.to_string(),
            id.map(ToString::to_string).unwrap_or_default(),
            zone_id.to_string(),
            file.clone(),
            format!("{protect:?}"),
            exact(fields),
        ];
        put(&mut hash, &[&[key][..], &parts].concat());
        Some(hexadecimal(&hash.finalize())[..OUTCOME].to_owned())
    }
}

/// Every value, defaults too.
fn exact(spec: &Spec) -> String {
    let values = spec.values().map(|(field, value)| (field.path().to_owned(), value.canonical()));
    Json::Object(values.collect()).to_string()
}

/// Each part with its length in front, so that no two lists of parts are the same bytes.
fn put(hash: &mut Sha256, parts: &[String]) {
    hash.update((parts.len() as u64).to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
}
