//! What earlier runs have left open in the journal, for the plan to settle, and what it found, to be written down.

use crate::plan::settle::{Open, Settlement};
use crate::state::{Edit, Entry, LockToken, Snapshot, Store, StoreError};

/// The calls that were begun and of which no end is known.
pub(super) fn open_calls(snapshot: &Snapshot) -> Vec<Open> {
    let open = snapshot.unsettled.iter().filter_map(|unsettled| {
        let began = &unsettled.began;
        let meant = began.meant.as_deref()?;
        Some(Open {
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
    settled: &[Settlement],
    edits: Vec<Edit>,
) -> Result<(), StoreError> {
    let found = settled.iter().map(|settlement| match settlement.clone() {
        Settlement::Is { address, recorded } => Edit::Put { address, recorded },
        Settlement::Gone { address, former: Some(former) } => {
            Edit::Lost { address, former: Some(former) }
        }
        Settlement::Gone { address, former: None } => Edit::Drop { address, released: None },
    });
    for edit in found.chain(edits) {
        store.append(token, &Entry::Done { step: None, edit }).await?;
    }
    Ok(())
}
