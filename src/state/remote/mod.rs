//! The state in a bucket: Amazon S3 and what speaks like it (R2, MinIO), Google Cloud Storage, Azure Blob.
//!
//! The same state and the same journal lines as in a folder, but each journal entry is an object of its own, so that recording a step
//! costs the same among ten applications and ten thousand. Every write names the version that it replaces, so that two writers cannot
//! overwrite each other, whatever became of the lock; the lock, a lease, spares them the attempt.

mod bucket;
mod journal;
pub mod lease;
mod location;
mod lock;
mod objects;
mod probe;
mod sight;

pub use bucket::Remote;
pub use lease::Terms;
pub use location::{INSTANCE_ROLE, RemoteSettings};
