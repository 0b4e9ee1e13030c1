//! The order of the steps. A step that takes what another frees comes after it. Otherwise creates and updates come before deletes, so that
//! a run that stops half way has added rather than removed. A cycle that no exchange resolves needs a member that may be replaced.

use std::collections::BTreeMap;

use super::body;
use super::change::{Action, Call, Change, Reason, Step, Work};
use super::group;
use super::guard;
use super::input::Input;
use super::merged::Merged;
use super::quota;
use super::slots::{self, Slots};
use crate::codes;
use crate::finding::Finding;
use crate::model::{Address, AppId, Impact, Live, Tier};

/// The steps of the changes, and what stands against them.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) steps: Vec<Step>,
    pub(super) findings: Vec<Finding>,
    pub(super) refusals: Vec<Finding>,
}

/// Orders the steps; a change that breaks a cycle becomes a replace.
pub(super) fn order(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
) -> Order {
    let mut order = Order::default();
    loop {
        let steps = steps_of(input, merged, changes);
        let cycle = find_cycle(&steps);
        if cycle.is_empty() {
            order.steps = sorted(&steps);
            return order;
        }
        let members: Vec<usize> = cycle.iter().map(|index| steps[*index].change).collect();
        let Some(member) =
            members.iter().copied().find(|member| may_replace(input, &changes[*member]))
        else {
            order.findings.push(cycle_finding(input, &members, changes));
            return order;
        };
        order.refusals.extend(replace(input, merged, &mut changes[member]));
    }
}

/// The steps in the order of the changes, each with those that it waits for.
fn steps_of(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &[Change],
) -> Vec<Step> {
    let live: BTreeMap<&AppId, &Live> =
        input.live.iter().flat_map(|zone| &zone.apps).map(|live| (&live.id, live)).collect();
    let mut steps: Vec<Step> = Vec::new();
    let mut slots: Vec<Slots> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        for (call, held) in calls(input, merged, change, &live) {
            let follows =
                call == Call::Create && steps.last().is_some_and(|last| last.change == index);
            let after = if follows { vec![steps.len() - 1] } else { Vec::new() };
            steps.push(Step { change: index, call, after });
            slots.push(held);
        }
    }
    for (step, before) in steps.iter_mut().zip(slots::waits(&slots)) {
        step.after.extend(
            before.into_iter().filter(|before| !step.after.contains(before)).collect::<Vec<_>>(),
        );
    }
    quota::bind(input, merged, changes, &mut steps);
    steps
}

/// The calls of a change with what each frees and takes.
fn calls(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    change: &Change,
    live: &BTreeMap<&AppId, &Live>,
) -> Vec<(Call, Slots)> {
    let (zone, tier) = (&change.address.zone, tier(input, &change.address.zone));
    let now = change
        .app_id
        .as_ref()
        .and_then(|id| live.get(id))
        .map(|live| slots::held(zone, tier, &live.spec))
        .unwrap_or_default();
    let then = merged
        .get(&change.address)
        .map(|merged| slots::held(zone, tier, &merged.spec))
        .unwrap_or_default();
    let (freed, taken) = (
        Slots { frees: now.clone(), ..Slots::default() },
        Slots { takes: then.clone(), ..Slots::default() },
    );
    match change.work {
        Work::Create { .. } => vec![(Call::Create, taken)],
        Work::Update { .. } => vec![(Call::Update, Slots::for_update(&now, &then))],
        Work::Replace { .. } => vec![(Call::Delete, freed), (Call::Create, taken)],
        Work::Delete { .. } => vec![(Call::Delete, freed)],
        Work::Nothing => vec![(Call::Nothing, Slots::default())],
    }
}

fn tier(input: &Input<'_>, zone: &str) -> Option<Tier> {
    input.live.iter().find(|read| read.name == zone).and_then(|read| read.tier)
}

/// Whether a change may become a replace, because its application allows it.
fn may_replace(input: &Input<'_>, change: &Change) -> bool {
    let app = input
        .desired
        .configuration
        .zones
        .get(&change.address.zone)
        .and_then(|zone| zone.apps.get(&change.address.key));
    matches!(change.work, Work::Update { .. })
        && app.is_some_and(|app| app.lifecycle.replace.is_allowed(input.policy.today))
}

/// Makes an update a replace, and says if its application is protected.
fn replace(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    change: &mut Change,
) -> Option<Finding> {
    let form = &merged.get(&change.address)?.spec;
    let Work::Update { id, .. } = &change.work else { return None };
    let former = Box::new(group::former(input, change)?);
    change.work = Work::Replace {
        id: id.clone(),
        body: body::create_body(form, tier(input, &change.address.zone)),
        former,
    };
    (change.action, change.reason, change.impact) =
        (Action::Replace, Reason::Cycle, Impact::Outage);
    let app = input
        .desired
        .configuration
        .zones
        .get(&change.address.zone)?
        .apps
        .get(&change.address.key)?;
    let recorded = input
        .recorded
        .state
        .apps
        .get(&change.address)
        .map(|recorded| recorded.protect)
        .unwrap_or_default();
    guard::protects(app.lifecycle.protect.max(recorded), change, app.place.as_ref())
}

/// The members of a cycle and what waits for them; empty when there is none.
fn find_cycle(steps: &[Step]) -> Vec<usize> {
    let mut open = vec![true; steps.len()];
    // Each round takes away what waits for nothing that is still open. What no round can take away is a cycle, or waits
    // for one.
    loop {
        let waits =
            |index: &usize| open[*index] && steps[*index].after.iter().any(|before| open[*before]);
        let rest: Vec<usize> = (0..steps.len()).filter(waits).collect();
        if rest.len() == open.iter().filter(|open| **open).count() {
            return rest;
        }
        open = vec![false; steps.len()];
        rest.iter().for_each(|index| open[*index] = true);
    }
}

fn cycle_finding(input: &Input<'_>, members: &[usize], changes: &[Change]) -> Finding {
    let mut addresses: Vec<String> =
        members.iter().map(|member| changes[*member].address.to_string()).collect();
    addresses.dedup();
    let first = members.first().map(|member| &changes[*member].address);
    let place = first.and_then(|address| {
        input.desired.configuration.zones.get(&address.zone)?.apps.get(&address.key)?.place.as_ref()
    });
    let summary = format!(
        "{} each take a hostname and port, or an edge address, that another one frees",
        addresses.join(", ")
    );
    let finding = Finding::new(&codes::CYCLE, summary).at(place);
    first.map_or_else(|| finding.clone(), |address| finding.clone().about(address))
}

/// The steps in the order of their dependencies, deletes last among those that are free; what they wait for is renumbered with them.
fn sorted(steps: &[Step]) -> Vec<Step> {
    // The depth of a step is the length of the longest way to it, so no step comes before one that it waits for.
    let mut depth = vec![0_usize; steps.len()];
    for _ in 0..steps.len() {
        let deeper = |index: usize| {
            steps[index].after.iter().map(|before| depth[*before] + 1).max().unwrap_or(0)
        };
        let next: Vec<usize> = (0..steps.len()).map(deeper).collect();
        if next == depth {
            break;
        }
        depth = next;
    }
    // A delete that frees a slot keeps its depth; the others wait for the end, so that a run that stops has added first.
    let mut order: Vec<usize> = (0..steps.len()).collect();
    let mut needed = vec![false; steps.len()];
    steps.iter().flat_map(|step| &step.after).for_each(|before| needed[*before] = true);
    let last = |index: usize| steps[index].call == Call::Delete && !needed[index];
    let keys: Vec<(bool, usize, usize)> =
        (0..steps.len()).map(|index| (last(index), depth[index], index)).collect();
    order.sort_by_key(|index| keys[*index]);
    let chosen: Vec<&Step> = order.iter().map(|index| &steps[*index]).collect();
    renumbered(&chosen, &order)
}

/// The chosen steps, of which `numbers` are the former numbers, with what they wait for renumbered.
pub(super) fn renumbered(chosen: &[&Step], numbers: &[usize]) -> Vec<Step> {
    let place: BTreeMap<usize, usize> =
        numbers.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let step = |step: &&Step| Step {
        after: step.after.iter().filter_map(|before| place.get(before).copied()).collect(),
        ..(*step).clone()
    };
    chosen.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(steps: &[(Call, &[usize])]) -> Vec<Step> {
        let step = |(change, (call, after)): (usize, &(Call, &[usize]))| Step {
            change,
            call: *call,
            after: after.to_vec(),
        };
        steps.iter().enumerate().map(step).collect()
    }

    #[test]
    fn a_cycle_is_found_with_what_waits_for_it_and_without_what_it_waits_for() {
        let update = Call::Update;
        assert_eq!(
            find_cycle(&steps(&[(update, &[]), (update, &[0]), (update, &[1])])),
            Vec::<usize>::new()
        );
        let ring = steps(&[(update, &[]), (update, &[0, 2]), (update, &[1]), (update, &[2])]);
        assert_eq!(find_cycle(&ring), [1, 2, 3]);
        assert_eq!(find_cycle(&steps(&[(update, &[0])])), [0]);
    }

    #[test]
    fn deletes_come_last_but_for_those_that_another_step_waits_for() {
        let mixed = steps(&[
            (Call::Delete, &[]),
            (Call::Delete, &[]),
            (Call::Create, &[1]),
            (Call::Update, &[]),
        ]);
        let sorted = sorted(&mixed);
        assert_eq!(sorted.iter().map(|step| step.change).collect::<Vec<_>>(), [1, 3, 2, 0]);
        assert_eq!(sorted[2].after, [0], "what it waits for is renumbered");
    }
}
