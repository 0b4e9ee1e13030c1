//! The pure plan over small cases: `plan/NAME/` holds what is desired, what the state remembers and what is live, and the plan that follows from
//! the three, as text and as JSON, and in `way-back.txt` what takes it back where a replacement is refused.
//!
//! In `state.yaml` and `live.yaml` an id may be one digit, which stands for 32 of it; what `state.yaml` leaves out of an application is what an
//! apply of ours records.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use libtest_mimic::Trial;
use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{LedgerZone, Released, Snapshot, State};
use spectrumctl::model::{Address, AppId, Recorded, Tier, ZoneId};
use spectrumctl::plan::{Compensation, LiveZone, Plan, Undo};
use spectrumctl::render::{TermStyle, plan_json, plan_text};

use crate::support::planning::{self, Beside};
use crate::support::{ZONE, folders, read_json, repository};
use crate::{golden, trial};

/// An id, written whole or as one digit.
fn id(written: &Json) -> String {
    let text = written.as_str().map_or_else(|| written.to_string(), str::to_owned);
    if text.len() == 1 { text.repeat(32) } else { text }
}

fn optional(path: &Path) -> Json {
    if path.exists() { read_json(path) } else { json!({}) }
}

fn ids<T: FromIterator<AppId>>(list: &Json) -> T {
    list.as_array().into_iter().flatten().map(|written| AppId::from_api(id(written))).collect()
}

fn names(list: &Json) -> BTreeSet<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

fn recorded(written: &Json) -> Recorded {
    let mut whole =
        json!({"zone_id": ZONE, "file": "spectrum.yaml", "provenance": "created", "applied": true});
    let fields = written.as_object().expect("an application of the state is a mapping").clone();
    whole.as_object_mut().expect("it is a mapping").extend(fields);
    whole["id"] = id(&written["id"]).into();
    serde_json::from_value(whole).expect("the state of a case holds applications")
}

fn released(id: AppId) -> (AppId, Released) {
    let address = Address::new("example.com", "released");
    (id, Released { address, zone: ZoneId::from_api(ZONE), when: Timestamp::UNIX_EPOCH })
}

/// What `state.yaml` says; a case without one has never been applied.
fn remembered(case: &Path) -> Snapshot {
    let state = optional(&case.join("state.yaml"));
    let address = |text: &str| {
        text.split_once('/').map(|(zone, key)| Address::new(zone, key)).expect("ZONE/KEY")
    };
    let apps: Map<String, Json> = state["apps"].as_object().cloned().unwrap_or_default();
    let exists = state.as_object().is_some_and(|state| !state.is_empty());
    let state = State {
        zones: exists
            .then(|| {
                let zone = LedgerZone { id: ZoneId::from_api(ZONE), account: None };
                ("example.com".to_owned(), zone)
            })
            .into_iter()
            .collect(),
        apps: apps.iter().map(|(name, app)| (address(name), recorded(app))).collect(),
        released: ids::<Vec<_>>(&state["released"]).into_iter().map(released).collect(),
        unmanaged_seen: ids::<Vec<_>>(&state["listed"])
            .into_iter()
            .map(|id| (id, "example.com".to_owned()))
            .collect(),
        noted: state.get("noted").map(names),
        ..State::empty()
    };
    if exists { Snapshot::read(state) } else { Snapshot { state, ..Snapshot::default() } }
}

/// What `live.yaml` says of the zone; a case without one has an empty zone.
fn live(case: &Path) -> LiveZone {
    let live = optional(&case.join("live.yaml"));
    let read = |app: &Json| {
        let mut object = app.as_object().expect("a live application is a mapping").clone();
        object.insert("id".to_owned(), id(&app["id"]).into());
        planning::live(&object)
    };
    let apps = live["apps"].as_array().into_iter().flatten().map(read).collect();
    let tier = live["plan"].as_str().and_then(Tier::from_text).or(Some(Tier::Enterprise));
    LiveZone { tier, ..planning::zone(apps) }
}

/// The plan of a case with this zone in place of the live one.
fn planned_with(case: &Path, zone: LiveZone) -> Plan {
    let text = fs::read_to_string(case.join("desired.yaml")).unwrap();
    let beside = Beside { recorded: remembered(case), live: vec![zone], ..Beside::default() };
    planning::plan(&text, beside)
}

fn planned(case: &Path) -> Plan {
    planned_with(case, live(case))
}

/// The prepared ways back, as apply follows them; empty where nothing is deleted for something else.
fn ways_back(plan: &Plan) -> String {
    let named = |step: &usize| {
        let step = &plan.steps[*step];
        format!("{:?} {}", step.call, plan.changes[step.change].address).to_lowercase()
    };
    let effects = |compensation: &Compensation| {
        let effects: Vec<String> = compensation
            .effects
            .iter()
            .map(|effect| serde_json::to_string(effect).unwrap())
            .collect();
        effects.iter().map(|effect| format!("       then {effect}\n")).collect::<String>()
    };
    let mut text = String::new();
    for way_back in &plan.ways_back {
        let steps: Vec<String> = way_back.steps.iter().map(named).collect();
        text += &format!("when one of these is refused: {}\n", steps.join(", "));
        for (number, compensation) in way_back.compensations.iter().enumerate() {
            let after = compensation.after.map(|after| format!(", after {after}"));
            let call = match &compensation.undo {
                Undo::Delete => "delete what it made".to_owned(),
                Undo::Create { body } => format!("create {}", Json::Object(body.clone())),
            };
            let (undone, after) = (named(&compensation.undoes), after.unwrap_or_default());
            text += &format!("  {number}: if {undone} took effect{after}: {call}\n");
            text += &effects(compensation);
        }
    }
    text
}

/// The plan as text, findings before it, and as JSON; and its ways back, where it has any.
fn rendered(plan: &Plan) -> Vec<(&'static str, String)> {
    let (mut text, mut json) = (Vec::new(), Vec::new());
    for finding in &plan.findings {
        text.extend(
            format!("{} {}: {}\n", finding.severity, finding.code, finding.summary).bytes(),
        );
    }
    plan_text::write(&mut text, plan, TermStyle::default()).unwrap();
    plan_json::write(&mut json, plan).unwrap();
    let ways_back = ways_back(plan);
    let shown = [
        ("plan.txt", String::from_utf8(text).unwrap()),
        ("plan.json", String::from_utf8(json).unwrap()),
    ];
    let prepared = (!ways_back.is_empty()).then_some(("way-back.txt", ways_back));
    shown.into_iter().chain(prepared).collect()
}

/// The plan is what is kept, whatever the order in which live applications are listed, and however often it is made.
fn is_planned_as_it_says(case: &Path) {
    let first = rendered(&planned(case));
    assert!((1..10).all(|_| rendered(&planned(case)) == first), "two runs differ");
    let mut turned = live(case);
    turned.apps.reverse();
    assert_eq!(rendered(&planned_with(case, turned)), first, "the order of the live list matters");
    for (name, made) in first {
        golden::is_as_kept(&case.join(name), &made);
    }
}

/// A test for each case, `plan/NAME`.
pub(super) fn trials() -> Vec<Trial> {
    let cases = folders(&repository().join("tests/plan"));
    let several = cases.iter().filter(|case| live(case).apps.len() > 1).count();
    assert!(several >= 5, "only {several} cases have several live applications");
    let named = |case: PathBuf| {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        trial(format!("plan/{name}"), move || is_planned_as_it_says(&case))
    };
    cases.into_iter().map(named).collect()
}
