//! Work under the state's lock: taken before, given back after, whatever came of the work; and the state written under it.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::activity::Activity;
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::{self, requested, unless_interrupted};
use crate::ledger::{State, Writer};
use crate::state::{LockToken, Owner, Store, StoreError};

/// The program and its version, as states and saved plans name what wrote them.
pub(super) const TOOL: &str = concat!("spectrumctl ", env!("CARGO_PKG_VERSION"));

/// How long a call that takes the lock may still last after an interrupt, so that what it takes is given back.
const LAST_CALL: Duration = Duration::from_secs(1);

/// Why nothing was done under the lock.
#[derive(Debug)]
pub(super) enum NotDone {
    /// It was not taken.
    NotTaken(StoreError),
    /// The run was interrupted; with why the lock was not given back.
    Interrupted(Option<StoreError>),
}

impl From<NotDone> for Failure {
    fn from(not_done: NotDone) -> Failure {
        match not_done {
            NotDone::NotTaken(error) => Failure::from(error),
            NotDone::Interrupted(None) => Failure::interrupted(),
            NotDone::Interrupted(Some(error)) => Failure::from(error).after(Exit::Interrupted),
        }
    }
}

/// Does the work under the lock, and returns what came of it with how the lock was given back. After an `Err`
/// nothing was written.
pub(super) async fn with_lock<T>(
    store: &Store,
    operation: &str,
    timeout: Duration,
    work: impl AsyncFnOnce(&Arc<LockToken>) -> T,
) -> Result<(T, Result<(), StoreError>), NotDone> {
    let _held = interrupt::hold();
    let token = Arc::new(take_lock(store, operation, timeout).await?);
    let done = unless_interrupted(work(&token)).await;
    let released = match Arc::try_unwrap(token) {
        Ok(token) => give_back(store, token).await,
        // Work that still holds the lock ends with the process, and the lock with it.
        Err(_) => Ok(()),
    };
    match done {
        Some(done) => Ok((done, released)),
        None => Err(NotDone::Interrupted(released.err())),
    }
}

async fn give_back(store: &Store, token: LockToken) -> Result<(), StoreError> {
    let _shown = Activity::named("giving back the lock of the state");
    store.release(token).await
}

/// Takes the lock; says that it waits, and how long it still will.
async fn take_lock(
    store: &Store,
    operation: &str,
    timeout: Duration,
) -> Result<LockToken, NotDone> {
    let _shown = match timeout {
        Duration::ZERO => Activity::named("taking the lock of the state"),
        timeout => Activity::until(Instant::now() + timeout, "waiting for the lock of the state"),
    };
    let owner = owner(operation);
    let mut taking = pin!(store.lock(&owner, timeout));
    tokio::select! {
        biased;
        taken = &mut taking => return taken.map_err(NotDone::NotTaken),
        () = requested() => {}
    }
    let released = match tokio::time::timeout(LAST_CALL, taking).await {
        Ok(Ok(token)) => give_back(store, token).await,
        _ => Ok(()),
    };
    Err(NotDone::Interrupted(released.err()))
}

/// Writes the state, with who wrote it and when.
pub(super) async fn write_state(
    store: &Store,
    token: &LockToken,
    operation: &str,
    state: State,
) -> Result<(), StoreError> {
    let _shown = Activity::named("writing the state");
    let _writing = interrupt::writing();
    interrupt::note_write();
    let Owner { user, host, operation, .. } = owner(operation);
    let writer = Writer { user, host, operation };
    store.write(token, &state.stamped(TOOL, Timestamp::now()).by(writer)).await.map(drop)
}

/// Who this run is, for those who wait for its lock.
fn owner(operation: &str) -> Owner {
    let variable = |names: [&str; 2]| {
        names.into_iter().find_map(|name| std::env::var(name).ok()).filter(|name| !name.is_empty())
    };
    let known = |name: Option<String>| name.unwrap_or_else(|| "unknown".to_owned());
    let host = variable(["HOSTNAME", "COMPUTERNAME"]).or_else(|| {
        let name = std::fs::read_to_string("/etc/hostname").ok()?.trim().to_owned();
        Some(name).filter(|name| !name.is_empty())
    });
    Owner {
        user: known(variable(["USER", "USERNAME"])),
        host: known(host),
        pid: std::process::id(),
        operation: operation.to_owned(),
    }
}
