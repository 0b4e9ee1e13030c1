//! The integration tests, one binary: what is tested against what stands in each module's own comment.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_client;
mod code_rules;
mod commands;
mod planning;
mod rendering;
mod simulator;
mod simulator_faults;
mod simulator_refusals;
mod slugs;
mod store;
