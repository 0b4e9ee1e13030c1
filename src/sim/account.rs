//! What only the account shows: routes, prefixes, other zones. Each rule is named by its code's slug, so that the number and the
//! status come from the code's own entry; a rule whose code has no entry says nothing.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::admission::{Case, others};
use super::facts::{OpenPorts, Record};
use super::lookups::protocols;
use super::refusal::{HOSTNAME_CONFLICT, Refusal};
use super::world::World;
use crate::codes::{self, Stage};
use crate::model::{Field, Hostname, IpNet, Keyword, Peer, Spec, Value, read_network};

/// What the rules look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation<'a> {
    pub(super) world: &'a World,
    pub(super) case: &'a Case<'a>,
    pub(super) spec: &'a Spec,
}

/// A rule: the slug of its code, and what is wrong, if it is broken.
type Rule = (&'static str, fn(&Situation<'_>) -> Option<String>);

/// Of two rules of one stage the earlier answers.
static RULES: [Rule; 7] = [
    ("protocol-not-available", not_open),
    ("virtual-network-route", no_route),
    ("edge-ips-in-use", in_use),
    ("edge-ips-not-authorized", not_authorized),
    ("origin-zone", cross_zone_origin),
    ("zone-mismatch", zone_mismatch),
    ("ipv4-quota", quota_used_up),
];

/// The violations that the account shows.
pub(super) fn violations(situation: &Situation<'_>) -> Vec<(Stage, Refusal)> {
    let broken = RULES.iter().filter_map(|(slug, broken)| {
        let code = codes::find(slug)?;
        Some((code.stage, Refusal::from_code(code, &broken(situation)?)?))
    });
    broken.chain(hostname_conflict(situation)).collect()
}

/// Somebody made a proxied record of the hostname by hand; Spectrum would have to manage that record itself.
fn hostname_conflict(situation: &Situation<'_>) -> Option<(Stage, Refusal)> {
    let name = situation.spec.hostname()?;
    let conflicts = |record: &&Record| {
        record.proxied
            && matches!(record.kind.as_str(), "A" | "AAAA" | "CNAME")
            && record.name.eq_ignore_ascii_case(name.as_str())
    };
    situation
        .world
        .records
        .iter()
        .find(conflicts)
        .map(|_| (Stage::Hostname, HOSTNAME_CONFLICT.refusal()))
}

/// The zone may not use the protocol, or not on these ports.
fn not_open(situation: &Situation<'_>) -> Option<String> {
    let protocol = situation.spec.protocol()?;
    let open = protocols(situation.case.zone);
    let mut open = open.iter().filter(|open| open.transport == protocol.transport.text());
    let holds = |open: &OpenPorts| {
        let wanted = protocol.ports.first..=protocol.ports.last;
        open.ports.is_empty() || wanted.clone().all(|port| open.ports.contains(&port))
    };
    (!open.any(holds)).then(|| format!("the port of {protocol} is not open to the zone"))
}

/// The virtual network does not exist, or none of its routes holds the origin's address.
fn no_route(situation: &Situation<'_>) -> Option<String> {
    let (Some(Value::Text(network)), Some(Value::Origins(origins))) =
        (situation.spec.get(Field::VirtualNetworkId), situation.spec.get(Field::OriginDirect))
    else {
        return None;
    };
    let account = Some(situation.case.zone.account.as_str());
    let world = situation.world;
    if !world
        .networks
        .iter()
        .any(|known| known.account.as_deref() == account && known.id.as_ref() == Some(network))
    {
        return Some(format!("virtual network {network} does not exist"));
    }
    let routes = world.routes.iter().filter(|route| route.account.as_deref() == account);
    let routes: Vec<IpNet> = routes
        .filter(|route| route.virtual_network.as_ref() == Some(network))
        .filter_map(|route| read_network(&route.network))
        .collect();
    let lost =
        origins.0.iter().find(|origin| !routes.iter().any(|route| route.contains(&origin.ip)))?;
    Some(format!("no route of virtual network {network} holds {}", lost.ip))
}

/// The token may not read prefixes, or an address is in none of the account's.
fn not_authorized(situation: &Situation<'_>) -> Option<String> {
    let ips = static_ips(situation.spec);
    if !ips.is_empty() && !situation.case.caller.may("IP Prefixes Read") {
        return Some("the token lacks the permission IP Prefixes: Read".to_owned());
    }
    let own = situation.world.prefixes_of(&situation.case.zone.account);
    let own: Vec<IpNet> = own.iter().filter_map(|prefix| read_network(&prefix.cidr)).collect();
    let foreign = ips.into_iter().find(|ip| !own.iter().any(|prefix| prefix.contains(&*ip)))?;
    Some(format!("{foreign} is in no prefix of the account"))
}

/// An application of another zone holds an address.
fn in_use(situation: &Situation<'_>) -> Option<String> {
    let ips = static_ips(situation.spec);
    let held = elsewhere(situation).find_map(|peer| peer.static_ips.intersection(&ips).next())?;
    Some(format!("{held} is in use by another zone"))
}

/// The origin's name is known to live in another zone, or not to live in this one. In a zone without any declared record or load
/// balancer every name may live.
fn cross_zone_origin(situation: &Situation<'_>) -> Option<String> {
    let Some(Value::Hostname(name)) = situation.spec.get(Field::OriginDnsName) else {
        return None;
    };
    let (world, own) = (situation.world, situation.case.zone.name.as_str());
    let homes: Vec<&str> = homes_of(world, name).collect();
    if homes.contains(&own) {
        return None;
    }
    let zones = world.zones.values().filter(|zone| zone.name != own && name.is_in_zone(&zone.name));
    let home = homes
        .first()
        .copied()
        .or_else(|| zones.map(|zone| zone.name.as_str()).max_by_key(|zone| zone.len()));
    if let Some(home) =
        home.filter(|home| !homes.is_empty() || !name.is_in_zone(own) || home.len() > own.len())
    {
        return Some(format!("{name} lives in the zone {home}"));
    }
    let is_missing = name.is_in_zone(own) && !world.supposes_records(own);
    is_missing
        .then(|| format!("{name} has neither a DNS record nor a load balancer in the zone {own}"))
}

/// The zones that have a record or load balancer of this name.
fn homes_of<'a>(world: &'a World, name: &'a Hostname) -> impl Iterator<Item = &'a str> {
    let records = world.records.iter().map(|record| (&record.zone, &record.name));
    let balancers = world.balancers.iter().map(|balancer| (&balancer.zone, &balancer.name));
    let named =
        records.chain(balancers).filter(|(_, known)| known.eq_ignore_ascii_case(name.as_str()));
    named.map(|(zone, _)| zone.as_str())
}

/// An application of another zone has the hostname.
fn zone_mismatch(situation: &Situation<'_>) -> Option<String> {
    let name = situation.spec.hostname()?;
    let other = elsewhere(situation).find(|peer| peer.hostname == *name)?;
    Some(format!("{name} belongs to the zone {}", other.zone))
}

/// The hostname would be one more on IPv4 than the zone or the account may have.
fn quota_used_up(situation: &Situation<'_>) -> Option<String> {
    let (world, zone) = (situation.world, situation.case.zone);
    let own = Peer::from_spec(String::new(), &zone.name, situation.spec)
        .filter(|peer| peer.takes_ipv4)?;
    let taken = |within: &dyn Fn(&Peer) -> bool| {
        let peers = others(world, situation.case.id).filter(|peer| peer.takes_ipv4 && within(peer));
        let names: BTreeSet<&Hostname> =
            peers.map(|peer| &peer.hostname).chain([&own.hostname]).collect();
        u32::try_from(names.len()).unwrap_or(u32::MAX)
    };
    let siblings: BTreeSet<&str> = world
        .zones
        .values()
        .filter(|other| other.account == zone.account)
        .map(|other| other.name.as_str())
        .collect();
    let of_account = world.accounts.get(&zone.account).and_then(|account| account.ipv4_quota);
    let in_zone = zone.ipv4_quota.filter(|quota| taken(&|peer| peer.zone == zone.name) > *quota);
    let in_account =
        of_account.filter(|quota| taken(&|peer| siblings.contains(peer.zone.as_str())) > *quota);
    let quota = in_zone.or(in_account)?;
    Some(format!("{} would be more than {quota} hostnames on IPv4", own.hostname))
}

/// The applications of other zones.
fn elsewhere<'a>(situation: &'a Situation<'_>) -> impl Iterator<Item = &'a Peer> {
    others(situation.world, situation.case.id).filter(|peer| peer.zone != situation.case.zone.name)
}

fn static_ips(spec: &Spec) -> BTreeSet<IpAddr> {
    match spec.get(Field::EdgeIpsIps) {
        Some(Value::Addresses(ips))
            if spec.keyword(Field::EdgeIpsType) == Some(Keyword::Static) =>
        {
            ips.0.iter().copied().collect()
        }
        _ => BTreeSet::new(),
    }
}
