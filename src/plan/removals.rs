//! Which entry of `removed` names an application, found without a look at every entry.

use std::collections::BTreeMap;

use super::input::Input;
use crate::config::{Removed, What};
use crate::model::{Address, Recorded};

/// The entries of `removed` by what they name, each with its number.
#[derive(Debug, Default)]
pub(super) struct Removals<'a> {
    apps: BTreeMap<&'a Address, (usize, &'a Removed)>,
    zones: BTreeMap<&'a str, (usize, &'a Removed)>,
    files: BTreeMap<&'a str, (usize, &'a Removed)>,
}

impl<'a> Removals<'a> {
    pub(super) fn new(input: &Input<'a>) -> Removals<'a> {
        let mut removals = Removals::default();
        for (number, removed) in input.desired.configuration.removed.iter().enumerate() {
            let entry = (number, removed);
            match &removed.what {
                What::App(app) => removals.apps.entry(app).or_insert(entry),
                What::Zone(zone) => removals.zones.entry(zone).or_insert(entry),
                What::File(file) => {
                    removals.files.entry(file.trim_start_matches("./")).or_insert(entry)
                }
            };
        }
        removals
    }

    /// The first entry that names the application.
    pub(super) fn find(&self, address: &Address, recorded: &Recorded) -> Option<&'a Removed> {
        let app = self.apps.get(address);
        let zone = self.zones.get(address.zone.as_str());
        let file = self.files.get(recorded.file.as_str());
        let first = app.into_iter().chain(zone).chain(file).min_by_key(|(number, _)| *number);
        first.map(|(_, removed)| *removed)
    }
}
