//! Work under the state's lock: taken before, given back after, whatever came of the work; and the state written under it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::ledger::State;
use crate::state::{LockToken, Owner, Store, StoreError};

/// The program and its version, as states and saved plans name what wrote them.
pub(super) const TOOL: &str = concat!("spectrumctl ", env!("CARGO_PKG_VERSION"));

/// Does the work under the lock, and returns what came of it with how the lock was given back. `Err` is a lock that was not taken, and
/// then nothing was done.
pub(super) async fn with_lock<T>(
    store: &Store,
    operation: &str,
    timeout: Duration,
    work: impl AsyncFnOnce(&Arc<LockToken>) -> T,
) -> Result<(T, Result<(), StoreError>), StoreError> {
    let token = Arc::new(store.lock(&owner(operation), timeout).await?);
    let done = work(&token).await;
    let released = match Arc::try_unwrap(token) {
        Ok(token) => store.release(token).await,
        // Work that still holds the lock ends with the process, and the lock with it.
        Err(_) => Ok(()),
    };
    Ok((done, released))
}

/// Writes the state, with who wrote it and when.
pub(super) async fn write_state(
    store: &Store,
    token: &LockToken,
    state: State,
) -> Result<(), StoreError> {
    store.write(token, &state.stamped(TOOL, Timestamp::now())).await.map(drop)
}

/// Who this run is, for those who wait for its lock.
fn owner(operation: &str) -> Owner {
    let variable = |names: [&str; 2]| {
        names
            .into_iter()
            .find_map(|name| std::env::var(name).ok())
            .unwrap_or_else(|| "unknown".to_owned())
    };
    let host = std::fs::read_to_string("/etc/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty());
    Owner {
        user: variable(["USER", "USERNAME"]),
        host: host.unwrap_or_else(|| variable(["HOSTNAME", "COMPUTERNAME"])),
        pid: std::process::id(),
        operation: operation.to_owned(),
    }
}
