//! What a step frees and takes, so that a step which takes what another frees comes after it: a hostname's transport and ports, an edge
//! address's, a pay-as-you-go zone's protocol, and the kind of a hostname's record. A hostname and an edge address belong to one zone as
//! a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::model::{Field, Hostname, Keyword, Ports, Spec, Tier, Transport, Value};

/// What can be held by one application only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Hostname(Hostname),
    EdgeAddress(IpAddr),
    /// A protocol of a pay-as-you-go zone.
    Protocol(String),
    /// The one kind of record and the one static set that a hostname has.
    Record(Hostname),
}

/// The part of a place that is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Extent {
    Ports(Transport, Ports),
    Kind(Option<Keyword>, BTreeSet<IpAddr>),
}

/// A place with the part of it that is held.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    place: Place,
    zone: String,
    extent: Extent,
}

impl Slot {
    /// Whether both cannot be held at the same time: they are of two zones, share a port, or are records of two kinds.
    fn collides(&self, other: &Slot) -> bool {
        let excludes = match (&self.extent, &other.extent) {
            (Extent::Ports(transport, ports), Extent::Ports(of, others)) => {
                transport == of && ports.overlaps(*others)
            }
            (kind, other) => kind != other,
        };
        self.place == other.place && (self.zone != other.zone || excludes)
    }
}

/// The slots that an application holds.
pub(super) fn held(zone: &str, tier: Option<Tier>, spec: &Spec) -> BTreeSet<Slot> {
    let Some(protocol) = spec.protocol() else { return BTreeSet::new() };
    let mut places: Vec<Place> =
        spec.hostname().cloned().map(Place::Hostname).into_iter().collect();
    let mut set = BTreeSet::new();
    if let Some(Value::Addresses(ips)) = spec.get(Field::EdgeIpsIps) {
        set.extend(ips.0.iter().copied());
        places.extend(ips.0.iter().copied().map(Place::EdgeAddress));
    }
    if tier.is_some_and(Tier::is_pay_as_you_go) {
        places.push(Place::Protocol(zone.to_owned()));
    }
    let slot = |place, extent| Slot { place, zone: zone.to_owned(), extent };
    let record = spec.hostname().map(|hostname| {
        let kind = Extent::Kind(spec.keyword(Field::DnsType), set);
        slot(Place::Record(hostname.clone()), kind)
    });
    let ports = || Extent::Ports(protocol.transport, protocol.ports);
    places.into_iter().map(|place| slot(place, ports())).chain(record).collect()
}

/// What a step frees and takes.
#[derive(Debug, Default, Clone)]
pub(super) struct Slots {
    pub(super) frees: BTreeSet<Slot>,
    pub(super) takes: BTreeSet<Slot>,
}

impl Slots {
    /// Those of an update: what stays held is neither freed nor taken.
    pub(super) fn for_update(before: &BTreeSet<Slot>, after: &BTreeSet<Slot>) -> Self {
        Slots {
            frees: before.difference(after).cloned().collect(),
            takes: after.difference(before).cloned().collect(),
        }
    }
}

/// For each step the steps that free what it takes.
pub(super) fn waits(slots: &[Slots]) -> Vec<BTreeSet<usize>> {
    let mut freeing: BTreeMap<&Place, Vec<(usize, &Slot)>> = BTreeMap::new();
    for (index, step) in slots.iter().enumerate() {
        for slot in &step.frees {
            freeing.entry(&slot.place).or_default().push((index, slot));
        }
    }
    let of_step = |(index, step): (usize, &Slots)| {
        let mut before = BTreeSet::new();
        for taken in &step.takes {
            let freed = freeing.get(&taken.place).into_iter().flatten();
            before.extend(
                freed
                    .filter(|(other, slot)| *other != index && slot.collides(taken))
                    .map(|(other, _)| *other),
            );
        }
        before
    };
    slots.iter().enumerate().map(of_step).collect()
}
