//! The integration tests, one binary: what is tested against what stands in each module's own comment.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read files, run processes and look at the clock"
)]

mod api;
mod apply;
mod cli;
mod codes;
mod config;
mod contract;
mod plan;
mod render;
mod scenarios;
mod sim;
mod state;
mod support;
mod tidy;
