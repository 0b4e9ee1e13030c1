//! Writes a template out: one application a row. What does not depend on the row is read once and shared by all rows.

use std::sync::Arc;

use super::read::read;
use super::rows::{MAX_APPS, unite_rows};
use super::template::{Each, Item};
use super::usage::{check, uses_row};
use crate::codes;
use crate::config::app::{App, RowOf, Site};
use crate::config::decoder::Decoder;
use crate::config::variables::{Row, Scope};
use crate::config::yaml::{MAX_FILE, MAX_NODES};
use crate::finding::{Finding, Place};
use crate::model::{Address, Entry, Kind, Node};

/// How many applications there may be beside those that there are.
#[derive(Debug)]
pub(in crate::config) struct Budget {
    /// How many applications there are.
    pub(in crate::config) apps: usize,
}

/// The applications that an entry of `apps` stands for: one, or one a row.
pub(in crate::config) fn read_apps(
    address: Address,
    entry: &Entry,
    site: Site<'_>,
    budget: &mut Budget,
    decoder: &mut Decoder,
) -> Vec<App> {
    let Some(entries) = mapping_of(&address, entry, decoder) else {
        return vec![App::read(address, &[], site, decoder)];
    };
    let Some(node) = each_of(entries) else {
        return vec![App::read(address, entries, site, decoder)];
    };
    decoder.address = Some(address.to_string());
    let entries: Vec<&Entry> = entries.iter().filter(|entry| entry.key != "each").collect();
    let mut each = read(node, site.scope, decoder);
    check(&mut each, &entries, decoder);
    let template = Template { address: Arc::new(address), entries, site, each };
    let apps = template.expand(node.place.as_ref(), budget, decoder);
    decoder.address = None;
    apps
}

/// The entries of an application. That there are none is said at its key, where everything would be that is missing because of it.
fn mapping_of<'e>(
    address: &Address,
    entry: &'e Entry,
    decoder: &mut Decoder,
) -> Option<&'e [Entry]> {
    if entry.value.is_null() {
        return Some(&[]);
    }
    let entries = entry.value.entries();
    if entries.is_none() {
        let at_key = Node { place: entry.key_place.clone(), ..entry.value.clone() };
        decoder.address = Some(address.to_string());
        decoder.wrong_type(&at_key, &address.key, "a mapping");
        decoder.address = None;
    }
    entries
}

/// What `each` holds, if the application has it.
pub(in crate::config) fn each_of(entries: &[Entry]) -> Option<&Node> {
    let each = entries.iter().find(|entry| entry.key == "each");
    each.map(|entry| &entry.value).filter(|value| !value.is_null())
}

/// An application that stands for several.
struct Template<'a> {
    address: Arc<Address>,
    /// Its entries but for `each`.
    entries: Vec<&'a Entry>,
    site: Site<'a>,
    each: Each,
}

impl Template<'_> {
    /// The applications.
    fn expand(
        &self,
        place: Option<&Place>,
        budget: &mut Budget,
        decoder: &mut Decoder,
    ) -> Vec<App> {
        let rows = self.rows(place, budget, decoder);
        let (varying, constant): (Vec<&Entry>, Vec<&Entry>) =
            self.entries.iter().partition(|entry| uses_row(&entry.value));
        let base = self.read_constant(&constant, decoder);
        let mut apps = Vec::with_capacity(rows);
        let mut found = Vec::new();
        for number in 0..rows {
            let before = decoder.findings.len();
            let app = self.read_row(&base, &varying, &self.each.row(number), decoder);
            found.extend(decoder.findings.drain(before..).map(|finding| (finding, number)));
            apps.push(app);
        }
        let found = found.into_iter().filter_map(|(finding, number)| {
            let app: &App = apps.get(number)?;
            Some((finding, "", app))
        });
        decoder.findings.extend(unite_rows(found.collect()));
        apps
    }

    /// How many rows are read. Where they are too many only the first is, so what is wrong with it is said all the same.
    fn rows(&self, place: Option<&Place>, budget: &mut Budget, decoder: &mut Decoder) -> usize {
        let rows = self.each.count();
        let others = budget.apps;
        let finding = if rows > MAX_APPS.saturating_sub(others) {
            too_many(rows, others, place)
        } else if rows > 0 && self.is_too_large(&self.each.row(0), rows) {
            too_large(rows, place)
        } else {
            budget.apps += rows;
            return rows;
        };
        decoder.say(finding);
        1
    }

    /// What is the same in all rows.
    fn read_constant(&self, constant: &[&Entry], decoder: &mut Decoder) -> App {
        let before = decoder.findings.len();
        let mut base =
            App::begin(Address::clone(&self.address), self.entries.iter().copied(), self.site);
        let mut entries: Vec<Entry> = constant.iter().copied().cloned().collect();
        entries.iter_mut().for_each(|entry| self.site.scope.resolve_entry(entry));
        base.read_entries(entries, decoder);
        let rows = self.each.count();
        for finding in &mut decoder.findings[before..] {
            finding.summary = format!("{} (in all {rows} rows)", finding.summary);
        }
        base
    }

    /// A row: what all rows have, and what depends on this one.
    fn read_row(
        &self,
        base: &App,
        varying: &[&Entry],
        items: &[&Item],
        decoder: &mut Decoder,
    ) -> App {
        let mut app = base.clone();
        app.address.key = joined(&self.address.key, items);
        app.row = Some(RowOf {
            template: self.address.clone(),
            from: self.each.from.clone(),
            count: self.each.count(),
            place: items.last().and_then(|item| item.place.clone()),
        });
        decoder.address = Some(app.address.to_string());
        app.read_entries(resolved(varying, items, self.site.scope), decoder);
        decoder.address = Some(self.address.to_string());
        app
    }

    /// Whether the rows, written out, would be larger than any file may be.
    fn is_too_large(&self, items: &[&Item], rows: usize) -> bool {
        let written = resolved(&self.entries, items, self.site.scope);
        let (nodes, bytes) = written
            .iter()
            .map(|entry| size(&entry.value))
            .fold((0_usize, 0_usize), |(nodes, bytes), (more, text)| (nodes + more, bytes + text));
        nodes.saturating_mul(rows) > MAX_NODES || bytes.saturating_mul(rows) > MAX_FILE
    }
}

/// The rows of a template as entries of `apps`; the key of each is what its address has behind the zone.
pub(in crate::config) fn rows_of(
    key: &str,
    entries: &[Entry],
    scope: Scope<'_>,
    decoder: &mut Decoder,
) -> Vec<Entry> {
    let Some(node) = each_of(entries) else { return Vec::new() };
    let entries: Vec<&Entry> = entries.iter().filter(|entry| entry.key != "each").collect();
    let mut each = read(node, scope, decoder);
    check(&mut each, &entries, decoder);
    let rows = Some(each.count()).filter(|rows| *rows <= MAX_APPS).unwrap_or_default();
    let row = |number| {
        let items = each.row(number);
        let value = Node::new(Kind::Map(resolved(&entries, &items, scope)));
        Entry { key: joined(key, &items), key_place: None, value }
    };
    (0..rows).map(row).collect()
}

/// What the address of a row has behind the zone.
fn joined(key: &str, items: &[&Item]) -> String {
    let keys = items.iter().map(|item| item.key.as_str());
    [key].into_iter().chain(keys).collect::<Vec<_>>().join("/")
}

/// The entries with the values of a row.
fn resolved(entries: &[&Entry], items: &[&Item], scope: Scope<'_>) -> Vec<Entry> {
    let values: Vec<_> = items
        .iter()
        .flat_map(|item| item.values.iter().map(|(name, text)| (name.as_str(), text)))
        .collect();
    let scope = Scope { row: Some(Row(&values)), ..scope };
    let mut entries: Vec<Entry> = entries.iter().copied().cloned().collect();
    entries.iter_mut().for_each(|entry| scope.resolve_entry(entry));
    entries
}

/// How many values a tree has, and how many bytes their texts.
fn size(node: &Node) -> (usize, usize) {
    let add = |sum: (usize, usize), next: (usize, usize)| (sum.0 + next.0, sum.1 + next.1);
    match &node.kind {
        Kind::Null => (1, 0),
        Kind::Scalar { text, .. } => (1, text.len()),
        Kind::List(items) => items.iter().map(size).fold((1, 0), add),
        Kind::Map(entries) => entries.iter().map(|entry| size(&entry.value)).fold((1, 0), add),
    }
}

fn too_many(rows: usize, others: usize, place: Option<&Place>) -> Finding {
    let summary = format!(
        "`each` makes {rows} applications, and with the {others} others they would be more than {MAX_APPS}"
    );
    Finding::new(&codes::TOO_MANY_APPLICATIONS, summary).on("each").at(place)
}

fn too_large(rows: usize, place: Option<&Place>) -> Finding {
    let summary = format!("written out, the {rows} rows of `each` are larger than any file may be");
    Finding::new(&codes::TOO_LARGE, summary)
        .fix("write fewer rows, or a smaller application")
        .on("each")
        .at(place)
}
