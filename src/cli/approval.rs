//! Whether somebody wants the plan: the question on a terminal, with what it is about zone by zone, and what is read as yes.

use std::collections::BTreeMap;

use super::question::ask;
use crate::model::Impact;
use crate::plan::{Action, Change, Plan};
use crate::render::counted;

/// How many zones are listed; the rest is counted.
const ZONES_SHOWN: usize = 20;

/// Asks on the terminal; only a typed `yes` is one.
pub(super) async fn is_confirmed(plan: &Plan) -> bool {
    let answer = ask(&format!("\n{}", question(&plan.changes))).await;
    answer.is_some_and(|answer| answer.trim() == "yes")
}

/// What a plan does in a zone.
#[derive(Default)]
struct Tally {
    actions: BTreeMap<Action, usize>,
    outages: usize,
}

impl Tally {
    fn add(&mut self, change: &Change) {
        *self.actions.entry(change.action).or_default() += 1;
        self.outages += usize::from(change.impact == Impact::Outage);
    }

    /// `3 to create, 1 to replace; 1 outage`
    fn text(&self) -> String {
        let counts =
            self.actions.iter().map(|(action, count)| format!("{count} to {}", action.text()));
        let outages = match self.outages {
            0 => String::new(),
            count => format!("; {}", counted(count, "outage")),
        };
        format!("{}{outages}", counts.collect::<Vec<_>>().join(", "))
    }
}

/// A line for each zone, and `Apply these 4 changes to example.com? Type "yes" to continue:`
fn question(changes: &[Change]) -> String {
    let mut zones: BTreeMap<&str, Tally> = BTreeMap::new();
    for change in changes {
        zones.entry(&change.address.zone).or_default().add(change);
    }
    let mut lines: Vec<String> = zones
        .iter()
        .take(ZONES_SHOWN)
        .map(|(zone, tally)| format!("  {zone}: {}", tally.text()))
        .collect();
    if zones.len() > ZONES_SHOWN {
        let mut rest = Tally::default();
        let is_rest = |change: &&Change| {
            zones.keys().skip(ZONES_SHOWN).any(|zone| *zone == change.address.zone)
        };
        changes.iter().filter(is_rest).for_each(|change| rest.add(change));
        lines.push(format!("  and {} more zones: {}", zones.len() - ZONES_SHOWN, rest.text()));
    }
    let zones: Vec<&str> = zones.into_keys().collect();
    lines.push(format!("Apply {}? Type \"yes\" to continue:", subject(changes.len(), &zones)));
    lines.join("\n")
}

/// `these 4 changes to example.com`
fn subject(count: usize, zones: &[&str]) -> String {
    let what = if count == 1 { "this change".to_owned() } else { format!("these {count} changes") };
    match zones {
        [zone] => format!("{what} to {zone}"),
        zones => format!("{what} to {}", counted(zones.len(), "zone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_counts_changes_and_names_the_zone() {
        assert_eq!(subject(4, &["example.com"]), "these 4 changes to example.com");
        assert_eq!(subject(1, &["example.com"]), "this change to example.com");
        assert_eq!(subject(2, &["example.com", "example.net"]), "these 2 changes to 2 zones");
    }

    #[test]
    fn outages_are_counted_beside_the_actions() {
        let actions = BTreeMap::from([(Action::Create, 3), (Action::Replace, 1)]);
        let text = |outages| Tally { actions: actions.clone(), outages }.text();
        assert_eq!(text(0), "3 to create, 1 to replace");
        assert_eq!(text(1), "3 to create, 1 to replace; 1 outage");
        assert_eq!(text(2), "3 to create, 1 to replace; 2 outages");
    }
}
