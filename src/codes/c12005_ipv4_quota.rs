//! 12005: more hostnames on Cloudflare's IPv4 addresses than the zone may have.

use std::collections::BTreeSet;

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::{Field, Hostname, Keyword, Peer, View};

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
        "put several applications on one hostname with different ports, write edge_ips.connectivity: ipv6, buy more addresses, or bring your own (BYOIP)",
        used_up,
    )
    .about(Scope::Zone)
    .decided_by(|_| false)],
    ..Code::REFUSAL
};

/// Hostnames that are counted together: those of the zone, or of all zones of its account.
struct Pool<'a> {
    quota: usize,
    /// What is counted, for a message.
    name: &'a str,
    /// The names of its zones, in order, so that every application counts in the same order.
    zones: BTreeSet<&'a str>,
}

/// The pools that the application draws from, as far as their quotas are known.
fn pools<'a>(view: &View<'a>) -> Vec<Pool<'a>> {
    let zone = view.zone;
    let pool = |quota: u32, name, zones| Pool { quota: quota as usize, name, zones };
    let own = zone.ipv4_quota.map(|quota| pool(quota, &zone.name, BTreeSet::from([&*zone.name])));
    let siblings = view.zones.iter().filter(|other| other.account == zone.account);
    let all = siblings.chain([zone]).map(|zone| zone.name.as_str());
    let shared = zone.account_ipv4_quota.map(|quota| pool(quota, "the account", all.collect()));
    own.into_iter().chain(shared).collect()
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
        let summary =
            format!("{all} hostnames of {name} take an IPv4 address, and the quota is {quota}");
        violations.report(view, Field::DnsName, summary);
    }
}

/// Whether the application's hostname is the one to report.
fn is_beyond(view: &View<'_>, pool: &Pool<'_>) -> bool {
    let before = || takers(view, pool).take_while(|peer| peer.who != view.who);
    let others = || takers(view, pool).filter(|peer| peer.who != view.who);
    match (live_hostnames(view, pool), &view.app.place) {
        (Some(live), Some(_)) => is_first_beyond(view, pool, &live),
        (None, Some(_)) => distinct(before(), pool.quota) == pool.quota,
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

/// The hostnames of a pool on IPv4 whose applications are live, where that is known of every zone.
fn live_hostnames<'a>(view: &View<'a>, pool: &Pool<'a>) -> Option<BTreeSet<&'a Hostname>> {
    let facts = view.facts?;
    let of_zone = |zone: &&str| facts.zones.get(*zone)?.ipv4_hostnames.as_ref();
    let found: Option<Vec<_>> = pool.zones.iter().map(of_zone).collect();
    Some(found?.into_iter().flatten().collect())
}

/// Whether the application's hostname is the first that is new and for which nothing is left: what
/// is live and stays has its address already, whether the configuration declares it or not.
fn is_first_beyond(view: &View<'_>, pool: &Pool<'_>, live: &BTreeSet<&Hostname>) -> bool {
    if view.app.hostname(Field::DnsName).is_some_and(|name| live.contains(name)) {
        return false;
    }
    let held = takers(view, pool).filter(|peer| live.contains(&peer.hostname));
    let held = distinct(held, usize::MAX);
    let before = takers(view, pool).take_while(|peer| peer.who != view.who);
    let new_before = distinct(before.filter(|peer| !live.contains(&peer.hostname)), pool.quota);
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
