//! The zones that were read, each with what is there of every address: what a plan is decided from, and what drift is told from.

use std::cell::LazyCell;

use super::change::UnmanagedApp;
use super::input::{Input, LiveZone};
use super::pair;
use super::renames::Moves;
use super::three_way::Pair;
use crate::codes;
use crate::config::Unmanaged;
use crate::finding::Finding;
use crate::model::{Address, Field, Live};

/// A zone in pairs.
#[derive(Debug)]
pub(super) struct PairedZone<'a> {
    pub(super) zone: &'a LiveZone,
    /// What is there of each address.
    pub(super) pairs: Vec<Pair<'a>>,
    /// What is live at no address, unless the configuration says that it is not to be mentioned.
    pub(super) unmanaged: Vec<&'a Live>,
    /// What the configuration says of that.
    pub(super) wish: Unmanaged,
    /// What is wrong with the zone as a whole.
    pub(super) findings: Vec<Finding>,
}

/// Pairs each zone that was read.
pub(super) fn pair_zones<'a>(input: &Input<'a>) -> Vec<PairedZone<'a>> {
    let moves = Moves::new(input);
    let recorded_ids = LazyCell::new(|| pair::recorded_ids(input));
    let unmanaged =
        |zone: &'a LiveZone, pairs: &[Pair<'a>]| pair::unmanaged_apps(zone, pairs, &recorded_ids);
    input.live.iter().map(|zone| pair_zone(input, &moves, zone, &unmanaged)).collect()
}

fn pair_zone<'a>(
    input: &Input<'a>,
    moves: &Moves<'a>,
    zone: &'a LiveZone,
    unmanaged_of: &dyn Fn(&'a LiveZone, &[Pair<'a>]) -> Vec<&'a Live>,
) -> PairedZone<'a> {
    let configured = input.desired.configuration.zones.get(&zone.name);
    let wish = configured.map_or(Unmanaged::Ignore, |zone| zone.unmanaged);
    if let Some(finding) = state_of_another_zone(input, zone) {
        let (pairs, unmanaged) = (Vec::new(), Vec::new());
        return PairedZone { zone, pairs, unmanaged, wish, findings: vec![finding] };
    }
    let pair::Pairs { pairs, mut findings } = pair::pair(input, moves, zone);
    let live = pairs.iter().filter_map(|pair| pair.three_way.live());
    findings.extend(live.flat_map(|live| unread_values(zone, live)));
    let unmanaged = match wish {
        Unmanaged::Ignore => Vec::new(),
        Unmanaged::Report | Unmanaged::Delete => unmanaged_of(zone, &pairs),
    };
    PairedZone { zone, pairs, unmanaged, wish, findings }
}

impl UnmanagedApp {
    /// A live application of a zone that the configuration does not have.
    pub(super) fn new(zone: &LiveZone, live: &Live) -> UnmanagedApp {
        let text = |field: Field| live.spec.get(field).map(ToString::to_string).unwrap_or_default();
        UnmanagedApp {
            zone: zone.name.clone(),
            app_id: live.id.clone(),
            protocol: text(Field::Protocol),
            dns_name: text(Field::DnsName),
        }
    }
}

/// A state whose applications were written to another zone of this name: nothing can be said about them, so nothing is done.
fn state_of_another_zone(input: &Input<'_>, zone: &LiveZone) -> Option<Finding> {
    let mut recorded = input.recorded.state.apps_in(&zone.name);
    let (address, recorded) = recorded.find(|(_, recorded)| recorded.zone_id != zone.id)?;
    let summary = format!(
        "the state knows {} as zone {}, but its id is {}",
        zone.name, recorded.zone_id, zone.id
    );
    let fix = format!(
        "use the right state, token or account; if the zone was created anew, run `spectrumctl state rm '{}/*'`",
        zone.name
    );
    let place =
        input.desired.configuration.zones.get(&zone.name).and_then(|zone| zone.place.as_ref());
    Some(Finding::new(&codes::STATE_OF_ANOTHER_ZONE, summary).fix(fix).about(address).at(place))
}

/// Warnings about live values that this version cannot read; they are kept as they are.
fn unread_values(zone: &LiveZone, live: &Live) -> Vec<Finding> {
    let who = Address::for_unmanaged(&zone.name, &live.id);
    live.unread()
        .map(|(field, text)| {
            let (path, id) = (field.path(), &live.id);
            let summary =
                format!("`{path}` of the live application {id} has an unknown value: {text}");
            Finding::new(&codes::UNREAD_VALUE, summary).about(&who).on(path)
        })
        .collect()
}
