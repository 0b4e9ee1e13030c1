//! An exchange that is interrupted anywhere: whichever of its writes are made, and whether or not the last of them was noted, the next
//! plan goes on to what is configured, without a delete, and each application stays recorded once.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::ledger::Intent;
use spectrumctl::ledger::{JournalEntry, Snapshot, State, StepStarted};
use spectrumctl::model::{Address, AppId, Live, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::plan::recover::recover;
use spectrumctl::plan::{self, Call, Change, Input, LiveZone, Plan, Policy, Work};
use spectrumctl::validate;
use uuid::Uuid;

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// What is live and what is recorded.
#[derive(Clone)]
struct World {
    live: Vec<Map<String, Json>>,
    snapshot: Snapshot,
    steps: u32,
}

fn now() -> Timestamp {
    "2026-08-01T00:00:00Z".parse().unwrap()
}

fn object(id: usize, port: usize) -> Map<String, Json> {
    let object = json!({
        "id": format!("{id:032x}"), "protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": "h.example.com"},
        "origin_direct": [format!("tcp://192.0.2.{id}:22")], "created_on": "2026-07-01T00:00:00Z",
    });
    object.as_object().unwrap().clone()
}

/// Applications 1 to n on the ports 1 to n, as configured and recorded; the first is protected.
fn begun(n: usize) -> World {
    let recorded = |id: usize| {
        let mut fields = object(id, id);
        fields.retain(|name, _| name != "id" && name != "created_on");
        let recorded = Recorded {
            id: AppId::from_api(format!("{id:032x}")),
            zone_id: ZoneId::from_api(ZONE),
            file: "spectrum.yaml".to_owned(),
            fields,
            labels: Default::default(),
            note: None,
            masks: Default::default(),
            protect: if id == 1 { Protect::On } else { Protect::Off },
            provenance: Provenance::Created,
            applied: true,
            confirmed: true,
        };
        (Address::new("example.com", &format!("app-{id}")), recorded)
    };
    let state = State { apps: (1..=n).map(recorded).collect(), ..State::empty() };
    let live = (1..=n).map(|id| object(id, id)).collect();
    World { live, snapshot: Snapshot::read(state), steps: 0 }
}

fn yaml(ports: &[usize]) -> String {
    let line = |(index, port): (usize, &usize)| {
        let (id, protect) =
            (index + 1, if index == 0 { ", lifecycle: {protect: true}" } else { "" });
        format!(
            "      app-{id}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: h.example.com}}, origin_direct: [\"tcp://192.0.2.{id}:22\"]{protect}}}\n"
        )
    };
    let lines: String = ports.iter().enumerate().map(line).collect();
    format!("version: 1\nzones:\n  example.com:\n    apps:\n{lines}")
}

impl World {
    fn zone(&self) -> LiveZone {
        LiveZone {
            name: "example.com".to_owned(),
            id: ZoneId::from_api(ZONE),
            account: None,
            tier: None,
            apps: self.live.iter().map(|object| Live::read(object).unwrap()).collect(),
        }
    }

    fn plan(&mut self, ports: &[usize]) -> Plan {
        let (text, policy) = (yaml(ports), Policy::at(now()));
        let loaded =
            config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
        let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
        let zones = [self.zone()];
        recover(&mut self.snapshot, &zones, now());
        let (recorded, live) = (&self.snapshot, &zones[..]);
        plan::plan(&Input {
            desired: &desired,
            recorded,
            live,
            unread: &[],
            facts: None,
            policy: &policy,
        })
    }

    /// Makes the call of a change: in the world, in the journal, or only begun.
    fn call(&mut self, change: &Change, call: Call, is_made: bool, is_noted: bool) {
        let (run, at) = (Uuid::from_u128(1), now());
        let effects = change.effects(call, &change.work);
        let Work::Update { id, body } = &change.work else {
            assert_eq!(change.work, Work::Nothing, "an exchange neither creates nor deletes");
            let edits =
                effects.iter().filter_map(|effect| effect.change(change.app_id.as_ref(), at));
            for edit in edits.filter(|_| is_noted) {
                self.snapshot.take(run, &JournalEntry::Done { step: None, edit });
            }
            return;
        };
        self.steps += 1;
        let intent = Intent::new(change.zone_id.clone(), effects, Some(body.clone()));
        let began = StepStarted {
            step: self.steps,
            address: change.address.clone(),
            action: "update".to_owned(),
            app_id: Some(id.clone()),
            body_hash: None,
            meant: Some(Box::new(intent)),
            at,
        };
        self.snapshot.take(run, &JournalEntry::StepStarted(began));
        if is_made {
            let found = self.live.iter_mut().find(|object| object["id"] == id.as_str()).unwrap();
            let mut written = body.clone();
            written.insert("id".to_owned(), json!(id.as_str()));
            written.insert("created_on".to_owned(), found["created_on"].clone());
            *found = written;
        }
        if is_noted {
            let (step, app_id) = (self.steps, id.clone());
            self.snapshot.take(run, &JournalEntry::TookEffect { of_run: run, step, app_id, at });
        }
    }

    fn check(&self, n: usize, case: &str) {
        let ids: BTreeSet<&AppId> =
            self.snapshot.state.apps.values().map(|recorded| &recorded.id).collect();
        assert_eq!(ids.len(), n, "{case}: an application is recorded twice");
        for (address, recorded) in &self.snapshot.state.apps {
            assert_eq!(
                recorded.protect == Protect::On,
                address.key == "app-1",
                "{case}: {address}"
            );
        }
    }
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let longer = |shorter: Vec<usize>| {
        (0..=shorter.len()).map(move |at| {
            let mut ports = shorter.clone();
            ports.insert(at, n);
            ports
        })
    };
    permutations(n - 1).into_iter().flat_map(longer).collect()
}

/// Makes some of the calls of a plan, the last of them without a note; then applies until nothing is left to do.
fn converges(n: usize, ports: &[usize], made: u32, open: Option<(usize, bool)>) {
    let case = format!("{ports:?}, made {made:b}, open {open:?}");
    let mut world = begun(n);
    let plan = world.plan(ports);
    for (index, step) in plan.steps.iter().enumerate() {
        let change = &plan.changes[step.change];
        match open {
            Some((open, is_made)) if open == index => world.call(change, step.call, is_made, false),
            _ if made & (1 << index) != 0 => world.call(change, step.call, true, true),
            _ => {}
        }
    }
    for _ in 0..3 {
        let plan = world.plan(ports);
        world.check(n, &case);
        assert!(!plan.findings.iter().any(Finding::is_error), "{case}: {:#?}", plan.findings);
        for step in &plan.steps {
            world.call(&plan.changes[step.change], step.call, true, true);
        }
    }
    let plan = world.plan(ports);
    assert!(plan.is_empty(), "{case}: {:#?}", plan.changes);
    world.check(n, &case);
}

#[test]
fn every_exchange_that_is_interrupted_anywhere_converges() {
    for n in 2..=3 {
        for ports in permutations(n) {
            let steps = begun(n).plan(&ports).steps.len();
            for made in 0..1_u32 << steps {
                converges(n, &ports, made, None);
                for open in (0..steps).flat_map(|open| [(open, true), (open, false)]) {
                    converges(n, &ports, made, Some(open));
                }
            }
        }
    }
    // Of the longer ones, rings that turn by one, at every place.
    for n in 4..=6 {
        let ports: Vec<usize> = (1..=n).map(|port| port % n + 1).collect();
        for done in 0..n {
            converges(n, &ports, (1 << done) - 1, Some((done, true)));
        }
    }
}
