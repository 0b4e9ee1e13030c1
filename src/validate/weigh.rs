//! What the faults that the checks found weigh, and which of them are one: a default that several applications cannot have is one
//! finding, at the default's line.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::is_of_defaults;
use crate::codes::Fault;
use crate::config::{App, Configuration, Weight};
use crate::finding::{Finding, Place};

/// Faults that are one finding: the same code, cause and place in the defaults.
type Shared<'a> = BTreeMap<(String, &'static str, Option<Place>), Vec<(&'a App, Fault)>>;

/// The findings that the faults make: without those that `lifecycle.allow` permits today, each with the weight that `settings.checks` gives it.
pub fn weigh(
    found: Vec<(&App, Fault)>,
    configuration: &Configuration,
    today: Date,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut shared: Shared<'_> = BTreeMap::new();
    for (app, fault) in found {
        if is_allowed(app, &fault, today) {
            continue;
        }
        if is_of_defaults(app, &fault) {
            shared
                .entry((fault.code.name(), fault.cause.slug, fault.place.clone()))
                .or_default()
                .push((app, fault));
        } else {
            findings.extend(weighed(fault, &app.address.to_string(), configuration));
        }
    }
    findings.extend(shared.into_values().filter_map(|group| of_defaults(group, configuration)));
    findings
}

fn of_defaults(group: Vec<(&App, Fault)>, configuration: &Configuration) -> Option<Finding> {
    let addresses: Vec<String> = group.iter().map(|(app, _)| app.address.to_string()).collect();
    let (_, fault) = group.into_iter().next()?;
    let mut finding = weighed(fault, addresses.first()?, configuration)?;
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
fn weighed(fault: Fault, address: &str, configuration: &Configuration) -> Option<Finding> {
    let names = [fault.code.name(), fault.code.slug.to_owned(), fault.cause.slug.to_owned()];
    let weight = names
        .iter()
        .find_map(|name| configuration.settings.checks.get(name))
        .map(|(weight, _)| *weight);
    let mut finding = fault.into_finding(address);
    match weight {
        Some(Weight::Off) => return None,
        Some(Weight::Weighs(severity)) => finding.severity = severity,
        None => {}
    }
    Some(finding)
}

/// Whether the application's `lifecycle.allow` has the fault, and still today.
fn is_allowed(app: &App, fault: &Fault, today: Date) -> bool {
    let names = |check: &str| {
        check == fault.code.name() || check == fault.code.slug || check == fault.cause.slug
    };
    app.lifecycle
        .allow
        .iter()
        .any(|allowed| names(&allowed.check) && allowed.until.is_none_or(|until| today <= until))
}
