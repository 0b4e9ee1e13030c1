//! What each violation weighs, and which of them are one: a default that several applications cannot have is one
//! finding, at the default's line.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::codes::Violation;
use crate::config::{App, Configuration, SeverityOverride, unite_rows};
use crate::finding::{Finding, Place};
use crate::model::draft::Source;

/// Violations that are one finding: the same code, cause and place in the defaults.
type Shared<'a> = BTreeMap<(String, &'static str, Option<Place>), Vec<(&'a App, Violation)>>;

/// The findings that the violations make: without those that `lifecycle.allow` permits today, each with the weight that `settings.checks` gives it.
pub fn apply_severity_overrides(
    found: Vec<(&App, Violation)>,
    configuration: &Configuration,
    today: Date,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shared: Shared<'_> = BTreeMap::new();
    let mut of_rows = Vec::new();
    for (app, violation) in found {
        if is_allowed(app, &violation, today) {
            continue;
        }
        if is_of_defaults(app, &violation) {
            shared
                .entry((violation.code.name(), violation.cause.slug, violation.place.clone()))
                .or_default()
                .push((app, violation));
        } else {
            let cause = violation.cause.slug;
            let finding = weighed(violation, &app.address.to_string(), configuration);
            if app.row.is_some() {
                of_rows.extend(finding.map(|finding| (finding, cause, app)));
            } else {
                findings.extend(finding);
            }
        }
    }
    findings.extend(unite_rows(of_rows));
    findings.extend(shared.into_values().filter_map(|group| merge_defaults(group, configuration)));
    findings
}

fn merge_defaults(group: Vec<(&App, Violation)>, configuration: &Configuration) -> Option<Finding> {
    let addresses: Vec<String> = group.iter().map(|(app, _)| app.address.to_string()).collect();
    let (_, violation) = group.into_iter().next()?;
    let mut finding = weighed(violation, addresses.first()?, configuration)?;
    finding.summary = format!("{} (a default of {})", finding.summary, addresses.join(", "));
    finding.fix = format!(
        "{}; or write `{}: ~` into each of these applications",
        finding.fix,
        top_of(&finding)
    );
    Some(finding)
}

fn top_of(finding: &Finding) -> &str {
    finding.path.as_deref().and_then(|path| path.split('.').next()).unwrap_or_default()
}

/// The finding with the weight that `settings.checks` gives it; none when the check is off.
fn weighed(violation: Violation, address: &str, configuration: &Configuration) -> Option<Finding> {
    let names =
        [violation.code.name(), violation.code.slug.to_owned(), violation.cause.slug.to_owned()];
    let weight = names
        .iter()
        .find_map(|name| configuration.settings.checks.get(name))
        .map(|(weight, _)| *weight);
    let mut finding = violation.into_finding(address);
    configuration.name_variables(&mut finding);
    match weight {
        Some(SeverityOverride::Off) => return None,
        Some(SeverityOverride::DefaultSeverity(severity)) => finding.severity = severity,
        None => {}
    }
    Some(finding)
}

/// Whether the application's `lifecycle.allow` has the violation, and still today.
fn is_allowed(app: &App, violation: &Violation, today: Date) -> bool {
    let names = |check: &str| {
        check == violation.code.name()
            || check == violation.code.slug
            || check == violation.cause.slug
    };
    app.lifecycle
        .allow
        .iter()
        .any(|allowed| names(&allowed.check) && allowed.until.is_none_or(|until| today <= until))
}

/// Whether a violation comes from a value that the zone's defaults gave.
fn is_of_defaults(app: &App, violation: &Violation) -> bool {
    let given = app
        .draft
        .given
        .iter()
        .find(|(field, _)| field.path() == violation.path || field.top() == violation.path);
    given.is_some_and(|(_, given)| given.source == Source::Defaults)
}
