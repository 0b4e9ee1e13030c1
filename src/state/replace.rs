//! Putting one state in the place of another: pure, and the same for a push and a rollback.

use super::format::State;

impl State {
    /// This state as the successor of the one that was found: with its serial, so that the store takes it as made from that, and with its
    /// lineage if it has none of its own. Tombstones of both stay, because an application that was let go must never be deleted as
    /// unmanaged.
    #[must_use]
    pub fn in_place_of(self, found: &State) -> State {
        let lineage = if self.lineage.is_nil() { found.lineage } else { self.lineage };
        let mut released = found.released.clone();
        released.extend(self.released);
        released.retain(|id, _| !self.apps.values().any(|recorded| recorded.id == *id));
        State { lineage, serial: found.serial, released, ..self }
    }
}
