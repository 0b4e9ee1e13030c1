//! Where the ledger is kept: a folder or a bucket, with a lock and a history.
//!
//! Floor 6: names `ledger`. [`Store`] is the port; a backend is bytes under names, and what the bytes mean is pure and the same for
//! all of them. A run goes `read`, plan, `lock`, `read` again (somebody may have been faster), an
//! `append` for each step that begins and ends, `read`, `write`, `release`. Identity can be found again from hostname and protocol, so
//! that a lost or broken state costs deletions, which are held back, and never an application.

pub mod any;
mod blob_store;
mod blobs;
mod encrypted_folder;
pub mod error;
mod folder;
pub mod local;
pub mod memory;
pub mod remote;
pub mod state_key;
pub mod store;

pub use any::AnyStore;
pub use error::StoreError;
pub use local::Local;
pub use memory::Memory;
pub use remote::{Remote, RemoteSettings, Terms};
pub use state_key::StateKey;
pub use store::{Holder, LockToken, Owner, Store, Version};
