//! Whether the API would take a body: the checks of `codes` over a view in which everything is known, and what only the account shows.
//! Of several faults the one of the earliest stage answers.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::access::Caller;
use super::account;
use super::facts::Zone;
use super::refusal::{BAD_VALUE, DUPLICATE, Refusal};
use super::world::{Duplicates, World};
use crate::codes::{self, Stage};
use crate::finding::Severity;
use crate::model::field::READ_ONLY;
use crate::model::parse::Wrong;
use crate::model::{
    AccountId, Draft, Entitlement, Field, Live, Node, Peer, Peers, Source, Spec, View, ZoneFacts,
    ZoneId,
};

/// What the judged application is known by. A violation between two applications is reported from the later one, which must be the one
/// that the request is about; a tilde comes after every letter of a zone's name.
const JUDGED: &str = "~request";

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
    let mut body = case.body.clone();
    body.retain(|name, _| !READ_ONLY.contains(&name.as_str()));
    let node = Node::from_json(&Json::Object(body));
    let draft = Draft::read(node.entries().unwrap_or_default(), Source::App);
    let spec = Spec::new(draft.given.iter().map(|(field, given)| (*field, given.value.clone())));
    let mut faults = check_codes(world, case, &draft);
    faults.extend(check_form(&draft));
    faults.extend(account::violations(&account::Situation { world, case, spec: &spec }));
    faults.extend(check_duplicates(world, case, &draft));
    match faults.into_iter().min_by_key(|(stage, _)| *stage) {
        Some((_, refusal)) => Err(refusal),
        None => Ok(spec),
    }
}

/// What the shared checks find, as far as the API has a number for it.
fn check_codes(world: &World, case: &Case<'_>, draft: &Draft) -> Vec<(Stage, Refusal)> {
    let judged = Peer::from_draft(JUDGED.to_owned(), &case.zone.name, draft);
    let peers = Peers::new(nearby(world, case, judged.as_ref()).into_iter().chain(judged.clone()));
    let zone = known_of(case.zone);
    let zones: Vec<ZoneFacts> =
        world.zones.values().filter(|other| other.id != case.zone.id).map(known_of).collect();
    let view = View {
        who: JUDGED,
        app: draft,
        live: case.live.map(|live| &live.spec),
        zone: &zone,
        zones: &zones,
        peers: &peers,
        facts: None,
    };
    let errors = codes::check(&view)
        .into_iter()
        .filter(|violation| violation.code.severity == Severity::Error);
    errors
        .filter_map(|violation| Some((violation.code.stage, Refusal::from_violation(&violation)?)))
        .collect()
}

/// The other applications that can matter: those on the same hostname or address, and where the zone counts its applications, all of
/// the zone. A view over all would cost each write as much as the world is large.
fn nearby(world: &World, case: &Case<'_>, judged: Option<&Peer>) -> Vec<Peer> {
    let counts = case.zone.plan.is_pay_as_you_go() || case.zone.ipv4_quota.is_some();
    let others = others(world, case.id);
    let near = others.filter(|peer| {
        let meets = judged.is_some_and(|own| {
            own.hostname == peer.hostname || !own.static_ips.is_disjoint(&peer.static_ips)
        });
        meets || (counts && peer.zone == case.zone.name)
    });
    near.cloned().collect()
}

/// All other applications.
pub(super) fn others<'a>(world: &'a World, id: Option<&'a str>) -> impl Iterator<Item = &'a Peer> {
    world
        .apps
        .iter()
        .filter(move |(key, _)| Some(key.as_str()) != id)
        .filter_map(|(_, app)| app.peer.as_ref())
}

/// Everything about a zone: what it does not have it surely lacks.
fn known_of(zone: &Zone) -> ZoneFacts {
    let all = BTreeSet::from(Entitlement::ALL);
    let granted = zone.entitlements.clone().unwrap_or_else(|| all.clone());
    ZoneFacts {
        name: zone.name.clone(),
        id: Some(ZoneId::from_api(zone.id.as_str())),
        account: Some(AccountId::from_api(zone.account.as_str())),
        tier: Some(zone.plan),
        denied: all.difference(&granted).copied().collect(),
        granted,
        ipv4_quota: zone.ipv4_quota,
    }
}

/// Values that cannot be read, and required fields that are missing, unless a code with a number claims them.
fn check_form(draft: &Draft) -> Vec<(Stage, Refusal)> {
    let refused = |stage, summary: String| (stage, BAD_VALUE.saying(summary));
    let unreadable = draft
        .unreadable
        .iter()
        .filter(|unreadable| unreadable.wrong == Wrong::Type || !is_claimed(unreadable.field));
    let mut faults: Vec<_> = unreadable
        .map(|unreadable| {
            let stage = if unreadable.wrong == Wrong::Type {
                Stage::Json
            } else {
                stage_of(unreadable.field)
            };
            refused(stage, unreadable.summary.clone())
        })
        .collect();
    let objects = draft.not_mappings.iter();
    faults.extend(objects.map(|wrong| {
        refused(Stage::Json, format!("`{}` must be an object, not {}", wrong.top, wrong.shown))
    }));
    let required = [Field::Protocol, Field::DnsName, Field::DnsType].into_iter();
    let missing = required.filter(|field| draft.get(*field).is_none() && !draft.is_unclear(*field));
    faults.extend(
        missing.map(|field| refused(stage_of(field), format!("`{}` is required", field.path()))),
    );
    faults
}

/// Whether a code of the API speaks for values of this field that cannot be read.
fn is_claimed(field: Field) -> bool {
    let numbered = codes::CODES.iter().filter(|code| code.number.is_some());
    numbered.flat_map(|code| code.causes).any(|cause| cause.claims.contains(&field))
}

/// When a field is looked at.
fn stage_of(field: Field) -> Stage {
    match field.top() {
        "protocol" => Stage::Protocol,
        "dns" => Stage::Dns,
        "virtual_network_id" => Stage::VirtualNetwork,
        top if top.starts_with("origin") => Stage::Origin,
        _ => Stage::Edge,
    }
}

/// A second application on the same hostname, transport and port, where the world refuses one.
fn check_duplicates(world: &World, case: &Case<'_>, draft: &Draft) -> Option<(Stage, Refusal)> {
    let own = Peer::from_draft(JUDGED.to_owned(), &case.zone.name, draft)?;
    let protocol = own.protocol.filter(|_| world.duplicates == Duplicates::Refuse)?;
    let meets = |peer: &&Peer| {
        let other = peer.protocol.filter(|other| {
            other.transport == protocol.transport && other.ports.overlaps(protocol.ports)
        });
        peer.hostname == own.hostname && other.is_some()
    };
    others(world, case.id).find(meets).map(|_| (Stage::Hostname, DUPLICATE.refusal()))
}
