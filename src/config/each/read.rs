//! Reads `each`, and says everything that is wrong with it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::template::{Axis, Each, Item};
use crate::codes;
use crate::config::decoder::{Decoder, invalid};
use crate::config::interpolation::is_name;
use crate::config::variables::{Scope, Text};
use crate::finding::{Finding, Place};
use crate::model::{Address, Entry, Kind, Node, Style};

/// The value that names a row.
const KEY: &str = "key";

/// The most values of one range, which are all ports there are.
const PORTS: u32 = 65_535;

/// Reads what stands under `each`.
pub(super) fn read(node: &Node, scope: Scope<'_>, decoder: &mut Decoder) -> Each {
    let mut node = node.clone();
    if node.entries().is_some() {
        // What names a row is part of its address, so it is needed even where variables are to stay as they are written.
        Scope { keeps_variables: false, ..scope }.resolve(&mut node);
    } else {
        resolve_rows(&mut node, scope);
    }
    let mut axes = Vec::new();
    let mut names = vec![format!("each.{KEY}")];
    match &node.kind {
        Kind::Map(entries) if !entries.is_empty() => {
            names = entries.iter().map(|entry| format!("each.{}", entry.key)).collect();
            axes.extend(entries.iter().filter_map(|entry| read_axis(entry, decoder)));
        }
        Kind::List(items) if !items.is_empty() => axes.push(read_rows(items, decoder)),
        Kind::Map(_) | Kind::List(_) => decoder.say(empty(&node, "each")),
        _ => decoder.wrong_type(&node, "each", "a mapping of lists, or a list of rows with `key`"),
    }
    Each { axes, from: Arc::from(names.join(", ")) }
}

fn resolve_rows(node: &mut Node, scope: Scope<'_>) {
    let Kind::List(rows) = &mut node.kind else { return scope.resolve(node) };
    for row in rows {
        let Kind::Map(entries) = &mut row.kind else {
            scope.resolve(row);
            continue;
        };
        for entry in entries {
            let keeps_variables = scope.keeps_variables && entry.key != KEY;
            Scope { keeps_variables, ..scope }.resolve_entry(entry);
        }
    }
}

/// Reads the values under one name: a list, or a range of ports.
fn read_axis(entry: &Entry, decoder: &mut Decoder) -> Option<Axis> {
    let path = format!("each.{}", entry.key);
    if !is_name(&entry.key) {
        decoder.say(not_a_name(entry));
        return None;
    }
    let mut axis = Axis::default();
    axis.names.push((entry.key.clone(), entry.key_place.clone()));
    let mut seen = BTreeMap::new();
    match &entry.value.kind {
        Kind::List(items) if items.is_empty() => {
            decoder.say(empty(&entry.value, &path));
        }
        Kind::List(items) => {
            for item in items {
                axis.add(entry, item, &mut seen, decoder);
            }
        }
        Kind::Scalar { .. } if range_of(&entry.value).is_some() => {
            axis.add(entry, &entry.value, &mut seen, decoder);
        }
        _ => {
            decoder.wrong_type(
                &entry.value,
                &path,
                "a list, or a range of ports such as 7000-7009",
            );
        }
    }
    Some(axis)
}

impl Axis {
    /// Adds the values that a member of the list stands for.
    fn add(
        &mut self,
        entry: &Entry,
        node: &Node,
        seen: &mut BTreeMap<String, Option<Place>>,
        decoder: &mut Decoder,
    ) {
        let path = format!("each.{}", entry.key);
        let Some((text, _)) = node.scalar() else {
            return decoder.wrong_type(node, &path, "a list of texts, numbers and ranges of ports");
        };
        if node.mask.is_some() {
            return decoder.say(sensitive(&path, node));
        }
        let values = match range_of(node) {
            None => vec![text.to_owned()],
            Some((first, last)) if first <= last && first > 0 && last <= PORTS => {
                (first..=last).map(|port| port.to_string()).collect()
            }
            Some(_) => return decoder.say(not_a_range(&path, node)),
        };
        for value in values {
            if !Address::is_key(&value) {
                decoder.say(not_a_key(&path, node));
            } else if let Some(first) = seen.get(&value) {
                decoder.say(duplicate(&path, &value, node, first.as_ref()));
                // Of a range that repeats another one, one value says it.
                return;
            } else {
                seen.insert(value.clone(), node.place.clone());
                let text = Text { text: value.clone(), mask: None };
                let values = vec![(entry.key.clone(), text)];
                self.items.push(Item { key: value, values, place: node.place.clone() });
            }
        }
    }
}

/// The ends of a range of ports, `50000-50010`, that is written without quotes.
fn range_of(node: &Node) -> Option<(u32, u32)> {
    let (text, style) = node.scalar()?;
    let (first, last) = text.split_once('-').filter(|_| style == Style::Plain)?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (is_number(first) && is_number(last)).then_some(())?;
    Some((first.parse().unwrap_or(u32::MAX), last.parse().unwrap_or(u32::MAX)))
}

/// Reads a list of rows.
fn read_rows(items: &[Node], decoder: &mut Decoder) -> Axis {
    let mut axis = Axis::default();
    let mut seen: BTreeMap<String, Option<Place>> = BTreeMap::new();
    for item in items {
        let Some(entries) = item.entries() else {
            decoder.wrong_type(item, "each", "a list of rows, such as {key: main, port: 5432}");
            continue;
        };
        let values: Vec<(String, Text)> =
            entries.iter().filter_map(|entry| read_value(entry, decoder)).collect();
        for entry in entries.iter().filter(|entry| is_name(&entry.key)) {
            if !axis.names.iter().any(|(name, _)| *name == entry.key) {
                axis.names.push((entry.key.clone(), entry.key_place.clone()));
            }
        }
        let path = format!("each.{KEY}");
        let Some(named) = item.get(KEY) else {
            let why = Some("the key is the row's part of the address");
            decoder.missing(
                item.place.as_ref(),
                &path,
                why,
                "add a key to the row, such as key: main",
            );
            continue;
        };
        let Some((_, Text { text: key, mask })) = values.iter().find(|(name, _)| name == KEY)
        else {
            continue;
        };
        if mask.is_some() {
            decoder.say(sensitive(&path, named));
        } else if !Address::is_key(key) {
            decoder.say(not_a_key(&path, named));
        } else if let Some(first) = seen.get(key) {
            decoder.say(duplicate(&path, key, named, first.as_ref()));
        } else {
            seen.insert(key.clone(), named.place.clone());
            axis.items.push(Item { key: key.clone(), values, place: item.place.clone() });
        }
    }
    axis
}

fn read_value(entry: &Entry, decoder: &mut Decoder) -> Option<(String, Text)> {
    let path = format!("each.{}", entry.key);
    if !is_name(&entry.key) {
        decoder.say(not_a_name(entry));
        return None;
    }
    let Some((text, _)) = entry.value.scalar() else {
        decoder.wrong_type(&entry.value, &path, "a text or a number");
        return None;
    };
    Some((entry.key.clone(), Text { text: text.to_owned(), mask: entry.value.mask.clone() }))
}

fn empty(node: &Node, path: &str) -> Finding {
    Finding::new(&codes::EMPTY_EACH, format!("`{path}` is empty")).on(path).at(node.place.as_ref())
}

fn not_a_name(entry: &Entry) -> Finding {
    invalid(format!("`{}` cannot be a name in `each`", entry.key))
        .why("a value is used as `${each.NAME}`, and a name has letters, digits and underscores")
        .fix("write another name, such as port")
        .on("each")
        .at(entry.key_place.as_ref())
}

fn not_a_range(path: &str, node: &Node) -> Finding {
    invalid(format!("`{path}` cannot be {}", node.shown()))
        .why("a range goes from its first port to its last, and ports are 1 to 65535")
        .fix("write a range such as 50000-50010, or put a text that is no range in quotes")
        .on(path)
        .at(node.place.as_ref())
}

fn not_a_key(path: &str, node: &Node) -> Finding {
    invalid(format!("`{path}` cannot be {}", node.shown()))
        .why("the value is part of the application's address, which commands and reports use")
        .fix(
            "begin with a letter or digit, then use letters, digits, dots, underscores and hyphens, \
             at most 63 in all",
        )
        .on(path)
        .at(node.place.as_ref())
}

fn duplicate(path: &str, value: &str, node: &Node, first: Option<&Place>) -> Finding {
    Finding::new(&codes::DUPLICATE_ROW, format!("`{path}` has {value} twice"))
        .on(path)
        .at(node.place.as_ref())
        .with(first, "first written here")
}

fn sensitive(path: &str, node: &Node) -> Finding {
    Finding::new(&codes::SENSITIVE_ADDRESS, format!("`{path}` cannot be {}", node.shown()))
        .on(path)
        .at(node.place.as_ref())
}
