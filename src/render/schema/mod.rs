//! JSON Schema (draft 2020-12) of what people write and of what other programs read. The reports' schemas come from the types that are
//! written, the application's part of the configuration from the attribute table; the rest is written down here.

mod app;
mod configuration;
mod parts;
mod state;
mod subject;

pub use subject::{Subject, build, write};
