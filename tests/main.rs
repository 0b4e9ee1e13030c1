//! The integration tests, one binary: what is tested against what stands in each module's own comment.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests read files, run processes and look at the clock"
)]

mod api_client;
mod approval;
mod bad_input;
mod code_rules;
mod codes;
mod commands;
mod contract;
mod corpus;
mod drift;
mod examples;
mod exchange;
mod failures;
mod faults;
mod formatting;
mod interruption;
mod learned;
mod mistakes;
mod plan_cases;
mod planning;
mod preflight;
mod properties;
mod rendering;
mod scenarios;
mod simulator;
mod simulator_faults;
mod simulator_refusals;
mod slugs;
mod soak;
mod store;
mod support;
mod support_drift;
mod tidy;
