//! Writes down that a call is about to be made, and how it ended.

use jiff::Timestamp;

use crate::ledger::{Intent, JournalEntry, StepStarted};
use crate::model::{Address, AppId};
use crate::state::{LockToken, Store, StoreError};

/// The journal of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Journal<'a> {
    pub(super) store: &'a Store,
    /// The right to write it.
    pub(super) token: &'a LockToken,
}

/// A call that is about to be made.
pub(super) struct Beginning<'a> {
    pub(super) step: u32,
    pub(super) address: &'a Address,
    /// What is done, in the plan's word.
    pub(super) action: &'static str,
    /// The live application, unless it is to be created.
    pub(super) app_id: Option<&'a AppId>,
    pub(super) intent: Intent,
}

impl Journal<'_> {
    /// Writes down that the call is about to be made, and what it will have brought about; fails if the lock can no longer be relied
    /// on, and then no call is made.
    pub(super) async fn begin(&self, beginning: Beginning<'_>) -> Result<(), StoreError> {
        let began = StepStarted {
            step: beginning.step,
            address: beginning.address.clone(),
            action: beginning.action.to_owned(),
            app_id: beginning.app_id.cloned(),
            body_hash: None,
            meant: Some(Box::new(beginning.intent)),
            at: Timestamp::now(),
        };
        self.store.append(self.token, &JournalEntry::StepStarted(began)).await?;
        self.store.trust(self.token)
    }

    /// Writes down that the call has taken effect.
    pub(super) async fn took_effect(&self, step: u32, id: &AppId) -> Result<(), StoreError> {
        let (of_run, at) = (self.token.id(), Timestamp::now());
        let entry = JournalEntry::TookEffect { of_run, step, app_id: id.clone(), at };
        self.store.append(self.token, &entry).await
    }

    /// Writes down that the call surely has changed nothing.
    pub(super) async fn failed(
        &self,
        step: u32,
        code: Option<String>,
        why: String,
    ) -> Result<(), StoreError> {
        self.store.append(self.token, &JournalEntry::Failed { step, code, why }).await
    }

    /// Whether a call may be repeated: looking took time, and the lock may have run out meanwhile.
    pub(super) fn may_repeat(&self) -> bool {
        self.store.trust(self.token).is_ok()
    }
}
