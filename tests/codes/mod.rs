//! Error codes and our own rules, with values that are made here; the hand-written cases beside this file are run by `cases`.

mod catalog;
mod checks;
mod examples;
mod explained;
mod fixes;
mod table;
mod topics;
mod transcripts;
#[expect(dead_code, reason = "the cases use the rest")]
mod world;
