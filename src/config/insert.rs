//! Puts an application into the text of a file without touching anything else in it: comments, order and style stay. What cannot be
//! done safely is not done, and the user is shown what to write instead.

use std::sync::Arc;

use super::format::writer::indented;
use super::yaml;
use crate::model::{Entry, Kind, Node};

/// The text with a block (a key and its mapping, not indented, comments before it) under `zones.ZONE.apps`; none where the file is
/// written such that it cannot be done by adding lines.
pub fn insert(text: &str, zone: &str, key: &str, block: &str) -> Option<String> {
    let file: Arc<str> = Arc::from("");
    let before = yaml::read(&file, text);
    if !before.findings.is_empty() {
        return None;
    }
    let added = place(text, &before.root, &["zones", zone, "apps"], block)?;
    let after = yaml::read(&file, &added);
    let is_there = after.root.get("zones")?.get(zone)?.get("apps")?.get(key).is_some();
    let only_that = is_same(&before.root, &without(&after.root, &["zones", zone, "apps", key]));
    (after.findings.is_empty() && is_there && only_that).then_some(added)
}

/// Adds the block below the deepest part of the path that is there; what is missing of the path is written before it.
fn place(text: &str, root: &Node, path: &[&str], block: &str) -> Option<String> {
    let (mut node, mut depth, mut above): (&Node, usize, Option<&Entry>) = (root, 0, None);
    while let Some(entry) = node
        .entries()
        .into_iter()
        .flatten()
        .find(|entry| Some(&entry.key.as_str()) == path.get(depth))
    {
        (node, depth, above) = (&entry.value, depth + 1, Some(entry));
    }
    let nested = path[depth..]
        .iter()
        .rev()
        .fold(block.to_owned(), |inner, name| format!("{name}:\n{}", indented(&inner, 2)));
    match (&node.kind, above) {
        (Kind::Map(entries), _) if !entries.is_empty() => {
            let indent = indent_of(text, entries.first()?)?;
            let line = last_line(text, entries.last()?, indent)?;
            Some(spliced(text, line, &indented(&nested, indent)))
        }
        (Kind::Null, Some(entry)) => {
            let (indent, line) =
                (indent_of(text, entry)?, line_of(text, entry.key_place.as_ref()?.start));
            Some(spliced(text, line, &indented(&nested, indent + 2)))
        }
        (Kind::Null, None) => Some(format!("{}version: 1\n{nested}", with_line_break(text))),
        _ => None,
    }
}

/// How far the key is indented; none where something stands before it on its line.
fn indent_of(text: &str, entry: &Entry) -> Option<usize> {
    let start = entry.key_place.as_ref()?.start;
    let begin = text[..start].rfind('\n').map_or(0, |at| at + 1);
    text[begin..start].bytes().all(|byte| byte == b' ').then_some(start - begin)
}

/// The index of the line on which an entry ends: its own, and all that follow and are indented further.
fn last_line(text: &str, entry: &Entry, indent: usize) -> Option<usize> {
    let first = line_of(text, entry.key_place.as_ref()?.start);
    let mut last = first;
    for (index, line) in text.lines().enumerate().skip(first + 1) {
        let content = line.trim_start();
        if content.is_empty() {
            continue;
        }
        if line.len() - content.len() <= indent {
            break;
        }
        last = index;
    }
    Some(last)
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].bytes().filter(|byte| *byte == b'\n').count()
}

fn spliced(text: &str, after_line: usize, block: &str) -> String {
    let text = with_line_break(text);
    let at = text.match_indices('\n').nth(after_line).map_or(text.len(), |(at, _)| at + 1);
    format!("{}{block}{}", &text[..at], &text[at..])
}

fn with_line_break(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// The tree without what stands at the path, and without mappings that are empty after that.
pub(super) fn without(node: &Node, path: &[&str]) -> Node {
    let (Some((name, rest)), Kind::Map(entries)) = (path.split_first(), &node.kind) else {
        return node.clone();
    };
    let kept = entries.iter().filter_map(|entry| match (entry.key == *name, rest.is_empty()) {
        (true, true) => None,
        (true, false) => Some(Entry { value: without(&entry.value, rest), ..entry.clone() }),
        (false, _) => Some(entry.clone()),
    });
    Node { kind: Kind::Map(kept.collect()), ..node.clone() }
}

/// Whether two trees say the same; an empty mapping and nothing at all do, and `version` may be added.
pub(super) fn is_same(before: &Node, after: &Node) -> bool {
    match (&before.kind, &after.kind) {
        (Kind::Map(one), Kind::Map(other)) => {
            let told = |entries: &[Entry], key: &str| entries.iter().any(|entry| entry.key == key);
            let fresh = |entry: &&Entry| !told(one, &entry.key);
            let added = other
                .iter()
                .filter(fresh)
                .all(|entry| is_bare(&entry.value) || entry.key == "version");
            let kept = one.iter().all(|entry| {
                other.iter().any(|twin| twin.key == entry.key && is_same(&entry.value, &twin.value))
            });
            added && kept
        }
        (Kind::List(one), Kind::List(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Kind::Null, _) => {
            after.entries().is_some_and(|entries| {
                entries.iter().all(|entry| entry.key == "version" || is_bare(&entry.value))
            }) || after.is_null()
        }
        (one, other) => one == other,
    }
}

/// Whether a tree holds nothing but empty mappings.
fn is_bare(node: &Node) -> bool {
    node.is_null()
        || node.entries().is_some_and(|entries| entries.iter().all(|entry| is_bare(&entry.value)))
}
