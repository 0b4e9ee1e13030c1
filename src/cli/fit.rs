//! Fits exported applications into the configuration around them, so that they are valid there and a plan of them is empty.

use std::sync::Arc;

use super::loaded::Loaded;
use crate::config;
use crate::model::draft::Source;
use crate::model::{Field, Value};
use crate::render::export::{ZoneExport, document};
use crate::validate;

/// Finds what validation has against the applications as they are, and which defaults of a zone they do not have, and writes that into
/// them.
pub(super) fn fit(sheets: &mut [ZoneExport], loaded: &Loaded) {
    // An application that drops a default may be checked otherwise, so it is validated once more.
    for _ in 0..2 {
        let mut sources = loaded.files.sources.clone();
        sources.files.push((Arc::from("exported"), Arc::from(document(sheets))));
        let with = config::load(&sources, &loaded.files.vars);
        let checked = validate::validate(&with.configuration, with.findings.clone(), loaded.today);
        for sheet in sheets.iter_mut() {
            let Some(zone) = with.configuration.zones.get(&sheet.zone) else { continue };
            for entry in &mut sheet.entries {
                let Some(app) = zone.apps.get(&entry.key) else { continue };
                let differs =
                    |field: Field, value: &Value| entry.live.spec.effective(field) != Some(value);
                let defaults = app.draft.given.iter().filter(|(field, given)| {
                    given.source == Source::Defaults && differs(**field, &given.value)
                });
                let dropped: Vec<String> =
                    defaults.map(|(field, _)| field.top().to_owned()).collect();
                entry.dropped.extend(dropped);
                let address = app.address.to_string();
                let against = checked.findings.iter().filter(|finding| {
                    finding.is_error() && finding.address.as_ref() == Some(&address)
                });
                let known = against.filter(|finding| crate::codes::find(&finding.code).is_some());
                entry.allowed.extend(known.map(|finding| finding.code.clone()));
            }
        }
    }
}
