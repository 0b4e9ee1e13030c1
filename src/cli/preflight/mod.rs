//! Reads what a plan needs to know of zones and accounts before it is applied.

mod account;
mod reader;

pub(super) use reader::{load, read};
