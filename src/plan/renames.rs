//! Chains of renames: several of our own applications that have new addresses at once, each of which another one had before. What
//! `moved` says comes first; without it hostnames and ports decide, where a chain begins at an address that left the configuration
//! and ends at one that is new. Rings without `moved` are exchanges.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Input;
use crate::config::{App, Moved};
use crate::model::{Address, AppId, Identity, Live, Recorded};

/// What is known of one zone.
pub(super) struct Known<'s, 'a> {
    pub(super) desired: &'s BTreeMap<&'a Address, &'a App>,
    pub(super) recorded: &'s BTreeMap<&'a Address, &'a Recorded>,
    pub(super) live: &'s BTreeMap<&'a AppId, &'a Live>,
}

/// The entries of `moved`, grouped once for all zones.
pub(super) struct Moves<'a> {
    by_zone: BTreeMap<&'a str, Vec<&'a Moved>>,
    from: BTreeSet<&'a Address>,
    to: BTreeSet<&'a Address>,
}

impl<'a> Moves<'a> {
    pub(super) fn new(input: &Input<'a>) -> Moves<'a> {
        let entries = &input.desired.configuration.moved;
        let mut by_zone: BTreeMap<&str, Vec<&Moved>> = BTreeMap::new();
        for moved in entries {
            by_zone.entry(&moved.to.zone).or_default().push(moved);
        }
        let from = entries.iter().map(|moved| &moved.from).collect();
        Moves { by_zone, from, to: entries.iter().map(|moved| &moved.to).collect() }
    }
}

/// For each address of a zone that takes over another one's application the address that it is recorded under.
pub(super) fn find<'a>(
    input: &Input<'a>,
    moves: &Moves<'a>,
    known: &Known<'_, 'a>,
    zone: &str,
) -> BTreeMap<Address, Address> {
    let identity_of = |recorded: &Recorded| known.live.get(&recorded.id)?.spec.identity();
    let serving = known.recorded.iter().map(|(address, recorded)| (*address, recorded));
    let serving = serving.filter_map(|(address, known)| Some((identity_of(known)?, address)));
    let mut serving: BTreeMap<Identity, &Address> = serving.collect();
    let mut renames = by_entries(input, moves, known, (zone, &serving));
    let taken: BTreeSet<Address> = renames.values().cloned().collect();
    serving.retain(|_, address| !taken.contains(*address));
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

/// What `moved` says, as far as each application has one new address and no address keeps its own beside another's. Entries that lead on
/// from one another may have been followed in part; where hostnames and ports say of each of them which application is meant, they
/// decide.
fn by_entries<'a>(
    input: &Input<'a>,
    moves: &Moves<'a>,
    known: &Known<'_, 'a>,
    (zone, serving): (&str, &BTreeMap<Identity, &'a Address>),
) -> BTreeMap<Address, Address> {
    let of_zone = moves.by_zone.get(zone).map(Vec::as_slice).unwrap_or_default();
    let mut followed = BTreeMap::new();
    let mut by_address = Vec::new();
    for entries in linked(of_zone) {
        match by_identity(input, &entries, serving) {
            Some(renames) => followed.extend(renames),
            None => by_address.extend(entries),
        }
    }
    followed.extend(by_address_alone(moves, known, by_address));
    followed
}

/// The entries in groups that lead on from one another.
fn linked<'a>(entries: &[&'a Moved]) -> Vec<Vec<&'a Moved>> {
    let next: BTreeMap<&Address, &'a Moved> =
        entries.iter().map(|moved| (&moved.from, *moved)).collect();
    let targets: BTreeSet<&Address> = entries.iter().map(|moved| &moved.to).collect();
    let (heads, others): (Vec<&'a Moved>, Vec<&'a Moved>) =
        entries.iter().copied().partition(|moved| !targets.contains(&moved.from));
    let mut seen: BTreeSet<(&Address, &Address)> = BTreeSet::new();
    let mut groups = Vec::new();
    for head in heads.into_iter().chain(others) {
        let mut group = Vec::new();
        let mut at = Some(head);
        while let Some(moved) = at.filter(|moved| seen.insert((&moved.from, &moved.to))) {
            group.push(moved);
            at = next.get(&moved.to).copied();
        }
        groups.push(group);
    }
    groups.retain(|group| !group.is_empty());
    groups
}

/// The renames of entries that lead on from one another, of which each new address has the hostname and ports of an application that one
/// of their addresses has.
fn by_identity(
    input: &Input<'_>,
    entries: &[&Moved],
    serving: &BTreeMap<Identity, &Address>,
) -> Option<Vec<(Address, Address)>> {
    if entries.len() < 2 {
        return None;
    }
    let own: BTreeSet<&Address> =
        entries.iter().flat_map(|moved| [&moved.from, &moved.to]).collect();
    let rename = |moved: &&Moved| {
        let wanted = input.desired.shapes.get(&moved.to)?.identity()?;
        let at = serving.get(&wanted).copied().filter(|at| own.contains(at))?;
        Some((moved.to.clone(), at.clone()))
    };
    let renames: Option<Vec<(Address, Address)>> = entries.iter().map(rename).collect();
    renames.map(|renames| renames.into_iter().filter(|(to, at)| to != at).collect())
}

/// What entries say by the addresses that they name.
fn by_address_alone<'a>(
    moves: &Moves<'a>,
    known: &Known<'_, 'a>,
    entries: Vec<&'a Moved>,
) -> Vec<(Address, Address)> {
    let is_live = |address: &Address| {
        known.recorded.get(address).is_some_and(|recorded| known.live.contains_key(&recorded.id))
    };
    let moves_on = |address: &Address| moves.from.contains(address);
    let is_filled = |address: &Address| moves.to.contains(address);
    entries
        .into_iter()
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
