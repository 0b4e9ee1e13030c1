//! Entries of `moved` and `removed`: each is used by the plan, already true, or reported.

use super::change::Change;
use super::input::Input;
use crate::codes;
use crate::config::{Moved, Removed, What};
use crate::finding::{Finding, Severity};
use crate::model::Address;

/// The entries that do nothing. One whose application would be deleted instead is an error.
pub(super) fn check(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    if input.policy.destroy {
        return Vec::new();
    }
    let configuration = input.desired.configuration;
    let moved = configuration.moved.iter().filter_map(|moved| unused_move(input, moved, changes));
    moved
        .chain(configuration.removed.iter().filter_map(|entry| unused_removal(input, entry)))
        .collect()
}

fn is_read(input: &Input<'_>, zone: &str) -> bool {
    input.live.iter().any(|read| read.name == zone)
}

fn is_configured(input: &Input<'_>, address: &Address) -> bool {
    input.desired.configuration.apps().any(|app| app.address == *address)
}

fn unused_move(input: &Input<'_>, moved: &Moved, changes: &[Change]) -> Option<Finding> {
    let Moved { from, to, place } = moved;
    if !is_read(input, &from.zone) || !is_read(input, &to.zone) {
        return None;
    }
    let recorded = |address: &Address| input.recorded.state.apps.contains_key(address);
    let is_used =
        changes.iter().any(|change| change.address == *to && change.from.as_ref() == Some(from));
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
    let deletes = changes.iter().any(|change| change.address == *from && change.removes());
    let severity = if deletes && from.zone == to.zone { Severity::Error } else { finding.severity };
    Some(Finding { severity, ..finding })
}

fn unused_removal(input: &Input<'_>, removed: &Removed) -> Option<Finding> {
    let apps = || input.desired.configuration.apps();
    let (what, is_there) = match &removed.what {
        What::App(address) => (address.to_string(), is_configured(input, address)),
        What::Zone(zone) => {
            (format!("the zone {zone}"), apps().any(|app| app.address.zone == *zone))
        }
        What::File(file) => {
            let file = file.trim_start_matches("./");
            (format!("the file {file}"), apps().any(|app| app.file == file))
        }
    };
    is_there.then(|| {
        let summary = format!("`removed` names {what}, which is still in the configuration");
        Finding::new(&codes::UNUSED_ENTRY, summary).at(removed.place.as_ref())
    })
}
