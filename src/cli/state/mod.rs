//! `state …`: looks after the state. Everything here reads it whole; what writes takes the lock, reads again under it, and replaces the
//! state in one go, so a change is made or not made, and the version before stays in the history.

mod access;
mod command;
mod edit;
mod inspect;
mod replace;

pub(super) use command::{LOCKLESS, StateArgs, run};
