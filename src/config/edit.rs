//! Changes one value in the text of a file and leaves everything else as it is: comments, anchors, order and style. What cannot be done
//! safely is not done.

use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::format::writer;
use super::insert::{is_same, without};
use super::yaml;
use super::yaml::spots::{Pair, Spot, SpotKind, spots};
use crate::model::{Kind, Node};

/// Why a text is left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotEdited {
    /// The value comes from this variable.
    Variable(String),
    /// It is written such that a change could touch something else.
    Form,
}

/// Parts of a text and what takes their place.
type Splices = Vec<(Range<usize>, String)>;

/// The text in which a field of an application has its live value. `live` is the application in the API's form, `path` the field's name:
/// `tls`, `edge_ips.ips`. A field that is not live is set to nothing.
///
/// # Errors
/// Why the text is left as it is.
pub fn set(
    text: &str,
    zone: &str,
    key: &str,
    live: &Map<String, Json>,
    path: &str,
) -> Result<String, NotEdited> {
    let tree = spots(text).ok_or(NotEdited::Form)?;
    let app = descend(&tree, &["zones", zone, "apps", key]).ok_or(NotEdited::Form)?;
    let (top, below) = path.split_once('.').map_or((path, None), |(top, below)| (top, Some(below)));
    let whole = live.get(top);
    let own = app.pair(top).map(|pair| &pair.value);
    // A part of a group that is not written here itself would drop the other parts, so the whole group is written.
    let (container, name, value) = match (below, own) {
        (Some(below), Some(group)) if matches!(group.kind, SpotKind::Map(..)) => {
            (group, below, whole.and_then(|whole| whole.get(below)))
        }
        _ => (app, top, whole),
    };
    let value = value.unwrap_or(&Json::Null);
    let splices = match container.pair(name) {
        Some(pair) => replaced(text, pair, value)?,
        None => vec![inserted(text, container, name, value).ok_or(NotEdited::Form)?],
    };
    checked(text, splices, &["zones", zone, "apps", key, top])
}

/// Whether an application is written in a text under a key of its own.
pub fn holds(text: &str, zone: &str, key: &str) -> bool {
    spots(text).is_some_and(|tree| descend(&tree, &["zones", zone, "apps", key]).is_some())
}

/// The text in which a list has one more member, given as YAML in one line; what is missing of the path is written.
///
/// # Errors
/// Why the text is left as it is.
pub fn append(text: &str, path: &[&str], member: &Json) -> Result<String, NotEdited> {
    let tree = spots(text).ok_or(NotEdited::Form)?;
    let (mut spot, mut depth) = (&tree, 0);
    while let Some(pair) = path.get(depth).and_then(|name| spot.pair(name)) {
        (spot, depth) = (&pair.value, depth + 1);
    }
    let splice = match (&spot.kind, path.get(depth)) {
        (SpotKind::List(members, is_flow), None) => added(text, spot, members, *is_flow, member),
        (SpotKind::Map(..), Some(name)) => {
            let nested = path[depth + 1..].iter().rev();
            let list = Json::Array(vec![member.clone()]);
            let value = nested.fold(list, |inner, name| {
                Json::Object(Map::from_iter([((*name).to_owned(), inner)]))
            });
            inserted(text, spot, name, &value)
        }
        _ => None,
    };
    checked(text, vec![splice.ok_or(NotEdited::Form)?], path)
}

/// The text without an application, which is written on lines of its own.
///
/// # Errors
/// Why the text is left as it is.
pub fn remove(text: &str, zone: &str, key: &str) -> Result<String, NotEdited> {
    let tree = spots(text).ok_or(NotEdited::Form)?;
    let apps = descend(&tree, &["zones", zone, "apps"]).ok_or(NotEdited::Form)?;
    let pair = apps.pair(key).ok_or(NotEdited::Form)?;
    let begin = line_begin(text, pair.start);
    let is_alone =
        matches!(apps.kind, SpotKind::Map(_, false)) && is_blank(&text[begin..pair.start]);
    if !is_alone {
        return Err(NotEdited::Form);
    }
    let end = (line_end(text, pair.end()) + 1).min(text.len());
    // A key without a value would say something else than a mapping without applications.
    let is_last = matches!(&apps.kind, SpotKind::Map(pairs, _) if pairs.len() == 1);
    let rest = if is_last { format!("{}{{}}\n", &text[begin..pair.start]) } else { String::new() };
    checked(text, vec![(begin..end, rest)], &["zones", zone, "apps", key])
}

fn descend<'a>(tree: &'a Spot, path: &[&str]) -> Option<&'a Spot> {
    path.iter().try_fold(tree, |spot, name| spot.pair(name).map(|pair| &pair.value))
}

/// The edited text, if it says the same as before everywhere but at the path.
fn checked(text: &str, mut splices: Splices, path: &[&str]) -> Result<String, NotEdited> {
    splices.sort_by_key(|(range, _)| range.start);
    let overlaps = splices.windows(2).any(|two| two[0].0.end > two[1].0.start);
    if overlaps || text.contains('\r') || text.starts_with('\u{feff}') {
        return Err(NotEdited::Form);
    }
    let mut edited = text.to_owned();
    for (range, by) in splices.into_iter().rev() {
        edited.replace_range(range, &by);
    }
    let file: Arc<str> = Arc::from("");
    let (before, after) = (yaml::read(&file, text), yaml::read(&file, &edited));
    let is_readable = before.findings.is_empty() && after.findings.is_empty();
    let is_rest_same = is_same(&without(&before.root, path), &without(&after.root, path));
    if is_readable && is_rest_same { Ok(edited) } else { Err(NotEdited::Form) }
}

fn replaced(text: &str, pair: &Pair, value: &Json) -> Result<Splices, NotEdited> {
    let spot = &pair.value;
    if let Some(name) = variable(&text[spot.start..spot.end]) {
        return Err(NotEdited::Variable(name));
    }
    match (&spot.kind, value) {
        (SpotKind::List(members, is_flow), Json::Array(values)) if !members.is_empty() => {
            list(text, members, *is_flow, values).ok_or(NotEdited::Form)
        }
        (SpotKind::Scalar(_) | SpotKind::List(_, true) | SpotKind::Map(_, true), _) => {
            let space = if spot.start == pair.key_end + 1 { " " } else { "" };
            Ok(vec![(spot.start..spot.end, format!("{space}{}", flow(value)))])
        }
        // The alias itself is replaced; what it refers to stays.
        (SpotKind::Other, _) if text[spot.start..].starts_with('*') => {
            Ok(vec![(spot.start..spot.end, flow(value))])
        }
        _ => Err(NotEdited::Form),
    }
}

/// Members that are gone make room for those that are new, so what is written beside them stays; the rest is added at the end.
fn list(text: &str, members: &[Spot], is_flow: bool, values: &[Json]) -> Option<Splices> {
    let written = |spot: &Spot| match &spot.kind {
        SpotKind::Scalar(text) => Some(text.clone()),
        _ => None,
    };
    let texts: Vec<String> = members.iter().map(written).collect::<Option<_>>()?;
    let wanted: Vec<String> = values.iter().map(plain).collect();
    let gone: Vec<usize> = (0..members.len()).filter(|at| !wanted.contains(&texts[*at])).collect();
    let new: Vec<&Json> = values
        .iter()
        .zip(&wanted)
        .filter(|(_, text)| !texts.contains(text))
        .map(|(v, _)| v)
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let mut splices: Splices = gone
        .iter()
        .zip(&new)
        .map(|(at, value)| (members[*at].start..members[*at].end, flow(value)))
        .collect();
    for at in gone.iter().skip(new.len()) {
        splices.push((without_member(text, members, *at, is_flow)?, String::new()));
    }
    let last = members.last()?;
    for value in new.iter().skip(gone.len()) {
        splices.push(after_member(text, last, is_flow, value)?);
    }
    // Several that are added at one place are one splice, in their order.
    let (added, mut others): (Splices, Splices) =
        splices.into_iter().partition(|(range, _)| range.is_empty());
    if let Some((range, _)) = added.first().cloned() {
        others.push((range, added.into_iter().map(|(_, text)| text).collect()));
    }
    Some(others)
}

fn without_member(text: &str, members: &[Spot], at: usize, is_flow: bool) -> Option<Range<usize>> {
    let member = &members[at];
    if is_flow {
        return match (at.checked_sub(1), members.get(at + 1)) {
            (Some(before), _) => Some(members[before].end..member.end),
            (None, Some(next)) => Some(member.start..next.start),
            (None, None) => None,
        };
    }
    let begin = line_begin(text, member.start);
    let is_alone = text[begin..member.start].trim() == "-";
    is_alone.then(|| begin..(line_end(text, member.end) + 1).min(text.len()))
}

fn after_member(
    text: &str,
    last: &Spot,
    is_flow: bool,
    value: &Json,
) -> Option<(Range<usize>, String)> {
    if is_flow {
        return Some((last.end..last.end, format!(", {}", flow(value))));
    }
    let prefix = &text[line_begin(text, last.start)..last.start];
    let end = line_end(text, last.end);
    (prefix.trim() == "-").then(|| (end..end, format!("\n{prefix}{}", flow(value))))
}

/// A member at the end of a list.
fn added(
    text: &str,
    list: &Spot,
    members: &[Spot],
    is_flow: bool,
    value: &Json,
) -> Option<(Range<usize>, String)> {
    match members.last() {
        None if is_flow => Some((list.start..list.end, format!("[{}]", flow(value)))),
        None => None,
        Some(last) if is_flow => Some((last.end..last.end, format!(", {}", flow(value)))),
        Some(last) => {
            let begin = line_begin(text, members[0].start);
            let dash = text[begin..].find('-')? + begin;
            let prefix = &text[begin..dash];
            let end = line_end(text, last.end);
            is_blank(prefix).then(|| (end..end, format!("\n{prefix}- {}", flow(value))))
        }
    }
}

/// A pair at the end of a mapping.
fn inserted(
    text: &str,
    container: &Spot,
    name: &str,
    value: &Json,
) -> Option<(Range<usize>, String)> {
    let SpotKind::Map(pairs, is_flow) = &container.kind else { return None };
    let pair = format!("{name}: {}", flow(value));
    match pairs.last() {
        None if *is_flow => Some((container.start..container.end, format!("{{{pair}}}"))),
        None => None,
        Some(last) if *is_flow => Some((last.end()..last.end(), format!(", {pair}"))),
        Some(last) => {
            let first = pairs.first()?;
            let prefix = &text[line_begin(text, first.start)..first.start];
            let end = line_end(text, last.end().min(text.len()));
            is_blank(prefix).then(|| (end..end, format!("\n{prefix}{pair}")))
        }
    }
}

/// The first variable of a text as it is written.
fn variable(text: &str) -> Option<String> {
    let at = text.match_indices("${").find(|(at, _)| !text[..*at].ends_with('$'))?.0;
    let name: String = text[at + 2..]
        .chars()
        .take_while(|letter| letter.is_alphanumeric() || "_.".contains(*letter))
        .collect();
    Some(name)
}

/// A scalar as its field reads it.
fn plain(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value as YAML on one line; what would be taken for a variable is written so that it is not.
fn flow(value: &Json) -> String {
    writer::flow(&without_variables(value))
}

fn without_variables(value: &Json) -> Node {
    let entry = |(name, value): (&String, &Json)| writer::entry(name, without_variables(value));
    match value {
        Json::String(text) => writer::text(&text.replace("${", "$${")),
        Json::Array(members) => {
            Node::new(Kind::List(members.iter().map(without_variables).collect()))
        }
        Json::Object(pairs) => Node::new(Kind::Map(pairs.iter().map(entry).collect())),
        other => Node::from_json(other),
    }
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte == b' ')
}

fn line_begin(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the line that holds the byte before this one.
fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |newline| at + newline)
}
