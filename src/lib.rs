//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications.

#[expect(clippy::disallowed_methods, reason = "floor 6: the network and its pace")]
pub mod api;
#[expect(clippy::disallowed_methods, reason = "floor 7: each step is recorded with its time")]
pub mod apply;
#[expect(clippy::disallowed_methods, reason = "floor 9: reads the environment, and ends the run")]
pub mod cli;
pub mod codes;
pub mod config;
pub mod diff;
pub mod finding;
pub mod model;
pub mod plan;
pub mod render;
#[expect(clippy::disallowed_methods, reason = "floor 7: serves and keeps a world")]
pub mod sim;
#[expect(clippy::disallowed_methods, reason = "floor 6: the state is files, with a lock that has a time and an id")]
pub mod state;
pub mod validate;
