//! An application that moves to another zone is deleted in one and created in the other, because a hostname belongs to one zone. That
//! is a replacement: both belong together, and what is deleted is kept until the create has taken effect.

use std::collections::BTreeMap;

use super::change::{Change, Group, Work};
use super::group;
use super::input::Input;
use super::merged::Merged;
use crate::model::{Address, Backup, Identity};

/// Forms a group of each delete and the create in another zone that takes its hostname and ports.
pub(super) fn form(
    input: &Input<'_>,
    merged: &BTreeMap<Address, Merged>,
    changes: &mut [Change],
) -> Vec<Group> {
    let mut groups = Vec::new();
    for create in 0..changes.len() {
        let to = changes[create].address.clone();
        let identity = merged.get(&to).and_then(|merged| merged.spec.identity());
        let (Work::Create { .. }, Some(identity)) = (&changes[create].work, identity) else {
            continue;
        };
        let left = (0..changes.len()).find_map(|delete| {
            let backup = left_behind(input, &changes[delete], &to, &identity)?;
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

/// What a delete takes away whose hostname and ports an application of another zone takes.
fn left_behind(
    input: &Input<'_>,
    change: &Change,
    to: &Address,
    identity: &Identity,
) -> Option<Backup> {
    let (Work::Delete { .. }, true) = (&change.work, change.address.zone != to.zone) else {
        return None;
    };
    let backup = group::former(input, change)?;
    let addresses = vec![to.clone(), change.address.clone()];
    (backup.spec().identity().as_ref() == Some(identity)).then_some(Backup { addresses, ..backup })
}
