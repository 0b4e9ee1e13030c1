//! Carries a plan out, step by step. Apply makes no choices: the plan holds every body, id and order; apply may stop, it may not
//! decide.
//!
//! Floor 7: names `api`, `state`, `plan` and lower floors.

mod circuit_breaker;
mod group;
mod precondition;
mod refusal;
mod refusal_cache;
pub mod report;
mod run;
mod schedule;
mod step_executor;
mod undo;
mod verified_calls;

pub use refusal::findings_of as explain_refusal;
pub use report::{Outcome, Report, Restored, Status, Tally};
pub use run::{Event, Run, VERIFY_BACKOFF};
