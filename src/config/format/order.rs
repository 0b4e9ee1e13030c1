//! The order of an application's keys: what is merged in, the fields in the order of the attribute table, then what the API never sees.
//! A key takes along the comments above it and everything below it.

use std::sync::Arc;

use crate::config::yaml::outline::{Entries, Line, Outline, outline};
use crate::model::field::top_names;

/// The keys behind the fields, in their order.
const OWN_KEYS: [&str; 4] = ["labels", "note", "on_drift", "lifecycle"];

/// The text with the keys of each application in order. Where an anchor is defined among them, or the last line has no end, they stay as
/// they are.
pub(super) fn ordered(_: &Arc<str>, text: &str) -> String {
    let outline = outline(text);
    let lines: Vec<&str> = text.lines().collect();
    if !text.ends_with('\n') {
        return text.to_owned();
    }
    let mut ordered: Vec<&str> = lines.clone();
    for app in outline.apps.iter().filter(|app| !app.has_anchor) {
        if let Some((from, moved)) = sorted(app, &outline, &lines) {
            ordered[from..from + moved.len()].copy_from_slice(&moved);
        }
    }
    ordered.join("\n") + "\n"
}

/// Where a key of an application belongs; a key that is not known stays behind those that are.
pub fn rank(key: &str) -> usize {
    let names = top_names();
    let known = ["<<", "each"].iter().chain(&names).chain(&OWN_KEYS).position(|name| *name == key);
    known.unwrap_or(usize::MAX)
}

/// The first line of the application's fields, and their lines in order; nothing where they are in order.
fn sorted<'t>(
    app: &Entries,
    outline: &Outline,
    lines: &[&'t str],
) -> Option<(usize, Vec<&'t str>)> {
    if app.keys.is_sorted_by_key(|(key, _)| rank(key)) {
        return None;
    }
    let starts: Vec<usize> = app.keys.iter().map(|(_, line)| *line).collect();
    let indent = column(lines.get(*starts.first()?)?);
    let is_own = starts
        .iter()
        .all(|start| column(lines[*start]) == indent && outline.lines[*start] == Line::Start);
    if !is_own || !starts.is_sorted_by(|one, other| one < other) {
        return None;
    }
    let next = |index: usize| starts.get(index + 1).copied().unwrap_or(app.end);
    let ends: Vec<usize> = (0..starts.len())
        .map(|index| end(outline, lines, starts[index], next(index), indent))
        .collect();
    let heads: Vec<usize> = (0..starts.len())
        .map(|index| if index == 0 { head(outline, starts[0]) } else { ends[index - 1] })
        .collect();
    let mut order: Vec<usize> = (0..starts.len()).collect();
    order.sort_by_key(|index| rank(&app.keys[*index].0));
    let moved =
        order.into_iter().flat_map(|index| &lines[heads[index]..ends[index]]).copied().collect();
    Some((heads[0], moved))
}

fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// The first line behind an entry: behind its last line of content, and the comments below it that are deeper than its key.
fn end(outline: &Outline, lines: &[&str], start: usize, next: usize, indent: usize) -> usize {
    let is_content = |line: &usize| !matches!(outline.lines[*line], Line::Blank | Line::Comment);
    let content = (start..next).rev().find(is_content).unwrap_or(start);
    let is_deeper =
        |line: &usize| outline.lines[*line] == Line::Comment && column(lines[*line]) > indent;
    (content + 1..next).take_while(is_deeper).last().unwrap_or(content) + 1
}

/// The first of the comments directly above the first key; what a blank line parts from it stays where it is.
fn head(outline: &Outline, start: usize) -> usize {
    (0..start)
        .rev()
        .take_while(|line| outline.lines[*line] == Line::Comment)
        .last()
        .unwrap_or(start)
}
