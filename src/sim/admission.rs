//! Whether the API would take a body: the checks of `codes` over a view in which everything is
//! known. Of several violations the one of the earliest stage answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::access::Caller;
use super::facts::Zone;
use super::refusal::Refusal;
use super::world::{Duplicates, World};
use crate::codes::{self, Stage, Violation};
use crate::model::field::READ_ONLY;
use crate::model::{Draft, Live, Node, Peer, Peers, Source, Spec, View, ZoneFacts};

/// What the application of the request is known by beside the others of the world.
const REQUESTED: &str = "the request";
/// The rule about a second application on the same hostname and ports.
const DUPLICATE: &str = "live-overlap";

/// A body to be judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) zone: &'a Zone,
    /// The id of the application that is to be changed.
    pub(super) id: Option<&'a str>,
    /// That application.
    pub(super) live: Option<&'a Live>,
    pub(super) caller: &'a Caller,
    /// The whole new configuration.
    pub(super) body: &'a Map<String, Json>,
}

/// The canonical form of a body that the API takes.
pub(super) fn admit(world: &World, case: &Case<'_>) -> Result<Spec, Refusal> {
    let draft = read(case);
    let violations = violations(world, case, &draft).into_iter();
    let refused = violations.filter(|violation| is_refused(world, violation));
    let refused = refused
        .filter_map(|violation| Some((stages(&violation), Refusal::from_violation(&violation)?)));
    match refused.min_by_key(|(stages, _)| *stages) {
        Some((_, refusal)) => Err(refusal),
        None => Ok(Spec::new(draft.given.into_iter().map(|(field, given)| (field, given.value)))),
    }
}

/// Reads the body. Enterprise zones ignore what the API sets itself; pay-as-you-go zones refuse it
/// like every other field that they do not have.
fn read(case: &Case<'_>) -> Draft {
    let mut body = case.body.clone();
    if !case.zone.plan.is_pay_as_you_go() {
        body.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
    }
    let node = Node::from_json(&Json::Object(body));
    Draft::read(node.entries().unwrap_or_default(), Source::App)
}

fn violations(world: &World, case: &Case<'_>, draft: &Draft) -> Vec<Violation> {
    let requested = Peer::from_draft(REQUESTED.to_owned(), &case.zone.name, draft);
    let nearby = nearby(world, case, requested.as_ref());
    let peers = Peers::new(nearby.into_iter().cloned().chain(requested));
    let knowledge = world.knowledge();
    let Some(zone) = knowledge.zones.iter().find(|zone| zone.name == case.zone.name) else {
        return Vec::new();
    };
    codes::check(&View {
        who: REQUESTED,
        app: draft,
        live: case.live.map(|live| &live.spec),
        zone,
        zones: &knowledge.zones,
        peers: &peers,
        facts: Some(knowledge.facts(case.caller.may("IP Prefixes Read"))),
    })
}

/// The other applications that can matter: those on the same hostname or address, and where the
/// zone counts its applications, those that count.
fn nearby<'a>(world: &'a World, case: &Case<'a>, requested: Option<&Peer>) -> Vec<&'a Peer> {
    let index = &world.index;
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    if let Some(own) = requested {
        ids.extend(index.on_hostname(&own.hostname));
        ids.extend(own.static_ips.iter().flat_map(|ip| index.on_ip(ip)));
    }
    if case.zone.plan.is_pay_as_you_go() {
        ids.extend(index.in_zone(&case.zone.name));
    }
    for zone in counted_together(world, case.zone) {
        ids.extend(index.takers(&zone.name, case.id));
    }
    let others = ids.into_iter().filter(|id| Some(*id) != case.id);
    others.filter_map(|id| world.apps.get(id)?.peer.as_ref()).collect()
}

/// The zones whose hostnames on IPv4 count together with those of a zone.
fn counted_together<'a>(world: &'a World, zone: &Zone) -> impl Iterator<Item = &'a ZoneFacts> {
    let zones = &world.knowledge().zones;
    let own = zones.iter().find(|known| known.name == zone.name);
    zones.iter().filter(move |known| {
        own.is_some_and(|own| {
            own.account_ipv4_quota.is_some() && known.account == own.account
                || own.ipv4_quota.is_some() && known.name == own.name
        })
    })
}

/// Whether the world refuses it. What a check itself calls uncertain in this case is taken, and so
/// is a second application on the same ports where the world is told to take it.
fn is_refused(world: &World, violation: &Violation) -> bool {
    let is_certain = violation.severity == violation.code.severity;
    let is_duplicate = violation.code.slug == DUPLICATE;
    is_certain && !(is_duplicate && world.duplicates == Duplicates::Accept)
}

/// When the violation is looked at, and among those of one stage.
fn stages(violation: &Violation) -> (Stage, Stage) {
    let of_field = stage_of_field(violation);
    match violation.code.stage {
        // A value of the wrong type is read when its field is.
        Stage::Field | Stage::Json => (of_field, of_field),
        stage => (stage, of_field),
    }
}

/// When the field is looked at that a violation is about.
fn stage_of_field(violation: &Violation) -> Stage {
    match violation.path.split('.').next().unwrap_or_default() {
        "protocol" => Stage::Protocol,
        "dns" => Stage::Dns,
        "virtual_network_id" => Stage::VirtualNetwork,
        top if top.starts_with("origin") => Stage::Origin,
        _ => Stage::Edge,
    }
}
