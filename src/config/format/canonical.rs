//! Brings a text into canonical form, step by step, and holds the result against the text that it came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{indent, lines, order, words};
use crate::codes;
use crate::config::yaml::{self, outline::outline};
use crate::finding::{Finding, Place};
use crate::model::{Entry, Kind, Node};

/// Formats a file's text.
///
/// # Errors
/// What keeps it from being read, or the refusal of a text that would not say the same.
pub fn format(file: &str, text: &str) -> Result<String, Box<Finding>> {
    let name: Arc<str> = Arc::from(file);
    let before = yaml::read(&name, text);
    if let Some(finding) = before.findings.into_iter().next() {
        return Err(Box::new(finding));
    }
    let plain = lines::with_line_feeds(text);
    let comments = comments(&plain);
    let mut formatted = lines::trimmed(&plain);
    for step in [words::unquoted, indent::indented, order::ordered] {
        formatted = step(&name, &formatted);
    }
    let after = yaml::read(&name, &formatted);
    match after.findings.is_empty()
        && is_same(&before.root, &after.root)
        && self::comments(&formatted) == comments
    {
        true => Ok(formatted),
        false => Err(Box::new(refused(file))),
    }
}

/// A file's text after an edit: in canonical form if it was before.
pub fn edited(file: &str, before: &str, after: String) -> String {
    let is_canonical = |text: &str| format(file, text).is_ok_and(|formatted| formatted == text);
    match format(file, &after) {
        Ok(formatted) if is_canonical(before) => formatted,
        _ => after,
    }
}

/// The comments of a text, sorted, because a comment moves with the key that it stands above.
fn comments(text: &str) -> Vec<String> {
    let mut comments = outline(text).comments;
    comments.sort();
    comments
}

fn refused(file: &str) -> Finding {
    Finding::new(&codes::FORMAT_REFUSED, "the file cannot be formatted safely")
        .at(Some(&Place::top_of(file)))
}

/// Whether two trees say the same: places aside, the order of keys aside, and for the words of the API whether they are quoted.
fn is_same(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (Kind::List(one), Kind::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Kind::Map(one), Kind::Map(other)) => {
            let other: BTreeMap<&str, &Node> =
                other.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect();
            let has = |entry: &Entry| {
                other.get(entry.key.as_str()).is_some_and(|found| is_same(&entry.value, found))
            };
            one.len() == other.len() && one.iter().all(has)
        }
        (Kind::Scalar { text, .. }, Kind::Scalar { text: other, .. }) if words::is_word(text) => {
            text == other
        }
        (one, other) => one == other,
    }
}
