//! The list of all codes, how to find one, and the checks of all of them over one application.

use super::code::Code;
use super::explanation::Verdicts;
use super::violation::{Violation, Violations};
use super::{
    argo_traffic_type, c971_api_rate, c1015_edge_rate, c7003_route, c9109_access,
    c10000_authentication, c10002_internal, c10006_gone, c10012_unknown_field, c10100_user_rate,
    c10429_rate, c11000_origin, c11001_origin_dns, c11002_origin_address, c11004_dns_type,
    c11014_ftp, c11018_edge_ips, c11019_edge_ips_rights, c11026_argo, c11033_edge_ips_in_use,
    c11034_one_per_protocol, c11041_network_origin, c11042_network_single, c11043_port_range,
    c11044_network_route, c11045_network_id, c11050_origin_zone, c12005_ipv4_quota,
    c13002_protocol, c16001_zone_mismatch, catalog, duplicate_identity, edge_ips_kind,
    hostname_conflict, hostname_edge, invalid_value, live_overlap, missing_field,
    origin_port_beside_direct, origin_transport, port_count, port_overlap, proxied_origin,
    proxy_protocol_transport, refusal_cache, short_hostname, tunnel_origin, udp_argo,
    udp_ip_firewall, udp_tls, udp_traffic_type, unknown_key, virtual_network_traffic,
    worker_origin, wrong_type,
};
use crate::model::facts::RefusalKey;
use crate::model::{Field, View};

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
    &origin_port_beside_direct::CODE,
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

/// Every code that a finding can have: the codes and rules, then those of files, plans and runs.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let tables = [
        catalog::files::CODES,
        catalog::guards::CODES,
        catalog::runs::CODES,
        catalog::events::CODES,
    ];
    CODES.iter().chain(tables.into_iter().flatten()).copied()
}

/// The entry for a number or a slug, of a code or of one of its causes; upper and lower case are the same.
pub fn find(name: &str) -> Option<&'static Code> {
    let name = name.trim().to_lowercase();
    let number: Option<u32> = name.parse().ok();
    let has_number = |code: &Code| number.is_some_and(|number| code.has_number(number));
    let is_named = |code: &&Code| code.name() == name || code.slug == name || has_number(code);
    let has_cause = |code: &&Code| code.causes.iter().any(|cause| cause.slug == name);
    all().find(is_named).or_else(|| all().find(has_cause))
}

/// The entries that a word may mean: those with the word in a slug, or as a word of their title. For `tls` these are the rules about
/// TLS.
pub fn about(word: &str) -> Vec<&'static Code> {
    let word = word.trim().to_lowercase();
    let has_it = |code: &&Code| {
        let slugs = code.causes.iter().map(|cause| cause.slug).chain([code.slug]);
        let title = code.title.to_lowercase();
        let mut parts = slugs.flat_map(|slug| slug.split('-')).chain(title.split_whitespace());
        parts.any(|part| part.trim_matches(|letter: char| !letter.is_alphanumeric()) == word)
    };
    all().filter(has_it).collect()
}

/// The codes and rules that are about a field.
pub fn judging(field: Field) -> impl Iterator<Item = &'static Code> {
    CODES.iter().copied().filter(move |code| code.judges(field))
}

/// Whether the name is that of a check, of which a configuration may change the severity: a code or slug with a check, or a cause with
/// one. A code without a check, such as a guard, is lifted as its fix says.
pub fn is_check(name: &str) -> bool {
    CODES.iter().any(|code| {
        let is_named = code.name() == name || code.slug == name;
        code.causes.iter().any(|cause| cause.check.is_some() && (is_named || cause.slug == name))
    })
}

/// The entry for the number that a server answered with.
pub fn find_number(number: u32) -> Option<&'static Code> {
    CODES.iter().find(|code| code.has_number(number)).copied()
}

/// The entry of a refusal that comes without a number that is known, by the words of its message.
pub fn find_message(message: &str) -> Option<&'static Code> {
    let message = message.to_lowercase();
    let nameless =
        CODES.iter().filter(|code| code.number.is_none() && !code.http_status.is_empty());
    nameless.copied().find(|code| code.causes.iter().any(|cause| cause.is_named_by(&message)))
}

/// Everything that can be said against an application with what the view knows. What was refused before says more than a doubt about
/// the same.
pub fn check(view: &View<'_>) -> Vec<Violation> {
    let mut violations = check_rules(view);
    let recalled = refusal_cache::recall(CODES, view, &violations);
    let is_recalled =
        |found: &Violation| recalled.iter().any(|one| one.code.slug == found.code.slug);
    violations.retain(|found| !is_recalled(found));
    violations.extend(recalled);
    violations
}

/// What the checks find, without what earlier refusals teach. A value that cannot be read belongs to the cause that claims its field,
/// and only where none does to the rule `invalid-value`.
pub(super) fn check_rules(view: &View<'_>) -> Vec<Violation> {
    let mut violations = Violations::check(CODES.iter().copied(), view);
    let claims = |path: &str| {
        let mut causes = CODES.iter().flat_map(|code| code.causes);
        causes.any(|cause| cause.claims.iter().any(|field| field.path() == path))
    };
    violations.retain(|violation| {
        violation.code.slug != invalid_value::CODE.slug || !claims(&violation.path)
    });
    violations
}

/// What is known of the causes of refusals before a call is made, for [`super::explain`].
pub fn judge(view: &View<'_>) -> Verdicts {
    Verdicts::new(CODES, view)
}

/// The keys under which refusals of the application would be remembered, one for each code with a policy.
pub fn refusal_keys(view: &View<'_>) -> Vec<RefusalKey> {
    refusal_cache::keys(CODES, view)
}
