//! `moved` and `removed`: what became of addresses that the configuration no longer has.

use super::decoder::Decoder;
use crate::finding::Place;
use crate::model::{Address, Node};

/// An application that has another address now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its former address.
    pub from: Address,
    /// Its address.
    pub to: Address,
    /// Where it is written.
    pub place: Option<Place>,
}

/// What is no longer managed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// One application.
    App(Address),
    /// All applications of a zone.
    Zone(String),
    /// All applications that were configured in a file.
    File(String),
}

/// A decision to manage something no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// What.
    pub what: What,
    /// Whether it is left running.
    pub keep: bool,
    /// Where it is written.
    pub place: Option<Place>,
}

const FORM: &str = "an address such as example.com/ssh";

pub(super) fn read_moved(node: &Node, decoder: &mut Decoder) -> Vec<Moved> {
    decoder.list(node, "moved").iter().filter_map(|item| read_one_moved(item, decoder)).collect()
}

fn read_one_moved(item: &Node, decoder: &mut Decoder) -> Option<Moved> {
    let (mut from, mut to) = (None, None);
    let entries = decoder.mapping(item, "moved", &["from", "to"]);
    for entry in entries {
        match entry.key.as_str() {
            "from" => from = Some(decoder.parsed::<Address>(&entry.value, "moved.from", FORM)),
            "to" => to = Some(decoder.parsed::<Address>(&entry.value, "moved.to", FORM)),
            _ => {}
        }
    }
    for (name, value) in [("moved.from", &from), ("moved.to", &to)] {
        if value.is_none() && item.entries().is_some() {
            decoder.missing(
                item.place.as_ref(),
                name,
                Some("a move has an old and a new address"),
                "write {from: example.com/old, to: example.com/new}",
            );
        }
    }
    Some(Moved { from: from??, to: to??, place: item.place.clone() })
}

pub(super) fn read_removed(node: &Node, decoder: &mut Decoder) -> Vec<Removed> {
    decoder
        .list(node, "removed")
        .iter()
        .filter_map(|item| read_one_removed(item, decoder))
        .collect()
}

/// The keys of an entry of `removed`.
const REMOVED: [&str; 4] = ["app", "zone", "file", "keep"];

fn read_one_removed(item: &Node, decoder: &mut Decoder) -> Option<Removed> {
    let (mut what, mut keep, mut named) = (None, false, 0);
    for entry in decoder.mapping(item, "removed", &REMOVED) {
        named += u32::from(matches!(entry.key.as_str(), "app" | "zone" | "file"));
        match entry.key.as_str() {
            "app" => what = decoder.parsed(&entry.value, "removed.app", FORM).map(What::App),
            "zone" => {
                what = decoder
                    .text(&entry.value, "removed.zone")
                    .map(|name| What::Zone(name.trim_end_matches('.').to_ascii_lowercase()))
            }
            "file" => what = decoder.text(&entry.value, "removed.file").map(What::File),
            "keep" => keep = decoder.flag(&entry.value, "removed.keep").unwrap_or_default(),
            _ => {}
        }
    }
    // A key that nobody knows is reported, and may be the one that is missing.
    let is_misspelt = || {
        item.entries().is_some_and(|entries| {
            entries.iter().any(|entry| !REMOVED.contains(&entry.key.as_str()))
        })
    };
    if named == 0 && is_misspelt() {
        return None;
    }
    if named != 1 && item.entries().is_some() {
        decoder.missing(
            item.place.as_ref(),
            "removed.app",
            Some("an entry names exactly one of app, zone and file"),
            "add app, such as app: example.com/old",
        );
        return None;
    }
    Some(Removed { what: what?, keep, place: item.place.clone() })
}
