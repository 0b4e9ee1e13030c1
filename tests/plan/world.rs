//! One world of a pure plan: a configuration, a state and what is live, each of which a test changes.

use serde_json::{Map, Value as Json, json};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::ledger::{Condition, Snapshot, State};
use spectrumctl::model::{Address, AppId, Live, Tier, ZoneId};
use spectrumctl::plan::{self, Call, Change, Input, LiveZone, Plan, Policy, Work};
use spectrumctl::validate;

pub(super) const ZONE: &str = "023e105f4ecef8ad9ca31a8372d0c353";

/// A configuration, a state and what is live, each of which a test changes.
#[derive(Clone)]
pub(super) struct World {
    /// Lines under `apps`.
    pub(super) apps: String,
    /// Lines at the top.
    pub(super) top: String,
    /// Lines of the zone.
    pub(super) zone: String,
    pub(super) state: State,
    pub(super) live: Vec<Map<String, Json>>,
    pub(super) policy: Policy,
    pub(super) variables: Vec<(String, String)>,
}

pub(super) fn id(digit: char) -> AppId {
    AppId::from_api(String::from(digit).repeat(32))
}

pub(super) fn address(key: &str) -> Address {
    Address::new("example.com", key)
}

impl World {
    /// Nothing configured, recorded or live.
    pub(super) fn empty() -> World {
        let policy = Policy::at("2026-08-01T00:00:00Z".parse().unwrap());
        World {
            apps: String::new(),
            top: String::new(),
            zone: "    plan: enterprise\n".to_owned(),
            state: State { lineage: uuid::Uuid::from_u128(7), ..State::empty() },
            live: Vec::new(),
            policy,
            variables: Vec::new(),
        }
    }

    /// Adds an application as the configuration writes it.
    pub(super) fn configure(mut self, key: &str, object: &Json) -> World {
        self.apps += &format!("      {key}: {object}\n");
        self
    }

    /// Adds an application that is live and was recorded as it is.
    pub(super) fn managed(self, key: &str, digit: char, object: &Json) -> World {
        self.recorded(key, digit, object, json!({})).found(digit, object)
    }

    pub(super) fn recorded(mut self, key: &str, digit: char, object: &Json, more: Json) -> World {
        let mut record = json!({"id": id(digit).as_str(), "zone_id": ZONE, "file": "spectrum.yaml", "provenance": "created",
            "applied": true, "fields": object});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.state.apps.insert(address(key), serde_json::from_value(record).unwrap());
        self
    }

    pub(super) fn found(mut self, digit: char, object: &Json) -> World {
        let mut object = object.as_object().unwrap().clone();
        object.insert("id".to_owned(), json!(id(digit).as_str()));
        self.live.push(object);
        self
    }

    pub(super) fn plan(&self) -> Plan {
        let text = format!(
            "version: 1\n{}zones:\n  example.com:\n{}    apps:\n{}",
            self.top,
            self.zone,
            if self.apps.is_empty() { "      {}\n" } else { &self.apps }
        );
        let vars = Vars::from_environment(self.variables.iter().cloned());
        let loaded = config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &vars);
        let policy = Policy { limits: loaded.configuration.settings.limits, ..self.policy.clone() };
        let desired = validate::validate(&loaded.configuration, loaded.findings, policy.today);
        assert!(desired.readable, "{:#?}", desired.findings);
        let is_new = self.state.lineage.is_nil();
        let condition = if is_new { Condition::Absent } else { Condition::Read };
        let snapshot = Snapshot { condition, state: self.state.clone(), ..Snapshot::default() };
        plan::plan(&Input {
            desired: &desired,
            recorded: &snapshot,
            live: &[self.zone()],
            unread: &[],
            policy: &policy,
            facts: None,
        })
    }

    /// The zone as it was read.
    pub(super) fn zone(&self) -> LiveZone {
        LiveZone {
            name: "example.com".to_owned(),
            id: ZoneId::from_api(ZONE),
            account: None,
            tier: Some(Tier::Enterprise),
            apps: self.live.iter().map(|object| Live::read(object).unwrap()).collect(),
        }
    }

    /// Brings the application back that is asked for by an address, under this id.
    pub(super) fn restore(&mut self, key: &str, digit: char) -> Result<Plan, Box<Finding>> {
        let snapshot = Snapshot::read(self.state.clone());
        let plan = plan::restore::restore(&snapshot, &address(key), &[self.zone()], &self.policy)?;
        let [change] = plan.changes.as_slice() else { panic!("{:#?}", plan.changes) };
        let Work::Create { body } = &change.work else { panic!("{:#?}", change.work) };
        self.take(change, Call::Create, &id(digit));
        *self = self.clone().found(digit, &Json::Object(body.clone()));
        Ok(plan)
    }

    /// Records what a call of a change has brought about for the application with this id, as it was read.
    pub(super) fn take(&mut self, change: &Change, call: Call, id: &AppId) {
        let live = self.live.iter().map(|object| Live::read(object).unwrap());
        let found = live.clone().find(|live| change.app_id.as_ref() == Some(&live.id));
        let effects = change.effects(call, found.as_ref());
        let edits = effects.iter().filter_map(|effect| effect.change(Some(id), self.policy.now));
        edits.for_each(|edit| self.state.apply(&edit));
    }
}

/// An application on a hostname and port of its own.
pub(super) fn object(hostname: &str, protocol: &str) -> Json {
    let (transport, port) = protocol.split_once('/').unwrap();
    json!({"protocol": protocol, "dns": {"type": "CNAME", "name": format!("{hostname}.example.com")},
        "origin_direct": [format!("{transport}://192.0.2.1:{port}")]})
}

pub(super) fn united(one: &Json, other: &Json) -> Json {
    let mut one = one.clone();
    one.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    one
}

pub(super) fn codes(plan: &Plan) -> Vec<&str> {
    plan.findings.iter().map(|finding| finding.code.as_str()).collect()
}
