//! Carries a plan out, step by step. Apply makes no choices: the plan holds every body, id and order, and for what can go wrong the way
//! back. Apply may stop or take the prepared way back; it may not decide.
//!
//! Floor 7: names `api`, `state`, `plan` and lower floors.

mod circuit_breaker;
mod group;
mod journal;
mod outcomes;
mod patience;
mod ports;
mod precondition;
mod refusal;
mod refusal_cache;
pub mod report;
mod run;
mod schedule;
mod step_executor;
mod undo;
mod verified_calls;

pub use patience::{Patience, WHILE_DOWN};
pub use refusal::findings_of as explain_refusal;
pub use report::{Outcome, Report, Restored, Status, Tally};
pub use run::{Event, Run, VERIFY_BACKOFF};
