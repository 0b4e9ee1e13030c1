//! Which live application belongs to which address. Each is claimed at most once: by its recorded id, then by its identity.

use std::collections::{BTreeMap, BTreeSet};

use super::exchange::exchange;
use super::input::{Input, LiveZone};
use super::renames::{self, Known, Moves};
use super::three_way::{Pair, ThreeWay};
use crate::codes;
use crate::config::App;
use crate::finding::Finding;
use crate::model::{Address, AppId, Identity, Live, Recorded, Spec};

/// The pairs of a zone, and what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Pairs<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) findings: Vec<Finding>,
}

/// What is known of one zone while it is paired.
struct Pairing<'a> {
    desired: BTreeMap<&'a Address, &'a App>,
    recorded: BTreeMap<&'a Address, &'a Recorded>,
    live: BTreeMap<&'a AppId, &'a Live>,
    by_identity: BTreeMap<Identity, Vec<&'a AppId>>,
    claimed: BTreeSet<&'a AppId>,
    /// For addresses that take over another one's application the address that it is recorded under.
    renames: BTreeMap<Address, Address>,
    /// Recorded addresses that the configuration no longer has, by the id that is recorded there.
    left: BTreeMap<&'a AppId, &'a Address>,
    /// Recorded addresses whose record has gone to another address.
    moved: BTreeSet<&'a Address>,
}

/// Pairs what is desired, recorded and live in a zone.
pub(super) fn pair<'a>(input: &Input<'a>, moves: &Moves<'a>, zone: &'a LiveZone) -> Pairs<'a> {
    let mut state = Pairing::new(input, zone);
    let known = Known { desired: &state.desired, recorded: &state.recorded, live: &state.live };
    state.renames = renames::find(input, moves, &known, &zone.name);
    let mut pairs = Pairs::default();
    let desired: Vec<(&Address, &App)> =
        state.desired.iter().map(|(address, app)| (*address, *app)).collect();
    let mut waiting = Vec::new();
    let moving_on: BTreeSet<Address> = state.renames.values().cloned().collect();
    for (address, app) in desired {
        match state.claim_by_id(address) {
            Some((from, recorded, live)) => {
                let three_way = ThreeWay::Managed { desired: app, recorded, live };
                let displaces = from.is_some() && moving_on.contains(address);
                pairs.pairs.push(Pair { from, displaces, ..Pair::new(address, three_way) });
            }
            None => waiting.push((address, app)),
        }
    }
    for (address, app) in waiting {
        state.claim_by_identity(input, address, app, &mut pairs);
    }
    exchange(input, &mut pairs.pairs);
    state.leave(&mut pairs);
    pairs.pairs.sort_by(|a, b| a.address.cmp(&b.address));
    pairs
}

impl<'a> Pairs<'a> {
    fn push(&mut self, address: &Address, three_way: ThreeWay<'a>, from: Option<Address>) {
        self.pairs.push(Pair { from, ..Pair::new(address, three_way) });
    }
}

impl<'a> Pairing<'a> {
    fn new(input: &Input<'a>, zone: &'a LiveZone) -> Self {
        let configured =
            input.desired.configuration.zones.get(&zone.name).filter(|_| !input.policy.destroy);
        let mut by_identity: BTreeMap<Identity, Vec<&AppId>> = BTreeMap::new();
        for live in &zone.apps {
            if let Some(identity) = live.spec.identity() {
                by_identity.entry(identity).or_default().push(&live.id);
            }
        }
        by_identity.values_mut().for_each(|ids| ids.sort());
        let configured = configured.into_iter().flat_map(|zone| zone.apps.values());
        let desired: BTreeMap<&Address, &App> = configured.map(|app| (&app.address, app)).collect();
        let recorded: BTreeMap<&Address, &Recorded> =
            input.recorded.state.apps_in(&zone.name).collect();
        // Of several addresses with one id the first counts.
        let left = recorded.iter().rev().filter(|(address, _)| !desired.contains_key(*address));
        let left = left.map(|(address, recorded)| (&recorded.id, *address)).collect();
        Pairing {
            desired,
            recorded,
            left,
            live: zone.apps.iter().map(|live| (&live.id, live)).collect(),
            by_identity,
            claimed: BTreeSet::new(),
            moved: BTreeSet::new(),
            renames: BTreeMap::new(),
        }
    }

    /// The application recorded under the address, or under the address that `moved` names as its former one.
    fn claim_by_id(
        &mut self,
        address: &'a Address,
    ) -> Option<(Option<Address>, &'a Recorded, &'a Live)> {
        let at = self.renames.get(address).unwrap_or(address);
        let (at, recorded) = self.recorded.get_key_value(at).map(|(at, known)| (*at, *known))?;
        let live = *self.live.get(&recorded.id)?;
        if !self.claimed.insert(&live.id) {
            return None;
        }
        if at == address {
            return Some((None, recorded, live));
        }
        self.moved.insert(at);
        Some((Some(at.clone()), recorded, live))
    }

    /// The unclaimed live application with the address's identity: one that left its former address is a move, any other is adopted.
    fn claim_by_identity(
        &mut self,
        input: &Input<'a>,
        address: &'a Address,
        app: &'a App,
        pairs: &mut Pairs<'a>,
    ) {
        let recorded = self.recorded.get(address).copied();
        let identity = match input.desired.shapes.get(address) {
            Some(spec) => spec.identity(),
            // An application with a value that cannot be read is still the one on its hostname and ports.
            None => identity_of(app),
        };
        let same: Vec<&AppId> = identity
            .as_ref()
            .and_then(|identity| self.by_identity.get(identity))
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let free: Vec<&AppId> = same.into_iter().filter(|id| !self.claimed.contains(id)).collect();
        if free.len() > 1 {
            pairs.findings.push(two_live_matches(address, &free, app));
            self.claimed.extend(free);
            self.moved.extend(recorded.map(|_| address));
            return;
        }
        let Some(live) = free.first().and_then(|id| self.live.get(id)).copied() else {
            pairs.push(address, ThreeWay::configured(app, recorded), None);
            return;
        };
        self.claimed.insert(&live.id);
        let former = self.left.get(&live.id).and_then(|at| self.recorded.get_key_value(at));
        if let Some((at, former)) = former.map(|(at, former)| (*at, *former)) {
            self.moved.insert(at);
            pairs.push(
                address,
                ThreeWay::Managed { desired: app, recorded: former, live },
                Some(at.clone()),
            );
            return;
        }
        // Two addresses with one recorded id are what a run leaves that died within an exchange: this is the other member.
        if let Some(recorded) = recorded.filter(|recorded| self.live.contains_key(&recorded.id)) {
            pairs.push(address, ThreeWay::Managed { desired: app, recorded, live }, None);
            return;
        }
        let pair = Pair::new(address, ThreeWay::ConfiguredAndLive { desired: app, live });
        pairs.pairs.push(Pair { recreated: recorded.is_some(), ..pair });
    }

    /// What is left: records without a configuration, and live applications that nobody claimed.
    fn leave(&mut self, pairs: &mut Pairs<'a>) {
        for (address, recorded) in &self.recorded {
            if self.desired.contains_key(*address) || self.moved.contains(*address) {
                continue;
            }
            match self.live.get(&recorded.id).filter(|live| self.claimed.insert(&live.id)) {
                Some(live) => {
                    pairs.push(address, ThreeWay::RecordedAndLive { recorded, live }, None)
                }
                None => pairs.push(address, ThreeWay::Recorded { recorded }, None),
            }
        }
    }
}

/// The live applications of a zone that no pair holds; `recorded` are all ids that the state knows.
pub(super) fn unmanaged_apps<'a>(
    zone: &'a LiveZone,
    pairs: &[Pair<'a>],
    recorded: &BTreeSet<&AppId>,
) -> Vec<&'a Live> {
    let paired: BTreeSet<&AppId> =
        pairs.iter().filter_map(|pair| pair.three_way.live()).map(|live| &live.id).collect();
    let is_known = |id: &AppId| paired.contains(id) || recorded.contains(id);
    zone.apps.iter().filter(|live| !is_known(&live.id)).collect()
}

/// The ids of all applications that the state knows, of every zone.
pub(super) fn recorded_ids<'a>(input: &Input<'a>) -> BTreeSet<&'a AppId> {
    input.recorded.state.apps.values().map(|recorded| &recorded.id).collect()
}

/// The identity of an application as far as it could be read.
fn identity_of(app: &App) -> Option<Identity> {
    let given = app.draft.given.iter().map(|(field, given)| (*field, given.value.clone()));
    Spec::new(given).identity()
}

fn two_live_matches(address: &Address, ids: &[&AppId], app: &App) -> Finding {
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    let summary = format!(
        "{} live applications have this hostname and protocol: {}",
        ids.len(),
        ids.join(", ")
    );
    let fix = format!(
        "delete all but one of them, or choose one with `spectrumctl import {address} APP_ID`"
    );
    Finding::new(&codes::TWO_LIVE_MATCHES, summary).fix(fix).about(address).at(app.place.as_ref())
}
