//! Plans over what a test says is desired, recorded and live, without a network.

use jiff::civil::date;
use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Loaded, Sources, Vars};
use spectrumctl::ledger::Snapshot;
use spectrumctl::model::{Live, Recorded, Tier, ZoneId};
use spectrumctl::plan::{self, Input, LiveZone, Plan, Policy, Unread};
use spectrumctl::validate;

use super::ZONE;

const NOW: &str = "2026-08-01T00:00:00Z";

/// What a configuration is planned against: by default nothing is recorded and no zone was read.
#[derive(Default)]
pub(crate) struct Beside {
    pub(crate) recorded: Snapshot,
    pub(crate) live: Vec<LiveZone>,
    pub(crate) unread: Vec<Unread>,
}

/// The zone `example.com`, an enterprise zone, with these live applications.
pub(crate) fn zone(apps: Vec<Live>) -> LiveZone {
    LiveZone {
        name: "example.com".to_owned(),
        id: ZoneId::from_api(ZONE),
        account: None,
        tier: Some(Tier::Enterprise),
        apps,
    }
}

/// A live application in the API's words, which has an id.
pub(crate) fn live(object: &Map<String, Json>) -> Live {
    Live::read(object).expect("a live application has an id")
}

/// The record of an application in the API's words with its id, as an apply of ours writes it.
pub(crate) fn recorded(object: &Map<String, Json>) -> Recorded {
    let mut fields = object.clone();
    let id = fields.remove("id").expect("a recorded application has an id");
    let record = json!({"id": id, "zone_id": ZONE, "file": "spectrum.yaml", "provenance": "created", "applied": true, "fields": fields});
    serde_json::from_value(record).expect("it is a record")
}

/// What `spectrum.yaml` with this text says, and what is wrong with its form. `${ORIGIN}` is 192.0.2.1.
fn loaded(text: &str) -> Loaded {
    let vars = Vars::from_environment([("ORIGIN".to_owned(), "192.0.2.1".to_owned())]);
    config::load(&Sources::new([("spectrum.yaml", text)]), &vars)
}

/// Whether a configuration has no error that can be found offline.
pub(crate) fn is_valid(text: &str) -> bool {
    let Loaded { configuration, findings } = loaded(text);
    !validate::validate(&configuration, findings, date(2026, 8, 1)).has_errors()
}

/// The plan of a configuration on 1 August 2026, with its own limits, and whatever else of policy and records is
/// changed.
pub(crate) fn plan_with(
    text: &str,
    mut beside: Beside,
    change: impl FnOnce(&mut Policy, &mut Snapshot),
) -> Plan {
    let Loaded { configuration, findings } = loaded(text);
    let mut policy = Policy {
        limits: configuration.settings.limits,
        ..Policy::at(NOW.parse().expect("it is a time"))
    };
    change(&mut policy, &mut beside.recorded);
    plan::plan(&Input {
        desired: &validate::validate(&configuration, findings, policy.today),
        recorded: &beside.recorded,
        live: &beside.live,
        unread: &beside.unread,
        policy: &policy,
        facts: None,
    })
}

/// The plan of a configuration, nothing changed.
pub(crate) fn plan(text: &str, beside: Beside) -> Plan {
    plan_with(text, beside, |_, _| {})
}
