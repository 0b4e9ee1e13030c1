//! The state with what every command on it needs beside it, and the one way in which it is changed.

use std::sync::Arc;
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::lock::{with_lock, write_state};
use crate::cli::output::Output;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Condition, Snapshot, State};
use crate::plan::{Pattern, nearest, unmatched_pattern};
use crate::state::{LockToken, Store};

/// The state with what every command on it needs beside it.
pub(super) struct StateAccess<'a> {
    pub(super) context: &'a Context,
    pub(super) loaded: &'a Loaded,
    pub(super) store: Arc<Store>,
    pub(super) output: Output,
    pub(super) lock_timeout: Duration,
}

impl StateAccess<'_> {
    /// Replaces the state, under the lock, by what is made of it; nothing is written when that fails.
    pub(super) async fn change<T>(
        &self,
        operation: &str,
        make: impl AsyncFnOnce(Snapshot) -> Result<(State, T), Failure>,
    ) -> Result<T, Failure> {
        let work = async |token: &Arc<LockToken>| {
            let (state, done) = make(self.store.read().await?).await?;
            write_state(&self.store, token, operation, state).await?;
            Ok::<T, Failure>(done)
        };
        let (written, released) =
            with_lock(&self.store, operation, self.lock_timeout, work).await?;
        let done = written?;
        released?;
        Ok(done)
    }

    /// Says what was done.
    pub(super) fn say(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        self.output.write(|_, _, out| writeln!(out, "{text}"))
    }
}

/// A state that may be edited: one that was read. A damaged one is restored first.
pub(super) fn readable(snapshot: Snapshot) -> Result<State, Failure> {
    match &snapshot.condition {
        Condition::Read => Ok(snapshot.state),
        Condition::Absent => Err(refused(
            "there is no state yet",
            "run `spectrumctl apply`, which writes the first one, or `spectrumctl state rebuild`, which makes one of what is live",
        )),
        Condition::Broken { why } => Err(refused(
            &format!("the state is damaged: {why}"),
            "restore an earlier version with `spectrumctl state rollback`, or run `spectrumctl state rebuild`",
        )),
    }
}

/// Refuses a pattern that matches no application of the state.
pub(super) fn must_match(pattern: &Pattern, state: &State) -> Result<(), Failure> {
    let apps = state.apps.iter();
    let addresses = apps.map(|(address, app)| (address.clone(), app.labels.clone())).collect();
    let unmatched = unmatched_pattern("the pattern", pattern, &addresses, "the state");
    let all = "run `spectrumctl state list` to see what it has";
    unmatched.map_or(Ok(()), |text| Err(Failure::usage(format!("{text}; {all}"))))
}

/// What to do about an address that the state does not have.
pub(super) fn look_at_list(address: &str, state: &State) -> String {
    let near = nearest(address, state.apps.keys().map(ToString::to_string));
    let near = near.map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    format!("{near}run `spectrumctl state list` to see what it has")
}

/// A change that cannot be made.
pub(super) fn refused(summary: &str, fix: &str) -> Failure {
    Failure::from(Finding::new(&codes::STATE_EDIT, summary).fix(fix))
}
