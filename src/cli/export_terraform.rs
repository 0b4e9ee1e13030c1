//! `export --from terraform FILE`: the applications of a Terraform state that the configuration does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::context::Context;
use super::failure::{Failure, describe_io_error};
use super::loaded::Loaded;
use super::zone_export::{Exported, NamedApp, zone_export};
use crate::codes;
use crate::config::terraform;
use crate::finding::Finding;
use crate::model::{Draft, Identity, Spec};
use crate::render::export::Head;

/// The applications that the configuration does not have by hostname and protocol.
pub(super) fn read(path: &Path, context: &Context, loaded: &Loaded) -> Result<Exported, Failure> {
    let found = found(path)?;
    let identities: BTreeSet<Identity> =
        loaded.configuration.apps().filter_map(|app| identity(&app.draft)).collect();
    let mut zones: BTreeMap<String, (Head, Vec<NamedApp>)> = BTreeMap::new();
    for found in found {
        if found.live.spec.identity().is_some_and(|identity| identities.contains(&identity)) {
            continue;
        }
        let (name, remark) = zone_name(context, &found);
        let zone = zones.entry(name).or_insert_with(|| {
            (Head { id: found.zone_id.clone(), tier: None, remark }, Vec::new())
        });
        zone.1.push((Some(found.name.clone()), found.live));
    }
    let sheets = zones.into_iter().map(|(name, (head, apps))| {
        let head = (!loaded.configuration.zones.contains_key(&name)).then_some(head);
        zone_export(loaded, &name, head, apps)
    });
    Ok(Exported { sheets: sheets.collect(), failures: Vec::new() })
}

/// What Terraform's file holds.
pub(super) fn found(path: &Path) -> Result<Vec<terraform::Found>, Failure> {
    let text =
        fs::read_to_string(path).map_err(|error| unreadable(path, &describe_io_error(&error)))?;
    Ok(terraform::read(&text).map_err(|error| unreadable(path, &error.to_string()))?)
}

fn unreadable(path: &Path, because: &str) -> Finding {
    let summary = format!("failed to read {}: {because}", path.display());
    Finding::new(&codes::TERRAFORM, summary)
}

fn identity(draft: &Draft) -> Option<Identity> {
    Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone()))).identity()
}

/// The zone's name: as the file or `--zone` has it, else the end of the hostname, which is marked as a guess; the id beside it is
/// verified on every plan.
pub(super) fn zone_name(context: &Context, found: &terraform::Found) -> (String, Option<String>) {
    if let Some(zone) = &found.zone {
        return (zone.to_ascii_lowercase(), None);
    }
    let host = found.live.spec.hostname().map(ToString::to_string).unwrap_or_default();
    let is_in = |zone: &String| host == *zone || host.ends_with(&format!(".{zone}"));
    if let Some(zone) = context.selection.zones().find(is_in) {
        return (zone, None);
    }
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    let guess = labels.into_iter().rev().collect::<Vec<_>>().join(".");
    let remark = "the zone's name is guessed from the hostnames; the file has only its id";
    (guess, Some(remark.to_owned()))
}
