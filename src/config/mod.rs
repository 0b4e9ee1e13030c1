//! The configuration: YAML text to drafts with their places.
//!
//! Floor 3: names `codes`, `model` and `finding`. `load` unites all files into one [`Configuration`] and tells everything that is wrong with
//! their form, all at once; what is wrong with what they *say* is found by `validate`.

pub mod app;
mod configuration;
mod decoder;
mod each;
pub mod edit;
pub mod format;
mod insert;
mod interpolation;
mod load;
mod moves;
pub mod settings;
pub mod sources;
pub mod terraform;
mod variables;
pub mod vars;
mod written_out;
pub mod yaml;
pub mod zone;

pub use app::{Allowed, App, Ignored, Lifecycle, Replace, RowOf};
pub use configuration::Configuration;
pub use each::{MAX_APPS, unite_rows};
pub use insert::insert;
pub use load::{Loaded, load};
pub use moves::{Moved, Removed, What};
pub use settings::{Limits, OnDrift, OnError, Settings, SeverityOverride};
pub use sources::Sources;
pub(crate) use variables::TYPES as VARIABLE_TYPES;
pub use vars::Vars;
pub use written_out::written_out;
pub use zone::{Unmanaged, Zone};
