//! Drafts to applications that can be planned, or findings.
//!
//! Floor 4: names `config`, `codes`, `model` and `finding`. Asks every check of `codes` about every application, with what the configuration
//! alone tells; `settings.checks` and `lifecycle.allow` decide what each finding weighs.

mod check;
mod severity;

pub use check::{Checked, Validated, mistaken_zones, peers, validate, validate_with, zone_facts};
pub use severity::apply_severity_overrides;
