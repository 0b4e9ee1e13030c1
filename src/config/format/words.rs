//! Quotes around the words of the API: `tls: off` needs none, because YAML 1.2 reads it as a text.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::yaml;
use crate::model::field::ATTRIBUTES;
use crate::model::parse::Parse;
use crate::model::{Field, Kind, Node, Style};

/// Whether a text is a word of one of the API's enumerations.
pub(super) fn is_word(text: &str) -> bool {
    ATTRIBUTES.iter().any(|row| is_word_of(row.parse, text))
}

fn is_word_of(parse: Parse, text: &str) -> bool {
    match parse {
        Parse::Keyword(words) => !text.is_empty() && words.iter().any(|word| word.text() == text),
        _ => false,
    }
}

/// The text without quotes around the words of the fields of applications and defaults.
pub(super) fn unquoted(file: &Arc<str>, text: &str) -> String {
    let root = yaml::read(file, text).root;
    let mut spans = BTreeSet::new();
    for zone in root.get("zones").and_then(Node::entries).into_iter().flatten() {
        let apps = zone
            .value
            .get("apps")
            .and_then(Node::entries)
            .into_iter()
            .flatten()
            .map(|entry| &entry.value);
        for fields in apps.chain(zone.value.get("defaults")) {
            spans.extend(Field::all().filter_map(|field| quoted(fields, field)));
        }
    }
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for (start, end) in spans {
        result.push_str(&text[done..start]);
        result.push_str(&text[start + 1..end - 1]);
        done = end;
    }
    result + &text[done..]
}

/// Where the word of a field stands with quotes around it and nothing else between them.
fn quoted(fields: &Node, field: Field) -> Option<(usize, usize)> {
    let (top, name) = field.split();
    let node = fields
        .get(top)
        .and_then(|node| if name.is_empty() { Some(node) } else { node.get(name) })?;
    let Kind::Scalar { text, style: Style::Quoted } = &node.kind else { return None };
    let place = node.place.as_ref()?;
    let is_plain = place.end - place.start == text.len() + 2 && is_word_of(field.row().parse, text);
    is_plain.then_some((place.start, place.end))
}
