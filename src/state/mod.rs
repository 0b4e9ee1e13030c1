//! The state: what is known that Cloudflare does not know. Which applications are ours, what was last written to each and from which
//! file, what was released, and what the API taught.
//!
//! Floor 6: names `model`. [`Store`] is the port; a backend is bytes under names, and what the bytes mean ([`State`], the journal's
//! [`JournalEntry`]) is pure and the same for all of them. A run goes `read`, plan, `lock`, `read` again (somebody may have been faster), an
//! `append` for each step that begins and ends, `read`, `write`, `release`. Identity can be found again from hostname and protocol, so
//! that a lost or broken state costs deletions, which are held back, and never an application.

pub mod any;
mod blob_store;
mod blobs;
mod encrypted_folder;
pub mod error;
mod fold;
mod folder;
pub mod format;
pub mod journal;
pub mod local;
pub mod memory;
pub mod remote;
mod replace;
pub mod snapshot;
pub mod state_key;
pub mod store;

pub use any::AnyStore;
pub use error::StoreError;
pub use format::{Learned, LedgerZone, Released, State, Unreadable};
pub use journal::{Intent, JournalEntry, OpenStep, StateChange, StepStarted};
pub use local::Local;
pub use memory::Memory;
pub use remote::{Remote, RemoteSettings, Terms};
pub use snapshot::{Condition, Snapshot};
pub use state_key::StateKey;
pub use store::{Holder, LockToken, Owner, Store, Version};
