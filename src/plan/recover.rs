//! Recovering what an earlier run has begun and not ended, from what is live now. A run can die between a call and the note of its end,
//! and an answer can get lost; whether the call took effect is seen in the zone.

use jiff::{SignedDuration, Timestamp};

use super::input::LiveZone;
use crate::diff;
use crate::ledger::{Intent, JournalEntry, OpenStep, Snapshot, State, StateChange, StepStarted};
use crate::model::{AppId, Live, Recorded};

/// How far the clocks of this machine and of the API may differ.
const CLOCKS: SignedDuration = SignedDuration::from_mins(5);

/// For how long after its beginning a call may create something.
const LATE: SignedDuration = SignedDuration::from_mins(15);

/// Closes the open steps of the zones that were read, and returns what is to be written down of them. The snapshot takes the same entries
/// in as the next reader of the journal does. A step of a zone that was not read stays open; a call that is not seen to have taken effect
/// leaves what is recorded as it is, which is what was true before it.
pub fn recover(snapshot: &mut Snapshot, zones: &[LiveZone]) -> Vec<JournalEntry> {
    let mut entries = Vec::new();
    for open in snapshot.open_steps.clone() {
        let Some(zone) = zones.iter().find(|zone| is_of(&open, zone)) else { continue };
        let found = seen(&snapshot.state, &open.began, zone);
        let done = found.map(|edit| JournalEntry::Done { step: None, edit });
        let closed = JournalEntry::Settled { of_run: open.run, step: open.began.step };
        for entry in done.into_iter().chain([closed]) {
            snapshot.take(open.run, &entry);
            entries.push(entry);
        }
    }
    entries
}

/// Whether an open step's call was made in a zone.
fn is_of(open: &OpenStep, zone: &LiveZone) -> bool {
    match &open.began.meant {
        Some(meant) => meant.zone_id == zone.id,
        None => open.began.address.zone == zone.name,
    }
}

/// What a call has changed, as far as it is seen to have taken effect.
fn seen(state: &State, began: &StepStarted, zone: &LiveZone) -> Option<StateChange> {
    let meant = began.meant.as_deref()?;
    match (&began.app_id, &meant.recorded) {
        (None, Some(recorded)) => created(state, began, recorded, zone),
        (Some(id), Some(recorded)) => updated(began, id, recorded, zone),
        (Some(id), None) => deleted(state, began, id, meant, zone),
        (None, None) => None,
    }
}

/// The application that a create made: the one of its identity that is not recorded otherwise, and that is either what was meant or as
/// old as the call.
fn created(
    state: &State,
    began: &StepStarted,
    meant: &Recorded,
    zone: &LiveZone,
) -> Option<StateChange> {
    let spec = meant.spec();
    let identity = spec.identity()?;
    let is_free = |live: &&Live| !state.apps.values().any(|recorded| recorded.id == live.id);
    let is_it =
        |live: &&Live| diff::between(&live.spec, &spec).is_empty() || is_of_then(live, began.at);
    let live = zone
        .apps
        .iter()
        .filter(|live| live.spec.identity().as_ref() == Some(&identity))
        .filter(is_free)
        .find(is_it)?;
    let recorded = Box::new(Recorded { id: live.id.clone(), ..meant.clone() });
    Some(StateChange::Put { address: began.address.clone(), recorded })
}

fn is_of_then(live: &Live, at: Timestamp) -> bool {
    let created: Option<Timestamp> = live.created_on.as_deref().and_then(|text| text.parse().ok());
    created.is_some_and(|created| created >= at - CLOCKS && created <= at + LATE)
}

fn updated(
    began: &StepStarted,
    id: &AppId,
    meant: &Recorded,
    zone: &LiveZone,
) -> Option<StateChange> {
    let live = zone.apps.iter().find(|live| live.id == *id)?;
    let recorded = Box::new(meant.clone());
    diff::between(&live.spec, &meant.spec())
        .is_empty()
        .then(|| StateChange::Put { address: began.address.clone(), recorded })
}

fn deleted(
    state: &State,
    began: &StepStarted,
    id: &AppId,
    meant: &Intent,
    zone: &LiveZone,
) -> Option<StateChange> {
    let ours = state.apps.get(&began.address).is_some_and(|recorded| recorded.id == *id);
    let is_gone = ours && !zone.apps.iter().any(|live| live.id == *id);
    let address = began.address.clone();
    is_gone.then(|| match &meant.former {
        Some(former) => StateChange::Lost { address, former: Some(Box::new(former.clone())) },
        None => StateChange::Drop { address, released: None },
    })
}
