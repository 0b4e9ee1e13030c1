//! What is deleted because the IPv4 quota has no room for something else is replaced by that: both belong together, and what is deleted is
//! kept until the other has taken effect.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Group, Work};
use super::input::{Input, LiveZone};
use super::merged::Merged;
use super::way_back;
use crate::model::{Address, AppId, Backup, Live, ZoneId};

/// Forms a group of each of these sets of changes, unless one of them has a way back already.
pub(super) fn form(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
    made_room: &[BTreeSet<usize>],
) -> Vec<Group> {
    if made_room.is_empty() {
        return Vec::new();
    }
    let apps = input.live.iter().flat_map(|zone| zone.apps.iter().map(move |live| (zone, live)));
    let live: Apps<'_> = apps.map(|(zone, live)| ((&zone.id, &live.id), (zone, live))).collect();
    made_room.iter().filter_map(|room| group(input, merged, changes, room, &live)).collect()
}

type Apps<'a> = BTreeMap<(&'a ZoneId, &'a AppId), (&'a LiveZone, &'a Live)>;

fn group(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
    room: &BTreeSet<usize>,
    live: &Apps<'_>,
) -> Option<Group> {
    let is_delete = |index: &usize| matches!(changes[*index].work, Work::Delete { .. });
    let (deletes, takers): (Vec<usize>, Vec<usize>) = room.iter().copied().partition(is_delete);
    let taker = &changes[*takers.first()?];
    let hostname = merged.get(&taker.address)?.spec.hostname()?.to_string();
    if room.iter().any(|index| changes[*index].backup.is_some()) {
        return None;
    }
    let to = taker.address.clone();
    for index in deletes {
        let change = &changes[index];
        let gone = change.app_id.as_ref().and_then(|id| live.get(&(&change.zone_id, id)));
        let Some((zone, live)) = gone else { continue };
        let addresses = vec![to.clone(), change.address.clone()];
        let backup = Backup { addresses, ..way_back::former_of(input, change, zone, live) };
        changes[index].backup = Some(Box::new(backup));
    }
    let members: BTreeSet<Address> =
        room.iter().map(|index| changes[*index].address.clone()).collect();
    Some(Group { hostname, members: members.into_iter().collect() })
}
