//! The ledger: what is known that Cloudflare does not know. Which applications are ours, what was last written to each and from which
//! file, what was released, what is still under way, and what the API taught.
//!
//! Floor 2: names `model`. Pure: bytes in, bytes out. [`State`] is the stored form, the journal's [`JournalEntry`] says what happened
//! since it was written, and a [`Snapshot`] is both, folded. How they are kept is the business of the module `state`.

pub mod change;
mod earlier;
pub mod effect;
mod fold;
pub mod format;
pub mod intent;
pub mod journal;
pub mod offers;
mod recorded_apps;
mod replace;
pub mod snapshot;
pub mod version;

pub use change::StateChange;
pub use effect::Effect;
pub use format::{LedgerZone, Released, State, Writer};
pub use intent::Intent;
pub use journal::{JournalEntry, OpenStep, StepStarted};
pub use offers::Offers;
pub use recorded_apps::RecordedApps;
pub use snapshot::{Condition, Snapshot};
pub use version::{FORMAT_VERSION, Unreadable, check_version};
