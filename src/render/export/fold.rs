//! Folds applications that differ in nothing but port or hostname into one with `each`. What is folded says exactly what the applications
//! say one by one.

use std::collections::{BTreeMap, BTreeSet};

use super::exported::{ExportedApp, Rows, ZoneExport};
use super::fields::common;
use crate::config::MAX_APPS;
use crate::config::format::writer;
use crate::model::{Address, Kind, Node};

/// Where an application of a group is: what its hostname has in front of the zone's name, and its port.
type Spot = (Option<String>, Option<u16>);

/// Folds the applications of a zone; no key of what is folded is one of those that are taken.
pub fn fold(zone: &mut ZoneExport, taken: &BTreeSet<String>) {
    if zone.entries.len() > MAX_APPS {
        return;
    }
    let mut groups: BTreeMap<String, BTreeMap<Spot, ExportedApp>> = BTreeMap::new();
    let mut single = Vec::new();
    for entry in zone.entries.drain(..) {
        let spot = (host_of(&entry, &zone.zone), port_of(&entry));
        match signature(&entry, &spot) {
            Some(signature) => {
                let group = groups.entry(signature).or_default();
                if let Some(twin) = group.insert(spot, entry) {
                    single.push(twin);
                }
            }
            None => single.push(entry),
        }
    }
    let mut used: BTreeSet<String> = taken.iter().map(|key| key.to_ascii_lowercase()).collect();
    let mut folded = Vec::new();
    for group in groups.into_values() {
        let (more, rest) = fold_group(group);
        folded.extend(more);
        single.extend(rest);
    }
    used.extend(single.iter().map(|entry| entry.key.to_ascii_lowercase()));
    for entry in &mut folded {
        entry.key = free_key(entry, &zone.zone, &used);
        used.insert(entry.key.to_ascii_lowercase());
    }
    zone.entries = single;
    zone.entries.extend(folded);
    zone.entries.sort_by(|one, other| one.key.cmp(&other.key));
}

/// What the hostname has in front of the zone's name, where it may name a row.
fn host_of(entry: &ExportedApp, zone: &str) -> Option<String> {
    let name = entry.live.spec.hostname()?.as_str().strip_suffix(zone)?.strip_suffix('.')?;
    Address::is_key(name).then(|| name.to_owned())
}

/// The port of an application that has one and no bare name.
fn port_of(entry: &ExportedApp) -> Option<u16> {
    let protocol = entry.live.spec.protocol().filter(|protocol| protocol.name.is_none())?;
    protocol.ports.is_single().then_some(protocol.ports.first)
}

/// What applications of one group have in common; none for an application that must be written by itself.
fn signature(entry: &ExportedApp, (host, port): &Spot) -> Option<String> {
    let live = &entry.live;
    let is_whole =
        entry.unreadable().is_empty() && live.unread().next().is_none() && live.unknown.is_empty();
    if !is_whole || (host.is_none() && port.is_none()) {
        return None;
    }
    let fields = common(entry, host.is_some(), port.is_some());
    Some(writer::write(&Node::new(Kind::Map(fields))))
}

/// Folds a group as a product of hosts and ports where it is one, else by hostname, else by port.
fn fold_group(group: BTreeMap<Spot, ExportedApp>) -> (Vec<ExportedApp>, Vec<ExportedApp>) {
    let hosts: BTreeSet<&Option<String>> = group.keys().map(|(host, _)| host).collect();
    let ports: BTreeSet<&Option<u16>> = group.keys().map(|(_, port)| port).collect();
    if group.len() == hosts.len() * ports.len() {
        return fold_product(group);
    }
    let (mut folded, mut rest) = (Vec::new(), BTreeMap::new());
    for part in parts(group, |(host, _)| host.clone()) {
        if part.len() > 1 {
            folded.extend(fold_product(part).0);
        } else {
            rest.extend(part);
        }
    }
    let mut single = Vec::new();
    for part in parts(rest, |(_, port)| *port) {
        let (more, alone) = fold_product(part);
        folded.extend(more);
        single.extend(alone);
    }
    (folded, single)
}

/// The group in parts that have something in common.
fn parts<K: Ord>(
    group: BTreeMap<Spot, ExportedApp>,
    key: impl Fn(&Spot) -> K,
) -> Vec<BTreeMap<Spot, ExportedApp>> {
    let mut parts: BTreeMap<K, BTreeMap<Spot, ExportedApp>> = BTreeMap::new();
    for (spot, entry) in group {
        parts.entry(key(&spot)).or_default().insert(spot, entry);
    }
    parts.into_values().collect()
}

/// One application with rows in place of all of a group that is a product; one that is alone stays as it is.
fn fold_product(group: BTreeMap<Spot, ExportedApp>) -> (Vec<ExportedApp>, Vec<ExportedApp>) {
    if group.len() < 2 {
        return (Vec::new(), group.into_values().collect());
    }
    let hosts: BTreeSet<String> = group.keys().filter_map(|(host, _)| host.clone()).collect();
    let ports: BTreeSet<u16> = group.keys().filter_map(|(_, port)| *port).collect();
    let several = |count: usize| count > 1;
    let rows = Rows { hosts: hosts.into_iter().collect(), ports: ports.into_iter().collect() };
    let rows = Rows {
        hosts: if several(rows.hosts.len()) { rows.hosts } else { Vec::new() },
        ports: if several(rows.ports.len()) { rows.ports } else { Vec::new() },
    };
    let first = group.into_values().next();
    (
        first.into_iter().map(|entry| ExportedApp { rows: Some(rows.clone()), ..entry }).collect(),
        Vec::new(),
    )
}

/// A key that says what the rows have in common: hostname or protocol.
fn free_key(entry: &ExportedApp, zone: &str, used: &BTreeSet<String>) -> String {
    let rows = entry.rows.clone().unwrap_or_default();
    let protocol = entry.live.spec.protocol();
    let transport = protocol.map(|protocol| protocol.transport.to_string()).unwrap_or_default();
    let fixed = protocol.map(|protocol| protocol.to_string().replace('/', "-"));
    let host = host_of(entry, zone).unwrap_or_else(|| "apex".to_owned());
    let wish = match (rows.hosts.is_empty(), rows.ports.is_empty()) {
        (true, _) => format!("{host}-{transport}"),
        (false, true) => fixed.unwrap_or(transport),
        (false, false) => transport,
    };
    let short: String = wish.chars().take(55).collect();
    let numbered = (2_usize..).map(|number| format!("{short}-{number}"));
    let mut wishes = [short.clone()].into_iter().chain(numbered);
    wishes
        .find(|key| !used.contains(&key.to_ascii_lowercase()))
        .expect("of endlessly many numbers one is free")
}
