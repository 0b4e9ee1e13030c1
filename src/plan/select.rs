//! A selection: part of a plan, made after the whole plan is made. It is closed over what belongs together: a selected step brings along
//! the steps that it waits for, and a member of an exchange the others.

use std::collections::{BTreeMap, BTreeSet};

use globset::GlobMatcher;

use super::change::{Change, Plan, Selected, Step};
use super::order::renumbered;
use crate::model::Address;

/// One `--target` or `--exclude`.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A glob over addresses.
    Address(GlobMatcher),
    /// `label:KEY=VALUE`.
    Label(String, String),
}

impl Pattern {
    /// Reads `example.com/ssh`, `example.com/*` or `label:team=payments`.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub fn read(text: &str) -> Result<Pattern, String> {
        if let Some(label) = text.strip_prefix("label:") {
            let (key, value) = label.split_once('=').ok_or("write label:KEY=VALUE")?;
            return Ok(Pattern::Label(key.to_owned(), value.to_owned()));
        }
        let glob =
            globset::Glob::new(text).map_err(|error| format!("not a pattern: {}", error.kind()))?;
        Ok(Pattern::Address(glob.compile_matcher()))
    }

    /// Whether an address with these labels is meant.
    pub fn names(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Pattern::Address(glob) => glob.is_match(address.to_string()),
            Pattern::Label(key, value) => labels.get(key) == Some(value),
        }
    }

    fn matches(&self, change: &Change) -> bool {
        let from = change.from.as_ref();
        self.fits(&change.address, &change.labels)
            || from.is_some_and(|from| self.fits(from, &change.labels))
    }

    fn fits(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        match self {
            Pattern::Address(glob) => glob.is_match(address.to_string()),
            Pattern::Label(key, value) => labels.get(key) == Some(value),
        }
    }
}

/// What is to be done of a plan.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The texts as they were given, for the report.
    pub given: Vec<String>,
    /// Zones; all when there is none.
    pub zones: Vec<String>,
    /// What is in; everything when there is none.
    pub targets: Vec<Pattern>,
    /// What is out.
    pub excludes: Vec<Pattern>,
}

impl Selection {
    /// Whether an address with these labels is selected by itself.
    pub(super) fn covers(&self, address: &Address, labels: &BTreeMap<String, String>) -> bool {
        let zone = self.zones.is_empty() || self.zones.contains(&address.zone);
        let target = self.targets.is_empty()
            || self.targets.iter().any(|pattern| pattern.fits(address, labels));
        zone && target && !self.excludes.iter().any(|pattern| pattern.fits(address, labels))
    }

    fn holds(&self, change: &Change) -> bool {
        let zone = self.zones.is_empty() || self.zones.contains(&change.address.zone);
        let target =
            self.targets.is_empty() || self.targets.iter().any(|pattern| pattern.matches(change));
        zone && target && !self.excludes.iter().any(|pattern| pattern.matches(change))
    }
}

/// Leaves in a plan what is selected and what belongs to it.
pub(super) fn select(plan: &mut Plan, selection: &Selection) {
    let mut kept: BTreeSet<usize> =
        (0..plan.changes.len()).filter(|index| selection.holds(&plan.changes[*index])).collect();
    let asked = kept.clone();
    let by_address: BTreeMap<_, usize> = plan
        .changes
        .iter()
        .enumerate()
        .map(|(index, change)| (change.address.clone(), index))
        .collect();
    let mut open: Vec<usize> = kept.iter().copied().collect();
    while let Some(change) = open.pop() {
        let before = plan
            .steps
            .iter()
            .filter(|step| step.change == change)
            .flat_map(|step| &step.after)
            .map(|step| plan.steps[*step].change);
        let partner =
            plan.changes[change].from.as_ref().and_then(|from| by_address.get(from).copied());
        let group = plan
            .groups
            .iter()
            .filter(|group| group.members.contains(&plan.changes[change].address));
        let members = group
            .flat_map(|group| &group.members)
            .filter_map(|member| by_address.get(member).copied());
        let belonging: Vec<usize> =
            before.chain(partner).chain(members).filter(|index| !kept.contains(index)).collect();
        kept.extend(&belonging);
        open.extend(belonging);
    }
    let added = kept.difference(&asked).map(|index| plan.changes[*index].address.clone()).collect();
    let left_out = plan.changes.len() - kept.len();
    keep(plan, &kept);
    plan.complete &= left_out == 0;
    plan.selection = Some(Selected { given: selection.given.clone(), added, left_out });
}

/// Drops the other changes and their steps.
fn keep(plan: &mut Plan, kept: &BTreeSet<usize>) {
    let renamed: BTreeMap<usize, usize> =
        kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let numbers: Vec<usize> =
        (0..plan.steps.len()).filter(|index| kept.contains(&plan.steps[*index].change)).collect();
    let chosen: Vec<&Step> = numbers.iter().map(|index| &plan.steps[*index]).collect();
    let mut steps = renumbered(&chosen, &numbers);
    for step in &mut steps {
        step.change = renamed.get(&step.change).copied().unwrap_or(step.change);
    }
    plan.steps = steps;
    let mut index = 0..;
    plan.changes.retain(|_| index.next().is_some_and(|index| kept.contains(&index)));
}
