//! The digest of a plan: equal exactly for plans that do the same to Cloudflare and to the state.
//!
//! | in | out |
//! |---|---|
//! | address, zone, id, action, former address | labels, notes, comments |
//! | each field before and after, as it is and not as it is shown | masks, `--redact`, format, findings |
//! | the live form that the change was made for, and which fields are left free | fields that are left free, `modified_on` |
//! | what is recorded: fields, file, protection, provenance | times, order of files and of applications |
//! | whether an application is released, and which offers end | the unmanaged applications that are listed |
//!
//! Values are hashed under the state's own id, so that a digest that is posted in public does not let anybody try out the value of a
//! variable. Before there is a state there is no such key; where a variable is in play each trial is then made slow instead.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::change::{Change, StateEffect};
use crate::model::{Field, Spec, Template, hexadecimal};

/// How many hashes a trial costs where there is no key: milliseconds for one, years for every address there is.
const TRIAL: u32 = 20_000;

/// `sha256:` and the hash over everything that carrying out the changes does. `lineage` is the state's id, if there is a state.
pub(super) fn compute(changes: &[Change], lineage: Option<Uuid>) -> String {
    let mut hash = Sha256::new();
    for change in changes {
        put(&mut hash, &visible(change));
    }
    if !changes.is_empty() {
        hash.update(values(changes, lineage));
    }
    format!("sha256:{}", hexadecimal(&hash.finalize()))
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
            let Template { zone_id, file, protect, provenance, applied, .. } = &**template;
            parts.extend([
                "keep".to_owned(),
                zone_id.to_string(),
                file.clone(),
                format!("{protect:?} {provenance:?} {applied}"),
            ]);
        }
        StateEffect::Drop { released } => parts.push(format!("drop {released}")),
        StateEffect::Nothing => parts.push("nothing".to_owned()),
    }
    parts.extend(change.withdraws.iter().map(|id| format!("withdraw {id}")));
    parts
}

/// The hash of all values of fields, under the state's id or made slow.
fn values(changes: &[Change], lineage: Option<Uuid>) -> Vec<u8> {
    let key = lineage.map(|lineage| lineage.to_string()).unwrap_or_default();
    let mut keyed =
        Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of any length is taken");
    for part in changes.iter().flat_map(values_of) {
        keyed.update(&(part.len() as u64).to_be_bytes());
        keyed.update(part.as_bytes());
    }
    let mut hash = keyed.finalize().into_bytes().to_vec();
    let has_variable = |change: &Change| matches!(&change.record, StateEffect::Keep(template) if !template.masks.is_empty());
    if lineage.is_none() && changes.iter().any(has_variable) {
        for _ in 0..TRIAL {
            hash = Sha256::digest(&hash).to_vec();
        }
    }
    hash
}

fn values_of(change: &Change) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for field in &change.fields {
        parts.push(field.field.path().to_owned());
        parts.extend(field.digest_input.iter().cloned());
    }
    if let Some(expects) = &change.expects {
        let is_free = |field: &Field| expects.free.contains(field);
        let values = expects.form.values().filter(|(field, _)| !is_free(field));
        parts.push(Spec::new(values.map(|(field, value)| (field, value.clone()))).canonical());
        parts.extend(expects.free.iter().map(|field| field.path().to_owned()));
    }
    if let StateEffect::Keep(template) = &change.record {
        let free = change.expects.as_ref().map(|expects| &expects.free);
        let values = template.fields.values();
        let kept = values.filter(|(field, _)| !free.is_some_and(|free| free.contains(field)));
        parts.push(Spec::new(kept.map(|(field, value)| (field, value.clone()))).canonical());
    }
    parts
}

/// Each part with its length in front, so that no two lists of parts are the same bytes.
fn put(hash: &mut Sha256, parts: &[String]) {
    hash.update((parts.len() as u64).to_be_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
}
