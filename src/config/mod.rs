//! The configuration: YAML text to drafts with their places.
//!
//! Floor 3: names `codes`, `model` and `finding`. `load` unites all files into one [`Configuration`] and tells everything that is wrong with
//! their form, all at once; what is wrong with what they *say* is found by `validate`.

pub mod app;
mod decoder;
pub mod format;
mod insert;
mod moves;
pub mod settings;
pub mod sources;
pub mod terraform;
mod variables;
pub mod yaml;
pub mod zone;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use app::{Allowed, App, Ignored, Lifecycle, Replace};
pub use insert::insert;
pub use moves::{Moved, Removed, What};
pub use settings::{Limits, OnDrift, OnError, Settings, SeverityOverride};
pub use sources::{Sources, Vars};
pub use zone::{Unmanaged, Zone};

use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{AccountId, Entry, IpNet, Kind, Node};
use decoder::Decoder;

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
}

impl Configuration {
    /// All applications, by zone and key.
    pub fn apps(&self) -> impl Iterator<Item = &App> {
        self.zones.values().flat_map(|zone| zone.apps.values())
    }
}

/// What came of loading: the configuration as far as it could be read, and what is wrong with its form.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub configuration: Configuration,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

const KEYS: [&str; 8] =
    ["version", "account", "ipv4_quota", "edge_prefixes", "settings", "zones", "moved", "removed"];

/// Reads and unites the files.
pub fn load(sources: &Sources, vars: &Vars) -> Loaded {
    let mut decoder = Decoder::default();
    let trees: Vec<(Arc<str>, Node)> = sources
        .files
        .iter()
        .map(|(path, text)| (path.clone(), read_file(path, text, vars, &mut decoder)))
        .collect();
    let mut configuration = Configuration {
        files: trees.iter().map(|(path, _)| sources.remembered(path)).collect(),
        ..Configuration::default()
    };
    let mut top: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut zones = BTreeMap::new();
    for (file, tree) in &trees {
        for entry in
            decoder.open_mapping(tree, "").iter().filter(|entry| !entry.key.starts_with("x-"))
        {
            match entry.key.as_str() {
                "zones" => zone::gather(&mut zones, file, &entry.value, &mut decoder),
                "version" => check_version(entry, &mut decoder),
                "moved" => {
                    configuration.moved.extend(moves::read_moved(&entry.value, &mut decoder))
                }
                "removed" => {
                    configuration.removed.extend(moves::read_removed(&entry.value, &mut decoder))
                }
                key if !KEYS.contains(&key) => {
                    decoder.unknown_key(key, entry.key_place.as_ref(), "", &KEYS)
                }
                key => match top.get(key) {
                    Some(first) => decoder.say(in_two_files(entry, first)),
                    None => {
                        top.insert(key, entry);
                        configuration.read_key(entry, file, &mut decoder);
                    }
                },
            }
        }
    }
    configuration.zones = zones
        .into_iter()
        .map(|(name, parts)| (name.clone(), parts.unite(&name, sources, &mut decoder)))
        .collect();
    Loaded { configuration, findings: decoder.findings }
}

impl Configuration {
    fn read_key(&mut self, entry: &Entry, file: &Arc<str>, decoder: &mut Decoder) {
        match entry.key.as_str() {
            "account" => {
                self.account =
                    decoder.parsed(&entry.value, "account", "an id of 32 hexadecimal digits")
            }
            "ipv4_quota" => self.ipv4_quota = decoder.number(&entry.value, "ipv4_quota"),
            "edge_prefixes" => {
                self.edge_prefixes =
                    Some(zone::read_prefixes(&entry.value, "edge_prefixes", decoder))
            }
            "settings" => self.settings = Settings::read(&entry.value, file, decoder),
            _ => {}
        }
    }
}

fn read_file(path: &Arc<str>, text: &str, vars: &Vars, decoder: &mut Decoder) -> Node {
    let yaml::Read { mut root, findings } = yaml::read(path, text);
    let broken = !findings.is_empty();
    decoder.findings.extend(findings);
    variables::replace(&mut root, vars, &mut decoder.findings);
    if root.kind == Kind::Null && !broken {
        let finding = Finding::new(&codes::EMPTY_FILE, "the file holds no configuration");
        decoder.say(finding.at(Some(&Place::top_of(path))));
    } else if root.entries().is_none() && !broken {
        decoder.wrong_type(&root, "the file", "a mapping with version, zones and settings");
        return Node::new(Kind::Null);
    }
    root
}

fn check_version(entry: &Entry, decoder: &mut Decoder) {
    if entry.value.scalar().is_none_or(|(text, _)| text != "1") {
        let finding = decoder::invalid(format!("`version` cannot be {}", entry.value.shown()))
            .why("this version of spectrumctl reads configurations of version 1")
            .fix("write `version: 1`, or update spectrumctl");
        decoder.say(finding.on("version").at(entry.value.place.as_ref()));
    }
}

fn in_two_files(entry: &Entry, first: &Entry) -> Finding {
    Finding::new(&codes::KEY_IN_TWO_FILES, format!("`{}` is in two files", entry.key))
        .at(entry.key_place.as_ref())
        .with(first.key_place.as_ref(), "first written here")
}
