//! An exchange that is interrupted anywhere: whichever of its writes are made, and whether or not the last of them was noted, the next
//! plan goes on to what is configured, without a delete, each application stays recorded once, and each address keeps its own values,
//! those too that the configuration leaves as they are found and that an earlier write of the exchange has overwritten.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any};
use proptest::proptest;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::ledger::{JournalEntry, Snapshot, State, StepStarted};
use spectrumctl::model::{Address, AppId, Live, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::plan::recover::{Look, recover};
use spectrumctl::plan::{self, Call, Change, Input, LiveZone, Plan, Policy, Work};
use spectrumctl::validate;
use uuid::Uuid;

const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// Whose the origins are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origins {
    /// The configuration says them.
    Declared,
    /// The configuration says that they are left as they are, and somebody else has changed them.
    Ignored,
    /// Somebody else has changed them, and the configuration holds drift.
    Held,
}

/// What is live and what is recorded.
#[derive(Clone)]
pub(super) struct World {
    origins: Origins,
    live: Vec<Map<String, Json>>,
    pub(super) snapshot: Snapshot,
    /// What the run has read so far.
    found: BTreeMap<AppId, Live>,
    steps: u32,
}

fn now() -> Timestamp {
    "2026-08-01T00:00:00Z".parse().unwrap()
}

fn object(id: usize, port: usize) -> Map<String, Json> {
    let object = json!({
        "id": format!("{id:032x}"), "protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": "h.example.com"},
        "origin_direct": [format!("tcp://192.0.2.{id}:22")], "proxy_protocol": proxy_protocol(id),
        "created_on": "2026-07-01T00:00:00Z",
    });
    object.as_object().unwrap().clone()
}

/// A value that neighbours do not share.
pub(super) fn proxy_protocol(id: usize) -> &'static str {
    if id.is_multiple_of(2) { "v2" } else { "v1" }
}

/// Applications 1 to n on the ports 1 to n, as configured and recorded; the first is protected.
pub(super) fn begun(n: usize, origins: Origins) -> World {
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
    let live = (1..=n).map(|id| {
        let mut live = object(id, id);
        live.insert("origin_direct".to_owned(), json!([origin_at(id, origins)]));
        live
    });
    let live = live.collect();
    World { origins, live, snapshot: Snapshot::read(state), found: BTreeMap::new(), steps: 0 }
}

/// The origin that an address has before and after.
fn origin_at(id: usize, origins: Origins) -> String {
    let network = if origins == Origins::Declared { "192.0.2" } else { "198.51.100" };
    format!("tcp://{network}.{id}:22")
}

fn yaml(ports: &[usize], origins: Origins) -> String {
    let line = |(index, port): (usize, &usize)| {
        let (id, protect) = (index + 1, index == 0);
        let proxy_protocol = proxy_protocol(id);
        let ignored = if origins == Origins::Ignored {
            "{field: origin_direct, reason: failover}"
        } else {
            ""
        };
        format!(
            "      app-{id}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: h.example.com}}, origin_direct: [\"tcp://192.0.2.{id}:22\"], proxy_protocol: {proxy_protocol}, lifecycle: {{protect: {protect}, ignore_changes: [{ignored}]}}}}\n"
        )
    };
    let lines: String = ports.iter().enumerate().map(line).collect();
    let on_drift = if origins == Origins::Held { "hold" } else { "repair" };
    format!(
        "version: 1\nsettings: {{on_drift: {on_drift}}}\nzones:\n  example.com:\n    apps:\n{lines}"
    )
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
        let text = yaml(ports, self.origins);
        self.plan_of(&text)
    }

    pub(super) fn plan_of(&mut self, text: &str) -> Plan {
        self.found.clear();
        let policy = Policy::at(now());
        let loaded = config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default());
        let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
        let zones = [self.zone()];
        recover(&mut self.snapshot, &zones, Look { now: now(), since: now() });
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
    pub(super) fn call(&mut self, change: &Change, call: Call, is_made: bool, is_noted: bool) {
        let is_it = |object: &&Map<String, Json>| {
            change.app_id.as_ref().is_some_and(|id| object["id"] == id.as_str())
        };
        let live = Live::read(self.live.iter().find(is_it).unwrap()).unwrap();
        self.found.insert(live.id.clone(), live.clone());
        if call == Call::Read {
            return;
        }
        let takes = change.expects.as_ref().and_then(|expects| expects.takes.as_ref());
        let taken = takes.map(|takes| {
            change.taking_over(Some(&live), &self.found[&takes.from]).expect("nothing has moved")
        });
        let change = taken.as_ref().unwrap_or(change);
        let (run, at) = (Uuid::from_u128(1), now());
        let effects = change.effects(call, Some(&live));
        let Work::Update { id, body } = &change.work_for(Some(&live)) else {
            assert_eq!(change.work, Work::Nothing, "an exchange neither creates nor deletes");
            let edits =
                effects.iter().filter_map(|effect| effect.change(change.app_id.as_ref(), at));
            for edit in edits.filter(|_| is_noted) {
                self.snapshot.take(run, &JournalEntry::Done { step: None, edit });
            }
            return;
        };
        self.steps += 1;
        let intent = change.intent(effects, body, Some(&live));
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

    /// Whether each address is served on its port with its own origin.
    fn is_configured(&self, ports: &[usize], case: &str) {
        let origin_of = |port: usize| {
            let on_port = |object: &&Map<String, Json>| object["protocol"] == format!("tcp/{port}");
            self.live.iter().find(on_port).map(|object| object["origin_direct"][0].clone())
        };
        for (index, port) in ports.iter().enumerate() {
            let wanted = origin_at(index + 1, self.origins);
            assert_eq!(origin_of(*port), Some(json!(wanted)), "{case}: app-{}", index + 1);
        }
        assert!(self.snapshot.state.kept.is_empty(), "{case}: {:?}", self.snapshot.state.kept);
    }

    /// Applies until nothing is left to do.
    fn finish(&mut self, ports: &[usize], case: &str) {
        for _ in 0..3 {
            let plan = self.plan(ports);
            self.check(ports.len(), case);
            assert!(!plan.findings.iter().any(Finding::is_error), "{case}: {:#?}", plan.findings);
            for step in &plan.steps {
                self.call(&plan.changes[step.change], step.call, true, true);
            }
        }
        let plan = self.plan(ports);
        assert!(plan.is_empty(), "{case}: {:#?}", plan.changes);
        self.check(ports.len(), case);
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

pub(super) fn permutations(n: usize) -> Vec<Vec<usize>> {
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
fn converges(
    (n, origins): (usize, Origins),
    ports: &[usize],
    made: u32,
    open: Option<(usize, bool)>,
) {
    let case = format!("{ports:?} {origins:?}, made {made:b}, open {open:?}");
    let mut world = begun(n, origins);
    let plan = world.plan(ports);
    for step in plan.steps.iter().filter(|step| step.call == Call::Read) {
        world.call(&plan.changes[step.change], step.call, true, true);
    }
    for (index, step) in plan.steps.iter().filter(|step| step.call != Call::Read).enumerate() {
        let change = &plan.changes[step.change];
        match open {
            Some((open, is_made)) if open == index => world.call(change, step.call, is_made, false),
            _ if made & (1 << index) != 0 => world.call(change, step.call, true, true),
            _ => {}
        }
    }
    world.finish(ports, &case);
    world.is_configured(ports, &case);
}

#[test]
fn an_ignored_origin_that_moves_after_a_write_without_a_note_takes_no_other_value_along() {
    for (ports, open) in [(&[2, 1][..], 0), (&[2, 1], 1), (&[4, 1, 2, 3], 0), (&[4, 1, 2, 3], 2)] {
        let case = format!("{ports:?}, open {open}");
        let mut world = begun(ports.len(), Origins::Ignored);
        let plan = world.plan(ports);
        let (reads, writes): (Vec<_>, Vec<_>) =
            plan.steps.iter().partition(|step| step.call == Call::Read);
        for step in reads.iter().chain(&writes[..open]) {
            world.call(&plan.changes[step.change], step.call, true, true);
        }
        let last = &plan.changes[writes[open].change];
        world.call(last, Call::Update, true, false);
        let id = last.app_id.as_ref().unwrap();
        let moved = world.live.iter_mut().find(|object| object["id"] == id.as_str()).unwrap();
        moved.insert("origin_direct".to_owned(), json!(["tcp://203.0.113.9:22"]));
        world.finish(ports, &case);
        for (index, port) in ports.iter().enumerate() {
            let address = Address::new("example.com", &format!("app-{}", index + 1));
            let at = world.live.iter().find(|it| it["protocol"] == format!("tcp/{port}")).unwrap();
            let wanted = match address == last.address {
                true => "tcp://203.0.113.9:22".to_owned(),
                false => origin_at(index + 1, Origins::Ignored),
            };
            assert_eq!(at["origin_direct"], json!([wanted]), "{case}: {address}");
        }
    }
}

/// The steps of an exchange that write.
fn writes(n: usize, origins: Origins, ports: &[usize]) -> usize {
    let plan = begun(n, origins).plan(ports);
    plan.steps.iter().filter(|step| step.call != Call::Read).count()
}

#[test]
fn every_exchange_that_is_interrupted_anywhere_converges() {
    for origins in [Origins::Declared, Origins::Ignored, Origins::Held] {
        for n in 2..=3 {
            for ports in permutations(n) {
                let steps = writes(n, origins, &ports);
                for made in 0..1_u32 << steps {
                    converges((n, origins), &ports, made, None);
                    for open in (0..steps).flat_map(|open| [(open, true), (open, false)]) {
                        converges((n, origins), &ports, made, Some(open));
                    }
                }
            }
        }
        // Of the longer ones, rings that turn by one, at every place.
        for n in 4..=6 {
            let ports: Vec<usize> = (1..=n).map(|port| port % n + 1).collect();
            for done in 0..n {
                converges((n, origins), &ports, (1 << done) - 1, Some((done, true)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn exchanges_of_up_to_six_that_are_interrupted_anywhere_converge(
        ports in (4_usize..=6).prop_flat_map(|n| Just((1..=n).collect::<Vec<usize>>()).prop_shuffle()),
        origins in select(vec![Origins::Declared, Origins::Ignored, Origins::Held]),
        made in any::<u32>(),
        open in option::of((0_usize..6, any::<bool>())),
    ) {
        converges((ports.len(), origins), &ports, made, open);
    }
}
