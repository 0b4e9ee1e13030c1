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
    .about(Scope::Zone)],
    ..Code::REFUSAL
};

/// A configuration that is beyond the quota by several hostnames is reported once, at the first of them. A body that stands in no
/// file is reported wherever it stands, unless its live application holds the hostname already.
fn used_up(view: &View<'_>, violations: &mut Violations) {
    let Some(quota) = view.zone.ipv4_quota.and_then(|quota| usize::try_from(quota).ok()) else {
        return;
    };
    if !takes_another(view) || Field::under("edge_ips").any(|field| view.app.is_unclear(field)) {
        return;
    }
    let is_told = match (live_hostnames(view), &view.app.place) {
        (Some(live), Some(_)) => is_first_beyond(view, live, quota),
        (None, Some(_)) => {
            distinct(takers(view).take_while(|peer| peer.who != view.who), quota) == quota
        }
        (_, None) => {
            distinct(takers(view).take_while(|peer| peer.who != view.who), quota) >= quota
                && !holds_already(view)
        }
    };
    if is_told {
        let all = distinct(takers(view), usize::MAX);
        violations.report(
            view,
            Field::DnsName,
            format!(
                "{all} hostnames of {} take an IPv4 address, and the quota is {quota}",
                view.zone.name
            ),
        );
    }
}

/// The applications of the zone that take an IPv4 address.
fn takers<'a>(view: &View<'a>) -> impl Iterator<Item = &'a Peer> {
    view.peers.in_zone(&view.zone.name).filter(|peer| peer.takes_ipv4)
}

/// Whether the application is the first on its hostname that takes an address; those after it take the same one.
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

/// The zone's hostnames on IPv4 whose applications are live, where that is known.
fn live_hostnames<'a>(view: &View<'a>) -> Option<&'a BTreeSet<Hostname>> {
    view.facts?.zone(view.zone)?.ipv4_hostnames.as_ref()
}

/// Whether the application's hostname is the first that is new and for which nothing is left: what is live and stays has its address
/// already, whether the configuration declares it or not.
fn is_first_beyond(view: &View<'_>, live: &BTreeSet<Hostname>, quota: usize) -> bool {
    if view.app.hostname(Field::DnsName).is_some_and(|name| live.contains(name)) {
        return false;
    }
    let held = distinct(takers(view).filter(|peer| live.contains(&peer.hostname)), usize::MAX);
    let new_before = distinct(
        takers(view)
            .take_while(|peer| peer.who != view.who)
            .filter(|peer| !live.contains(&peer.hostname)),
        quota,
    );
    held + new_before == quota || (new_before == 0 && held > quota)
}

/// Only a hostname that is new asks for an address.
fn asks(view: &View<'_>) -> Option<String> {
    let live = live_hostnames(view)?;
    let is_new = view.app.hostname(Field::DnsName).is_some_and(|name| !live.contains(name));
    (is_new && takes_another(view)).then(|| "one more hostname on IPv4".to_owned())
}

fn beside(view: &View<'_>) -> Option<u32> {
    u32::try_from(live_hostnames(view)?.len()).ok()
}

/// A declared quota with room left says more than an old refusal.
fn granted(view: &View<'_>) -> bool {
    view.zone.ipv4_quota.zip(beside(view)).is_some_and(|(quota, live)| quota > live)
}
