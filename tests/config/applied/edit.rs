//! Carries out an edit: in the text where a scalar or a key is replaced, in the tree where a field is set or removed.

use serde_yaml::{Mapping, Value};
use spectrumctl::finding::{Finding, Place};

use super::instruction::Edit;

/// The text with these edits; nothing where one of them has no place.
pub(super) fn apply(text: &str, finding: &Finding, edits: &[Edit]) -> Option<String> {
    edits.iter().try_fold(text.to_owned(), |text, edit| one(&text, finding, edit))
}

fn one(text: &str, finding: &Finding, edit: &Edit) -> Option<String> {
    let path = path_of(text, finding)?;
    let parent = path.split_last().map_or(&[][..], |(_, parent)| parent);
    match edit {
        Edit::Rename(name) => in_text(text, finding.place.as_ref()?, name),
        Edit::Replace(value) => {
            let place = finding.place.as_ref()?;
            if is_open(text, place) { set(text, &path, value) } else { in_text(text, place, value) }
        }
        Edit::Quote(value) => Some(text.replacen(value.trim_matches('"'), value, 1)),
        Edit::Set(name, value) => set(text, &target(finding, &path, parent, name), value),
        Edit::Remove(None) => remove(text, &path),
        Edit::Remove(Some(name)) => remove(text, &target(finding, &path, parent, name)),
        Edit::Move(old, new) => {
            let app = app_path(finding);
            let tree: Value = serde_yaml::from_str(text).ok()?;
            let from = [app.clone(), split(old)].concat();
            let value = serde_yaml::to_string(look(&tree, &from)?).ok()?;
            set(&remove(text, &from)?, &[app, split(new)].concat(), &value)
        }
    }
}

/// Whether a list or a mapping begins at the place, which shows no more than its first letter.
fn is_open(text: &str, place: &Place) -> bool {
    place.end - place.start <= 1 && text[place.start..].starts_with(['[', '{', '-'])
        || text[place.start..].starts_with(|letter: char| letter.is_ascii_lowercase())
            && text[place.end..].trim_start_matches(' ').starts_with(':')
}

fn in_text(text: &str, place: &Place, value: &str) -> Option<String> {
    Some(format!("{}{value}{}", text.get(..place.start)?, text.get(place.end..)?))
}

/// Where the fields of the finding's application are.
fn app_path(finding: &Finding) -> Vec<String> {
    let address = finding.address.as_deref().and_then(|address| address.split_once('/'));
    match address {
        Some((zone, key)) => ["zones", zone, "apps", key].map(str::to_owned).to_vec(),
        None => Vec::new(),
    }
}

fn split(path: &str) -> Vec<String> {
    path.split('.').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Where the field of the finding is; the name of a zone has dots of its own.
fn path_of(text: &str, finding: &Finding) -> Option<Vec<String>> {
    let path = finding.path.as_deref().unwrap_or_default();
    let base = app_path(finding);
    if !base.is_empty() {
        return Some([base, split(path)].concat());
    }
    let tree: Value = serde_yaml::from_str(text).unwrap_or_default();
    let zones = tree.get("zones").and_then(Value::as_mapping).cloned().unwrap_or_default();
    let of_zone = zones.keys().filter_map(Value::as_str).find_map(|zone| {
        let rest = path.strip_prefix("zones.")?.strip_prefix(zone)?;
        Some([vec!["zones".to_owned(), zone.to_owned()], split(rest)].concat())
    });
    Some(of_zone.unwrap_or_else(|| split(path)))
}

/// The path that a name in a fix means: a field of the application, a neighbour of the finding's field, or that field itself.
fn target(finding: &Finding, path: &[String], parent: &[String], name: &str) -> Vec<String> {
    let base = app_path(finding);
    let is_field =
        spectrumctl::model::Field::all().any(|field| field.path() == name || field.top() == name);
    if !name.contains('.') && path.last().is_some_and(|last| last == name) {
        return path.to_vec();
    }
    if is_field || base.is_empty() {
        [base, split(name)].concat()
    } else {
        [parent, &split(name)].concat()
    }
}

fn look<'a>(tree: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |node, part| match node {
        Value::Sequence(items) => items.get(part.parse::<usize>().unwrap_or(0)),
        node => node.get(part.as_str()),
    })
}

/// Goes down to the object that holds the last part, and makes what is missing on the way. A list stands for its first member.
fn holder<'a>(tree: &'a mut Value, path: &[String]) -> Option<&'a mut Mapping> {
    let mut node = tree;
    for part in path {
        if let Value::Sequence(items) = node {
            node = items.first_mut()?;
        }
        if !node.is_mapping() {
            *node = Value::Mapping(Mapping::new());
        }
        let object = node.as_mapping_mut()?;
        node = object.entry(Value::from(part.as_str())).or_insert(Value::Null);
    }
    if let Value::Sequence(items) = node {
        node = items.first_mut()?;
    }
    if node.is_null() {
        *node = Value::Mapping(Mapping::new());
    }
    node.as_mapping_mut()
}

fn set(text: &str, path: &[String], value: &str) -> Option<String> {
    let mut tree: Value = serde_yaml::from_str(text).ok()?;
    let (last, parents) = path.split_last()?;
    let value: Value = serde_yaml::from_str(value).ok()?;
    holder(&mut tree, parents)?.insert(Value::from(last.as_str()), value);
    serde_yaml::to_string(&tree).ok()
}

fn remove(text: &str, path: &[String]) -> Option<String> {
    let mut tree: Value = serde_yaml::from_str(text).ok()?;
    let (last, parents) = path.split_last()?;
    holder(&mut tree, parents)?.remove(last.as_str())?;
    serde_yaml::to_string(&tree).ok()
}
