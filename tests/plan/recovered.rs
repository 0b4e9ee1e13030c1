//! What an open step has come to, as far as a look at its zone tells.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value as Json, json};
use spectrumctl::apply::VERIFY_BACKOFF;
use spectrumctl::ledger::{Intent, JournalEntry, Snapshot, State, StepStarted};
use spectrumctl::model::{Address, AppId, ZoneId};
use spectrumctl::plan::recover::{LIST_LAG, Look, recover};
use uuid::Uuid;

use crate::support::{ZONE, planning};

fn now() -> Timestamp {
    "2026-08-01T00:00:00Z".parse().unwrap()
}

fn object(value: Json) -> Map<String, Json> {
    value.as_object().unwrap().clone()
}

fn body() -> Json {
    json!({
        "protocol": "udp/53", "dns": {"type": "CNAME", "name": "h.example.com"},
        "origin_direct": ["udp://192.0.2.1:53"],
    })
}

/// A state in which one step is open that was written down so long ago.
fn open(age: SignedDuration, app_id: Option<&str>, intent: Intent) -> Snapshot {
    let mut snapshot = Snapshot::read(State::empty());
    let began = StepStarted {
        step: 1,
        address: Address::new("example.com", "a"),
        action: "create".to_owned(),
        app_id: app_id.map(|id| AppId::from_api(id.to_owned())),
        body_hash: None,
        meant: Some(Box::new(intent)),
        at: now() - age,
    };
    snapshot.take(Uuid::from_u128(1), &JournalEntry::StepStarted(began));
    snapshot
}

fn intent() -> Intent {
    Intent::new(ZoneId::from_api(ZONE), Vec::new(), Some(object(body())))
}

#[test]
fn a_create_that_is_not_listed_is_open_until_a_run_has_looked_for_long_enough() {
    let seconds = SignedDuration::from_secs;
    // The age of the note, for how long this run has looked, and whether the step is closed.
    for (age, looked, is_closed) in [
        (seconds(5), seconds(0), false),
        (seconds(14), seconds(14), false),
        // A run may wait for a rate limit between its note and the call.
        (seconds(400), seconds(1), false),
        (seconds(400), seconds(14), false),
        (seconds(400), seconds(15), true),
        (seconds(15), seconds(15), true),
        // No run waits for so long.
        (seconds(26 * 60), seconds(0), true),
    ] {
        let mut snapshot = open(age, None, intent());
        let look = Look { now: now(), since: now() - looked };
        let entries = recover(&mut snapshot, &[planning::zone(Vec::new())], look);
        assert_eq!(!entries.is_empty(), is_closed, "{age} {looked}");
        assert_eq!(snapshot.open_steps.is_empty(), is_closed, "{age} {looked}");
    }
}

#[test]
fn what_answers_leave_out_is_written_only_if_the_application_was_modified_since() {
    let id = "11111111111111111111111111111111";
    let before = "2026-07-31T00:00:00Z";
    for (modified, took_effect) in [(before, false), ("2026-08-01T00:00:00Z", true)] {
        let mut intent = intent();
        intent.unseen_since = Some(before.to_owned());
        let mut snapshot = open(SignedDuration::from_secs(60), Some(id), intent);
        let mut live = object(body());
        live.insert("id".to_owned(), json!(id));
        live.insert("modified_on".to_owned(), json!(modified));
        let zones = [planning::zone(vec![planning::live(&live)])];
        let entries = recover(&mut snapshot, &zones, Look { now: now(), since: now() });
        let is_made = matches!(entries[..], [JournalEntry::TookEffect { .. }]);
        assert_eq!(is_made, took_effect, "{modified}");
    }
}

#[test]
fn an_apply_looks_for_a_create_for_as_long_as_lists_may_lag() {
    let looked: std::time::Duration = VERIFY_BACKOFF.iter().sum();
    assert!(SignedDuration::try_from(looked).unwrap() >= LIST_LAG);
}
