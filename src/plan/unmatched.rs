//! What of a selection matches nothing at all, so that a slip of the pen is not taken for "there is nothing to do".

use std::collections::{BTreeMap, BTreeSet};

use super::input::{Input, UnreadCause};
use super::selection::{Pattern, Selection};
use crate::model::Address;

/// How alike a name must be to be offered in place of one that matches nothing, from 0 to 1.
const NEAR: f64 = 0.7;

/// Where addresses and zones come from.
const EVERYWHERE: &str = "the configuration, the state or what is live";

/// What is said about the parts of a selection that match no address of the configuration, the state or what is live; nothing where
/// all do, or where a zone was not read and nothing can be said.
pub fn unmatched(selection: &Selection, input: &Input<'_>) -> Option<String> {
    if input.unread.iter().any(|unread| unread.cause != UnreadCause::Gone) {
        return None;
    }
    let addresses = addresses(input);
    let gone = input.unread.iter().map(|unread| &unread.zone);
    let zones = input.live.iter().map(|zone| &zone.name).chain(gone).cloned().collect();
    let pattern = |flag: &'static str| {
        let addresses = &addresses;
        move |pattern: &Pattern| unmatched_pattern(flag, pattern, addresses, EVERYWHERE)
    };
    let said: Vec<String> = unmatched_zones(&selection.zones, &zones, EVERYWHERE)
        .into_iter()
        .chain(selection.targets.iter().filter_map(pattern("--target")))
        .chain(selection.excludes.iter().filter_map(pattern("--exclude")))
        .collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// What is said about the applications that are to be replaced and are none of the configuration; nothing where all are.
pub fn unmatched_replacements(input: &Input<'_>) -> Option<String> {
    let configured: BTreeSet<&Address> =
        input.desired.configuration.apps().map(|app| &app.address).collect();
    let missing = input.policy.replace.iter().filter(|address| !configured.contains(address));
    let said: Vec<String> = missing
        .map(|address| {
            let text = address.to_string();
            let near = nearest(&text, configured.iter().map(ToString::to_string));
            format!("--replace {text} is no application of the configuration{}", offer(near))
        })
        .collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// What is said about the zones of `--zone` that are none of the known ones; nothing where all are. `places` says where those are known
/// from.
pub fn unmatched_zones(
    wanted: &[String],
    known: &BTreeSet<String>,
    places: &str,
) -> Option<String> {
    let unknown = wanted.iter().filter(|name| !known.contains(*name));
    let said: Vec<String> = unknown
        .map(|name| sentence("--zone", name, "zone", places, nearest(name, known.iter().cloned())))
        .collect();
    (!said.is_empty()).then(|| said.join("; "))
}

/// What is said about a pattern that none of these addresses matches; nothing where one does. `places` says where those are from.
pub fn unmatched_pattern(
    flag: &str,
    pattern: &Pattern,
    addresses: &BTreeMap<Address, BTreeMap<String, String>>,
    places: &str,
) -> Option<String> {
    let is_used = addresses.iter().any(|(address, labels)| pattern.names(address, labels));
    let text = pattern.text();
    let near = nearest(&text, addresses.keys().map(ToString::to_string));
    (!is_used).then(|| sentence(flag, &text, "address", places, near))
}

/// Every address of the configuration, the state and what is live, with its labels.
fn addresses(input: &Input<'_>) -> BTreeMap<Address, BTreeMap<String, String>> {
    let unmanaged = input.live.iter().flat_map(|zone| {
        zone.apps.iter().map(|live| (Address::for_unmanaged(&zone.name, &live.id), BTreeMap::new()))
    });
    let recorded = input.recorded.state.apps.iter();
    let recorded = recorded.map(|(address, app)| (address.clone(), app.labels.clone()));
    let configured = input.desired.configuration.apps();
    let configured = configured.map(|app| (app.address.clone(), app.labels.clone()));
    let moved = input.desired.configuration.moved.iter();
    let moved = moved.map(|moved| (moved.from.clone(), BTreeMap::new()));
    moved.chain(unmanaged).chain(recorded).chain(configured).collect()
}

fn sentence(flag: &str, text: &str, what: &str, places: &str, near: Option<String>) -> String {
    let near = offer(near);
    format!("{flag} '{text}' matches no {what} of {places}{near}")
}

fn offer(near: Option<String>) -> String {
    near.map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}

/// The name that is most like a text; the key alone counts as well.
pub fn nearest(text: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let text = text.to_lowercase();
    let likeness = |name: &String| {
        let name = name.to_lowercase();
        let key = name.split_once('/').map_or(name.as_str(), |(_, key)| key);
        strsim::jaro_winkler(&name, &text).max(strsim::jaro_winkler(key, &text))
    };
    let best = names.map(|name| (likeness(&name), name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEAR).then_some(best.1)
}
