//! The embedded simulator of the Cloudflare API: enough of it, and close enough to what live answers show, that any client can be
//! tried against it without an account.
//!
//! Floor 7: names `codes`, `model` and `finding`. [`World`] is pure: a request and the time of day go in, an answer comes out, and
//! ids come from a counter. [`http`] serves a world on a socket, [`embedded`] does so inside this process, [`mod@file`] keeps it on disk,
//! and [`fault`] decides what goes wrong on purpose.

mod access;
mod admission;
mod answer;
mod apps;
mod audit;
mod change;
mod digest;
pub mod embedded;
pub mod facts;
pub mod fault;
mod fault_injection;
pub mod file;
mod filters;
pub mod fixture;
mod holdings;
pub mod http;
mod index;
mod knowledge;
mod lists;
mod loads;
mod lookups;
pub mod message;
mod openapi;
mod order;
mod paging;
mod refusal;
mod response_body;
mod route;
mod stored;
mod wire;
pub mod world;

pub use access::RateLimit;
pub use fault::Script;
pub use fixture::Fixture;
pub use holdings::{DEFAULT_ACCOUNT, DEFAULT_ZONE};
pub use http::{Options, serve};
pub use message::{Request, Response};
pub use openapi::describe;
pub use world::{Duplicates, World};
