//! `export --from terraform FILE`: the applications of Terraform's file that the configuration does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::file::read;
use super::zones::place;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::zone_export::{Exported, NamedApp, zone_export};
use crate::codes;
use crate::config::terraform::{Deposed, Found, Shown};
use crate::finding::Finding;
use crate::model::{Draft, Identity, Spec};
use crate::render::export::Head;

/// The applications that the configuration does not have by hostname and protocol.
pub(in crate::cli) async fn export(
    path: &Path,
    context: &Context,
    loaded: &Loaded,
) -> Result<Exported, Failure> {
    let shown = read(path)?;
    let placed = place(context, loaded, &shown).await?;
    let identities: BTreeSet<Identity> =
        loaded.configuration.apps().filter_map(|app| identity(&app.draft)).collect();
    let mut failures = placed.unknown;
    let mut zones: BTreeMap<String, (Head, Vec<NamedApp>)> = BTreeMap::new();
    for (name, found) in placed.apps {
        if !found.missing().is_empty() {
            failures.push(incomplete(&name, &found));
            continue;
        }
        if found.live.spec.identity().is_some_and(|identity| identities.contains(&identity)) {
            continue;
        }
        let head = Head { id: found.zone_id.clone(), tier: None };
        let zone = zones.entry(name).or_insert_with(|| (head, Vec::new()));
        zone.1.push((Some(found.name.clone()), found.live));
    }
    let sheets = zones.into_iter().map(|(name, (head, apps))| {
        let head = (!loaded.configuration.zones.contains_key(&name)).then_some(head);
        zone_export(loaded, &name, head, apps)
    });
    let sheets: Vec<_> = sheets.collect();
    let is_nothing = sheets.is_empty() && failures.is_empty();
    let nothing = is_nothing.then(|| nothing(path, &shown));
    let notes = shown.deposed.iter().map(deposed).collect();
    Ok(Exported { sheets, covered: 0, failures, notes, nothing })
}

fn nothing(path: &Path, shown: &Shown) -> String {
    match shown.apps.len() {
        0 => format!("{} holds no Spectrum applications", path.display()),
        _ => {
            "nothing to write: the configuration has every application that is selected".to_owned()
        }
    }
}

fn identity(draft: &Draft) -> Option<Identity> {
    Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone()))).identity()
}

/// An application without what every application has.
fn incomplete(zone: &str, found: &Found) -> Finding {
    let summary =
        format!("{} has no {} in the file", found.address, alternatives(&found.missing()));
    let fix = format!(
        "run `terraform apply -refresh-only` and `terraform show -json` again, or take what is live: \
         `spectrumctl export --zone {zone}`"
    );
    Finding::new(&codes::INCOMPLETE_RESOURCE, summary).fix(fix)
}

/// `dns.name, protocol or an origin`.
fn alternatives(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        names => names.concat().trim_start_matches("an ").to_owned(),
    }
}

/// An application that Terraform no longer wants.
fn deposed(deposed: &Deposed) -> Finding {
    let summary = format!(
        "app {} was left out: {} has replaced it, and Terraform has not deleted it yet",
        deposed.id, deposed.address
    );
    Finding::new(&codes::DEPOSED_RESOURCE, summary)
}
