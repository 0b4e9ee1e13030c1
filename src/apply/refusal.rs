//! From a refused call back to what was written: one finding for each error of the answer, with address, field, place, what is left of
//! the causes of its code, and the server's own words.

use serde_json::Value as Json;

use crate::api::{ApiError, ErrorKind, ServerError};
use crate::codes::{self, Code, Explanation};
use crate::finding::{Finding, Place, Refusal};
use crate::plan::{Change, Work};

/// The findings that a call's failure makes of a change, the first of them for what the code table knows best.
pub fn findings_of(change: &Change, error: &ApiError) -> Vec<Finding> {
    let mut errors: Vec<&ServerError> = error.errors().iter().collect();
    errors.sort_by_key(|entry| code_of(entry).is_none());
    if errors.is_empty() {
        return vec![failure(change, error)];
    }
    errors.into_iter().map(|entry| refusal(change, error, entry)).collect()
}

/// A call that was not answered, or not by the API.
fn failure(change: &Change, error: &ApiError) -> Finding {
    let finding = error.to_finding();
    let summary = match &*error.kind {
        ErrorKind::Refused { .. } => refused(change),
        _ => format!("{}: {}", failed(change), finding.summary),
    };
    Finding { summary: change.refusals.masked(&summary), ..masked(finding, change) }
        .about(&change.address)
        .at(change.refusals.place_of(""))
}

/// One error of an answer.
fn refusal(change: &Change, error: &ApiError, entry: &ServerError) -> Finding {
    let alone = error.with_only(entry);
    let general = Finding { summary: refused(change), ..masked(alone.to_finding(), change) };
    let explained = code_of(entry).filter(|_| !error.is_about_credentials()).map(|code| {
        let verdicts = change.refusals.verdicts.as_ref();
        (code, codes::explain(code, verdicts, error.http_status, &entry.message))
    });
    let Some((code, Explanation { why, fix, field })) = explained else {
        let (path, place) = placed(change, entry, None);
        return Finding { path, ..general }.about(&change.address).at(place.as_ref());
    };
    let (path, place) = placed(change, entry, field.map(|field| field.path()));
    let number = Some(entry.code).filter(|number| *number != 0);
    let name = number.map_or_else(|| code.name(), |number| number.to_string());
    Finding { code: name, docs: Some(code.page()), path, ..general }
        .why(why)
        .fix(fix)
        .about(&change.address)
        .at(place.as_ref())
}

fn code_of(entry: &ServerError) -> Option<&'static Code> {
    codes::find_number(entry.code).or_else(|| codes::find_message(&entry.message))
}

fn failed(change: &Change) -> String {
    format!("failed to {} {}", change.action.text(), change.address)
}

/// The server's own words are in the answer beside it.
fn refused(change: &Change) -> String {
    format!("{}: the API refused it", failed(change))
}

fn masked(finding: Finding, change: &Change) -> Finding {
    let refusal = finding.refusal.as_deref().map(|refusal| {
        let message = change.refusals.masked(&refusal.message);
        Box::new(Refusal { message, ..refusal.clone() })
    });
    Finding { refusal, ..finding }
}

/// The field that an error is about and where it is written: what the pointer leads to, else what the message names by value or by
/// name, else the field of the cause.
fn placed(
    change: &Change,
    entry: &ServerError,
    field: Option<&str>,
) -> (Option<String>, Option<Place>) {
    let refusals = &change.refusals;
    if let Some(pointer) = &entry.pointer {
        let (path, member) = pointed_to(change, pointer);
        let place = member.and_then(|member| refusals.place_of_member(&path, &member));
        let place = place.or_else(|| refusals.place_of(&path));
        return (Some(path.clone()), place.cloned());
    }
    if let Some((path, place)) = refusals.named_value(&entry.message, field) {
        return (Some(path.to_owned()), Some(place.clone()));
    }
    let path = field.or_else(|| refusals.named_field(&entry.message));
    (path.map(str::to_owned), refusals.place_of(path.unwrap_or_default()).cloned())
}

/// The field of a pointer, and the member of its list in the body that was sent: `origin_direct.1` is the second entry.
fn pointed_to(change: &Change, pointer: &str) -> (String, Option<String>) {
    let Some((path, index)) = pointer
        .rsplit_once('.')
        .and_then(|(path, index)| Some((path, index.parse::<usize>().ok()?)))
    else {
        return (pointer.to_owned(), None);
    };
    let sent = match &change.work {
        Work::Create { body } | Work::Update { body, .. } | Work::Replace { body, .. } => {
            Some(body)
        }
        Work::Delete { .. } | Work::Nothing => None,
    };
    let list = sent.and_then(|body| {
        let mut parts = path.split('.');
        let first = body.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    });
    let member = list.and_then(|list| list.get(index)).and_then(Json::as_str);
    (path.to_owned(), member.map(str::to_owned))
}
