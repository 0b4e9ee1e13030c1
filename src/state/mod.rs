//! Where the ledger is kept: a folder or a bucket, with a lock and a history.
//!
//! Floor 6: names `ledger`. [`Store`] is a folder or a bucket: bytes under names, and what the bytes mean is pure and the same for both. A run goes `read`, plan, `lock`, `read` again (somebody may have been faster), an
//! `append` for each step that begins and ends, `read`, `write`, `release`. Identity can be found again from hostname and protocol, so
//! that a lost or broken state costs deletions, which are held back, and never an application.

mod blobs;
mod encrypted_folder;
pub mod error;
mod folder;
pub mod history;
pub mod holder;
pub mod local;
pub mod remote;
pub mod state_key;
pub mod store;
pub mod token;

pub(crate) use blobs::{JOURNAL as JOURNAL_FILE, STATE as STATE_FILE};
pub use error::StoreError;
pub use history::{HISTORY, Version};
pub use holder::{Holder, Owner};
pub use local::Local;
pub use remote::{INSTANCE_ROLE, Remote, RemoteSettings, Terms};
pub use state_key::StateKey;
pub use store::Store;
pub use token::LockToken;
