//! The port to Cloudflare: what this program asks of the API, in the terms of the domain, and the one implementation, over HTTP.
//!
//! Floor 6: names `finding`, `model` and `codes`. A list is either whole or an error: a failed, short or contradictory answer never
//! becomes an empty list, because an empty list means that everything is to be created again.
//!
//! The way of a call: `calls` names it, `http` sends it in the acquire that `limiter` gives it and repeats it as `retry` permits, `envelope`
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
pub mod wire;

use std::future::Future;

use serde_json::{Map, Value as Json};

pub use error::{ApiError, ErrorKind, Outcome, ServerError};
pub use http::Client;
pub use rate_limiter::{OnWait, RateLimit, Wait, WaitReason};
pub use settings::{Credentials, Settings, SetupError};
pub use wire::{
    AuditEntry, DnsRecord, EdgeProtocol, LoadBalancer, Prefix, Route, TokenStatus, VirtualNetwork,
    Zone, ZonePlan,
};

use crate::model::{AccountId, AppId, Live, ZoneId};

/// What became of an application that was to be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// This call deleted it.
    Done,
    /// It was gone before.
    AlreadyGone,
}

/// What this program asks of Cloudflare. Every method fails with an [`ApiError`] that names the operation.
pub trait Cloudflare: Send + Sync {
    /// The zones of exactly this name that the credentials may see, in every account or in one; empty when there is none.
    fn find_zones(
        &self,
        name: &str,
        account: Option<&AccountId>,
    ) -> impl Future<Output = Result<Vec<Zone>, ApiError>> + Send;

    /// One zone.
    fn zone(&self, zone: &ZoneId) -> impl Future<Output = Result<Zone, ApiError>> + Send;

    /// Every Spectrum application of a zone, by id.
    fn list_apps(&self, zone: &ZoneId) -> impl Future<Output = Result<Vec<Live>, ApiError>> + Send;

    /// One application; `None` only when the API says in so many words that it does not exist.
    fn app(
        &self,
        zone: &ZoneId,
        app: &AppId,
    ) -> impl Future<Output = Result<Option<Live>, ApiError>> + Send;

    /// Creates an application from the body as it is, and gives the application as the API answered it.
    fn create(
        &self,
        zone: &ZoneId,
        body: &Map<String, Json>,
    ) -> impl Future<Output = Result<Live, ApiError>> + Send;

    /// Replaces the whole configuration of an application (`PUT`).
    fn update(
        &self,
        zone: &ZoneId,
        app: &AppId,
        body: &Map<String, Json>,
    ) -> impl Future<Output = Result<Live, ApiError>> + Send;

    /// Deletes an application; one that does not exist counts as deleted.
    fn delete(
        &self,
        zone: &ZoneId,
        app: &AppId,
    ) -> impl Future<Output = Result<Deleted, ApiError>> + Send;

    /// The protocols and edge ports that the zone may use.
    fn protocols(
        &self,
        zone: &ZoneId,
    ) -> impl Future<Output = Result<Vec<EdgeProtocol>, ApiError>> + Send;

    /// Whether the token is active; with a Global API Key, whether the key belongs to a user.
    fn verify_token(&self) -> impl Future<Output = Result<TokenStatus, ApiError>> + Send;

    /// The same for a token that belongs to an account and not to a user.
    fn verify_account_token(
        &self,
        account: &AccountId,
    ) -> impl Future<Output = Result<TokenStatus, ApiError>> + Send;

    /// The virtual networks of an account, without deleted ones.
    fn virtual_networks(
        &self,
        account: &AccountId,
    ) -> impl Future<Output = Result<Vec<VirtualNetwork>, ApiError>> + Send;

    /// The routes of a virtual network, without deleted ones.
    fn routes(
        &self,
        account: &AccountId,
        network: &str,
    ) -> impl Future<Output = Result<Vec<Route>, ApiError>> + Send;

    /// The prefixes that an account brought or leases.
    fn prefixes(
        &self,
        account: &AccountId,
    ) -> impl Future<Output = Result<Vec<Prefix>, ApiError>> + Send;

    /// The DNS records of a zone, or those of one name.
    fn dns_records(
        &self,
        zone: &ZoneId,
        name: Option<&str>,
    ) -> impl Future<Output = Result<Vec<DnsRecord>, ApiError>> + Send;

    /// The load balancers of a zone.
    fn load_balancers(
        &self,
        zone: &ZoneId,
    ) -> impl Future<Output = Result<Vec<LoadBalancer>, ApiError>> + Send;

    /// Who changed what between two moments (RFC 3339), the newest first; at most the newest 5,000 entries.
    fn audit_log(
        &self,
        account: &AccountId,
        zone: Option<&ZoneId>,
        since: &str,
        before: &str,
    ) -> impl Future<Output = Result<Vec<AuditEntry>, ApiError>> + Send;
}
