//! Live applications as configuration: canonical, and no more of it than differs from the API's defaults.

pub mod names;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};
use serde_yaml::{Mapping, Value as Yaml};

use super::layout::visible;
use crate::model::{Field, Keyword, Live, Tier, Value, ZoneId};

/// An application that is written out.
#[derive(Debug, Clone)]
pub struct ExportedApp {
    /// Its key.
    pub key: String,
    /// The application.
    pub live: Live,
    /// Top-level names of the zone's defaults that it does not have, and that are dropped for it.
    pub dropped: BTreeSet<String>,
    /// The checks that are against it as it is.
    pub allowed: BTreeSet<String>,
}

impl ExportedApp {
    /// An application under a key, before it is known what its surroundings ask for.
    pub fn new(key: String, live: Live) -> ExportedApp {
        ExportedApp { key, live, dropped: BTreeSet::new(), allowed: BTreeSet::new() }
    }

    /// The fields without which there is no configuration, and which this version cannot read.
    pub fn unreadable(&self) -> Vec<Field> {
        let needed = [Field::Protocol, Field::DnsName, Field::DnsType].into_iter();
        needed
            .filter(|field| matches!(self.live.spec.get(*field), None | Some(Value::Unread(_))))
            .collect()
    }
}

/// The applications of a zone.
#[derive(Debug, Clone)]
pub struct ZoneExport {
    /// The zone's name.
    pub zone: String,
    /// What is written of the zone itself: its id and plan; none where the configuration has it already.
    pub head: Option<Head>,
    /// The applications.
    pub entries: Vec<ExportedApp>,
}

/// What is written of a zone.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Its id.
    pub id: Option<ZoneId>,
    /// Its plan.
    pub tier: Option<Tier>,
    /// What a reader should know, a sentence without a full stop.
    pub remark: Option<String>,
}

/// A file of these zones.
pub fn document(zones: &[ZoneExport]) -> String {
    let zones: String = zones.iter().map(|zone| indented(&zone_text(zone), 2)).collect();
    if zones.is_empty() {
        "version: 1\nzones: {}\n".to_owned()
    } else {
        format!("version: 1\nzones:\n{zones}")
    }
}

fn zone_text(zone: &ZoneExport) -> String {
    let mut text = format!("{}:\n", zone.zone);
    if let Some(head) = &zone.head {
        text += &head
            .remark
            .as_ref()
            .map(|remark| format!("  # {}\n", visible(remark)))
            .unwrap_or_default();
        text += &head.id.as_ref().map(|id| format!("  id: {id}\n")).unwrap_or_default();
        let tier = head.tier.filter(|tier| *tier != Tier::Free);
        text += &tier.map(|tier| format!("  plan: {}\n", tier.text())).unwrap_or_default();
    }
    let apps: String = zone.entries.iter().map(|entry| indented(&application(entry), 4)).collect();
    let is_empty = zone.entries.iter().all(|entry| !entry.unreadable().is_empty());
    match (is_empty, zone.entries.is_empty()) {
        (_, true) if zone.head.is_some() => text + "  apps: {}\n",
        (_, true) => text + "  {}\n",
        (true, false) => format!("{text}  apps:  # none that can be written\n{apps}"),
        (false, false) => format!("{text}  apps:\n{apps}"),
    }
}

/// An application with its key and what is to be said about it, not indented.
pub fn application(entry: &ExportedApp) -> String {
    let live = &entry.live;
    let unreadable = entry.unreadable();
    if !unreadable.is_empty() {
        let paths: Vec<&str> = unreadable.iter().map(|field| field.path()).collect();
        return format!(
            "# not written: app {}, whose {} cannot be read by this version\n",
            visible(live.id.as_str()),
            paths.join(", ")
        );
    }
    let mut text = format!("# {}\n", about(live));
    for (field, value) in live.unread() {
        text += &format!(
            "# {} is {} and cannot be read by this version; it is left as it is\n",
            field.path(),
            visible(value)
        );
    }
    for name in live.unknown.keys() {
        text += &format!("# {} is not known to this version; it is left as it is\n", visible(name));
    }
    let mut keyed = Mapping::new();
    keyed.insert(Yaml::from(entry.key.as_str()), Yaml::Mapping(fields(entry)));
    text + &serde_yaml::to_string(&keyed)
        .expect("a mapping of texts, numbers and lists can be written")
}

fn about(live: &Live) -> String {
    let times = [("created", &live.created_on), ("modified", &live.modified_on)];
    let times = times
        .iter()
        .filter_map(|(what, time)| time.as_ref().map(|time| format!("; {what} {time}")));
    let id = if live.id.as_str().is_empty() {
        "not created yet".to_owned()
    } else {
        format!("app {}", live.id)
    };
    visible(&format!("{id}{}", times.collect::<String>()))
}

/// The fields that differ from the defaults in table order, the defaults that are dropped, and the checks that are against it.
fn fields(entry: &ExportedApp) -> Mapping {
    let spec = &entry.live.spec;
    let is_static = spec.keyword(Field::EdgeIpsType) == Some(Keyword::Static);
    let mut mapping = Mapping::new();
    for (field, value) in spec.values() {
        let moot = field == Field::EdgeIpsConnectivity && is_static;
        if field.row().default != Some(value) && !matches!(value, Value::Unread(_)) && !moot {
            put(&mut mapping, field, yaml(value.to_json()));
        }
    }
    for name in &entry.dropped {
        mapping.entry(Yaml::from(name.as_str())).or_insert(Yaml::Null);
    }
    if !entry.allowed.is_empty() {
        let allow = entry
            .allowed
            .iter()
            .map(|check| json!({"check": check, "reason": "exported as it is live"}))
            .collect();
        mapping.insert(Yaml::from("lifecycle"), yaml(json!({ "allow": Json::Array(allow) })));
    }
    mapping
}

/// Puts a value at its field's path.
fn put(mapping: &mut Mapping, field: Field, value: Yaml) {
    match field.split() {
        (top, "") => drop(mapping.insert(Yaml::from(top), value)),
        (top, name) => {
            let inner =
                mapping.entry(Yaml::from(top)).or_insert_with(|| Yaml::Mapping(Mapping::new()));
            inner
                .as_mapping_mut()
                .expect("a field with an inner name stands in a mapping")
                .insert(Yaml::from(name), value);
        }
    }
}

/// A value as YAML; what would be taken for a variable is written so that it is not.
fn yaml(value: Json) -> Yaml {
    match value {
        Json::Object(object) => Yaml::Mapping(
            object.into_iter().map(|(name, value)| (Yaml::from(name), yaml(value))).collect(),
        ),
        Json::Array(items) => Yaml::Sequence(items.into_iter().map(yaml).collect()),
        Json::String(text) => Yaml::from(text.replace("${", "$${")),
        Json::Number(number) => {
            number.as_u64().map_or_else(|| Yaml::from(number.to_string()), Yaml::from)
        }
        Json::Bool(flag) => Yaml::from(flag),
        Json::Null => Yaml::Null,
    }
}

/// The text with so many spaces before each line that holds something.
pub fn indented(text: &str, by: usize) -> String {
    let spaces = " ".repeat(by);
    text.lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{spaces}{line}\n") })
        .collect()
}

/// The files that the zones make, by name: one, one a zone, or one an application with what is said of the zone in a file of its own.
pub fn files(zones: &[ZoneExport], split: Split, whole: &str) -> BTreeMap<String, String> {
    match split {
        Split::Whole => BTreeMap::from([(whole.to_owned(), document(zones))]),
        Split::Zone => zones
            .iter()
            .map(|zone| (format!("{}.yaml", zone.zone), document(std::slice::from_ref(zone))))
            .collect(),
        Split::App => zones.iter().flat_map(write_apps).collect(),
    }
}

fn write_apps(zone: &ZoneExport) -> Vec<(String, String)> {
    let unwritten = |entry: &&ExportedApp| !entry.unreadable().is_empty();
    let rest = ZoneExport {
        entries: zone.entries.iter().filter(unwritten).cloned().collect(),
        ..zone.clone()
    };
    let mut files = Vec::new();
    if rest.head.is_some() || !rest.entries.is_empty() {
        files.push((format!("{}/zone.yaml", zone.zone), document(&[rest])));
    }
    for entry in zone.entries.iter().filter(|entry| entry.unreadable().is_empty()) {
        let alone =
            ZoneExport { zone: zone.zone.clone(), head: None, entries: vec![entry.clone()] };
        files.push((format!("{}/{}.yaml", zone.zone, entry.key), document(&[alone])));
    }
    files
}

/// Over how many files an export is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// One.
    Whole,
    /// One a zone.
    Zone,
    /// One an application.
    App,
}
