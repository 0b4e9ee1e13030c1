//! What a call brings about once it has taken effect. It is written down before the call is made, so whoever ends the step, the run that
//! made the call or a later one that finds how it ended, records the same.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::change::StateChange;
use crate::model::{Address, AppId, Backup, Kept, Template};

/// One thing that becomes true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// The application is ours and is written so.
    Record {
        /// Its address.
        address: Address,
        /// What is recorded of it.
        template: Box<Template>,
    },
    /// What is recorded under one address is recorded under another.
    Move {
        /// The address it had.
        from: Address,
        /// The address it has.
        to: Address,
    },
    /// The same where another application moves on from the new address.
    Swap {
        /// The address it had before any of them moved.
        from: Address,
        /// The address it has.
        to: Address,
    },
    /// The application is gone.
    Forget {
        /// The address it had.
        address: Address,
    },
    /// The application is no longer ours and keeps running.
    Release {
        /// The address it had.
        address: Address,
    },
    /// The application was deleted so that another can be created in its place; every plan offers to restore it until one is.
    Offer {
        /// What it was.
        backup: Box<Backup>,
    },
    /// The application at an address of which this call overwrites what that address keeps; nothing where the address is served by its
    /// next application already, which has the values.
    Keep {
        /// The address.
        address: Address,
        /// The application that is to serve it.
        id: AppId,
        /// What it keeps.
        kept: Box<Kept>,
    },
    /// An application that was deleted for a replacement is no longer offered.
    Withdraw {
        /// The id that it had.
        id: AppId,
    },
}

impl Effect {
    /// The change of the state, for the application with this id; nothing where a record lacks its application.
    pub fn change(&self, id: Option<&AppId>, at: Timestamp) -> Option<StateChange> {
        Some(match self.clone() {
            Effect::Record { address, template } => {
                StateChange::Put { address, recorded: Box::new(template.with_id(id?)) }
            }
            Effect::Move { from, to } => StateChange::Move { from, to, id: id.cloned() },
            Effect::Swap { from, to } => StateChange::Swap { id: id?.clone(), from, to },
            Effect::Forget { address } => StateChange::Drop { address, released: None },
            Effect::Release { address } => StateChange::Drop { address, released: Some(at) },
            Effect::Offer { backup } => StateChange::Offer { backup },
            Effect::Keep { address, kept, .. } => StateChange::Keep { address, kept },
            Effect::Withdraw { id } => StateChange::Withdraw { id },
        })
    }
}
