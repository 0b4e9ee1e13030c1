//! The plan: what is desired, recorded and live, to what is to be done. Synchronous and pure: no clock, no file, no socket, no
//! environment; everything it depends on stands in [`Input`].
//!
//! Floor 5: names `validate`, `config`, `diff`, `codes`, `model` and `finding`.

mod body;
pub mod change;
mod decide;
mod digest;
mod drift;
mod drift_report;
mod effects;
mod entries;
mod exchange;
mod expect;
mod fields;
pub mod group;
mod guard;
mod immutable;
mod imported;
pub mod input;
mod losses;
mod make;
mod merged;
pub mod needs;
mod newest;
mod order;
mod ownership;
mod pair;
mod paired;
mod preflight;
mod quota;
pub mod recover;
mod refresh;
mod refusals;
mod refused;
mod renames;
pub mod restore;
pub mod saved;
mod select;
mod selection;
mod slots;
mod stored;
mod three_way;
mod unmatched;
mod without_memory;
mod zone_moves;

pub use change::{
    Action, Call, Change, ChangeCause, FieldChange, Group, Plan, Reason, Selected, Side,
    StateEffect, Step, Summary, UnmanagedApp, Verdict, Work,
};
pub use drift::drift;
pub use drift_report::{Appearance, AuditEvent, Drift, Drifted, DriftedField, Missing};
pub use expect::{Edit, Expectation};
pub use imported::{Matched, imported, live_at, matches, uncovered};
pub use input::{Allowance, Input, LiveZone, Policy, Unread};
pub use make::plan;
pub use refusals::Refusals;
pub use selection::{Pattern, Selection};
pub use unmatched::unmatched;
