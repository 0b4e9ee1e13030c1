//! Every error code of the Spectrum API and every rule of ours: one file each, with what it means, its causes, why, what to do, when
//! each can be known, and the check.
//!
//! Floor 2: names `model` and `finding`. To add a code, add its file here and its `CODE` to [`CODES`].

mod c11000_origin;
pub mod code;
mod form;

pub use code::{Cause, Code, Fault, Faults, Known, Retry, Scope, Stage};
pub use form::form_of_draft;

use crate::finding::Severity;
use crate::model::View;

/// Cloudflare's page on the error codes.
const ERROR_CODES: &str = "https://developers.cloudflare.com/spectrum/reference/error-codes/";

/// Cloudflare's page on the configuration options.
const OPTIONS: &str = "https://developers.cloudflare.com/spectrum/reference/configuration-options/";

/// Every code and rule, by number, then by slug.
pub static CODES: &[&Code] = &[&c11000_origin::CODE];

/// The entry for a number or a slug, of a code or of one of its causes.
pub fn find(name: &str) -> Option<&'static Code> {
    let is_named = |code: &&&Code| code.name() == name || code.slug == name;
    let has_cause = |code: &&&Code| code.causes.iter().any(|cause| cause.slug == name);
    CODES.iter().find(is_named).or_else(|| CODES.iter().find(has_cause)).copied()
}

/// The entry for the number that a server answered with.
pub fn of_number(number: u32) -> Option<&'static Code> {
    CODES.iter().find(|code| code.number == Some(number)).copied()
}

/// Everything that can be said against an application with what the view knows.
pub fn check(view: &View<'_>) -> Vec<Fault> {
    Faults::of(CODES.iter().copied(), view)
}
