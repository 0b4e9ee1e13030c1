//! What an apply writes to the state beside its steps: what was recovered of earlier runs, the zones that were read, the applications
//! that were listed as unmanaged; and at its end the journal, taken into the state.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::interrupt;
use super::lock::write_state;
use super::observe::Observed;
use super::plan_source::Prepared;
use crate::ledger::{Condition, JournalEntry, Snapshot, State, StateChange};
use crate::model::{Address, AppId, Live, Recorded};
use crate::plan::{LiveZone, Plan};
use crate::state::{LockToken, Store, StoreError};

/// Writes down what was found of earlier runs, whatever comes of the plan; says whether anything was. A damaged state or journal is set
/// aside first, so that nothing is written behind the damage, where no reader looks.
pub(super) async fn write_recovered(
    store: &Store,
    token: &LockToken,
    observed: &Observed<'_>,
) -> Result<bool, StoreError> {
    let _writing = interrupt::writing();
    if observed.recorded.journal_is_broken {
        write_state(store, token, "apply", store.read().await?.state).await?;
    }
    for entry in &observed.recovered {
        interrupt::note_write();
        store.append(token, entry).await?;
    }
    Ok(observed.recorded.journal_is_broken || !observed.recovered.is_empty())
}

/// Notes before the first step what is news to the state; says whether anything was.
pub(super) async fn write_before(
    store: &Store,
    token: &LockToken,
    prepared: &Prepared<'_>,
) -> Result<bool, StoreError> {
    let _writing = interrupt::writing();
    let (observed, edits) = (&prepared.observed, &prepared.edits);
    let state = &observed.recorded.state;
    let listed = Listed::new(state, &prepared.plan);
    let news: Vec<StateChange> =
        observed.zones.iter().flat_map(|zone| listed.news(state, zone)).collect();
    let planned = prepared.plan.changes.iter().filter_map(|change| change.app_id.as_ref());
    let met = first_met(observed, &planned.collect());
    // What protects comes before what is listed: a run that dies in between leaves nothing that may be deleted.
    let news: Vec<StateChange> = confirmed(prepared).into_iter().chain(met).chain(news).collect();
    let is_any = !edits.is_empty() || !news.is_empty();
    let edits = edits.iter().cloned().chain(news);
    let edits = edits.map(|edit| JournalEntry::Done { step: None, edit });
    for entry in edits {
        interrupt::note_write();
        store.append(token, &entry).await?;
    }
    Ok(is_any)
}

/// Adopted applications that were found as they are configured: the apply confirms what is recorded of them.
fn confirmed(prepared: &Prepared<'_>) -> Vec<StateChange> {
    let apps = &prepared.observed.recorded.state.apps;
    let confirmed = prepared.plan.confirms.iter().filter_map(|address| {
        let recorded = Recorded { applied: true, ..apps.get(address)?.clone() };
        Some(StateChange::Put { address: address.clone(), recorded: Box::new(recorded) })
    });
    confirmed.collect()
}

/// Which live applications of each zone are listed as unmanaged: by the plan, and by the state so far.
struct Listed<'a> {
    now: BTreeMap<&'a str, BTreeSet<&'a AppId>>,
    so_far: BTreeMap<&'a str, BTreeSet<&'a AppId>>,
}

impl<'a> Listed<'a> {
    fn new(state: &'a State, plan: &'a Plan) -> Listed<'a> {
        let mut listed = Listed { now: BTreeMap::new(), so_far: BTreeMap::new() };
        for app in &plan.unmanaged {
            listed.now.entry(&app.zone).or_default().insert(&app.app_id);
        }
        for (id, zone) in &state.unmanaged_seen {
            listed.so_far.entry(zone).or_default().insert(id);
        }
        listed
    }

    /// What the state does not know of a zone yet: its ids, and which live applications are listed as unmanaged.
    fn news(&self, state: &State, zone: &LiveZone) -> Vec<StateChange> {
        let (now, so_far) = (self.now.get(zone.name.as_str()), self.so_far.get(zone.name.as_str()));
        let knows_zone = state.zones.get(&zone.name).is_some_and(|record| record.id == zone.id);
        let mut news = Vec::new();
        if !knows_zone {
            news.push(zone_change(zone));
        }
        if now != so_far {
            let ids = now.into_iter().flatten().map(|id| (*id).clone()).collect();
            news.push(StateChange::Unmanaged { zone: zone.name.clone(), ids });
        }
        news
    }
}

/// What is noted of the zones that are read for the first time since the state began, because it was not there or is damaged. `taken`
/// are the applications that the run takes over.
pub(super) fn first_met(observed: &Observed<'_>, taken: &BTreeSet<&AppId>) -> Vec<StateChange> {
    let Snapshot { condition, state, .. } = &observed.recorded;
    let is_first =
        |zone: &&LiveZone| *condition != Condition::Read || state.may_have_released(&zone.name);
    let first: Vec<&LiveZone> = observed.zones.iter().filter(is_first).collect();
    let is_taken = |live: &Live| taken.contains(&live.id);
    let recorded = recorded_ids(state);
    let found = first.iter().flat_map(|zone| found_without_state(&recorded, zone, is_taken));
    let names = first.iter().map(|zone| zone.name.clone()).collect();
    let noted = match (&state.noted, observed.is_whole) {
        (None, _) => None,
        (Some(_), true) => Some(StateChange::Noted { zones: None }),
        (Some(_), false) if first.is_empty() => None,
        (Some(_), false) => Some(StateChange::Noted { zones: Some(names) }),
    };
    found.chain(noted).collect()
}

/// The live applications that are not ours as far as is known, where there was no state to say whether they were released.
pub(super) fn found_without_state(
    recorded: &BTreeSet<&AppId>,
    zone: &LiveZone,
    is_planned: impl Fn(&Live) -> bool,
) -> Vec<StateChange> {
    let is_recorded = |live: &Live| recorded.contains(&live.id);
    let found = |live: &Live| StateChange::Found {
        id: live.id.clone(),
        address: Address::for_unmanaged(&zone.name, &live.id),
        zone: zone.id.clone(),
        when: Timestamp::now(),
    };
    let unknown = zone.apps.iter().filter(|live| !is_recorded(live) && !is_planned(live));
    unknown.map(found).collect()
}

/// The ids of the applications that are ours.
pub(super) fn recorded_ids(state: &State) -> BTreeSet<&AppId> {
    state.apps.values().map(|recorded| &recorded.id).collect()
}

/// That a zone has these ids.
pub(super) fn zone_change(zone: &LiveZone) -> StateChange {
    StateChange::Zone {
        name: zone.name.clone(),
        id: zone.id.clone(),
        account: zone.account.clone(),
    }
}

/// Takes the journal into the state.
pub(super) async fn write_after(store: &Store, token: &LockToken) -> Result<(), StoreError> {
    write_state(store, token, "apply", store.read().await?.state).await
}
