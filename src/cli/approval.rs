//! Whether somebody wants the plan: the question on a terminal, and what is read as yes.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Write};

use crate::plan::Plan;
use crate::render::counted;

/// Asks on the terminal; only a typed `yes` is one.
pub(super) fn is_confirmed(plan: &Plan) -> bool {
    let mut stderr = io::stderr();
    let mut answer = String::new();
    let asked = write!(stderr, "\n{} ", question(plan)).and_then(|()| stderr.flush());
    asked.is_ok() && io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

/// `Apply these 4 changes to example.com? Type "yes" to continue:`
fn question(plan: &Plan) -> String {
    let addresses = plan.changes.iter().map(|change| &change.address);
    format!("Apply {}? Type \"yes\" to continue:", subject(addresses.map(|one| one.zone.as_str())))
}

/// `these 4 changes to example.com`; the zones are those of the changes, one for each.
fn subject<'a>(zones: impl Iterator<Item = &'a str> + Clone) -> String {
    let count = zones.clone().count();
    let zones: BTreeSet<&str> = zones.collect();
    let what = if count == 1 { "this change".to_owned() } else { format!("these {count} changes") };
    match zones.first() {
        Some(zone) if zones.len() == 1 => format!("{what} to {zone}"),
        _ => format!("{what} to {}", counted(zones.len(), "zone")),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_question_counts_changes_and_names_the_zone() {
        let subject = |zones: &[&'static str]| super::subject(zones.iter().copied());
        assert_eq!(subject(&["example.com"; 4]), "these 4 changes to example.com");
        assert_eq!(subject(&["example.com"]), "this change to example.com");
        assert_eq!(subject(&["example.com", "example.net"]), "these 2 changes to 2 zones");
    }
}
