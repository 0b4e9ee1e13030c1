//! What of a selection matches nothing at all, so that a slip of the pen is not taken for "there is nothing to do".

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use super::selection::{Pattern, Selection};
use crate::model::Address;

/// How alike a name must be to be offered in place of one that matches nothing, from 0 to 1.
const NEAR: f64 = 0.7;

/// What is said about the parts of a selection that match no address of the configuration, the state or what is live; nothing where
/// all do, or where a zone was not read and nothing can be said.
pub fn unmatched(selection: &Selection, input: &Input<'_>) -> Option<String> {
    if !input.unread.is_empty() {
        return None;
    }
    let addresses = addresses(input);
    let zones: BTreeSet<&str> = input.live.iter().map(|zone| zone.name.as_str()).collect();
    let zone = |name: &String| {
        let near = nearest(name, zones.iter().map(|zone| (*zone).to_owned()));
        (!zones.contains(name.as_str())).then(|| sentence("--zone", name, "zone", near))
    };
    let pattern = |flag: &'static str| {
        let addresses = &addresses;
        move |pattern: &Pattern| {
            let is_used = addresses.iter().any(|(address, labels)| pattern.names(address, labels));
            let text = pattern.text();
            let near = nearest(&text, addresses.keys().map(ToString::to_string));
            (!is_used).then(|| sentence(flag, &text, "address", near))
        }
    };
    let said: Vec<String> = selection
        .zones
        .iter()
        .filter_map(zone)
        .chain(selection.targets.iter().filter_map(pattern("--target")))
        .chain(selection.excludes.iter().filter_map(pattern("--exclude")))
        .collect();
    (!said.is_empty()).then(|| said.join("; "))
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

fn sentence(flag: &str, text: &str, what: &str, near: Option<String>) -> String {
    let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!(
        "{flag} '{text}' matches no {what} of the configuration, the state or what is live{near}"
    )
}

/// The name that is most like a text; the key alone counts as well.
fn nearest(text: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let likeness = |name: &String| {
        let key = name.split_once('/').map_or(name.as_str(), |(_, key)| key);
        strsim::jaro_winkler(name, text).max(strsim::jaro_winkler(key, text))
    };
    let best = names.map(|name| (likeness(&name), name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= NEAR).then_some(best.1)
}
