//! 12005: more hostnames on Cloudflare's IPv4 addresses than the zone may have.

use std::collections::BTreeSet;

use super::LIMITATIONS;
use super::code::{Cause, Code, Scope, Stage};
use super::fault::Faults;
use crate::model::{Field, Hostname, Peer, View, Word};

pub(super) static CODE: Code = Code {
    number: Some(12005),
    slug: "ipv4-quota",
    title: "IPv4 quota limit",
    docs: LIMITATIONS,
    stage: Stage::Quota,
    causes: &[Cause::offline(
        "ipv4-hostnames-used-up",
        "each hostname with dynamic edge addresses takes an IPv4 address of the zone's quota, unless it is IPv6 only",
        "put several applications on one hostname with different ports, write edge_ips.connectivity: ipv6, buy addresses or bring your own",
        used_up,
    )
    .about(Scope::Zone)],
    ..Code::REFUSAL
};

/// A configuration that is beyond the quota by several hostnames is told once, at the first of them. A body that stands in no
/// file is told wherever it stands, unless its live application holds the hostname already.
fn used_up(view: &View<'_>, faults: &mut Faults) {
    let Some(quota) = view.zone.ipv4_quota.map(|quota| quota as usize) else { return };
    let takers: Vec<&Peer> = view.peers.in_zone(&view.zone.name).filter(|peer| peer.takes_ipv4).collect();
    if Field::under("edge_ips").any(|field| view.app.is_unclear(field)) {
        return;
    }
    let Some(own) = takers.iter().position(|peer| peer.who == view.who) else { return };
    let before: BTreeSet<&Hostname> = takers[..own].iter().map(|peer| &peer.hostname).collect();
    let is_new = !before.contains(&takers[own].hostname);
    let is_told = if view.app.place.is_some() { before.len() == quota } else { before.len() >= quota && !holds_already(view) };
    if is_new && is_told {
        let all: BTreeSet<&Hostname> = takers.iter().map(|peer| &peer.hostname).collect();
        let summary = format!("{} hostnames of {} take an IPv4 address, and the quota is {quota}", all.len(), view.zone.name);
        faults.report(view, Field::DnsName, summary);
    }
}

/// Whether the live application takes an IPv4 address for this very hostname.
fn holds_already(view: &View<'_>) -> bool {
    let Some(live) = view.live else { return false };
    let takes_one = live.word(Field::EdgeIpsType) == Some(Word::Dynamic) && live.word(Field::EdgeIpsConnectivity) != Some(Word::Ipv6);
    takes_one && live.hostname() == view.app.hostname(Field::DnsName)
}
