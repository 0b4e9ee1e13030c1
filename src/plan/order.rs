//! The order of the steps. A step frees and takes slots (a hostname's transport and ports, an edge address's, a pay-as-you-go zone's protocol);
//! a step that takes what another frees comes after it. Otherwise creates and updates come before deletes, so that a run that stops half way has
//! added rather than removed.

use std::collections::BTreeMap;

use super::change::{Call, Change, Step, Work};
use super::input::Input;
use crate::finding::Finding;
use crate::model::{AppId, Identity, Live, Shape};

/// The steps in an order that can be carried out, or the findings that say why there is none.
pub(super) fn order(input: &Input<'_>, changes: &[Change]) -> (Vec<Step>, Vec<Finding>) {
    let live: BTreeMap<&AppId, &Live> = input.live.iter().flat_map(|zone| &zone.apps).map(|live| (&live.id, live)).collect();
    let mut steps = Vec::new();
    let mut slots: Vec<Slots> = Vec::new();
    for (index, change) in changes.iter().enumerate() {
        let before = change.app_id.as_ref().and_then(|id| live.get(id)).and_then(|live| live.shape.identity());
        let after = input.desired.shapes.get(&change.address).and_then(|shape: &_| Shape::identity(shape));
        for (call, after_step) in calls(change) {
            let needs = after_step.then(|| steps.len() - 1).into_iter().collect();
            slots.push(Slots::of(call, before.clone(), after.clone()));
            steps.push(Step { change: index, call, after: needs });
        }
    }
    add_slot_order(&mut steps, &slots);
    let cycle = find_cycle(&steps);
    let findings = if cycle.is_empty() { Vec::new() } else { vec![cycle_finding(&cycle, &steps, changes)] };
    if cycle.is_empty() { (sorted(&steps), findings) } else { (Vec::new(), findings) }
}

/// The calls of a change, and whether each follows the one before.
fn calls(change: &Change) -> Vec<(Call, bool)> {
    match change.work {
        Work::Create { .. } => vec![(Call::Create, false)],
        Work::Update { .. } => vec![(Call::Update, false)],
        Work::Replace { .. } => vec![(Call::Delete, false), (Call::Create, true)],
        Work::Delete { .. } => vec![(Call::Delete, false)],
        Work::Nothing => vec![(Call::Nothing, false)],
    }
}

/// What a step frees and takes.
#[derive(Debug, Default)]
struct Slots {
    frees: Option<Identity>,
    takes: Option<Identity>,
}

impl Slots {
    fn of(call: Call, before: Option<Identity>, after: Option<Identity>) -> Self {
        match call {
            Call::Create => Slots { frees: None, takes: after },
            Call::Delete => Slots { frees: before, takes: None },
            Call::Update if before != after => Slots { frees: before, takes: after },
            Call::Update | Call::Nothing => Slots::default(),
        }
    }
}

/// Lets each step that takes a slot follow the steps that free it.
fn add_slot_order(steps: &mut [Step], slots: &[Slots]) {
    let mut freeing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, slot) in slots.iter().enumerate() {
        if let Some(identity) = &slot.frees {
            freeing.entry(identity.hostname.to_string()).or_default().push(index);
        }
    }
    for (index, slot) in slots.iter().enumerate() {
        let Some(taken) = &slot.takes else { continue };
        for other in freeing.get(taken.hostname.as_str()).into_iter().flatten().filter(|other| **other != index) {
            let overlaps = slots[*other].frees.as_ref().is_some_and(|freed| {
                freed.protocol.transport == taken.protocol.transport && freed.protocol.ports.overlaps(taken.protocol.ports)
            });
            if overlaps && !steps[index].after.contains(other) {
                steps[index].after.push(*other);
            }
        }
    }
}

/// The members of a cycle; empty when there is none.
fn find_cycle(steps: &[Step]) -> Vec<usize> {
    let mut open = vec![true; steps.len()];
    loop {
        let waits = |index: &usize| open[*index] && steps[*index].after.iter().any(|before| open[*before]);
        let rest: Vec<usize> = (0..steps.len()).filter(waits).collect();
        if rest.len() == open.iter().filter(|open| **open).count() {
            return rest;
        }
        open = vec![false; steps.len()];
        rest.iter().for_each(|index| open[*index] = true);
    }
}

fn cycle_finding(cycle: &[usize], steps: &[Step], changes: &[Change]) -> Finding {
    let mut addresses: Vec<String> = cycle.iter().map(|index| changes[steps[*index].change].address.to_string()).collect();
    addresses.dedup();
    let summary = format!("{} each take the hostname and port that another one frees", addresses.join(", "));
    let why = "none of them can be changed first: two applications may not serve the same hostname and port at the same time";
    Finding::error("cycle", summary, why, "change one of them to a free port first and apply, then change the rest")
}

/// The steps in the order of their dependencies, deletes last among those that are free; what they wait for is renumbered with them.
fn sorted(steps: &[Step]) -> Vec<Step> {
    let mut depth = vec![0_usize; steps.len()];
    for _ in 0..steps.len() {
        let deeper = |index: usize| steps[index].after.iter().map(|before| depth[*before] + 1).max().unwrap_or(0);
        let next: Vec<usize> = (0..steps.len()).map(deeper).collect();
        if next == depth {
            break;
        }
        depth = next;
    }
    let mut order: Vec<usize> = (0..steps.len()).collect();
    let mut needed = vec![false; steps.len()];
    steps.iter().flat_map(|step| &step.after).for_each(|before| needed[*before] = true);
    let last = |index: usize| steps[index].call == Call::Delete && !needed[index];
    let keys: Vec<(bool, usize, usize)> = (0..steps.len()).map(|index| (last(index), depth[index], index)).collect();
    order.sort_by_key(|index| keys[*index]);
    let place: BTreeMap<usize, usize> = order.iter().enumerate().map(|(new, old)| (*old, new)).collect();
    let renumbered =
        |step: &Step| Step { after: step.after.iter().filter_map(|before| place.get(before).copied()).collect(), ..step.clone() };
    order.iter().map(|index| renumbered(&steps[*index])).collect()
}
