//! The applications that are ours, by address, and found by id too once somebody asks: replacing ten thousand of them looks through none.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::model::{Address, AppId, Recorded};

/// The recorded applications. In a state they are an object, by address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordedApps {
    apps: BTreeMap<Address, Recorded>,
    /// The addresses that hold each id: made when it is first needed, and kept true from then on.
    #[serde(skip)]
    holders: Option<BTreeMap<AppId, BTreeSet<Address>>>,
}

impl PartialEq for RecordedApps {
    fn eq(&self, other: &RecordedApps) -> bool {
        self.apps == other.apps
    }
}

impl Deref for RecordedApps {
    type Target = BTreeMap<Address, Recorded>;
    fn deref(&self) -> &Self::Target {
        &self.apps
    }
}

impl FromIterator<(Address, Recorded)> for RecordedApps {
    fn from_iter<T: IntoIterator<Item = (Address, Recorded)>>(apps: T) -> RecordedApps {
        RecordedApps { apps: apps.into_iter().collect(), holders: None }
    }
}

impl<'a> IntoIterator for &'a RecordedApps {
    type Item = (&'a Address, &'a Recorded);
    type IntoIter = btree_map::Iter<'a, Address, Recorded>;
    fn into_iter(self) -> Self::IntoIter {
        self.apps.iter()
    }
}

impl RecordedApps {
    /// Records an application, and gives what was recorded at its address before.
    pub fn insert(&mut self, address: Address, recorded: Recorded) -> Option<Recorded> {
        if let Some(holders) = &mut self.holders {
            holders.entry(recorded.id.clone()).or_default().insert(address.clone());
        }
        let former = self.apps.insert(address.clone(), recorded);
        let is_kept = |id: &AppId| self.apps.get(&address).is_some_and(|now| now.id == *id);
        if let Some(gone) = former.as_ref().filter(|former| !is_kept(&former.id)) {
            self.leave(&gone.id, &address);
        }
        former
    }

    /// Forgets the application of an address.
    pub fn remove(&mut self, address: &Address) -> Option<Recorded> {
        let gone = self.apps.remove(address)?;
        self.leave(&gone.id, address);
        Some(gone)
    }

    /// The addresses, and nothing else.
    pub fn into_addresses(self) -> impl Iterator<Item = Address> {
        self.apps.into_keys()
    }

    /// The application of an address, to be changed.
    pub fn get_mut(&mut self, address: &Address) -> Option<&mut Recorded> {
        self.holders = None;
        self.apps.get_mut(address)
    }

    /// All applications, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Recorded> {
        self.holders = None;
        self.apps.values_mut()
    }

    /// The first other address at which the same id is recorded.
    pub(super) fn other_holder(&mut self, id: &AppId, address: &Address) -> Option<Address> {
        let apps = &self.apps;
        let holders = self.holders.get_or_insert_with(|| {
            let mut holders: BTreeMap<AppId, BTreeSet<Address>> = BTreeMap::new();
            for (at, recorded) in apps {
                holders.entry(recorded.id.clone()).or_default().insert(at.clone());
            }
            holders
        });
        holders.get(id)?.iter().find(|at| *at != address).cloned()
    }

    fn leave(&mut self, id: &AppId, address: &Address) {
        let Some(holders) = &mut self.holders else { return };
        if let Some(at) = holders.get_mut(id) {
            at.remove(address);
            if at.is_empty() {
                holders.remove(id);
            }
        }
    }
}
