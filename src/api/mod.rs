//! The port to Cloudflare: what this program asks of the API, in the terms of the domain, over HTTP.
//!
//! Floor 6: names `finding`, `model` and `codes`. A list is either whole or an error: a failed, short or contradictory answer never
//! becomes an empty list, because an empty list means that everything is to be created again.
//!
//! The way of a call: `calls` names it, `http` sends it once `rate_limiter` lets it through and repeats it as `retry` permits, `envelope`
//! reads the answer, `paging` puts pages together, `wire` holds the typed results, `error` says what went wrong and `advice` what to do.

mod advice;
mod call;
mod calls;
mod envelope;
pub mod error;
pub mod http;
mod paging;
mod rate_limiter;
mod retry;
pub mod settings;
pub(crate) mod tls;
pub mod wire;

pub use calls::Deleted;
pub use error::{ApiError, ErrorKind, Outcome, ServerError};
pub use http::Client;
pub use rate_limiter::{OnWait, RateLimit, Wait, WaitReason};
pub(crate) use settings::is_loopback;
pub use settings::{Credentials, Settings, SetupError};
pub use wire::{
    AddressMap, AuditEntry, DnsRecord, EdgeProtocol, Lease, LoadBalancer, Prefix, Route,
    TokenStatus, VirtualNetwork, Zone, ZonePlan,
};
