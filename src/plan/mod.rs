//! The plan: what is desired, recorded and live, to what is to be done. Synchronous and pure: no clock, no file, no socket, no
//! environment; everything it depends on stands in [`Input`].
//!
//! Floor 5: names `validate`, `config`, `diff`, `codes`, `model` and `finding`.

mod body;
pub mod change;
pub mod claim;
mod compensation;
mod cycles;
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
pub mod loads;
mod losses;
mod make;
mod make_room;
mod merged;
pub mod needs;
mod newest;
mod order;
pub mod ownership;
mod pair;
mod paired;
mod preflight;
mod quota;
pub mod recover;
mod refresh;
mod refusals;
mod refused;
mod removals;
mod renames;
pub mod restore;
pub mod saved;
mod select;
mod selection;
mod slots;
mod stored;
mod three_way;
mod unchanged;
mod unmatched;
mod way_back;
mod without_memory;
mod write;
mod zone_moves;

pub use change::{
    Action, Call, Change, ChangeCause, FieldChange, Group, Plan, Reason, Selected, Side,
    StateEffect, Step, Summary, UnmanagedApp, Verdict, Work,
};
pub use compensation::{Compensation, StepEnd, Undo, WayBack};
pub use drift::drift;
pub use drift_report::{Appearance, AuditEvent, Drift, Drifted, DriftedField, Missing};
pub use expect::{Edit, Expectation, Takes};
pub use imported::{Matched, imported, live_at, matches, uncovered};
pub use input::{Allowance, Input, LiveZone, Policy, StatePlace, Unread, UnreadCause};
pub use make::plan;
pub use refusals::Refusals;
pub use selection::{Pattern, Selection};
pub use unmatched::{
    nearest, unmatched, unmatched_pattern, unmatched_replacements, unmatched_zones,
};
