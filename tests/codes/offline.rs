//! A case as a whole configuration: read and validated as the program does it, each finding is reported with its code,
//! severity, address, path and line, and of what is just beside it nothing is reported.

use std::collections::BTreeSet;

use jiff::civil::date;
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::validate;

use super::case::{Case, Reported};

/// What is found in a configuration without asking anybody.
fn offline(text: &str) -> BTreeSet<Reported> {
    let sources = Sources::new([("spectrum.yaml", text)]);
    let config::Loaded { configuration, findings } = config::load(&sources, &Vars::default());
    let validated = validate::validate(&configuration, findings, date(2026, 8, 1));
    validated.findings.iter().map(reported).collect()
}

fn reported(finding: &Finding) -> Reported {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = finding.place.as_ref().map_or(0, |place| u64::from(place.line));
    let severity = finding.severity.to_string();
    (finding.code.clone(), severity, text(&finding.address), text(&finding.path), line)
}

/// What only the account or the API knows may be reported early, where the configuration happens to hold enough.
pub(super) fn is_reported_as_it_says(case: &Case) {
    let (found, wanted) = (offline(&case.configuration()), case.findings());
    if case.known() == "offline" {
        assert_eq!(found, wanted);
    } else {
        assert!(found.is_subset(&wanted), "{found:#?} is more than {wanted:#?}");
    }
    if let Some(beside) = case.text("beside.yaml") {
        assert_eq!(offline(&beside), BTreeSet::new(), "reported of beside.yaml");
    }
}
