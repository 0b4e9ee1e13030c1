//! The integration tests that are code, one binary: what is tested against what is said in each module's own comment. The cases that
//! are files are run by `cases`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read files, run processes and look at the clock"
)]

mod accounts;
mod api;
mod apply;
mod cli;
mod clients;
mod codes;
mod config;
mod contract;
mod forge;
mod fuzz;
mod model;
mod pipelines;
mod plan;
mod render;
mod sim;
mod state;
mod support;
#[cfg(unix)]
mod terminal;
mod tidy;
