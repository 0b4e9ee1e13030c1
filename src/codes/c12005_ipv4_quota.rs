//! 12005: more hostnames on Cloudflare's IPv4 addresses than the zone may have.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::code::{CachePolicy, Cause, Code, Scope, Stage};
use super::example::Example;
use super::pages::LIMITATIONS;
use super::violation::Violations;
use crate::model::tally::{Standing, Tally};
use crate::model::{Field, Hostname, Keyword, View};

const WAYS_OUT: &str = "put several applications on one hostname with different ports, write \
                        edge_ips.connectivity: ipv6, buy more addresses, or bring your own (BYOIP)";

pub(super) static CODE: Code = Code {
    number: Some(12005),
    slug: "ipv4-quota",
    title: "IPv4 quota limit",
    more: LIMITATIONS,
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
    example: Example::file(
        r#"version: 1
zones:
  example.com:
    ipv4_quota: 1
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: one.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]
      rdp:
        protocol: tcp/3389
        origin_direct: ["tcp://192.0.2.1:3389"]"#,
        "        dns: {type: CNAME, name: two.example.com}",
        "        dns: {type: CNAME, name: one.example.com}",
    ),
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
    is_of_account: bool,
}

/// The pools that the application draws from. Where no quota is declared, the default of the account counts.
fn pools<'a>(view: &View<'a>) -> impl Iterator<Item = Pool<'a>> {
    let zone = view.zone;
    let own = zone.ipv4_quota.map(|quota| Pool {
        quota: quota as usize,
        is_declared: true,
        name: &zone.name,
        is_of_account: false,
    });
    let shared = zone.account_ipv4_quota.map(|quota| quota as usize);
    let of_account = (own.is_none() || shared.is_some()).then(|| Pool {
        quota: shared.unwrap_or(DEFAULT_QUOTA),
        is_declared: shared.is_some(),
        name: "the account",
        is_of_account: true,
    });
    own.into_iter().chain(of_account)
}

/// What a pool counts.
fn tally(view: &View<'_>, pool: &Pool<'_>) -> Rc<Tally> {
    let account = view.zone.account.as_ref().map_or("", |account| account.as_str());
    let name = match pool.is_of_account {
        true => format!("account {account}"),
        false => format!("zone {}", view.zone.name),
    };
    view.peers.tally(name, || {
        let zones = match pool.is_of_account {
            true => zones_of_account(view),
            false => BTreeSet::from([&*view.zone.name]),
        };
        let takers: Vec<_> = zones.iter().flat_map(|zone| view.peers.takers_in(zone)).collect();
        Tally::new(&takers, live_hostnames(view, &zones).as_ref())
    })
}

/// The zones that are known of the application's account, by name, so that every application counts in the same order.
fn zones_of_account<'a>(view: &View<'a>) -> BTreeSet<&'a str> {
    let own = std::iter::once(view.zone);
    let account = view.zone.account.as_ref();
    let siblings = view.zones.iter().filter(move |other| other.account.as_ref() == account);
    let read = view.facts.into_iter().flat_map(|facts| &facts.other_zones);
    let read = read.filter(move |(_, other)| Some(&other.account) == account);
    let names = own.chain(siblings).map(|zone| zone.name.as_str());
    names.chain(read.map(|(name, _)| name.as_str())).collect()
}

/// The live hostnames of these zones; none where one of them was not read.
fn live_hostnames<'a>(view: &View<'a>, zones: &BTreeSet<&str>) -> Option<BTreeSet<&'a Hostname>> {
    let facts = view.facts?;
    let mut live = BTreeSet::new();
    for zone in zones {
        live.extend(facts.zones.get(*zone)?.ipv4_hostnames.as_ref()?);
    }
    Some(live)
}

/// A configuration that is beyond a quota by several hostnames is reported once, at the first of
/// them. A body that stands in no file is reported wherever it stands, unless its live application
/// holds the hostname already.
fn used_up(view: &View<'_>, violations: &mut Violations) {
    let Some(own) = taker(view) else { return };
    if Field::under("edge_ips").any(|field| view.app.is_unclear(field)) {
        return;
    }
    for pool in pools(view) {
        let tally = tally(view, &pool);
        if !tally.standing(own).is_some_and(|own| is_beyond(view, &pool, &tally, own)) {
            continue;
        }
        let (all, Pool { quota, name, is_declared, .. }) = (tally.hostnames, pool);
        let taken = format!("{all} hostnames of {name} take an IPv4 address");
        if is_declared {
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
fn is_beyond(view: &View<'_>, pool: &Pool<'_>, tally: &Tally, own: Standing) -> bool {
    match (tally.live, &view.app.place) {
        (Some(live), Some(_)) => is_first_beyond(pool.quota, live, own),
        (None, Some(_)) => own.before == pool.quota,
        (_, None) => {
            let others = tally.hostnames - usize::from(!own.is_shared);
            others >= pool.quota && !own.is_shared && !holds_already(view)
        }
    }
}

/// The number of the application, if it is the first on its hostname that takes an address; those after it take
/// the same one.
fn taker(view: &View<'_>) -> Option<usize> {
    let hostname = view.app.hostname(Field::DnsName)?;
    let (own, first) = view.peers.first_taker(&view.zone.name, hostname)?;
    (first.who == view.who).then_some(own)
}

/// Whether the live application takes an IPv4 address for this very hostname.
fn holds_already(view: &View<'_>) -> bool {
    let Some(live) = view.live else { return false };
    let takes_one = live.keyword(Field::EdgeIpsType) == Some(Keyword::Dynamic)
        && live.keyword(Field::EdgeIpsConnectivity) != Some(Keyword::Ipv6);
    takes_one && live.hostname() == view.app.hostname(Field::DnsName)
}

/// Whether the application's hostname is the first that is new and for which nothing is left: what
/// is live and stays has its address already, whether the configuration declares it or not.
fn is_first_beyond(quota: usize, live: usize, own: Standing) -> bool {
    let new = own.new_before;
    !own.is_live && (live + new == quota || new == 0 && live > quota)
}

/// The hostnames of the zone on IPv4 whose applications are live, where that is known.
fn live_in_zone<'a>(view: &View<'a>) -> Option<&'a BTreeSet<Hostname>> {
    view.facts?.zone(view.zone)?.ipv4_hostnames.as_ref()
}

/// Only a hostname that is new asks for an address.
fn asks(view: &View<'_>) -> Option<String> {
    let live = live_in_zone(view)?;
    let is_new = view.app.hostname(Field::DnsName).is_some_and(|name| !live.contains(name));
    (is_new && taker(view).is_some()).then(|| "one more hostname on IPv4".to_owned())
}

fn beside(view: &View<'_>) -> Option<u32> {
    u32::try_from(live_in_zone(view)?.len()).ok()
}

/// A declared quota with room left says more than an old refusal.
fn granted(view: &View<'_>) -> bool {
    view.zone.ipv4_quota.zip(beside(view)).is_some_and(|(quota, live)| quota > live)
}
