//! What earlier runs have left open in the journal, for the plan to recover, and what it found, to be recorded.

use crate::ledger::{JournalEntry, Snapshot, StateChange};
use crate::plan::recover::{InFlightCall, Recovery};
use crate::state::{LockToken, Store, StoreError};

/// The calls that were begun and of which no end is known.
pub(super) fn in_flight_calls(snapshot: &Snapshot) -> Vec<InFlightCall> {
    let open = snapshot.open_steps.iter().filter_map(|open_steps| {
        let began = &open_steps.began;
        let meant = began.meant.as_deref()?;
        Some(InFlightCall {
            address: began.address.clone(),
            zone_id: meant.zone_id.clone(),
            app_id: began.app_id.clone(),
            recorded: meant.recorded.clone(),
            former: meant.former.clone(),
            at: began.at,
        })
    });
    open.collect()
}

/// Writes down what was found of them, and what else is to be noted before anything is done.
pub(super) async fn note(
    store: &impl Store,
    token: &LockToken,
    settled: &[Recovery],
    edits: Vec<StateChange>,
) -> Result<(), StoreError> {
    let found = settled.iter().map(|settlement| match settlement.clone() {
        Recovery::Is { address, recorded } => StateChange::Put { address, recorded },
        Recovery::Gone { address, former: Some(former) } => {
            StateChange::Lost { address, former: Some(former) }
        }
        Recovery::Gone { address, former: None } => StateChange::Drop { address, released: None },
    });
    for edit in found.chain(edits) {
        store.append(token, &JournalEntry::Done { step: None, edit }).await?;
    }
    Ok(())
}
