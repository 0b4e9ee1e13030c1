//! What a prepared way back consists of: the calls that take steps back, with the body, the condition and the effects of each.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::ledger::Effect;

/// The way back of steps that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WayBack {
    /// The steps. Once one of them begins, all are finished; once one [fails](WayBack::is_called_for), the others do not begin any
    /// more, and the way back is gone as soon as none of them runs.
    pub steps: Vec<usize>,
    /// What is done then, in this order.
    pub compensations: Vec<Compensation>,
}

/// One call of a way back. It is made only if the step that it takes back has taken effect.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compensation {
    /// The change whose application is brought back.
    pub change: usize,
    /// The step that it takes back.
    pub undoes: usize,
    /// The call.
    pub undo: Undo,
    /// The compensation before it that must have left nothing behind: what a create has made would be in the way of what comes back.
    pub after: Option<usize>,
    /// What is true once it has taken effect.
    pub effects: Vec<Effect>,
}

/// The call that takes a step back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "call", rename_all = "lowercase")]
pub enum Undo {
    /// What the step has created is deleted; where its answer got lost, what it has made is looked for first.
    Delete,
    /// What the step has deleted is created as it was.
    Create {
        /// What it was.
        body: Map<String, Json>,
    },
}

/// How a step ended, as far as a way back asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepEnd {
    /// It has taken effect.
    TookEffect,
    /// It has changed nothing.
    NoEffect,
    /// It may have taken effect.
    Unknown,
}
