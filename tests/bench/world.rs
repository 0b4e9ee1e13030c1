//! Worlds to measure with: a configuration, what is live, and what the state remembers, of any size.
#![expect(dead_code, reason = "each bench uses a part of it")]

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::ledger::{Snapshot, State, StateChange};
use spectrumctl::model::facts::Facts;
use spectrumctl::model::{Address, AppId, Live, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::plan::needs::needs;
use spectrumctl::plan::{self, Input, LiveZone, Policy};
use spectrumctl::render;
use spectrumctl::render::TermStyle;
use spectrumctl::validate::{self, Validated};

/// An application as it is configured, recorded and live, each of which it may not be.
#[derive(Debug, Clone)]
pub(crate) struct App {
    /// The address in the configuration.
    pub(crate) configured: Option<Address>,
    /// The address in the state.
    pub(crate) recorded: Option<Address>,
    /// The zone in which it is live.
    pub(crate) live: Option<String>,
    /// What it is in the configuration.
    pub(crate) wanted: Json,
    /// What it is in the state and live.
    pub(crate) found: Json,
}

impl App {
    /// The application of a number: ten ports on each hostname of its zone, in all three places.
    pub(crate) fn new(zone: &str, number: usize) -> App {
        let (host, port) = (number / 10, number % 10 + 1);
        App::on(zone, number, &format!("host-{host}.{zone}"), port)
    }

    /// The same on a hostname and port.
    pub(crate) fn on(zone: &str, number: usize, hostname: &str, port: usize) -> App {
        let address = Address::new(zone, &format!("app-{number}"));
        let object = json!({
            "protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": hostname}, "ip_firewall": true,
            "origin_direct": [format!("tcp://192.0.2.1:{port}")], "edge_ips": {"type": "dynamic", "connectivity": "all"},
        });
        App {
            configured: Some(address.clone()),
            recorded: Some(address),
            live: Some(zone.to_owned()),
            wanted: object.clone(),
            found: object,
        }
    }
}

/// What a plan is made from.
pub(crate) struct World {
    pub(crate) text: String,
    pub(crate) remembered: Snapshot,
    pub(crate) live: Vec<LiveZone>,
    pub(crate) facts: Option<Facts>,
}

/// Something to be done and measured, with its name.
pub(crate) type Probe<'p> = &'p mut dyn FnMut(&'static str, &mut dyn FnMut());

/// Does a part of the work within a probe.
fn within<T>(probe: Probe<'_>, name: &'static str, work: impl FnOnce() -> T) -> T {
    let (mut work, mut made) = (Some(work), None);
    probe(name, &mut || made = work.take().map(|work| work()));
    made.expect("a probe does what it is given, once")
}

fn zone_id(zone: &str) -> ZoneId {
    let hash =
        zone.bytes().fold(7_u128, |hash, byte| hash.wrapping_mul(1_000_003) ^ u128::from(byte));
    ZoneId::from_api(format!("{hash:032x}"))
}

fn object(json: &Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

impl World {
    /// The world of these applications; `more` is what else the configuration says.
    pub(crate) fn new(apps: &[App], more: &str) -> World {
        let mut zones: BTreeMap<&str, String> = BTreeMap::new();
        let mut live: BTreeMap<&str, Vec<Live>> = BTreeMap::new();
        let mut state = State::empty();
        for (number, app) in apps.iter().enumerate() {
            let id = AppId::from_api(format!("{number:032x}"));
            if let Some(address) = &app.configured {
                let text = zones.entry(&address.zone).or_default();
                writeln!(text, "      {}:", address.key).unwrap_or_default();
                for (name, value) in object(&app.wanted) {
                    writeln!(text, "        {name}: {value}").unwrap_or_default();
                }
            }
            if let Some(address) = &app.recorded {
                state.apps.insert(address.clone(), recorded(&id, &address.zone, &app.found));
            }
            if let Some(zone) = &app.live {
                let mut found = object(&app.found);
                found.insert("id".to_owned(), Json::from(id.as_str()));
                live.entry(zone).or_default().extend(Live::read(&found));
            }
        }
        let mut text = "version: 1\nzones:\n".to_owned();
        for (zone, apps) in &zones {
            write!(text, "  {zone}:\n    apps:\n{apps}").unwrap_or_default();
            live.entry(zone).or_default();
        }
        text.push_str(more);
        let zone = |(name, apps): (&str, Vec<Live>)| LiveZone {
            name: name.to_owned(),
            id: zone_id(name),
            account: None,
            tier: None,
            apps,
        };
        let live = live.into_iter().map(zone).collect();
        World { text, remembered: Snapshot::read(state), live, facts: None }
    }

    /// The same world with a zone that has no application.
    pub(crate) fn with_zone(mut self, name: &str) -> World {
        let (name, id, apps) = (name.to_owned(), zone_id(name), Vec::new());
        self.live.push(LiveZone { name, id, account: None, tier: None, apps });
        self
    }

    /// Reads the configuration, validates it, plans, and renders the plan as text; gives how many applications are unchanged.
    pub(crate) fn plan(&self) -> usize {
        self.with_input(|input| {
            let plan = plan::plan(input);
            let mut out = Vec::new();
            render::plan_text::write(&mut out, &plan, TermStyle::default())
                .expect("a vector takes everything");
            plan.summary.unchanged
        })
    }

    /// Reads the configuration, validates, plans, compares, renders in every way and records; gives what the plan does, in short.
    pub(crate) fn run(&self) -> String {
        self.run_in(&mut |_, work| work())
    }

    /// The same, each part of it within a probe.
    pub(crate) fn run_in(&self, probe: Probe<'_>) -> String {
        let policy = policy();
        let sources = Sources::new([("spectrum.yaml", self.text.as_str())]);
        let config::Loaded { configuration, findings } =
            within(probe, "read", || config::load(&sources, &Vars::default()));
        let validated = || validate::validate(&configuration, findings, policy.today);
        let desired = within(probe, "validate", validated);
        let input = &self.input(&desired, &policy);
        let plan = within(probe, "plan", || plan::plan(input));
        let drift = within(probe, "drift", || plan::drift(input));
        within(probe, "render", || {
            let mut out = Vec::new();
            let written = render::plan_text::write(&mut out, &plan, TermStyle::default())
                .and_then(|()| render::plan_json::write(&mut out, &plan))
                .and_then(|()| render::drift_json::write(&mut out, &drift));
            written.expect("a vector takes everything");
        });
        let needed = within(probe, "needs", || needs(input, &plan).zones.len());
        within(probe, "record", || self.replace_all());
        format!(
            "{} steps, {} groups, {} findings, {} unchanged, {needed} zones to look at",
            plan.steps.len(),
            plan.groups.len(),
            plan.findings.len(),
            plan.summary.unchanged,
        )
    }

    /// Records at each address another application than the one that was recorded there, as an apply of replacements does.
    fn replace_all(&self) {
        let mut state = self.remembered.state.clone();
        for (address, recorded) in &self.remembered.state.apps {
            let id = AppId::from_api(format!("f{}", &recorded.id.as_str()[1..]));
            let recorded = Box::new(Recorded { id, ..recorded.clone() });
            state.apply(&StateChange::Put { address: address.clone(), recorded });
        }
    }

    /// Reads and validates the configuration, and hands everything over that a plan is made from.
    fn with_input<T>(&self, work: impl FnOnce(&Input<'_>) -> T) -> T {
        let policy = policy();
        let sources = Sources::new([("spectrum.yaml", self.text.as_str())]);
        let loaded = config::load(&sources, &Vars::default());
        let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
        work(&self.input(&desired, &policy))
    }

    fn input<'w>(&'w self, desired: &'w Validated<'w>, policy: &'w Policy) -> Input<'w> {
        Input {
            desired,
            recorded: &self.remembered,
            live: &self.live,
            unread: &[],
            policy,
            facts: self.facts.as_ref(),
        }
    }
}

fn policy() -> Policy {
    Policy::at("2026-08-01T00:00:00Z".parse().expect("a time in the form of RFC 3339"))
}

fn recorded(id: &AppId, zone: &str, fields: &Json) -> Recorded {
    Recorded {
        id: id.clone(),
        zone_id: zone_id(zone),
        file: "spectrum.yaml".to_owned(),
        fields: object(fields),
        labels: BTreeMap::new(),
        note: None,
        masks: BTreeMap::new(),
        protect: Protect::Off,
        provenance: Provenance::Created,
        applied: true,
        confirmed: true,
    }
}
