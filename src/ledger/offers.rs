//! The applications that were deleted for a replacement, by what makes them good.

use std::collections::{BTreeMap, BTreeSet};

use super::format::State;
use crate::model::{Address, AppId, Identity, Template, ZoneId};

/// What a state offers to bring back, to be looked up for many applications.
#[derive(Debug, Default)]
pub struct Offers<'a> {
    by_address: BTreeMap<&'a Address, Vec<&'a AppId>>,
    by_identity: BTreeMap<(&'a ZoneId, Identity), Vec<&'a AppId>>,
}

impl State {
    /// The offers.
    pub fn offers(&self) -> Offers<'_> {
        let mut offers = Offers::default();
        for backup in self.pending_restore.values() {
            if let Some(first) = backup.addresses.first() {
                offers.by_address.entry(first).or_default().push(&backup.id);
            }
            if let Some(identity) = backup.spec().identity() {
                let place = (&backup.zone_id, identity);
                offers.by_identity.entry(place).or_default().push(&backup.id);
            }
        }
        offers
    }
}

impl Offers<'_> {
    /// What is no longer to be offered once this application is at its address: what was deleted for that very address, and what had
    /// its hostname and ports.
    pub fn ended_by(&self, address: &Address, template: &Template) -> BTreeSet<AppId> {
        if self.by_address.is_empty() && self.by_identity.is_empty() {
            return BTreeSet::new();
        }
        let identity = template.fields.identity().map(|identity| (&template.zone_id, identity));
        let of_place = identity.and_then(|place| self.by_identity.get(&place));
        let of_address = self.by_address.get(address);
        let ended = of_address.into_iter().chain(of_place).flatten();
        ended.map(|id| (*id).clone()).collect()
    }
}
