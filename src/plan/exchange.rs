//! Applications that merely exchange hostnames and ports, two that swap or a ring, exchange instead which live application serves which
//! address: nothing is deleted, and no port is ever opened that the configuration does not hold.

use std::collections::BTreeMap;

use super::input::Input;
use super::three_way::{Pair, ThreeWay};
use crate::model::{Address, Identity, Live, Recorded};

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
    let in_ring: Vec<(usize, usize)> = next
        .iter()
        .map(|(from, to)| (*from, *to))
        .filter(|(from, _)| returns(*from, &next))
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

/// Whether following the exchange from a pair leads back to it.
fn returns(begin: usize, next: &BTreeMap<usize, usize>) -> bool {
    let mut at = begin;
    for _ in 0..next.len() {
        match next.get(&at) {
            Some(to) if *to == begin => return true,
            Some(to) => at = *to,
            None => return false,
        }
    }
    false
}

fn held<'a>(pair: &Pair<'a>) -> Option<(&'a Recorded, &'a Live, Address)> {
    match pair.three_way {
        ThreeWay::Managed { recorded, live, .. } => Some((recorded, live, pair.address.clone())),
        _ => None,
    }
}
