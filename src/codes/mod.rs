//! Every error code of the Spectrum API and every rule of ours: one file each, with what it means, its causes, why, what to do, when
//! each can be known, and the check.
//!
//! Floor 2: names `model` and `finding`. To add a code, add its file here and its `CODE` to [`CODES`]. What is reported without a check (violations of
//! the files, guards of the plan, failures of the run) has a line in the table of its room, `of_files`, `of_plans` or `of_runs`.

mod argo_traffic_type;
mod c10000_authentication;
mod c10002_internal;
mod c10006_gone;
mod c10012_unknown_field;
mod c10100_user_rate;
mod c1015_edge_rate;
mod c10429_rate;
mod c11000_origin;
mod c11001_origin_dns;
mod c11002_origin_address;
mod c11004_dns_type;
mod c11014_ftp;
mod c11018_edge_ips;
mod c11019_edge_ips_rights;
mod c11026_argo;
mod c11033_edge_ips_in_use;
mod c11034_one_per_protocol;
mod c11041_network_origin;
mod c11042_network_single;
mod c11043_port_range;
mod c11044_network_route;
mod c11045_network_id;
mod c11050_origin_zone;
mod c12005_ipv4_quota;
mod c13002_protocol;
mod c16001_zone_mismatch;
mod c7003_route;
mod c9109_access;
mod c971_api_rate;
pub mod code;
mod duplicate_identity;
mod edge_ips_kind;
mod form;
mod hostname_conflict;
mod hostname_edge;
mod invalid_value;
mod live_overlap;
mod missing_field;
mod of_files;
mod of_plans;
mod of_runs;
mod order;
mod origin_transport;
mod port_count;
mod port_overlap;
mod proxied_origin;
mod proxy_protocol_transport;
pub mod refusal_cache;
mod short_hostname;
mod tunnel_origin;
mod udp_argo;
mod udp_ip_firewall;
mod udp_tls;
mod udp_traffic_type;
mod unknown_key;
pub mod violation;
mod virtual_network_traffic;
mod worker_origin;
mod wrong_type;

pub use code::{Cause, Check, Code, Known, Retry, Scope, Stage};
pub use form::form_of_draft;
pub use violation::{Violation, Violations};

use crate::finding::Severity;
use crate::model::View;

/// Cloudflare's page on the error codes.
const ERROR_CODES: &str = "https://developers.cloudflare.com/spectrum/reference/error-codes/";

/// Cloudflare's page on the configuration options.
const OPTIONS: &str = "https://developers.cloudflare.com/spectrum/reference/configuration-options/";

/// Cloudflare's page on what Spectrum does not do.
const LIMITATIONS: &str = "https://developers.cloudflare.com/spectrum/reference/limitations/";

/// Cloudflare's page on an account's own edge addresses.
const BYOIP: &str = "https://developers.cloudflare.com/spectrum/about/byoip/";

/// Cloudflare's reference of the application object.
const API: &str = "https://developers.cloudflare.com/api/resources/spectrum/subresources/apps/";

/// Cloudflare's page on the limits of its API.
const RATE_LIMITS: &str = "https://developers.cloudflare.com/fundamentals/api/reference/limits/";

/// Cloudflare's page on what the permissions of a token open.
const TOKENS: &str = "https://developers.cloudflare.com/fundamentals/api/reference/permissions/";

/// Every code and rule, by number, then by slug.
pub static CODES: &[&Code] = &[
    &c971_api_rate::CODE,
    &c1015_edge_rate::CODE,
    &c7003_route::CODE,
    &c9109_access::CODE,
    &c10000_authentication::CODE,
    &c10002_internal::CODE,
    &c10006_gone::CODE,
    &c10012_unknown_field::CODE,
    &c10100_user_rate::CODE,
    &c10429_rate::CODE,
    &c11000_origin::CODE,
    &c11001_origin_dns::CODE,
    &c11002_origin_address::CODE,
    &c11004_dns_type::CODE,
    &c11014_ftp::CODE,
    &c11018_edge_ips::CODE,
    &c11019_edge_ips_rights::CODE,
    &c11026_argo::CODE,
    &c11033_edge_ips_in_use::CODE,
    &c11034_one_per_protocol::CODE,
    &c11041_network_origin::CODE,
    &c11042_network_single::CODE,
    &c11043_port_range::CODE,
    &c11044_network_route::CODE,
    &c11045_network_id::CODE,
    &c11050_origin_zone::CODE,
    &c12005_ipv4_quota::CODE,
    &c13002_protocol::CODE,
    &c16001_zone_mismatch::CODE,
    &argo_traffic_type::CODE,
    &duplicate_identity::CODE,
    &edge_ips_kind::CODE,
    &hostname_conflict::CODE,
    &hostname_edge::CODE,
    &invalid_value::CODE,
    &live_overlap::CODE,
    &missing_field::CODE,
    &origin_transport::CODE,
    &port_count::CODE,
    &port_overlap::CODE,
    &proxied_origin::CODE,
    &proxy_protocol_transport::CODE,
    &short_hostname::CODE,
    &tunnel_origin::CODE,
    &udp_argo::CODE,
    &udp_ip_firewall::CODE,
    &udp_tls::CODE,
    &udp_traffic_type::CODE,
    &unknown_key::CODE,
    &virtual_network_traffic::CODE,
    &worker_origin::CODE,
    &wrong_type::CODE,
];

/// Everything that a finding can be called: the codes and rules, then what is reported of files, plans and runs.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let rooms = [of_files::CODES, of_plans::CODES, of_runs::CODES];
    CODES.iter().copied().chain(rooms.into_iter().flatten())
}

/// The entry for a number or a slug, of a code or of one of its causes.
pub fn find(name: &str) -> Option<&'static Code> {
    let is_named = |code: &&Code| code.name() == name || code.slug == name;
    let has_cause = |code: &&Code| code.causes.iter().any(|cause| cause.slug == name);
    all().find(is_named).or_else(|| all().find(has_cause))
}

/// Whether the name is that of a check, which a configuration may weigh or except: a code or slug with a check, or a cause with one. What is
/// report without a check, such as a guard, is lifted as its own text says.
pub fn is_check(name: &str) -> bool {
    CODES.iter().any(|code| {
        let is_named = code.name() == name || code.slug == name;
        code.causes.iter().any(|cause| cause.check.is_some() && (is_named || cause.slug == name))
    })
}

/// The entry for the number that a server answered with.
pub fn find_number(number: u32) -> Option<&'static Code> {
    CODES.iter().find(|code| code.number == Some(number)).copied()
}

/// The entry of a refusal that comes without a number that is known, by the words of its message.
pub fn find_message(message: &str) -> Option<&'static Code> {
    let message = message.to_lowercase();
    let nameless =
        CODES.iter().filter(|code| code.number.is_none() && !code.http_status.is_empty());
    nameless.copied().find(|code| code.causes.iter().any(|cause| cause.is_told_by(&message)))
}

/// Everything that can be said against an application with what the view knows.
pub fn check(view: &View<'_>) -> Vec<Violation> {
    let mut violations = Violations::check(CODES.iter().copied(), view);
    violations.extend(refusal_cache::recalled(view, &violations));
    violations
}
