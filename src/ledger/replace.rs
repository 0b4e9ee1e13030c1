//! Putting one state in the place of another: pure, and the same for a push and a rollback.

use std::collections::BTreeSet;

use super::format::State;
use crate::model::AppId;

impl State {
    /// This state as the successor of the one that was found: with its serial, so that the store takes it as made from that, and with its
    /// lineage if it has none of its own.
    ///
    /// What comes back may have left the configuration, or its zone, since it was written. So nothing of it is deleted until an apply has
    /// met it: its applications are unconfirmed, no application counts as listed as unmanaged, and the tombstones of both states stay. Where the state that was found does not remember
    /// every release, neither does this one. What was deleted for a replacement and is not
    /// back stays offered: which of that is so, the state that was found knows later than an earlier one of its lineage.
    #[must_use]
    pub fn in_place_of(mut self, found: &State) -> State {
        let lineage = if self.lineage.is_nil() { found.lineage } else { self.lineage };
        self.doubt();
        let mut released = found.released.clone();
        released.extend(self.released);
        let ours: BTreeSet<&AppId> = self.apps.values().map(|recorded| &recorded.id).collect();
        released.retain(|id, _| !ours.contains(id));
        let mut pending_restore = found.pending_restore.clone();
        if lineage != found.lineage {
            pending_restore.extend(self.pending_restore);
        }
        let mut kept = found.kept.clone();
        if lineage != found.lineage {
            kept.extend(self.kept);
        }
        let noted = found.noted.as_ref().map(|_| BTreeSet::new()).or(self.noted);
        State { pending_restore, kept, lineage, serial: found.serial, released, noted, ..self }
    }

    /// Holds every delete back until an apply has met what is to be deleted: what was recorded after this state is unknown.
    pub(super) fn doubt(&mut self) {
        self.apps.values_mut().for_each(|recorded| recorded.confirmed = false);
        self.unmanaged_seen.clear();
    }
}
