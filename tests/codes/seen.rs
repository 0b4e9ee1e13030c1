//! A case as the checks see it: exactly what it says is reported, of what is just beside it nothing is, and what a
//! variable gave is never shown.

use std::collections::{BTreeMap, BTreeSet};

use spectrumctl::finding::Severity;
use spectrumctl::model::{Draft, Entry, Kind, Node};

use super::case::Case;
use super::world::{Told, World, draft};

/// The configuration in a file of the case, with the seed where there is one.
fn world(case: &Case, file: &str, prepare: impl Fn(&mut Vec<Entry>)) -> Option<World> {
    let world = World::of(&case.text(file)?, prepare);
    Some(match case.text("seed.yaml") {
        Some(seed) => world.seeded(&seed),
        None => world,
    })
}

fn configured(case: &Case, prepare: impl Fn(&mut Vec<Entry>)) -> World {
    world(case, "spectrum.yaml", prepare).expect("every case has a configuration")
}

/// Whether a check can report the case; folders that are not named after a cause are further faces of one.
fn has_a_check(case: &Case) -> bool {
    let cause = case.code.causes.iter().find(|cause| cause.slug == case.face);
    cause.is_none_or(|cause| cause.check.is_some())
}

pub(super) fn is_reported_as_it_says(case: &Case) {
    let findings = case.findings().into_iter().map(|(code, severity, address, path, _)| {
        let severity = if severity == "error" { Severity::Error } else { Severity::Warning };
        (code, severity, address, Some(path).filter(|path| !path.is_empty()))
    });
    let wanted: BTreeSet<Told> =
        if has_a_check(case) { findings.collect() } else { BTreeSet::new() };
    assert_eq!(configured(case, |_| ()).told(), wanted);
    if let Some(beside) = world(case, "beside.yaml", |_| ()) {
        assert_eq!(beside.told(), BTreeSet::new(), "reported of beside.yaml");
    }
    body_is_what_is_declared(case);
    masks(case);
}

fn body_is_what_is_declared(case: &Case) {
    let values = |draft: &Draft| {
        let given = draft.given.iter().map(|(field, given)| (*field, given.value.clone()));
        given.collect::<BTreeMap<_, _>>()
    };
    let (world, address) = (configured(case, |_| ()), case.address());
    let declared = world.apps.iter().find(|(who, ..)| address.as_ref() == Some(who));
    let (_, _, declared) = declared.expect("the address is configured");
    assert_eq!(values(&draft(&case.body())), values(declared), "body.json");
}

/// How many findings show a mask, where every value is masked; none may show a value.
pub(super) fn masks(case: &Case) -> usize {
    let mut hidden = Vec::new();
    secrets(&Node::from_json(&case.body()), &mut hidden);
    let prepare =
        |entries: &mut Vec<Entry>| entries.iter_mut().for_each(|entry| mask(&mut entry.value));
    let mut masked = 0;
    for (_, violation) in configured(case, prepare).violations() {
        let notes: Vec<&str> =
            violation.related.iter().map(|related| related.note.as_str()).collect();
        let fix = violation.fix.as_deref().unwrap_or_default();
        let shown = format!("{} {fix} {}", violation.summary, notes.join(" "));
        masked += usize::from(shown.contains("‹SECRET›"));
        assert!(!hidden.iter().any(|secret| shown.contains(secret.as_str())), "{shown}");
    }
    masked
}

/// A text that no example in a fixed message has.
fn unlike_examples(text: &str) -> String {
    text.replace("192.0.2.", "203.0.113.").replace("ssh.", "vault.").replace("/22", "/42")
}

/// Masks every scalar below.
fn mask(node: &mut Node) {
    match &mut node.kind {
        Kind::Scalar { text, .. } => {
            *text = unlike_examples(text);
            node.mask = Some("‹SECRET›".to_owned());
        }
        Kind::List(items) => items.iter_mut().for_each(mask),
        Kind::Map(entries) => entries.iter_mut().for_each(|entry| mask(&mut entry.value)),
        Kind::Null => {}
    }
}

/// The texts of all scalars below that cannot be mistaken for other words.
fn secrets(node: &Node, found: &mut Vec<String>) {
    match &node.kind {
        Kind::Scalar { text, .. } if text.contains(['.', '/', '-']) => {
            found.push(unlike_examples(text));
        }
        Kind::List(items) => items.iter().for_each(|item| secrets(item, found)),
        Kind::Map(entries) => entries.iter().for_each(|entry| secrets(&entry.value, found)),
        _ => {}
    }
}
