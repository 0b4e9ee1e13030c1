//! Entries of `moved` and `removed`: each is used by the plan, already true, or reported.

use std::collections::BTreeSet;

use super::change::Change;
use super::input::Input;
use super::unmatched::nearest;
use crate::codes;
use crate::config::{Moved, Removed, What};
use crate::finding::{Finding, Severity};
use crate::ledger::Condition;
use crate::model::Address;

/// The entries that do nothing. One whose application would be deleted instead is an error.
pub(super) fn check(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    if input.policy.destroy {
        return Vec::new();
    }
    let configuration = input.desired.configuration;
    if configuration.moved.is_empty() && configuration.removed.is_empty() {
        return Vec::new();
    }
    let known = Known::new(input, changes);
    let moved = configuration.moved.iter().filter_map(|moved| unused_move(input, moved, &known));
    let removed = configuration.removed.iter();
    moved.chain(removed.filter_map(|entry| unused_removal(input, entry, &known))).collect()
}

/// What an entry is looked up in.
struct Known<'a> {
    /// The names of the zones that were read.
    read: BTreeSet<&'a str>,
    /// The files that have applications.
    files: BTreeSet<&'a str>,
    /// The new and the former address of each change that has both.
    used: BTreeSet<(&'a Address, &'a Address)>,
    /// The addresses at which an application is deleted.
    deleted: BTreeSet<&'a Address>,
}

impl<'a> Known<'a> {
    fn new(input: &Input<'a>, changes: &'a [Change]) -> Known<'a> {
        let used = |change: &'a Change| Some((&change.address, change.from.as_ref()?));
        let deletes = changes.iter().filter(|change| change.removes());
        Known {
            read: input.live.iter().map(|zone| zone.name.as_str()).collect(),
            files: input.desired.configuration.apps().map(|app| app.file.as_str()).collect(),
            used: changes.iter().filter_map(used).collect(),
            deleted: deletes.map(|change| &change.address).collect(),
        }
    }
}

fn is_configured(input: &Input<'_>, address: &Address) -> bool {
    input.desired.configuration.app(address).is_some()
}

fn unused_move(input: &Input<'_>, moved: &Moved, known: &Known<'_>) -> Option<Finding> {
    let Moved { from, to, place } = moved;
    if !known.read.contains(from.zone.as_str()) || !known.read.contains(to.zone.as_str()) {
        return None;
    }
    let recorded = |address: &Address| input.recorded.state.apps.contains_key(address);
    let is_used = known.used.contains(&(to, from));
    let is_true = !recorded(from) && recorded(to);
    // Without a state nothing has an address yet, and the application is found by its hostname and ports.
    let is_new = input.recorded.state.apps.is_empty() && is_configured(input, to);
    if is_used || is_true || is_new {
        return None;
    }
    let why_not = if from.zone != to.zone {
        "they are in different zones, so it is a deletion and a creation"
    } else if !is_configured(input, to) {
        "the configuration does not have the new address"
    } else if recorded(to) {
        "the new address has an application of its own"
    } else if recorded(from) {
        "the application of the former address is gone"
    } else {
        "the state has neither address"
    };
    let summary = format!("`moved` from {from} to {to} does nothing: {why_not}");
    let finding = Finding::new(&codes::UNUSED_ENTRY, summary).about(to).at(place.as_ref());
    let deletes = known.deleted.contains(from);
    let severity = if deletes && from.zone == to.zone { Severity::Error } else { finding.severity };
    Some(Finding { severity, ..finding })
}

fn unused_removal(input: &Input<'_>, removed: &Removed, known: &Known<'_>) -> Option<Finding> {
    let zones = &input.desired.configuration.zones;
    let (what, is_there) = match &removed.what {
        What::App(address) if removed.keep && !is_configured(input, address) => {
            return unused_keep(input, removed, address, known);
        }
        What::App(address) => (address.to_string(), is_configured(input, address)),
        What::Zone(zone) => {
            let is_there = zones.get(zone).is_some_and(|zone| !zone.apps.is_empty());
            (format!("the zone {zone}"), is_there)
        }
        What::File(file) => {
            let file = file.trim_start_matches("./");
            (
                format!("the file {}", input.desired.configuration.named(file)),
                known.files.contains(file),
            )
        }
    };
    is_there.then(|| {
        let summary = format!("`removed` names {what}, which is still in the configuration");
        Finding::new(&codes::UNUSED_ENTRY, summary).at(removed.place.as_ref())
    })
}

/// An application that is to be left running and that the state has never known: more often a slip of the pen. Where one of a like name is
/// deleted, it is most likely that one which is meant. Without a state nothing can be said.
fn unused_keep(
    input: &Input<'_>,
    removed: &Removed,
    address: &Address,
    known: &Known<'_>,
) -> Option<Finding> {
    let state = &input.recorded.state;
    let is_released = || state.released.values().any(|released| released.address == *address);
    let is_said = state.apps.contains_key(address) || is_released();
    let is_known =
        known.read.contains(address.zone.as_str()) && input.recorded.condition == Condition::Read;
    if is_said || !is_known {
        return None;
    }
    let near = |addresses: &mut dyn Iterator<Item = &Address>| {
        let of_zone = addresses.filter(|other| other.zone == address.zone);
        let key = nearest(&address.key, of_zone.map(|other| other.key.clone()))?;
        Some(Address::new(&address.zone, &key))
    };
    let deleted = near(&mut known.deleted.iter().copied());
    let meant = deleted.clone().or_else(|| near(&mut state.apps.keys()));
    let mut summary = format!("`removed` keeps {address}, which the state has never known");
    if let Some(deleted) = &deleted {
        summary += &format!("; the plan deletes {deleted}");
    }
    let finding = Finding::new(&codes::UNUSED_ENTRY, summary).at(removed.place.as_ref());
    let severity = if deleted.is_some() { Severity::Error } else { finding.severity };
    let finding = Finding { severity, ..finding };
    Some(match meant {
        Some(meant) => finding.fix(format!(
            "if {meant} is meant, write `removed: [{{app: {meant}, keep: true}}]`; else remove the entry"
        )),
        None => finding,
    })
}
