//! What a refusal of a change leads back to and teaches, so that apply needs neither the configuration nor a rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::stored;
use crate::codes::Verdicts;
use crate::finding::Place;
use crate::model::facts::RefusalKey;

/// What a refusal of a change leads back to and teaches.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Refusals {
    /// Where the application and its fields are written, by path; the application itself under the empty path, a value under
    /// `path=text`: each member of a list, and each value that a message could name.
    #[serde(with = "stored::places")]
    pub places: BTreeMap<String, Place>,
    /// Texts of values that a variable went into, each with its mask: a server's message may name them.
    pub hidden: Vec<(String, String)>,
    /// What a refusal would teach, and whether that is remembered already.
    pub teaches: Vec<(RefusalKey, bool)>,
    /// What is known of the causes of a refusal; nothing where the change was not looked at.
    #[serde(default)]
    pub verdicts: Option<Verdicts>,
}

impl Refusals {
    /// Where a path is written, else what it is part of, else the application.
    pub fn place_of(&self, path: &str) -> Option<&Place> {
        let top = path.split('.').next().unwrap_or_default();
        [path, top, ""].into_iter().find_map(|path| self.places.get(path))
    }

    /// Where a member of a list is written.
    pub fn place_of_member(&self, path: &str, text: &str) -> Option<&Place> {
        self.places.get(&format!("{path}={text}"))
    }

    /// The path and the place of a value that a message names, in this field or, where none is given, in any.
    pub fn named_value(&self, message: &str, field: Option<&str>) -> Option<(&str, &Place)> {
        let values = self.places.iter().filter_map(|(key, place)| {
            let (path, text) = key.split_once('=')?;
            Some((path, text, place))
        });
        let named: Vec<_> = values.filter(|(_, text, _)| names(message, text)).collect();
        let in_field = named.iter().find(|(path, ..)| Some(*path) == field);
        // The hostname is in many messages as the name of the application, so it tells nothing of another field.
        let elsewhere =
            || named.iter().find(|(path, ..)| *path != "dns.name" && *path != "protocol");
        in_field.or_else(elsewhere).map(|(path, _, place)| (*path, *place))
    }

    /// The field that a message names, the longest name first.
    pub fn named_field(&self, message: &str) -> Option<&str> {
        let paths = self.places.keys().filter(|key| !key.is_empty() && !key.contains('='));
        paths
            .filter(|path| is_word_of(message, path))
            .max_by_key(|path| path.len())
            .map(String::as_str)
    }

    /// A text without the values that must not be shown.
    pub fn masked(&self, text: &str) -> String {
        self.hidden.iter().fold(text.to_owned(), |text, (value, mask)| text.replace(value, mask))
    }
}

/// Whether a message names a value: the whole of it, or the address of an origin.
fn names(message: &str, text: &str) -> bool {
    let address = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = match address.rsplit_once(':') {
        Some((host, _)) if text.contains("://") => host.trim_matches(['[', ']']),
        _ => address,
    };
    host.len() > 2 && [text, address, host].iter().any(|part| is_word_of(message, part))
}

/// Whether a text is in a message, and not as a part of a longer word.
fn is_word_of(message: &str, text: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
    message.match_indices(text).any(|(at, found)| {
        let (before, after) = (&message[..at], &message[at + found.len()..]);
        let goes_on = after.starts_with(joins)
            || after.strip_prefix('.').is_some_and(|rest| rest.starts_with(joins));
        !before.ends_with(|letter| joins(letter) || letter == '.') && !goes_on
    })
}

#[cfg(test)]
mod tests {
    use super::{is_word_of, names};

    #[test]
    fn a_value_is_named_whole_and_not_as_a_part_of_another() {
        assert!(names("origin 192.0.2.9 is invalid.", "tcp://192.0.2.9:22"));
        assert!(!names("origin 192.0.2.99 is invalid", "tcp://192.0.2.9:22"));
        assert!(names("origin [2001:db8::1]:22 is invalid", "tcp://[2001:db8::1]:22"));
        assert!(is_word_of("unknown field \"tls\"", "tls"));
        assert!(!is_word_of("the name xtls.example.com", "tls"));
        assert!(!is_word_of("a.origin.example.com", "origin.example.com"));
    }
}
