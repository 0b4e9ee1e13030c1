//! Chains of renames: several of our own applications that have new addresses at once, each of which another one had before. What
//! `moved` says comes first; without it hostnames and ports decide, where a chain begins at an address that left the configuration
//! and ends at one that is new. Rings without `moved` are exchanges.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use crate::config::App;
use crate::model::{Address, AppId, Identity, Live, Recorded};

/// What is known of one zone.
pub(super) struct Known<'s, 'a> {
    pub(super) desired: &'s BTreeMap<&'a Address, &'a App>,
    pub(super) recorded: &'s BTreeMap<&'a Address, &'a Recorded>,
    pub(super) live: &'s BTreeMap<&'a AppId, &'a Live>,
}

/// For each address that takes over another one's application the address that it is recorded under.
pub(super) fn find<'a>(input: &Input<'a>, known: &Known<'_, 'a>) -> BTreeMap<Address, Address> {
    let mut renames = by_entries(input, known);
    let taken: BTreeSet<Address> = renames.values().cloned().collect();
    let serving: BTreeMap<Identity, &Address> = known
        .recorded
        .iter()
        .filter_map(|(address, recorded)| {
            Some((known.live.get(&recorded.id)?.spec.identity()?, *address))
        })
        .filter(|(_, address)| !taken.contains(*address))
        .collect();
    let heads = known.desired.keys().filter(|address| {
        !known.recorded.contains_key(**address) && !renames.contains_key(**address)
    });
    let chains: Vec<Vec<(Address, Address)>> =
        heads.filter_map(|head| chain(input, known, &serving, head)).collect();
    for chain in chains {
        if chain.iter().all(|(to, _)| !renames.contains_key(to)) {
            renames.extend(chain);
        }
    }
    renames
}

/// What `moved` says, as far as each application has one new address and no address keeps its own beside another's.
fn by_entries<'a>(input: &Input<'a>, known: &Known<'_, 'a>) -> BTreeMap<Address, Address> {
    let entries = &input.desired.configuration.moved;
    let is_live = |address: &Address| {
        known.recorded.get(address).is_some_and(|recorded| known.live.contains_key(&recorded.id))
    };
    let moves_on = |address: &Address| entries.iter().any(|moved| moved.from == *address);
    let is_filled = |address: &Address| entries.iter().any(|moved| moved.to == *address);
    entries
        .iter()
        .filter(|moved| known.desired.contains_key(&moved.to) && is_live(&moved.from))
        .filter(|moved| !is_live(&moved.to) || moves_on(&moved.to))
        .filter(|moved| !known.desired.contains_key(&moved.from) || is_filled(&moved.from))
        .map(|moved| (moved.to.clone(), moved.from.clone()))
        .collect()
}

/// The renames that end at a new address; none unless they begin at an address that left the configuration and pass another one.
fn chain<'a>(
    input: &Input<'a>,
    known: &Known<'_, 'a>,
    serving: &BTreeMap<Identity, &'a Address>,
    head: &Address,
) -> Option<Vec<(Address, Address)>> {
    let mut chain: Vec<(Address, Address)> = Vec::new();
    let mut to = head.clone();
    for _ in 0..=serving.len() {
        let wanted = input.desired.shapes.get(&to)?.identity()?;
        let from = (*serving.get(&wanted)?).clone();
        if from == to {
            return None;
        }
        chain.push((to, from.clone()));
        if !known.desired.contains_key(&from) {
            return (chain.len() > 1).then_some(chain);
        }
        to = from;
    }
    None
}
