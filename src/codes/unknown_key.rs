//! `unknown-key`: a key that the application object does not have. Enterprise zones would ignore it silently.

use super::API;
use super::c10012_unknown_field::pays_as_it_goes;
use super::code::{Cause, Code, Stage};
use super::violation::Violations;
use crate::model::draft::UnknownKey;
use crate::model::{Field, View};

pub(super) static CODE: Code = Code {
    slug: "unknown-key",
    title: "A key that applications do not have",
    docs: API,
    stage: Stage::UnknownField,
    causes: &[
        Cause::offline(
            "misspelt-key",
            "the API has no such key; enterprise zones ignore it silently, so that the setting would be lost without an error",
            "correct or remove the key; a key of your own belongs under labels or note",
            misspelt,
        ),
        Cause::offline(
            "read-only-key",
            "the API sets this key itself and does not take it from anybody",
            "remove the key; `import` is how an existing application comes under management",
            read_only,
        ),
    ],
    ..Code::RULE
};

/// The keys of an application in the configuration that are never sent.
const UNSENT: [&str; 3] = ["labels", "lifecycle", "note"];

/// How alike two names must be for one to be proposed for the other, from 0 to 1.
const NEAR: f64 = 0.85;

/// Pay-as-you-go zones refuse such a key themselves, under a code of the API's own.
fn misspelt(view: &View<'_>, violations: &mut Violations) {
    if !pays_as_it_goes(view) {
        report_misspelt(view, violations);
    }
}

/// Reports each key that nobody knows, with the name that was probably meant.
pub(super) fn report_misspelt(view: &View<'_>, violations: &mut Violations) {
    for key in view.app.unknown.iter().filter(|key| !key.read_only) {
        let violation = violations.report_at(
            &key.path,
            key.place.as_ref(),
            format!("`{}` is not a key of an application", key.path),
        );
        match meant(key) {
            Some(name) => violation.fix(format!("write {name}")),
            None => violation.fix(format!("remove it; known here are {}", key.known.join(", "))),
        };
    }
}

fn read_only(view: &View<'_>, violations: &mut Violations) {
    for key in view.app.unknown.iter().filter(|key| key.read_only) {
        violations.report_at(
            &key.path,
            key.place.as_ref(),
            format!("`{}` is set by the API itself", key.path),
        );
    }
}

/// The name that was probably meant: the nearest in the same object, else the same name one level up or down.
fn meant(key: &UnknownKey) -> Option<String> {
    let written = key.path.rsplit('.').next().unwrap_or(&key.path);
    let unsent = UNSENT.into_iter().filter(|_| !key.path.contains('.'));
    let here = nearest(written, key.known.iter().copied().chain(unsent));
    let in_object =
        || Field::all().find(|field| field.split().1 == written).map(|field| field.path());
    let on_top = || Field::all().map(Field::top).find(|top| *top == written);
    let by_path = || nearest(written, Field::all().map(Field::path));
    let elsewhere = || {
        in_object()
            .or_else(on_top)
            .or_else(by_path)
            .map(|name| format!("{name} instead of {}", key.path))
    };
    here.map(str::to_owned).or_else(elsewhere)
}

/// The name most like a written one, if one is like enough; case, hyphens and underscores do not count.
fn nearest(written: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let likeness = |name: &str| strsim::jaro_winkler(&plain(name), &plain(written));
    names
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
