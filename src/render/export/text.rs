//! The files of an export: live applications as configuration, each with a comment that says which one it is.

use std::collections::BTreeMap;

use super::exported::{ExportedApp, ZoneExport};
use super::fields::fields;
use crate::config::format::writer::{self, indented};
use crate::model::{Kind, Live, Node, Tier};
use crate::render::layout::visible;

/// A file of these zones.
pub fn document(zones: &[ZoneExport]) -> String {
    let zones: String = zones.iter().map(|zone| indented(&zone_text(zone), 2)).collect();
    if zones.is_empty() {
        "version: 1\nzones: {}\n".to_owned()
    } else {
        format!("version: 1\nzones:\n{zones}")
    }
}

fn zone_text(zone: &ZoneExport) -> String {
    let mut text = format!("{}:\n", zone.zone);
    if let Some(head) = &zone.head {
        text += &head.id.as_ref().map(|id| format!("  id: {id}\n")).unwrap_or_default();
        let tier = head.tier.filter(|tier| *tier != Tier::Free);
        text += &tier.map(|tier| format!("  plan: {}\n", tier.text())).unwrap_or_default();
    }
    let is_empty = zone.entries.iter().all(|entry| !entry.unreadable().is_empty());
    // Comments below a key without a value belong to what the key is in.
    let by = if is_empty { 2 } else { 4 };
    let apps: String = zone.entries.iter().map(|entry| indented(&application(entry), by)).collect();
    match (is_empty, zone.entries.is_empty()) {
        (_, true) if zone.head.is_some() => text + "  apps: {}\n",
        (_, true) => text + "  {}\n",
        (true, false) => format!("{text}  apps:  # none that can be written\n{apps}"),
        (false, false) => format!("{text}  apps:\n{apps}"),
    }
}

/// An application with its key and what is to be said about it, not indented.
pub fn application(entry: &ExportedApp) -> String {
    let live = &entry.live;
    let unreadable = entry.unreadable();
    if !unreadable.is_empty() {
        let paths: Vec<&str> = unreadable.iter().map(|field| field.path()).collect();
        return format!(
            "# not written: app {}, whose {} cannot be read by this version\n",
            visible(live.id.as_str()),
            paths.join(", ")
        );
    }
    let mut text = match &entry.rows {
        Some(rows) => format!("# {} applications\n", rows.count()),
        None => format!("# {}\n", about(live)),
    };
    for (field, value) in live.unread() {
        text += &format!(
            "# {} is {} and cannot be read by this version; it is left as it is\n",
            field.path(),
            visible(value)
        );
    }
    for name in live.unknown.keys() {
        text += &format!("# {} is not known to this version; it is left as it is\n", visible(name));
    }
    let fields = Node::new(Kind::Map(fields(entry)));
    let keyed = Kind::Map(vec![writer::entry(entry.key.as_str(), fields)]);
    text + &writer::write(&Node::new(keyed))
}

fn about(live: &Live) -> String {
    let times = [("created", &live.created_on), ("modified", &live.modified_on)];
    let times = times
        .iter()
        .filter_map(|(what, time)| time.as_ref().map(|time| format!("; {what} {time}")));
    let id = if live.id.as_str().is_empty() {
        "not created yet".to_owned()
    } else {
        format!("app {}", live.id)
    };
    visible(&format!("{id}{}", times.collect::<String>()))
}

/// The files that the zones make, by name: one, one a zone, or one an application with what is said of the zone in a file of its own.
pub fn files(zones: &[ZoneExport], split: Split, whole: &str) -> BTreeMap<String, String> {
    match split {
        Split::Whole => BTreeMap::from([(whole.to_owned(), document(zones))]),
        Split::Zone => zones
            .iter()
            .map(|zone| (format!("{}.yaml", zone.zone), document(std::slice::from_ref(zone))))
            .collect(),
        Split::App => zones.iter().flat_map(write_apps).collect(),
    }
}

fn write_apps(zone: &ZoneExport) -> Vec<(String, String)> {
    let unwritten = |entry: &&ExportedApp| !entry.unreadable().is_empty();
    let rest = ZoneExport {
        entries: zone.entries.iter().filter(unwritten).cloned().collect(),
        ..zone.clone()
    };
    let mut files = Vec::new();
    if rest.head.is_some() || !rest.entries.is_empty() {
        files.push((format!("{}/zone.yaml", zone.zone), document(&[rest])));
    }
    for entry in zone.entries.iter().filter(|entry| entry.unreadable().is_empty()) {
        let alone =
            ZoneExport { zone: zone.zone.clone(), head: None, entries: vec![entry.clone()] };
        files.push((format!("{}/{}.yaml", zone.zone, entry.key), document(&[alone])));
    }
    files
}

/// Over how many files an export is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// One.
    Whole,
    /// One a zone.
    Zone,
    /// One an application.
    App,
}
