//! The configuration: everything that its files say, united.

use std::collections::{BTreeMap, BTreeSet};

use super::app::App;
use super::moves::{Moved, Removed};
use super::settings::Settings;
use super::zone::Zone;
use crate::finding::{Finding, Place};
use crate::model::{AccountId, Address, IpNet};

/// Everything the files say, united.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// The account, if it is given at the top.
    pub account: Option<AccountId>,
    /// The quota of hostnames on Cloudflare's IPv4 addresses for the account, if it is given.
    pub ipv4_quota: Option<u32>,
    /// The networks that hold all static addresses of the account, if they are given at the top.
    pub edge_prefixes: Option<Vec<IpNet>>,
    /// How the tool is to act.
    pub settings: Settings,
    /// The zones by name.
    pub zones: BTreeMap<String, Zone>,
    /// Applications that have another address now.
    pub moved: Vec<Moved>,
    /// What is no longer managed.
    pub removed: Vec<Removed>,
    /// The files that were read, as the state remembers them.
    pub files: BTreeSet<String>,
    /// The folder that they are remembered relative to, as the user named it; empty for the working folder.
    pub home: String,
    /// By the value that variables went into: which they are, and where they are set.
    pub set_by: BTreeMap<Place, BTreeSet<String>>,
    /// The values that are not known, because a variable's is wrong.
    pub unclear: BTreeSet<Place>,
    /// By the place of a mistake, or of a value that is not known: the zone in which it is.
    pub of_zones: BTreeMap<Place, String>,
}

impl Configuration {
    /// The path of a file that the state remembers, as the user would name it.
    pub fn named(&self, remembered: &str) -> String {
        match self.home.as_str() {
            "" | "." => remembered.to_owned(),
            home => format!("{home}/{remembered}"),
        }
    }

    /// All applications, by zone and key.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.zones.values().flat_map(|zone| zone.apps.values())
    }

    /// The application at an address.
    pub fn app(&self, address: &Address) -> Option<&App> {
        self.zones.get(&address.zone)?.apps.get(&address.key)
    }

    /// Says in a finding about a value which variables went into the value, and where they are set.
    pub fn name_variables(&self, finding: &mut Finding) {
        let set_by = finding.place.as_ref().and_then(|place| self.set_by.get(place));
        let named: Vec<&str> = set_by.into_iter().flatten().map(String::as_str).collect();
        if !named.is_empty() {
            let parts = finding.why.as_deref().into_iter();
            finding.why = Some(parts.chain(named).collect::<Vec<_>>().join("; "));
        }
    }
}
