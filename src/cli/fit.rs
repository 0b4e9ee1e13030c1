//! Fits exported applications into the configuration around them, so that they are valid there and a plan of them is empty.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::loaded::Loaded;
use crate::config::{self, App};
use crate::finding::Finding;
use crate::model::draft::Source;
use crate::model::{Address, Field, Value};
use crate::render::export::{ExportedApp, ZoneExport, document};
use crate::validate;

/// The checks that are against applications as they are, by address.
pub(super) type Against = BTreeMap<Address, BTreeSet<String>>;

/// Drops for each application the defaults of its zone that it does not have, and says what validation has against it as it is.
pub(super) fn fit(sheets: &mut [ZoneExport], loaded: &Loaded) -> Against {
    let mut against = Against::new();
    // An application that drops a default may be checked otherwise, so it is validated once more.
    for _ in 0..2 {
        let mut sources = loaded.files.sources.clone();
        sources.files.push((Arc::from("exported"), Arc::from(document(sheets))));
        let with = config::load(&sources, &loaded.files.vars);
        let checked = validate::validate(&with.configuration, with.findings.clone(), loaded.today);
        against.clear();
        for sheet in sheets.iter_mut() {
            let Some(zone) = with.configuration.zones.get(&sheet.zone) else { continue };
            for entry in &mut sheet.entries {
                let Some(app) = zone.apps.get(&entry.key) else { continue };
                entry.dropped.extend(foreign_defaults(entry, app));
                let codes = refusals(&checked.findings, app);
                if !codes.is_empty() {
                    against.insert(app.address.clone(), codes);
                }
            }
        }
    }
    against
}

/// The defaults that an application gets from its zone and does not have.
fn foreign_defaults(entry: &ExportedApp, app: &App) -> Vec<String> {
    let differs = |field: Field, value: &Value| entry.live.spec.effective(field) != Some(value);
    let given = app.draft.given.iter();
    let foreign = given.filter(|(field, given)| {
        given.source == Source::Defaults && differs(**field, &given.value)
    });
    foreign.map(|(field, _)| field.top().to_owned()).collect()
}

/// The checks that refuse an application.
fn refusals(findings: &[Finding], app: &App) -> BTreeSet<String> {
    let address = app.address.to_string();
    let against = findings
        .iter()
        .filter(|finding| finding.is_error() && finding.address.as_ref() == Some(&address));
    let known = against.filter(|finding| crate::codes::find(&finding.code).is_some());
    known.map(|finding| finding.code.clone()).collect()
}

/// Allows what is against applications that are live, so that they are valid as they are.
pub(super) fn allow(sheets: &mut [ZoneExport], against: &Against) {
    for sheet in sheets {
        for entry in &mut sheet.entries {
            let address = Address { zone: sheet.zone.clone(), key: entry.key.clone() };
            entry.allowed.extend(against.get(&address).into_iter().flatten().cloned());
        }
    }
}
