//! What is said of rows: which one a finding is about, and one finding for a mistake that several rows share.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::app::App;
use crate::finding::{Finding, Place};
use crate::model::Address;

/// The most applications that templates may make, counted with all others of the configuration.
pub const MAX_APPS: usize = 10_000;

/// How many rows a finding names.
const NAMED: usize = 3;

/// What makes findings of several rows one: the template, the check, the field, the place, and which one of its row it is.
type Mistake = (String, String, String, Option<String>, Option<Place>, usize);

/// The findings of rows, each with its check: those that are the same mistake become one, which counts its rows.
pub fn unite_rows(found: Vec<(Finding, &str, &App)>) -> Vec<Finding> {
    let mut of_row: BTreeMap<(Mistake, &Address), usize> = BTreeMap::new();
    let mut groups: BTreeMap<Mistake, Vec<(Finding, &App)>> = BTreeMap::new();
    for (finding, check, app) in found {
        let template = app.row.as_ref().map_or(&app.address, |row| &row.template);
        let (code, path) = (finding.code.to_string(), finding.path.clone());
        let mut mistake =
            (template.to_string(), code, check.to_owned(), path, finding.place.clone(), 0);
        let number = of_row.entry((mistake.clone(), &app.address)).or_default();
        mistake.5 = *number;
        *number += 1;
        groups.entry(mistake).or_default().push((finding, app));
    }
    groups.into_values().filter_map(united).collect()
}

/// The one finding of a group.
fn united(group: Vec<(Finding, &App)>) -> Option<Finding> {
    let apps: Vec<&App> = group.iter().map(|(_, app)| *app).collect();
    let summaries: BTreeSet<&str> =
        group.iter().map(|(finding, _)| finding.summary.as_str()).collect();
    let such = if summaries.len() == 1 { "" } else { "such a mistake " };
    let (mut finding, app) = group.into_iter().next()?;
    let Some(row) = &app.row else { return Some(finding) };
    let all = row.count;
    if apps.len() == all && all > 1 {
        finding.summary = format!("{} ({such}in all {all} rows)", finding.summary);
        finding.address = Some(row.template.to_string());
        return Some(finding);
    }
    if apps.len() > 1 {
        finding.summary = format!("{} ({such}in {} of {all} rows)", finding.summary, apps.len());
    }
    for app in apps.into_iter().take(NAMED) {
        let place = app.row.as_ref().and_then(|row| row.place.as_ref());
        finding = finding.with(place, &format!("{}, from {}", app.address, row.from));
    }
    Some(finding)
}
