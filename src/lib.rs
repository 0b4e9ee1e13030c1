//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications.

pub mod api;
pub mod apply;
pub mod codes;
pub mod config;
pub mod diff;
pub mod finding;
pub mod model;
pub mod plan;
pub mod sim;
pub mod state;
pub mod validate;
