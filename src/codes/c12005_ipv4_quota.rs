//! 12005: more hostnames on Cloudflare's IPv4 addresses than the zone may have.

use std::collections::BTreeSet;

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::{Field, Hostname, Keyword, Peer, View};

const WAYS_OUT: &str = "put several applications on one hostname with different ports, write \
                        edge_ips.connectivity: ipv6, buy more addresses, or bring your own (BYOIP)";

pub(super) static CODE: Code = Code {
    number: Some(12005),
    slug: "ipv4-quota",
    title: "IPv4 quota limit",
    docs: LIMITATIONS,
    stage: Stage::Quota,
    field: Some(Field::DnsName),
    teaches: Some(CachePolicy { scope: Scope::Zone, asks, beside: Some(beside), granted }),
    causes: &[Cause::offline(
        "ipv4-hostnames-used-up",
        "each hostname with dynamic edge addresses takes one IPv4 address of the quota, unless it is IPv6 only",
        WAYS_OUT,
        used_up,
    )
    .about(Scope::Zone)
    .decided_by(|_| false)],
    ..Code::REFUSAL
};

/// What an account has where nothing else was agreed; documented.
const DEFAULT_QUOTA: usize = 10;

/// Hostnames that are counted together: those of the zone, or of all zones of its account.
struct Pool<'a> {
    quota: usize,
    /// Whether the quota is declared; otherwise it is the documented default, which may have been raised.
    is_declared: bool,
    /// What is counted, for a message.
    name: &'a str,
    /// The names of its zones, in order, so that every application counts in the same order.
    zones: BTreeSet<&'a str>,
}

/// The pools that the application draws from. Where no quota is declared, the default of the account counts.
fn pools<'a>(view: &View<'a>) -> Vec<Pool<'a>> {
    let zone = view.zone;
    let own = zone.ipv4_quota.map(|quota| Pool {
        quota: quota as usize,
        is_declared: true,
        name: &zone.name,
        zones: BTreeSet::from([&*zone.name]),
    });
    let shared = zone.account_ipv4_quota.map(|quota| quota as usize);
    let of_account = (own.is_none() || shared.is_some()).then(|| Pool {
        quota: shared.unwrap_or(DEFAULT_QUOTA),
        is_declared: shared.is_some(),
        name: "the account",
        zones: zones_of_account(view),
    });
    own.into_iter().chain(of_account).collect()
}

/// The zones that are known of the application's account.
fn zones_of_account<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let own = std::iter::once(view.zone);
    let account = view.zone.account.as_ref();
    let siblings = view.zones.iter().filter(move |other| other.account.as_ref() == account);
    let read = view.facts.into_iter().flat_map(|facts| &facts.other_zones);
    let read = read.filter(move |(_, other)| Some(&other.account) == account);
    let names = own.chain(siblings).map(|zone| zone.name.as_str());
    names.chain(read.map(|(name, _)| name.as_str())).collect()
}

/// A configuration that is beyond a quota by several hostnames is reported once, at the first of
/// them. A body that stands in no file is reported wherever it stands, unless its live application
/// holds the hostname already.
fn used_up(view: &View<'_>, violations: &mut Violations) {
    if !takes_another(view) || Field::under("edge_ips").any(|field| view.app.is_unclear(field)) {
        return;
    }
    for pool in pools(view).iter().filter(|pool| is_beyond(view, pool)) {
        let all = distinct(takers(view, pool), usize::MAX);
        let Pool { quota, name, .. } = pool;
        let taken = format!("{all} hostnames of {name} take an IPv4 address");
        if pool.is_declared {
            let summary = format!("{taken}, and the quota is {quota}");
            violations.report(view, Field::DnsName, summary);
        } else {
            violations
                .report(view, Field::DnsName, format!("{taken}, and the default quota is {quota}"))
                .as_warning()
                .fix(format!(
                    "declare what the account has, such as ipv4_quota: {all}, or {WAYS_OUT}"
                ));
        }
    }
}

/// Whether the application's hostname is the one to report.
fn is_beyond(view: &View<'_>, pool: &Pool<'_>) -> bool {
    let before = || takers(view, pool).take_while(|peer| peer.who != view.who);
    let others = || takers(view, pool).filter(|peer| peer.who != view.who);
    match (knows_live(view, pool), &view.app.place) {
        (true, Some(_)) => is_first_beyond(view, pool),
        (false, Some(_)) => distinct(before(), pool.quota) == pool.quota,
        (_, None) => distinct(others(), pool.quota) >= pool.quota && !holds_already(view),
    }
}

/// The applications of a pool that take an IPv4 address.
fn takers<'a>(view: &View<'a>, pool: &Pool<'a>) -> impl Iterator<Item = &'a Peer> {
    let peers = view.peers;
    let all = pool.zones.clone().into_iter().flat_map(move |zone| peers.in_zone(zone));
    all.filter(|peer| peer.takes_ipv4)
}

/// Whether the application is the first on its hostname that takes an address; those after it take
/// the same one.
fn takes_another(view: &View<'_>) -> bool {
    let Some(hostname) = view.app.hostname(Field::DnsName) else { return false };
    let first = view
        .peers
        .on_hostname(hostname)
        .find(|peer| peer.takes_ipv4 && peer.zone == view.zone.name);
    first.is_some_and(|peer| peer.who == view.who)
}

/// How many hostnames there are, counted no further than one beyond a limit.
fn distinct<'a>(peers: impl Iterator<Item = &'a Peer>, limit: usize) -> usize {
    let mut seen: BTreeSet<&Hostname> = BTreeSet::new();
    for peer in peers {
        seen.insert(&peer.hostname);
        if seen.len() > limit {
            break;
        }
    }
    seen.len()
}

/// Whether the live application takes an IPv4 address for this very hostname.
fn holds_already(view: &View<'_>) -> bool {
    let Some(live) = view.live else { return false };
    let takes_one = live.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic)
        && live.keyword(Field::EdgeIpsConnectivity) != Some(Keyword::Ipv6);
    takes_one && live.hostname() == view.app.hostname(Field::DnsName)
}

fn live_of<'a>(view: &View<'a>, zone: &str) -> Option<&'a BTreeSet<Hostname>> {
    view.facts?.zones.get(zone)?.ipv4_hostnames.as_ref()
}

/// Whether the live hostnames of every zone of a pool are known.
fn knows_live(view: &View<'_>, pool: &Pool<'_>) -> bool {
    pool.zones.iter().all(|zone| live_of(view, zone).is_some())
}

/// Whether the application's hostname is the first that is new and for which nothing is left: what
/// is live and stays has its address already, whether the configuration declares it or not.
fn is_first_beyond(view: &View<'_>, pool: &Pool<'_>) -> bool {
    let zones = || pool.zones.iter().filter_map(|zone| live_of(view, zone));
    let is_live = |name: &Hostname| zones().any(|live| live.contains(name));
    if view.app.hostname(Field::DnsName).is_some_and(is_live) {
        return false;
    }
    let before = takers(view, pool).take_while(|peer| peer.who != view.who);
    let new_before = distinct(before.filter(|peer| !is_live(&peer.hostname)), pool.quota);
    if new_before > pool.quota {
        return false;
    }
    let held = takers(view, pool).filter(|peer| is_live(&peer.hostname));
    let held = distinct(held, usize::MAX);
    held + new_before == pool.quota || (new_before == 0 && held > pool.quota)
}

/// The hostnames of the zone on IPv4 whose applications are live, where that is known.
fn live_in_zone<'a>(view: &View<'a>) -> Option<&'a BTreeSet<Hostname>> {
    view.facts?.zone(view.zone)?.ipv4_hostnames.as_ref()
}

/// Only a hostname that is new asks for an address.
fn asks(view: &View<'_>) -> Option<String> {
    let live = live_in_zone(view)?;
    let is_new = view.app.hostname(Field::DnsName).is_some_and(|name| !live.contains(name));
    (is_new && takes_another(view)).then(|| "one more hostname on IPv4".to_owned())
}

fn beside(view: &View<'_>) -> Option<u32> {
    u32::try_from(live_in_zone(view)?.len()).ok()
}

/// A declared quota with room left says more than an old refusal.
fn granted(view: &View<'_>) -> bool {
    view.zone.ipv4_quota.zip(beside(view)).is_some_and(|(quota, live)| quota > live)
}
