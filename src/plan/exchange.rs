//! Applications that merely exchange hostnames and ports, two that swap or a ring, exchange instead which live application serves which
//! address: nothing is deleted, and no port is ever opened that the configuration does not hold.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Call, Change, Step, Work};
use super::expect::{Gives, Takes};
use super::input::Input;
use super::three_way::{Pair, ThreeWay};
use crate::ledger::State;
use crate::model::{Address, AppId, Field, Identity, Live, Recorded};

/// Lets the members of each ring of pairs serve each other's addresses.
pub(super) fn exchange(input: &Input<'_>, pairs: &mut [Pair<'_>]) {
    let moving: Vec<(usize, Identity, Identity)> = pairs
        .iter()
        .enumerate()
        .filter_map(|(index, pair)| exchanged_identities(input, index, pair))
        .collect();
    let serving: BTreeMap<&Identity, usize> =
        moving.iter().map(|(index, now, _)| (now, *index)).collect();
    let next: BTreeMap<usize, usize> = moving
        .iter()
        .filter_map(|(index, _, wanted)| Some((*index, *serving.get(wanted)?)))
        .collect();
    let rings = rings(&next);
    let in_ring: Vec<(usize, usize)> = next
        .iter()
        .map(|(from, to)| (*from, *to))
        .filter(|(from, _)| rings.contains(from))
        .collect();
    let former: Vec<(&Recorded, &Live, Address)> =
        in_ring.iter().filter_map(|(_, to)| held(&pairs[*to])).collect();
    for ((index, _), (recorded, live, address)) in in_ring.into_iter().zip(former) {
        if let ThreeWay::Managed { desired, recorded: applied, live: own } = pairs[index].three_way
        {
            pairs[index].own = Some((applied, own));
            pairs[index].three_way = ThreeWay::Managed { desired, recorded, live };
            pairs[index].from = Some(address);
            pairs[index].exchanged = true;
        }
    }
}

/// The identity that a managed pair has and the one it wants, where they differ.
fn exchanged_identities(
    input: &Input<'_>,
    index: usize,
    pair: &Pair<'_>,
) -> Option<(usize, Identity, Identity)> {
    let ThreeWay::Managed { live, .. } = pair.three_way else { return None };
    let wanted = input.desired.shapes.get(&pair.address)?.identity()?;
    let now = live.spec.identity()?;
    (now != wanted && pair.from.is_none()).then_some((index, now, wanted))
}

/// The pairs from which following the exchange leads back to them. Each is walked over once.
fn rings(next: &BTreeMap<usize, usize>) -> BTreeSet<usize> {
    let mut rings = BTreeSet::new();
    let mut walked: BTreeMap<usize, usize> = BTreeMap::new();
    for begin in next.keys() {
        let mut at = *begin;
        while let (false, Some(to)) = (walked.contains_key(&at), next.get(&at)) {
            walked.insert(at, *begin);
            at = *to;
        }
        // Only a walk that meets itself has found a ring, and one that is known has all its members.
        while walked.get(&at) == Some(begin) && rings.insert(at) {
            at = next[&at];
        }
    }
    rings
}

fn held<'a>(pair: &Pair<'a>) -> Option<(&'a Recorded, &'a Live, Address)> {
    match pair.three_way {
        ThreeWay::Managed { recorded, live, .. } => Some((recorded, live, pair.address.clone())),
        _ => None,
    }
}

/// Lets every application be read from which another address takes values over, before either of them is written; what is taken over
/// may have any value until then.
pub(super) fn bind(recorded: &State, steps: &mut Vec<Step>, changes: &mut [Change]) {
    let takers: Vec<(usize, Takes)> = (0..changes.len())
        .filter_map(|taker| Some((taker, changes[taker].expects.as_ref()?.takes.clone()?)))
        .collect();
    if takers.is_empty() {
        return;
    }
    let by_id: BTreeMap<&AppId, usize> = changes
        .iter()
        .enumerate()
        .filter_map(|(index, change)| Some((change.app_id.as_ref()?, index)))
        .collect();
    let givers: Vec<(usize, usize, BTreeSet<Field>)> = takers
        .into_iter()
        .filter_map(|(taker, takes)| Some((taker, *by_id.get(&takes.from)?, takes.fields)))
        .collect();
    // A change that sends nothing is read only for this: whether it still has the values that it takes over.
    let is_unsent = |change: &usize| changes[*change].work == Work::Nothing;
    let unsent = givers.iter().map(|(taker, ..)| *taker).filter(is_unsent);
    let read: BTreeSet<usize> = givers.iter().map(|(_, giver, _)| *giver).chain(unsent).collect();
    let step_of: BTreeMap<usize, usize> =
        read.iter().enumerate().map(|(step, giver)| (*giver, step)).collect();
    let mut needed: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (taker, giver, _) in &givers {
        for change in [taker, giver] {
            let needed = needed.entry(*change).or_default();
            needed.insert(step_of[giver]);
            needed.extend(step_of.get(taker));
        }
    }
    for step in steps.iter_mut() {
        step.after.iter_mut().for_each(|before| *before += read.len());
        step.after.extend(needed.get(&step.change).into_iter().flatten());
    }
    let given: Vec<(usize, Gives)> = givers
        .iter()
        .filter_map(|(taker, giver, fields)| {
            let (to, id) = (changes[*taker].address.clone(), changes[*taker].app_id.clone()?);
            let applied = recorded.apps.get(&to).map(|recorded| recorded.fields.clone());
            let applied = applied.unwrap_or_default();
            Some((*giver, Gives { to, id, fields: fields.clone(), applied }))
        })
        .collect();
    let first = |change: &usize| Step { change: *change, call: Call::Read, after: Vec::new() };
    steps.splice(0..0, read.iter().map(first));
    for (giver, gives) in given {
        if let Some(expects) = &mut changes[giver].expects {
            expects.gives = Some(gives);
        }
    }
    for (_, giver, fields) in givers {
        if let Some(expects) = &mut changes[giver].expects {
            expects.free.extend(fields);
        }
    }
}
