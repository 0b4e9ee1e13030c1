//! Drift as findings, for formats that know nothing else: SARIF, workflow commands, JUnit.

use super::drift_words::{from_applied, happened};
use crate::codes;
use crate::finding::Finding;
use crate::plan::{Drift, Drifted, FieldChange, UnmanagedApp};

/// What is wrong with the run, and everything that drifted as an error.
pub fn collect(drift: &Drift) -> Vec<Finding> {
    let mut findings = drift.findings.clone();
    findings.extend(drift.changed.iter().map(changed));
    findings.extend(drift.missing.iter().map(|missing| {
        let summary = match missing.app_id.as_str() {
            "" => "the application is configured and not live".to_owned(),
            id => format!("the application {id} was deleted outside"),
        };
        Finding::new(&codes::DRIFT_MISSING, summary)
            .about(&missing.address)
            .at(missing.place.as_ref())
    }));
    findings.extend(drift.appeared().map(|one| {
        let UnmanagedApp { zone, app_id, protocol, dns_name } = &one.unmanaged_app;
        let summary = format!("{protocol} {dns_name} ({app_id}) appeared in {zone}");
        Finding::new(&codes::DRIFT_APPEARED, summary).about(format!("{zone}/?{app_id}"))
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
    let why =
        format!("the live application {} differs from what was last applied{when}", drifted.app_id);
    let finding = Finding::new(&codes::DRIFT, format!("{}{fields}", happened(drifted)))
        .why(why)
        .about(&drifted.address)
        .at(drifted.place.as_ref());
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
