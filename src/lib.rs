//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications.

pub mod codes;
pub mod config;
pub mod diff;
pub mod finding;
pub mod model;
pub mod plan;
pub mod render;
pub mod validate;
