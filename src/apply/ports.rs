//! What a task of a run works with: the ports to the world, and the plan.

use std::sync::Arc;
use std::time::Duration;

use super::journal::Journal;
use super::patience::Patience;
use super::verified_calls::VerifiedCalls;
use crate::api::Client;
use crate::model::ZoneId;
use crate::plan::Plan;
use crate::state::{LockToken, Store};

/// What a task of the run works with.
pub(super) struct Ports {
    pub(super) api: Arc<Client>,
    pub(super) store: Arc<Store>,
    pub(super) token: Arc<LockToken>,
    pub(super) plan: Arc<Plan>,
    pub(super) looks: Arc<[Duration]>,
    pub(super) patience: Option<Patience>,
}

impl Ports {
    /// The calls of a zone.
    pub(super) fn calls<'a>(&'a self, zone: &'a ZoneId) -> VerifiedCalls<'a> {
        VerifiedCalls {
            api: &self.api,
            journal: Journal { store: &self.store, token: &self.token },
            zone,
            known: &self.plan.known,
            looks: &self.looks,
            patience: self.patience,
        }
    }
}
