//! Drift as findings, for formats that know nothing else: SARIF, workflow commands, JUnit.

use super::drift_words::{from_applied, happened};
use crate::finding::Finding;
use crate::plan::{Drift, Drifted, FieldChange};

/// What is wrong with the run, and everything that drifted as an error.
pub fn collect(drift: &Drift) -> Vec<Finding> {
    let mut findings = drift.findings.clone();
    findings.extend(drift.changed.iter().map(changed));
    findings.extend(drift.missing.iter().map(|missing| {
        let summary = format!("the application {} was deleted outside", missing.app_id);
        let why = "it was applied, and the API no longer has it";
        let fix = "apply to create it again, or remove it from the configuration";
        Finding::error("drift-missing", summary, why, fix)
            .about(&missing.address)
            .at(missing.place.as_ref())
    }));
    findings.extend(drift.appeared().map(|one| {
        let unmanaged_app = &one.unmanaged_app;
        let summary = format!("{} {} ({}) appeared in {}", unmanaged_app.protocol, unmanaged_app.dns_name, unmanaged_app.app_id, unmanaged_app.zone);
        let why = "it is live, the configuration does not have it, and no apply has met it";
        let fix =
            "take it over by `spectrumctl export` and `spectrumctl import`, or delete it; `unmanaged: ignore` leaves such ones unsaid";
        Finding::error("drift-appeared", summary, why, fix).about(format!("{}/?{}", unmanaged_app.zone, unmanaged_app.app_id))
    }));
    findings
}

fn changed(drifted: &Drifted) -> Finding {
    let fields: Vec<String> =
        drifted.fields.iter().map(from_applied).map(|field| text(&field)).collect();
    let fields = if fields.is_empty() { String::new() } else { format!(": {}", fields.join(", ")) };
    let when = drifted
        .modified_on
        .as_deref()
        .map(|time| format!(", last modified {time}"))
        .unwrap_or_default();
    let why = format!("the live application {} is not what was last applied{when}", drifted.app_id);
    let fix = "apply to set it back, take the values over into the configuration, or name the field under `lifecycle.ignore_changes`";
    let finding = Finding::error("drift", format!("{}{fields}", happened(drifted)), why, fix);
    let finding = finding.about(&drifted.address).at(drifted.place.as_ref());
    match drifted.fields.as_slice() {
        [only] => finding.on(only.change.field.path()),
        _ => finding,
    }
}

fn text(field: &FieldChange) -> String {
    let side = |side: &Option<crate::plan::Side>| {
        side.as_ref().map_or_else(|| "nothing".to_owned(), |side| side.text.clone())
    };
    format!("{} {} → {}", field.field.path(), side(&field.before), side(&field.after))
}
