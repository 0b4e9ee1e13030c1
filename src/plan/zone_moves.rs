//! An application that moves to another zone is deleted in one and created in the other, because a hostname belongs to one zone. That
//! is a replacement: both belong together, and what is deleted is kept until the create has taken effect.

use std::collections::BTreeMap;

use super::change::{Change, Group, Work};
use super::input::{Input, LiveZone};
use super::merged::Merged;
use super::way_back;
use crate::model::{Address, AppId, Backup, Identity, Live, ZoneId};

/// Forms a group of each delete and the create in another zone that takes its hostname and ports.
pub(super) fn form(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
) -> Vec<Group> {
    let mut groups = Vec::new();
    let deletes = deletes(input, changes);
    for create in 0..changes.len() {
        let Work::Create { .. } = &changes[create].work else { continue };
        let to = changes[create].address.clone();
        let Some(identity) = merged.get(&to).and_then(|merged| merged.spec.identity()) else {
            continue;
        };
        let same = deletes.get(&identity).into_iter().flatten();
        let left = same.copied().find_map(|(delete, zone, live)| {
            let backup = left_behind(input, &changes[delete], &to, (zone, live))?;
            Some((delete, backup))
        });
        let Some((delete, backup)) = left else { continue };
        let mut members = vec![to, changes[delete].address.clone()];
        members.sort();
        changes[delete].backup = Some(Box::new(backup));
        groups.push(Group { hostname: identity.hostname.to_string(), members });
    }
    groups
}

/// The deletes by the hostname and ports that each gives up, in order, with what each deletes.
type Deletes<'a> = BTreeMap<Identity, Vec<(usize, &'a LiveZone, &'a Live)>>;

fn deletes<'a>(input: &Input<'a>, changes: &[Change]) -> Deletes<'a> {
    let is_delete = |index: &usize| matches!(changes[*index].work, Work::Delete { .. });
    let numbers: Vec<usize> = (0..changes.len()).filter(is_delete).collect();
    let mut deletes = Deletes::new();
    if numbers.is_empty() {
        return deletes;
    }
    let apps = input.live.iter().flat_map(|zone| zone.apps.iter().map(move |live| (zone, live)));
    let live: BTreeMap<(&ZoneId, &AppId), (&LiveZone, &Live)> =
        apps.map(|(zone, live)| ((&zone.id, &live.id), (zone, live))).collect();
    for index in numbers {
        let Change { zone_id, app_id, .. } = &changes[index];
        let gone = app_id.as_ref().and_then(|id| live.get(&(zone_id, id)).copied());
        let Some((zone, live)) = gone else { continue };
        if let Some(identity) = live.spec.identity() {
            deletes.entry(identity).or_default().push((index, zone, live));
        }
    }
    deletes
}

/// What a delete takes away whose hostname and ports an application of another zone takes.
fn left_behind(
    input: &Input<'_>,
    change: &Change,
    to: &Address,
    (zone, live): (&LiveZone, &Live),
) -> Option<Backup> {
    if change.address.zone == to.zone {
        return None;
    }
    let backup = way_back::former_of(input, change, zone, live);
    Some(Backup { addresses: vec![to.clone(), change.address.clone()], ..backup })
}
