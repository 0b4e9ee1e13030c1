//! Which zone each application of Terraform's file is in. A name is never guessed from a hostname: `app.example.co.uk` does not say where
//! its zone begins.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{Names, lookup};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::codes;
use crate::config::terraform::{Found, Shown};
use crate::finding::Finding;
use crate::model::ZoneId;
use crate::plan::unmatched_zones;
use crate::render::counted;

/// The applications with their zones.
pub(in crate::cli) struct Placed {
    /// Each with the name of its zone; only those that are selected.
    pub(in crate::cli) apps: Vec<(String, Found)>,
    /// What is not known of the others.
    pub(in crate::cli) unknown: Vec<Finding>,
}

/// The zones by what is known: Terraform's file, the configuration, `--zone`, then the API.
pub(in crate::cli) async fn place(
    context: &Context,
    loaded: &Loaded,
    shown: &Shown,
) -> Result<Placed, Failure> {
    let flags: Vec<String> = context.selection.zones().collect();
    let wanted: BTreeSet<String> = flags.iter().cloned().collect();
    let mut names = configured(loaded);
    names.extend(shown.zones.clone());
    let named = by_selection(&wanted, &shown.apps, &names);
    names.extend(named);
    let ids = shown.apps.iter().filter_map(|found| found.zone_id.clone());
    let open = ids.filter(|id| !names.contains_key(id)).collect();
    let Names { names: asked, refused } = lookup(context, loaded, &open).await?;
    names.extend(asked);
    let mut placed = Placed { apps: Vec::new(), unknown: Vec::new() };
    let mut nameless: BTreeMap<Option<ZoneId>, Vec<&Found>> = BTreeMap::new();
    for found in &shown.apps {
        match zone_of(found, &names, &wanted) {
            Some(zone) if wanted.is_empty() || wanted.contains(zone) => {
                placed.apps.push((zone.clone(), found.clone()));
            }
            Some(_) => {}
            None if is_elsewhere(found, &wanted) => {}
            None => nameless.entry(found.zone_id.clone()).or_default().push(found),
        }
    }
    placed.unknown =
        nameless.iter().map(|(id, apps)| unnamed(id.as_ref(), apps, &refused)).collect();
    let known = names.values().chain(loaded.configuration.zones.keys()).cloned().collect();
    let places = "Terraform's file or the configuration";
    match unmatched_zones(&flags, &known, places).filter(|_| placed.unknown.is_empty()) {
        Some(text) => Err(Failure::usage(text)),
        None => Ok(placed),
    }
}

fn configured(loaded: &Loaded) -> BTreeMap<ZoneId, String> {
    let zones = loaded.configuration.zones.values();
    zones.filter_map(|zone| Some((zone.id.clone()?, zone.name.clone()))).collect()
}

/// The zones of which `--zone` gives the name: all their hostnames are in it, and those of no other zone are.
fn by_selection(
    wanted: &BTreeSet<String>,
    apps: &[Found],
    known: &BTreeMap<ZoneId, String>,
) -> BTreeMap<ZoneId, String> {
    let taken: BTreeSet<&String> = known.values().collect();
    let mut zones: BTreeMap<&ZoneId, Option<&String>> = BTreeMap::new();
    for found in apps {
        let Some(id) = found.zone_id.as_ref().filter(|id| !known.contains_key(*id)) else {
            continue;
        };
        let name = selected(found, wanted);
        let agreed = zones.entry(id).or_insert(name);
        *agreed = agreed.filter(|agreed| Some(*agreed) == name);
    }
    let is_one = |name: &String| {
        zones.values().filter(|other| **other == Some(name)).count() == 1 && !taken.contains(name)
    };
    let named = zones.iter().filter_map(|(id, name)| Some(((*id).clone(), (*name)?.clone())));
    named.filter(|(_, name)| is_one(name)).collect()
}

/// The closest zone of `--zone` that the hostname is in.
fn selected<'w>(found: &Found, wanted: &'w BTreeSet<String>) -> Option<&'w String> {
    let host = found.live.spec.hostname()?.to_string();
    let is_in = |zone: &&String| host == **zone || host.ends_with(&format!(".{zone}"));
    wanted.iter().filter(is_in).max_by_key(|zone| zone.len())
}

/// The zone by its id; without one, as in a plan that creates it, by `--zone`.
fn zone_of<'a>(
    found: &Found,
    names: &'a BTreeMap<ZoneId, String>,
    wanted: &'a BTreeSet<String>,
) -> Option<&'a String> {
    match &found.zone_id {
        Some(id) => names.get(id),
        None => selected(found, wanted),
    }
}

/// Whether the hostname is in none of the zones that are wanted, whichever zone it is in.
fn is_elsewhere(found: &Found, wanted: &BTreeSet<String>) -> bool {
    !wanted.is_empty() && found.live.spec.hostname().is_some() && selected(found, wanted).is_none()
}

fn unnamed(id: Option<&ZoneId>, apps: &[&Found], refused: &BTreeMap<ZoneId, Finding>) -> Finding {
    let addresses: Vec<&str> = apps.iter().map(|found| found.address.as_str()).collect();
    let which = id.map_or_else(String::new, |id| format!(" {id}"));
    let summary = format!(
        "the name of the zone{which} is not known, so {} left out: {}",
        was(apps.len()),
        addresses.join(", ")
    );
    let finding = Finding::new(&codes::UNNAMED_ZONE, summary);
    match id.and_then(|id| refused.get(id)) {
        Some(refusal) => finding.why(format!("the API did not name it: {}", refusal.summary)),
        None => finding,
    }
}

fn was(count: usize) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(count, "application"))
}
