//! Reads the files of a configuration and unites what they say.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::configuration::Configuration;
use super::decoder::{Decoder, invalid};
use super::each::Budget;
use super::settings::Settings;
use super::sources::Sources;
use super::variables::{Outcome, Scope, Variables};
use super::vars::Vars;
use super::{moves, yaml, zone};
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{Entry, Hostname, Kind, Node};

/// What came of loading: the configuration as far as it could be read, and what is wrong with its form.
#[derive(Debug)]
pub struct Loaded {
    /// The configuration.
    pub configuration: Configuration,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

const KEYS: [&str; 9] = [
    "version",
    "account",
    "ipv4_quota",
    "edge_prefixes",
    "variables",
    "settings",
    "zones",
    "moved",
    "removed",
];

/// A file, and the tree of what it says.
pub(super) type Tree = (Arc<str>, Node);

/// Reads and unites the files.
pub fn load(sources: &Sources, vars: &Vars) -> Loaded {
    let mut decoder = Decoder::default();
    let mut trees: Vec<Tree> = sources
        .files
        .iter()
        .map(|(path, text)| (path.clone(), read_file(path, text, &mut decoder)))
        .collect();
    let variables = Variables::new(vars, declaration(&trees), &mut decoder);
    let scope = Scope::new(&variables);
    trees.iter_mut().for_each(|(_, tree)| resolve_tree(tree, scope));
    let mut configuration = unite(&trees, sources, scope, &mut decoder);
    let Outcome { findings, unclear, set_by, of_zones, .. } = variables.finish();
    let is_clear =
        |finding: &Finding| finding.place.as_ref().is_none_or(|place| !unclear.contains(place));
    decoder.findings.retain(is_clear);
    (configuration.set_by, configuration.unclear) = (set_by, unclear);
    configuration.of_zones = std::mem::take(&mut decoder.of_zones);
    configuration.of_zones.extend(of_zones);
    decoder.findings.iter_mut().for_each(|finding| configuration.name_variables(finding));
    decoder.findings.extend(findings);
    Loaded { configuration, findings: decoder.findings }
}

/// The declaration of the variables: the first one, where several files have one.
pub(super) fn declaration(trees: &[Tree]) -> Option<&Entry> {
    let entries = trees.iter().flat_map(|(_, tree)| tree.entries().unwrap_or_default());
    entries.into_iter().find(|entry| entry.key == "variables")
}

/// Puts the values into everything but the applications, which are read with what each of them knows.
fn resolve_tree(tree: &mut Node, scope: Scope<'_>) {
    let Kind::Map(entries) = &mut tree.kind else { return };
    for entry in entries.iter_mut().filter(|entry| !entry.key.starts_with("x-")) {
        match &mut entry.value.kind {
            Kind::Map(zones) if entry.key == "zones" => {
                zones.iter_mut().for_each(|zone| resolve_zone(zone, scope));
            }
            _ => scope.resolve_entry(entry),
        }
    }
}

fn resolve_zone(zone: &mut Entry, scope: Scope<'_>) {
    let name = zone.key.parse::<Hostname>().map_or_else(|_| zone.key.clone(), |it| it.to_string());
    let scope = Scope { zone: Some(&name), ..scope };
    let Kind::Map(entries) = &mut zone.value.kind else { return };
    for entry in entries.iter_mut() {
        if entry.key != "apps" && !entry.key.starts_with("x-") {
            scope.resolve_entry(entry);
        }
    }
}

/// Unites what the files say.
fn unite(
    trees: &[Tree],
    sources: &Sources,
    scope: Scope<'_>,
    decoder: &mut Decoder,
) -> Configuration {
    let mut configuration = Configuration {
        files: trees.iter().map(|(path, _)| sources.remembered(path)).collect(),
        home: sources.home.clone(),
        ..Configuration::default()
    };
    let mut top: BTreeMap<&str, &Entry> = BTreeMap::new();
    let mut zones = BTreeMap::new();
    for (file, tree) in trees {
        for entry in
            decoder.open_mapping(tree, "").iter().filter(|entry| !entry.key.starts_with("x-"))
        {
            match entry.key.as_str() {
                "zones" => zone::gather(&mut zones, file, &entry.value, decoder),
                "version" => check_version(entry, decoder),
                "moved" => configuration.moved.extend(moves::read_moved(&entry.value, decoder)),
                "removed" => {
                    let removed = moves::read_removed(&entry.value, decoder).into_iter();
                    configuration.removed.extend(removed.map(|removed| match removed.what {
                        moves::What::File(file) => {
                            let what = moves::What::File(sources.remembered(&file));
                            moves::Removed { what, ..removed }
                        }
                        _ => removed,
                    }));
                }
                key if !KEYS.contains(&key) => {
                    decoder.unknown_key(key, entry.key_place.as_ref(), "", &KEYS);
                }
                key => match top.get(key) {
                    Some(first) => decoder.say(in_two_files(entry, first)),
                    None => {
                        top.insert(key, entry);
                        configuration.read_key(entry, file, decoder);
                    }
                },
            }
        }
    }
    let mut budget = Budget { apps: zones.values().map(zone::Parts::single_apps).sum() };
    for (name, parts) in zones {
        let zone = parts.unite(&name, sources, scope, &mut budget, decoder);
        configuration.zones.insert(name, zone);
    }
    configuration
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

pub(super) fn read_file(path: &Arc<str>, text: &str, decoder: &mut Decoder) -> Node {
    let yaml::Read { root, findings } = yaml::read(path, text);
    let broken = !findings.is_empty();
    decoder.findings.extend(findings);
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
        let finding = invalid(format!("`version` cannot be {}", entry.value.shown()))
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
