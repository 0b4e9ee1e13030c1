//! Variables: what is declared of them, what they are given, and how their values come into texts.

mod declared;
mod scope;
mod table;

pub(crate) use declared::TYPES;
pub(super) use scope::{Row, Scope, Text};
pub(super) use table::{Outcome, Variables};
