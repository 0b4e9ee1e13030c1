//! Putting one state in the place of another: pure, and the same for a push and a rollback.

use std::collections::BTreeMap;

use super::format::State;

impl State {
    /// This state as the successor of the one that was found: with its serial, so that the store takes it as made from that, and with its
    /// lineage if it has none of its own.
    ///
    /// What comes back may have left the configuration, or its zone, since it was written. So nothing of it is deleted until an apply has
    /// met it: its applications are unconfirmed, no application counts as listed as unmanaged, and the tombstones of both states stay.
    #[must_use]
    pub fn in_place_of(mut self, found: &State) -> State {
        let lineage = if self.lineage.is_nil() { found.lineage } else { self.lineage };
        let mut released = found.released.clone();
        released.extend(self.released);
        released.retain(|id, _| !self.apps.values().any(|recorded| recorded.id == *id));
        self.apps.values_mut().for_each(|recorded| recorded.confirmed = false);
        State { lineage, serial: found.serial, released, unmanaged_seen: BTreeMap::new(), ..self }
    }
}
