//! Applying a plan: faults at every call, kills and signals, refusals, and the long run.

#[cfg(unix)]
mod exchange;
mod explained;
mod faults;
#[cfg(unix)]
mod interruption;
#[cfg(unix)]
mod journal;
#[cfg(unix)]
mod killed;
mod learned;
mod one_mistake;
mod patience;
mod preconditions;
mod refusals;
#[cfg(unix)]
mod replacements;
mod soak;
mod stage;
#[cfg(unix)]
mod stranded;
mod two_zones;
