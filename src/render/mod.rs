//! Values to text, written to a given writer: for people, for pull requests, and for other programs.
//!
//! Floor 8: names `apply`, `state`, `plan`, `config`, `codes`, `model` and `finding`. Decides nothing, reads nothing, and prints nothing itself: what a plan or
//! a finding says was settled below, and where the text goes is settled above. Equal values give equal bytes.

pub mod applications;
pub mod apply_json;
pub mod apply_markdown;
pub mod apply_text;
pub mod ci_markdown;
pub mod doctor;
pub mod drift_findings;
pub mod drift_json;
pub mod drift_markdown;
pub mod drift_metrics;
pub mod drift_text;
mod drift_words;
mod excerpt;
pub mod explain;
pub mod export;
mod field_diff;
mod fields;
pub mod findings;
pub mod findings_concise;
pub mod findings_json;
mod fitted;
pub mod github;
pub mod junit;
mod layout;
mod markdown;
pub mod plan_json;
pub mod plan_markdown;
pub mod plan_text;
pub mod redaction;
pub mod sarif;
pub mod schema;
pub mod state;
pub mod state_history;
mod style;
pub mod three_sides;
mod words;

pub use findings_json::FORMAT_VERSION as JSON_VERSION;
pub use fitted::fitted;
pub use layout::counted;
pub use style::TermStyle;
