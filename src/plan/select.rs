//! A selection: part of a plan, made after the whole plan is made. It is closed over what belongs together: a selected step brings along
//! the steps that it waits for, and a member of an exchange the others.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Plan, Selected, Step};
use super::order::renumbered;
use super::selection::{Pattern, Selection};
use crate::model::Address;

impl Pattern {
    /// Whether a change is meant, by the address that it has or had.
    fn matches(&self, change: &Change) -> bool {
        let from = change.from.as_ref();
        self.names(&change.address, &change.labels)
            || from.is_some_and(|from| self.names(from, &change.labels))
    }
}

impl Selection {
    fn holds(&self, change: &Change) -> bool {
        let zone = self.zones.is_empty() || self.zones.contains(&change.address.zone);
        let target =
            self.targets.is_empty() || self.targets.iter().any(|pattern| pattern.matches(change));
        zone && target && !self.excludes_change(change)
    }

    fn excludes_change(&self, change: &Change) -> bool {
        self.excludes.iter().any(|pattern| pattern.matches(change))
    }
}

/// Leaves in a plan what is selected and what belongs to it. What belongs to something that is excluded is excluded with it. So many
/// deletes are withheld because there is a selection.
pub(super) fn select(plan: &mut Plan, selection: &Selection, withheld: usize) {
    let indices = 0..plan.changes.len();
    let needs = needs(plan);
    let named: BTreeSet<usize> =
        indices.clone().filter(|index| selection.excludes_change(&plan.changes[*index])).collect();
    let mut needed_by: Vec<Vec<usize>> = vec![Vec::new(); plan.changes.len()];
    for (index, needed) in needs.iter().enumerate() {
        needed.iter().for_each(|other| needed_by[*other].push(index));
    }
    let excluded = closed(named.clone(), &needed_by);
    let wanted = |index: &usize| selection.holds(&plan.changes[*index]);
    let (held_back, asked): (BTreeSet<usize>, BTreeSet<usize>) =
        indices.filter(wanted).partition(|index| excluded.contains(index));
    let kept = closed(asked.clone(), &needs);
    let address = |index: &usize| plan.changes[*index].address.clone();
    let added = kept.difference(&asked).map(address).collect();
    let held_back = held_back.difference(&named).map(address).collect();
    let left_out = plan.changes.len() - kept.len() + withheld;
    keep(plan, &kept);
    plan.complete &= left_out == 0;
    plan.selection = Some(Selected { given: selection.given.clone(), added, held_back, left_out });
}

/// For each change those that belong to it: the changes that its steps wait for, the others of its exchange and of its group.
fn needs(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let by_address: BTreeMap<&Address, usize> =
        plan.changes.iter().enumerate().map(|(index, change)| (&change.address, index)).collect();
    let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); plan.changes.len()];
    for step in &plan.steps {
        needs[step.change].extend(step.after.iter().map(|before| plan.steps[*before].change));
    }
    for (index, change) in plan.changes.iter().enumerate() {
        needs[index].extend(change.from.as_ref().and_then(|from| by_address.get(from)));
    }
    for group in &plan.groups {
        let members: Vec<usize> =
            group.members.iter().filter_map(|member| by_address.get(member).copied()).collect();
        members.iter().for_each(|member| needs[*member].extend(&members));
    }
    for (index, needed) in needs.iter_mut().enumerate() {
        needed.remove(&index);
    }
    needs
}

/// A set with everything that can be reached from it.
fn closed<'n, N>(mut set: BTreeSet<usize>, next: &'n [N]) -> BTreeSet<usize>
where
    &'n N: IntoIterator<Item = &'n usize>,
{
    let mut open: Vec<usize> = set.iter().copied().collect();
    while let Some(index) = open.pop() {
        for other in &next[index] {
            if set.insert(*other) {
                open.push(*other);
            }
        }
    }
    set
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
