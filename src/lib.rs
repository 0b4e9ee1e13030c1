//! `spectrumctl`: a declarative reconciler for Cloudflare Spectrum applications.

pub mod codes;
pub mod finding;
pub mod model;
pub mod sim;
