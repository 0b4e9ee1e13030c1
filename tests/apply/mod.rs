//! Applying a plan: faults at every call, kills and signals, refusals, and the long run.

mod explained;
mod faults;
#[cfg(unix)]
mod interruption;
#[cfg(unix)]
mod journal;
#[cfg(unix)]
mod killed;
mod one_mistake;
mod preconditions;
mod refusals;
mod soak;
mod stage;
