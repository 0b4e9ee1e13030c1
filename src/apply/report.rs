//! What came of an apply: one entry per change, counted by how it really ended.

use crate::finding::Finding;
use crate::model::{Address, AppId};
use crate::plan::Action;

/// How a change ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is done and written down.
    Done,
    /// It was refused, or did not come out as it was meant to.
    Failed,
    /// It was not begun.
    Skipped,
    /// The call may or may not have taken effect; the next plan looks.
    Unknown,
    /// Nothing was sent, because the application was changed since the plan was made.
    Stale,
}

/// Whether what a failed group of replacements had deleted was brought back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// All of it.
    Whole,
    /// Some of it.
    Partial,
    /// None of it.
    Nothing,
}

impl serde::Serialize for Restored {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Restored::Whole => serializer.serialize_bool(true),
            Restored::Partial => serializer.serialize_str("partial"),
            Restored::Nothing => serializer.serialize_bool(false),
        }
    }
}

/// What came of one change.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The address.
    pub address: Address,
    /// What was to be done.
    pub action: Action,
    /// How it ended.
    pub status: Status,
    /// The live application's id, once it is known.
    pub app_id: Option<AppId>,
    /// How many times a call was made for it.
    pub attempts: u32,
    /// Whether what its group had deleted was brought back; nothing where there was nothing to bring back.
    pub restored: Option<Restored>,
    /// Whether this very application was brought back; `app_id` is the one that it has now.
    pub is_back: bool,
    /// The addresses whose failure kept it from being begun.
    pub blocked_by: Vec<Address>,
    /// Why it failed or is unknown.
    pub error: Option<Box<Finding>>,
    /// What else the API's answer says is wrong.
    pub further: Vec<Finding>,
}

/// What came of an apply.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The changes in the plan's order.
    pub outcomes: Vec<Outcome>,
    /// Whether it was interrupted.
    pub interrupted: bool,
    /// Whether it ran against a simulator.
    pub simulated: bool,
    /// Why the run ended before everything was begun, besides an interruption and a failure of the state.
    pub ended_early: Option<Box<Finding>>,
    /// How many live applications were read again right before they were written.
    pub reads: usize,
    /// A failure of the state itself, which ends the run.
    pub state_failure: Option<Box<Finding>>,
}

/// How many changes ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[expect(missing_docs, reason = "each field counts the status of its name")]
pub struct Tally {
    pub done: usize,
    pub failed: usize,
    pub skipped: usize,
    pub unknown: usize,
    pub stale: usize,
}

impl Report {
    /// How many changes ended how.
    pub fn tally(&self) -> Tally {
        let count = |status: Status| {
            self.outcomes.iter().filter(|outcome| outcome.status == status).count()
        };
        Tally {
            done: count(Status::Done),
            failed: count(Status::Failed),
            skipped: count(Status::Skipped),
            unknown: count(Status::Unknown),
            stale: count(Status::Stale),
        }
    }

    /// Whether nothing was done, because every application was changed since the plan was made.
    pub fn is_stale(&self) -> bool {
        let tally = self.tally();
        tally.stale > 0 && tally.done + tally.failed + tally.unknown == 0
    }

    /// Whether every change is done.
    pub fn is_complete(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.status == Status::Done)
    }
}
