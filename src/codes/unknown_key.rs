//! `unknown-key`: a key that the application object does not have. Enterprise zones would ignore it silently.

use super::code::{Cause, Code, Stage};
use super::example::Example;
use super::pages::API;
use super::violation::Violations;
use crate::model::draft::UnknownKey;
use crate::model::{Field, View, did_you_mean};

/// The entry.
pub static CODE: Code = Code {
    slug: "unknown-key",
    title: "An unknown key",
    docs: API,
    inferred_number: None,
    stage: Stage::UnknownField,
    causes: &[
        Cause::offline(
            "misspelt-key",
            "the API has no such field; for enterprise zones it ignores the field silently, so the setting would be lost without an error",
            "correct or remove the key; keys of your own belong under labels",
            misspelt,
        ),
        Cause::offline(
            "read-only-key",
            "only the API sets this field",
            "remove the key; to manage an existing application, run `spectrumctl import ADDRESS APP_ID`",
            read_only,
        ),
    ],
    example: Example::app(
        r#"protocol: tcp/22
dns: {type: CNAME, name: ssh.example.com}
origin_direct: ["tcp://192.0.2.1:22"]"#,
        "ip_firewal: true",
        "ip_firewall: true",
    ),
    ..Code::RULE
};

/// The keys of an application in the configuration that are never sent.
const UNSENT: [&str; 3] = ["labels", "lifecycle", "note"];

/// Pay-as-you-go zones refuse such a key themselves, under a code of the API's own.
fn misspelt(view: &View<'_>, violations: &mut Violations) {
    if !view.zone.pays_as_it_goes() {
        report_misspelt(view, violations);
    }
}

/// Reports each key that nobody knows, with the name that was probably meant.
pub(super) fn report_misspelt(view: &View<'_>, violations: &mut Violations) {
    for key in view.app.unknown.iter().filter(|key| !key.read_only) {
        let violation = violations.report_at(
            &key.path,
            key.place.as_ref(),
            format!("unknown key `{}`", key.path),
        );
        match meant(key) {
            Some(name) if is_there(view, key, &name) => {
                violation.fix(format!("remove it, because `{name}` is there already"))
            }
            Some(name) => violation.fix(format!("write {name}")),
            None => violation.fix(format!("remove it; allowed keys: {}", key.known.join(", "))),
        };
    }
}

/// Whether the application has the name that is meant beside the key, which could only be written twice.
fn is_there(view: &View<'_>, key: &UnknownKey, name: &str) -> bool {
    match key.path.rsplit_once('.') {
        None => view.app.has(name),
        Some((object, _)) => Field::with_path(&format!("{object}.{name}"))
            .is_some_and(|field| view.app.get(field).is_some() || view.app.is_unclear(field)),
    }
}

/// Reports each key that only the API sets.
pub(super) fn read_only(view: &View<'_>, violations: &mut Violations) {
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
    let spelled = |path: &str| path.replace(['.', '_'], "");
    let is_path =
        |field: &Field| field.path().contains('.') && spelled(field.path()) == spelled(&key.path);
    if let Some(field) = Field::all().find(is_path) {
        return Some(format!("{} instead of {}", field.path(), key.path));
    }
    let unsent = UNSENT.into_iter().filter(|_| !key.path.contains('.'));
    let here = did_you_mean(written, key.known.iter().copied().chain(unsent));
    let in_object =
        || Field::all().find(|field| field.split().1 == written).map(|field| field.path());
    let on_top = || Field::all().map(Field::top).find(|top| *top == written);
    let by_path = || did_you_mean(written, Field::all().map(Field::path));
    let elsewhere = || {
        in_object()
            .or_else(on_top)
            .or_else(by_path)
            .map(|name| format!("{name} instead of {}", key.path))
    };
    here.map(str::to_owned).or_else(elsewhere)
}
