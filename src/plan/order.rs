//! The order of the steps. A step that takes what another frees comes after it. Otherwise creates and updates come before deletes, so that
//! a run that stops half way has added rather than removed. A cycle that no exchange resolves needs a member that may be replaced.

use std::collections::{BTreeMap, BTreeSet};

use super::body;
use super::change::{Action, Call, Change, Reason, Step, Work};
use super::cycles;
use super::guard;
use super::input::Input;
use super::merged::Merged;
use super::quota;
use super::slots::{self, Slots};
use crate::codes;
use crate::finding::Finding;
use crate::model::{Address, AppId, Impact, Live, Tier};

/// The steps of the changes, not yet sorted, and what stands against them.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub(super) steps: Vec<Step>,
    pub(super) findings: Vec<Finding>,
    pub(super) refusals: Vec<Finding>,
    /// Changes that belong together because some of them delete what must go for the others.
    pub(super) made_room: Vec<BTreeSet<usize>>,
}

/// Orders the steps; a change that breaks a cycle becomes a replace.
pub(super) fn order(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
) -> Order {
    let mut order = Order::default();
    let known = Known::new(input);
    loop {
        let (steps, made_room) = steps_of(input, merged, changes, &known);
        let rings = cycles::rings(&steps);
        for ring in &rings {
            let members: Vec<usize> = ring.iter().map(|index| steps[*index].change).collect();
            let free = members.iter().copied().find(|member| may_replace(input, &changes[*member]));
            match free {
                Some(member) => {
                    let change = &mut changes[member];
                    order.refusals.extend(replace(input, merged, change, &known));
                }
                None => order.findings.push(cycle_finding(input, &members, changes)),
            }
        }
        if rings.is_empty() {
            (order.steps, order.made_room) = (steps, made_room);
        }
        if rings.is_empty() || !order.findings.is_empty() {
            return order;
        }
    }
}

/// The steps in the order of the changes, each with those that it waits for; and the changes that make room for others.
fn steps_of(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &[Change],
    known: &Known<'_>,
) -> (Vec<Step>, Vec<BTreeSet<usize>>) {
    let mut steps: Vec<Step> = Vec::new();
    let mut slots: Vec<Slots> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        for (call, held) in calls(merged, change, known) {
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
    let made_room = quota::bind(input, merged, changes, &mut steps);
    bind_renames(changes, &mut steps);
    (steps, made_room)
}

/// Lets a change that takes the address of another application come after the one by which that moves on, so that a chain of renames is
/// followed from its end.
fn bind_renames(changes: &[Change], steps: &mut [Step]) {
    if !changes.iter().any(|change| change.displaces) {
        return;
    }
    let mut leaving: BTreeMap<&Address, Vec<usize>> = BTreeMap::new();
    for (index, step) in steps.iter().enumerate() {
        if let Some(from) = &changes[step.change].from {
            leaving.entry(from).or_default().push(index);
        }
    }
    for index in 0..steps.len() {
        let change = &changes[steps[index].change];
        if let Some(others) = leaving.get(&change.address).filter(|_| change.displaces) {
            quota::wait(steps, index, others);
        }
    }
}

/// What is live, to be found by name and id.
struct Known<'a> {
    live: BTreeMap<&'a AppId, &'a Live>,
    tiers: BTreeMap<&'a str, Tier>,
}

impl<'a> Known<'a> {
    fn new(input: &Input<'a>) -> Known<'a> {
        let live = input.live.iter().flat_map(|zone| &zone.apps).map(|live| (&live.id, live));
        let tiers =
            input.live.iter().rev().filter_map(|zone| Some((zone.name.as_str(), zone.tier?)));
        Known { live: live.collect(), tiers: tiers.collect() }
    }
}

/// The calls of a change with what each frees and takes.
fn calls(
    merged: &BTreeMap<Address, Merged>,
    change: &Change,
    known: &Known<'_>,
) -> Vec<(Call, Slots)> {
    if change.work == Work::Nothing {
        return vec![(Call::Nothing, Slots::default())];
    }
    let zone = &change.address.zone;
    let tier = known.tiers.get(zone.as_str()).copied();
    let now = change
        .app_id
        .as_ref()
        .and_then(|id| known.live.get(id))
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
    known: &Known<'_>,
) -> Option<Finding> {
    let form = &merged.get(&change.address)?.spec;
    let Work::Update { id, .. } = &change.work else { return None };
    let tier = known.tiers.get(change.address.zone.as_str()).copied();
    change.work = Work::Replace { id: id.clone(), body: body::create_body(form, tier) };
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

/// The steps, each after those that it waits for.
fn in_turn(steps: &[Step]) -> Vec<usize> {
    let mut waiting: Vec<usize> = steps.iter().map(|step| step.after.len()).collect();
    let mut waits_for: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    for (index, step) in steps.iter().enumerate() {
        step.after.iter().for_each(|before| waits_for[*before].push(index));
    }
    let mut turn: Vec<usize> = (0..steps.len()).filter(|index| waiting[*index] == 0).collect();
    let mut done = 0;
    while let Some(index) = turn.get(done).copied() {
        done += 1;
        for next in &waits_for[index] {
            waiting[*next] -= 1;
            if waiting[*next] == 0 {
                turn.push(*next);
            }
        }
    }
    turn
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
pub(super) fn sorted(steps: &[Step]) -> Vec<Step> {
    // The depth of a step is the length of the longest way to it, so no step comes before one that it waits for.
    let mut depth = vec![0_usize; steps.len()];
    for index in in_turn(steps) {
        let before = steps[index].after.iter().map(|before| depth[*before] + 1);
        depth[index] = before.max().unwrap_or(0);
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
