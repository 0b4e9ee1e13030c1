//! Recovering what an earlier run has begun and not ended, from what is live now. A run can die between a call and the note of its end,
//! and an answer can get lost; whether the call took effect is seen in the zone. What it brought about was written down before it was
//! made, so recovering it and folding the journal record the same.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json};

use super::claim::{Claim, LATE};
use super::input::LiveZone;
use crate::codes;
use crate::diff;
use crate::finding::Finding;
use crate::ledger::{JournalEntry, OpenStep, Snapshot, State, StepStarted};
use crate::model::live::spec_of;
use crate::model::{Address, AppId, Live, Spec};

/// For how long lists may lag behind a create.
pub const LIST_LAG: SignedDuration = SignedDuration::from_secs(15);

/// When zones are looked at, and for how long.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Now.
    pub now: Timestamp,
    /// When the run began to look. What an earlier run has sent was sent before.
    pub since: Timestamp,
}

impl Look {
    /// Whether a create would be listed by now that an earlier run has written down at this time. Between its note and the call a run
    /// may wait, for a rate limit or while an application is down, so a note is older than what it tells of.
    fn would_show(self, noted: Timestamp) -> bool {
        let is_over = self.now.duration_since(noted) >= LATE + LIST_LAG;
        let has_looked = self.now.duration_since(self.since.max(noted)) >= LIST_LAG;
        is_over || has_looked
    }
}

/// Why nothing is planned at an address: a create whose outcome cannot be known yet.
const NOT_LISTED: &str =
    "a list may not show a new application yet, and a second create would run it twice";

/// How an open step has ended.
enum Outcome {
    /// It has taken effect on this application.
    TookEffect(AppId),
    /// It has changed nothing.
    Nothing,
    /// It cannot be known yet, because what it created may not be listed.
    Waiting,
}

/// Closes the open steps of the zones that were read, and returns what is to be written down of them. The snapshot takes the same entries
/// in as the next reader of the journal does. A step of a zone that was not read stays open, and so does a create whose application may
/// not be listed yet; a call that is not seen to have taken effect leaves what is recorded as it is, which is what was true before it.
pub fn recover(snapshot: &mut Snapshot, zones: &[LiveZone], look: Look) -> Vec<JournalEntry> {
    let mut entries = Vec::new();
    for open in snapshot.open_steps.clone() {
        let Some(zone) = zones.iter().find(|zone| open.is_of(&zone.name, &zone.id)) else {
            continue;
        };
        if let Some(entry) =
            ended(&open, outcome(&snapshot.state, &open.began, zone, look), look.now)
        {
            snapshot.take(open.run, &entry);
            entries.push(entry);
        }
    }
    entries
}

/// The addresses at which a create is still waited for in a zone that was read.
pub fn waiting<'a>(
    snapshot: &'a Snapshot,
    zones: &[LiveZone],
) -> impl Iterator<Item = &'a Address> {
    let is_read = |open: &&OpenStep| zones.iter().any(|zone| open.is_of(&zone.name, &zone.id));
    snapshot.open_steps.iter().filter(is_read).map(|open| &open.began.address)
}

/// What is still open once the zones were read, each as a finding.
pub fn open_steps(snapshot: &Snapshot, zones: &[LiveZone]) -> Vec<Finding> {
    let finding = |open: &OpenStep| {
        let StepStarted { action, address, at, .. } = &open.began;
        let is_read = zones.iter().any(|zone| open.is_of(&zone.name, &zone.id));
        let summary = format!("waiting for the outcome of {action} {address}, sent at {at}");
        let finding = Finding::new(&codes::OPEN_STEP, summary).about(address);
        match is_read {
            true => finding.why(NOT_LISTED).fix("run again in a quarter of a minute"),
            false => finding.why(format!("the zone {} was not read in this run", address.zone)),
        }
    };
    snapshot.open_steps.iter().map(finding).collect()
}

/// What is written down of an open step.
fn ended(open: &OpenStep, outcome: Outcome, at: Timestamp) -> Option<JournalEntry> {
    let (of_run, step) = (open.run, open.began.step);
    match outcome {
        Outcome::TookEffect(app_id) => Some(JournalEntry::TookEffect { of_run, step, app_id, at }),
        Outcome::Nothing => Some(JournalEntry::Settled { of_run, step }),
        Outcome::Waiting => None,
    }
}

fn outcome(state: &State, began: &StepStarted, zone: &LiveZone, look: Look) -> Outcome {
    let took_effect = match (&began.app_id, began.sent()) {
        (None, Some(sent)) => return created(state, (began, sent), zone, look),
        (None, None) => None,
        (Some(id), Some(sent)) => {
            let sent = spec_of(sent);
            find(zone, id).filter(|live| is_written(live, &sent, began)).map(|_| id)
        }
        (Some(id), None) => Some(id).filter(|id| find(zone, id).is_none()),
    };
    took_effect.cloned().map_or(Outcome::Nothing, Outcome::TookEffect)
}

/// A create has made the application that shows it and is not recorded otherwise; before one is listed at all, nothing is known. For
/// one that is somebody else's as far as is known the plan asks before it takes it over.
fn created(
    state: &State,
    (began, sent): (&StepStarted, &Map<String, Json>),
    zone: &LiveZone,
    look: Look,
) -> Outcome {
    let recorded: BTreeSet<AppId> =
        state.apps.values().map(|recorded| recorded.id.clone()).collect();
    let claim = Claim::new(sent, &recorded, began.at);
    let mut candidates = zone.apps.iter().filter(|live| claim.is_candidate(live)).peekable();
    if candidates.peek().is_none() && !look.would_show(began.at) {
        return Outcome::Waiting;
    }
    candidates
        .find(|live| claim.has_made(live))
        .map_or(Outcome::Nothing, |live| Outcome::TookEffect(live.id.clone()))
}

fn find<'a>(zone: &'a LiveZone, id: &AppId) -> Option<&'a Live> {
    zone.apps.iter().find(|live| live.id == *id)
}

/// Whether an application has the values that a call has sent, as far as answers tell; what is left as it is found may have moved since.
fn is_written(live: &Live, sent: &Spec, began: &StepStarted) -> bool {
    let was_modified =
        || began.unseen_since().is_none_or(|before| live.modified_on.as_deref() != Some(before));
    let is_as_sent = diff::between(&live.spec, sent)
        .iter()
        .all(|delta| delta.is_unseen || began.leaves(delta.field));
    is_as_sent && was_modified()
}
