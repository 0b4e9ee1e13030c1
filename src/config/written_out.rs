//! The configuration written out, as `show --expand` shows it: all files in one tree, each row of `each` an application of its own, and
//! what is known from the files put in. References to variables stay as they are written, so no value that must not be shown is.

use std::collections::BTreeMap;

use super::decoder::Decoder;
use super::each::{each_of, rows_of};
use super::load::{declaration, read_file};
use super::sources::Sources;
use super::variables::{Scope, Variables};
use super::vars::Vars;
use crate::model::{Entry, Hostname, Kind, Node};

/// The keys whose lists are united when they stand in several files.
const UNITED: [&str; 2] = ["moved", "removed"];

/// The tree that says what all files say. What is wrong with the files is for [`super::load`] to say.
pub fn written_out(sources: &Sources, vars: &Vars) -> Node {
    let mut decoder = Decoder::default();
    let files = sources.files.iter();
    let trees: Vec<_> =
        files.map(|(path, text)| (path.clone(), read_file(path, text, &mut decoder))).collect();
    let variables = Variables::new(vars, declaration(&trees), &mut decoder);
    let scope = Scope { keeps_variables: true, ..Scope::new(&variables) };
    let mut top: Vec<Entry> = Vec::new();
    let mut zones: BTreeMap<String, Entry> = BTreeMap::new();
    for entry in trees.into_iter().flat_map(|(_, tree)| entries_of(tree)) {
        if entry.key == "zones" {
            for zone in entries_of(entry.value) {
                add_zone(&mut zones, zone, scope, &mut decoder);
            }
            continue;
        }
        match top.iter_mut().find(|known| known.key == entry.key) {
            None => top.push(entry),
            Some(known) if UNITED.contains(&known.key.as_str()) => append(known, entry),
            Some(_) => {}
        }
    }
    let kind = Kind::Map(zones.into_values().collect());
    top.push(Entry { key: "zones".to_owned(), key_place: None, value: Node::new(kind) });
    Node::new(Kind::Map(top))
}

/// The entries of a mapping that mean something by themselves.
fn entries_of(node: Node) -> Vec<Entry> {
    match node.kind {
        Kind::Map(entries) => {
            entries.into_iter().filter(|entry| !entry.key.starts_with("x-")).collect()
        }
        _ => Vec::new(),
    }
}

fn append(known: &mut Entry, entry: Entry) {
    if let (Kind::List(items), Kind::List(more)) = (&mut known.value.kind, entry.value.kind) {
        items.extend(more);
    }
}

/// Adds a zone, or what one more file says of it.
fn add_zone(
    zones: &mut BTreeMap<String, Entry>,
    zone: Entry,
    scope: Scope<'_>,
    decoder: &mut Decoder,
) {
    let name = zone.key.parse::<Hostname>().map_or_else(|_| zone.key.clone(), |it| it.to_string());
    let scope = Scope { zone: Some(&name), ..scope };
    let mut written = Vec::new();
    for mut entry in entries_of(zone.value) {
        if entry.key == "apps" {
            let apps = entries_of(entry.value);
            let apps = apps.into_iter().flat_map(|app| rows(app, scope, decoder)).collect();
            entry.value = Node::new(Kind::Map(apps));
        } else {
            scope.resolve_entry(&mut entry);
        }
        written.push(entry);
    }
    let known = zones.entry(name.clone()).or_insert_with(|| Entry {
        key: name.clone(),
        key_place: None,
        value: Node::new(Kind::Map(Vec::new())),
    });
    let Kind::Map(entries) = &mut known.value.kind else { return };
    for entry in written {
        match (entries.iter_mut().find(|known| known.key == entry.key), entry.value.kind) {
            (None, kind) => entries.push(Entry { value: Node::new(kind), ..entry }),
            (
                Some(Entry { value: Node { kind: Kind::Map(apps), .. }, key, .. }),
                Kind::Map(more),
            ) if key == "apps" => {
                apps.extend(more);
            }
            _ => {}
        }
    }
}

/// The applications that an entry of `apps` stands for, each with its key.
fn rows(app: Entry, scope: Scope<'_>, decoder: &mut Decoder) -> Vec<Entry> {
    let scope = Scope { app: Some(&app.key), ..scope };
    let entries = app.value.entries().unwrap_or_default();
    if each_of(entries).is_some() {
        return rows_of(&app.key, entries, scope, decoder);
    }
    let mut value = app.value.clone();
    scope.resolve(&mut value);
    vec![Entry { key: app.key.clone(), key_place: None, value }]
}
