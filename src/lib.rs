//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications.

pub mod api;
pub mod codes;
pub mod finding;
pub mod model;
