//! A zone of the configuration, united from all the files it stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::app::{App, Defaults, Site, read_labels};
use super::decoder::{Decoder, invalid};
use super::each::{Budget, each_of, read_apps};
use super::settings::{ON_DRIFT, OnDrift};
use super::sources::Sources;
use super::variables::Scope;
use super::yaml::duplicate_key;
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::draft::Source;
use crate::model::{
    AccountId, Address, Draft, Entitlement, Entry, Hostname, IpNet, Node, Tier, ZoneFacts, ZoneId,
};

/// What is done about live applications that the configuration does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Unmanaged {
    /// They are not mentioned.
    Ignore,
    /// They are shown.
    #[default]
    Report,
    /// They are deleted, if the state knows them well enough.
    Delete,
}

/// A zone of the configuration.
#[derive(Debug, Clone, Default)]
pub struct Zone {
    /// The name, lower case.
    pub name: String,
    /// The id, if it is given.
    pub id: Option<ZoneId>,
    /// The account, if it is given for this zone.
    pub account: Option<AccountId>,
    /// The plan, if it is given.
    pub tier: Option<Tier>,
    /// The entitlements that the zone has, if any are declared.
    pub entitlements: Option<BTreeSet<Entitlement>>,
    /// The entitlements that it surely lacks: `{ftp: false}`.
    pub lacking: BTreeSet<Entitlement>,
    /// The networks that hold all static addresses which may be used, if they are given.
    pub edge_prefixes: Option<Vec<IpNet>>,
    /// The quota of hostnames on Cloudflare's IPv4 addresses, if it is given.
    pub ipv4_quota: Option<u32>,
    /// What is done about applications that are not in the configuration.
    pub unmanaged: Unmanaged,
    /// What is done about drift, if the zone says so itself.
    pub on_drift: Option<OnDrift>,
    /// The applications by key.
    pub apps: BTreeMap<String, App>,
    /// Where the zone is first written.
    pub place: Option<Place>,
}

impl Zone {
    /// What the configuration says of the zone. An entitlement that is not declared is unknown.
    pub fn facts(
        &self,
        account: Option<&AccountId>,
        prefixes: Option<&Vec<IpNet>>,
        quota: Option<u32>,
    ) -> ZoneFacts {
        ZoneFacts {
            name: self.name.clone(),
            id: self.id.clone(),
            account: self.account.as_ref().or(account).cloned(),
            tier: self.tier,
            granted: self.entitlements.clone().unwrap_or_default(),
            denied: self.lacking.clone(),
            edge_prefixes: self.edge_prefixes.as_ref().or(prefixes).cloned(),
            ipv4_quota: self.ipv4_quota,
            account_ipv4_quota: quota,
        }
    }
}

const KEYS: [&str; 10] = [
    "id",
    "account",
    "plan",
    "entitlements",
    "edge_prefixes",
    "ipv4_quota",
    "unmanaged",
    "on_drift",
    "defaults",
    "apps",
];

/// What may not be a default, because it belongs to one application.
fn is_no_default(top: &str) -> bool {
    matches!(top, "protocol" | "lifecycle" | "on_drift" | "each") || top.starts_with("origin_")
}

/// The parts of a zone as they were found in the files.
#[derive(Default)]
pub(super) struct Parts<'n> {
    place: Option<Place>,
    keys: BTreeMap<&'n str, &'n Entry>,
    apps: BTreeMap<&'n str, (&'n Arc<str>, &'n Entry)>,
}

/// Unites the zones of all files; a key or an application that stands twice is told with both places.
pub(super) fn gather<'n>(
    parts: &mut BTreeMap<String, Parts<'n>>,
    file: &'n Arc<str>,
    node: &'n Node,
    decoder: &mut Decoder,
) {
    for zone in decoder.open_mapping(node, "zones") {
        if zone.key.starts_with("x-") {
            continue;
        }
        let Ok(name) = zone.key.parse::<Hostname>() else {
            let finding = invalid(format!("`{}` is not the name of a zone", zone.key))
                .fix("write a domain such as example.com");
            decoder.say(finding.on("zones").at(zone.key_place.as_ref()));
            continue;
        };
        decoder.zone = Some(name.to_string());
        let part = parts.entry(name.to_string()).or_default();
        part.place = part.place.take().or_else(|| zone.key_place.clone());
        let path = format!("zones.{}", zone.key);
        for entry in decoder
            .open_mapping(&zone.value, &path)
            .iter()
            .filter(|entry| !entry.key.starts_with("x-"))
        {
            part.add(file, entry, &path, decoder);
        }
        decoder.zone = None;
    }
}

impl<'n> Parts<'n> {
    fn add(&mut self, file: &'n Arc<str>, entry: &'n Entry, path: &str, decoder: &mut Decoder) {
        if !KEYS.contains(&entry.key.as_str()) {
            decoder.unknown_key(&entry.key, entry.key_place.as_ref(), path, &KEYS);
        } else if entry.key == "apps" {
            self.add_apps(file, &entry.value, path, decoder);
        } else if let Some(first) = self.keys.get(entry.key.as_str()) {
            let summary = format!("`{path}.{}` is in two files", entry.key);
            let finding = Finding::new(&codes::KEY_IN_TWO_FILES, summary);
            decoder.say(
                finding
                    .at(entry.key_place.as_ref())
                    .with(first.key_place.as_ref(), "first written here"),
            );
        } else {
            self.keys.insert(&entry.key, entry);
        }
    }

    fn add_apps(&mut self, file: &'n Arc<str>, node: &'n Node, path: &str, decoder: &mut Decoder) {
        for app in decoder.open_mapping(node, &format!("{path}.apps")) {
            if !Address::is_path(&app.key) {
                let summary = format!("`{}` cannot be the key of an application", app.key);
                let finding = invalid(summary)
                    .why("the key is part of the application's address, which commands and reports use")
                    .fix(
                        "begin with a letter or digit, then use letters, digits, dots, underscores and \
                         hyphens, at most 63 in all",
                    );
                decoder.say(finding.on("apps").at(app.key_place.as_ref()));
            } else if let Some((_, first)) = self.apps.get(app.key.as_str()) {
                let place = app.key_place.clone().unwrap_or_else(|| Place::top_of(file));
                decoder.say(duplicate_key(&app.key, &place, first.key_place.as_ref()));
            } else {
                self.apps.insert(&app.key, (file, app));
            }
        }
    }

    /// How many applications are written without `each`.
    pub(super) fn single_apps(&self) -> usize {
        let is_single = |entry: &&Entry| entry.value.entries().and_then(each_of).is_none();
        self.apps.values().map(|(_, entry)| *entry).filter(is_single).count()
    }

    /// The zone that the parts make.
    pub(super) fn unite(
        self,
        name: &str,
        sources: &Sources,
        scope: Scope<'_>,
        budget: &mut Budget,
        decoder: &mut Decoder,
    ) -> Zone {
        decoder.zone = Some(name.to_owned());
        let mut zone = Zone { name: name.to_owned(), place: self.place, ..Zone::default() };
        let mut defaults = Defaults::default();
        for entry in self.keys.values() {
            if entry.key == "defaults" {
                defaults = read_defaults(entry, name, decoder);
            } else if !entry.value.is_null() {
                zone.read_key(entry, decoder);
            }
        }
        for (key, (file, entry)) in self.apps {
            let site = Site {
                file: &sources.remembered(file),
                place: entry.key_place.as_ref(),
                defaults: &defaults,
                scope: Scope { zone: Some(name), app: Some(key), ..scope },
            };
            for app in read_apps(Address::new(name, key), entry, site, budget, decoder) {
                zone.add(app, decoder);
            }
        }
        decoder.zone = None;
        zone
    }
}

impl Zone {
    /// Adds an application; a row whose address is written as a key too is a finding.
    fn add(&mut self, app: App, decoder: &mut Decoder) {
        match self.apps.get(&app.address.key) {
            Some(first) => {
                let place = app.place.clone().unwrap_or_else(|| Place::top_of(&app.file));
                decoder.say(duplicate_key(&app.address.key, &place, first.place.as_ref()));
            }
            None => drop(self.apps.insert(app.address.key.clone(), app)),
        }
    }

    fn read_key(&mut self, entry: &Entry, decoder: &mut Decoder) {
        let node = &entry.value;
        let path = format!("zones.{}.{}", self.name, entry.key);
        match entry.key.as_str() {
            "id" => self.id = decoder.parsed(node, &path, "an id of 32 hexadecimal digits"),
            "account" => {
                self.account = decoder.parsed(node, &path, "an id of 32 hexadecimal digits")
            }
            "plan" => {
                self.tier = decoder.keyword(
                    node,
                    &path,
                    &[
                        ("enterprise", Tier::Enterprise),
                        ("business", Tier::Business),
                        ("pro", Tier::Pro),
                    ],
                )
            }
            "entitlements" => self.read_entitlements(node, &path, decoder),
            "edge_prefixes" => self.edge_prefixes = Some(read_prefixes(node, &path, decoder)),
            "ipv4_quota" => self.ipv4_quota = decoder.number(node, &path),
            "unmanaged" => {
                let words = [
                    ("ignore", Unmanaged::Ignore),
                    ("report", Unmanaged::Report),
                    ("delete", Unmanaged::Delete),
                ];
                self.unmanaged = decoder.keyword(node, &path, &words).unwrap_or_default();
            }
            "on_drift" => self.on_drift = decoder.keyword(node, &path, &ON_DRIFT),
            _ => {}
        }
    }
}

impl Zone {
    /// Reads `[byoip, argo]`, or `{argo: true, ftp: false}`, which also says what is not there.
    fn read_entitlements(&mut self, node: &Node, path: &str, decoder: &mut Decoder) {
        let words = Entitlement::ALL.map(|entitlement| (entitlement.text(), entitlement));
        let Some(entries) = node.entries() else {
            let items = decoder.list(node, path).iter();
            let named = items.filter_map(|item| decoder.keyword(item, path, &words));
            self.entitlements = Some(named.collect());
            return;
        };
        let known = Entitlement::ALL.map(Entitlement::text);
        let mut granted = BTreeSet::new();
        decoder.mapping(node, path, &known);
        for entry in entries {
            let Some(entitlement) = Entitlement::from_text(&entry.key) else { continue };
            match decoder.flag(&entry.value, &format!("{path}.{}", entry.key)) {
                Some(true) => drop(granted.insert(entitlement)),
                Some(false) => drop(self.lacking.insert(entitlement)),
                None => {}
            }
        }
        // A mapping that names nothing says nothing.
        self.entitlements = (!entries.is_empty()).then_some(granted);
    }
}

/// Reads `edge_prefixes`, a list of networks.
pub(super) fn read_prefixes(node: &Node, path: &str, decoder: &mut Decoder) -> Vec<IpNet> {
    let items = decoder.list(node, path).iter();
    items
        .filter_map(|item| decoder.parsed(item, path, "a network such as 198.51.100.0/24"))
        .collect()
}

/// Reads `defaults` once, so that what is wrong in it is told once and not by every application.
fn read_defaults(entry: &Entry, zone: &str, decoder: &mut Decoder) -> Defaults {
    let path = format!("zones.{zone}.defaults");
    let (mut defaults, mut entries) = (Defaults::default(), Vec::new());
    for default in decoder.open_mapping(&entry.value, &path) {
        let named = default
            .value
            .entries()
            .into_iter()
            .flatten()
            .find(|inner| default.key == "dns" && inner.key == "name");
        if let Some(place) = is_no_default(&default.key)
            .then_some(&default.key_place)
            .or_else(|| named.map(|inner| &inner.key_place))
        {
            let name = if default.key == "dns" { "dns.name" } else { &default.key };
            let summary = format!("`{name}` cannot be a default");
            let finding = Finding::new(&codes::NOT_A_DEFAULT, summary);
            decoder.say(finding.on(&format!("defaults.{name}")).at(place.as_ref()));
            continue;
        }
        match default.key.as_str() {
            "labels" | "note" if default.value.is_null() => {}
            "labels" => defaults.labels = read_labels(&default.value, decoder),
            "note" => defaults.note = decoder.shown_text(&default.value, "defaults.note"),
            _ => entries.push(default.clone()),
        }
    }
    defaults.draft = Draft::read(&entries, Source::Defaults);
    let wrong = crate::codes::form_of_draft(&defaults.draft);
    wrong.into_iter().for_each(|finding| decoder.say(finding));
    defaults
}
