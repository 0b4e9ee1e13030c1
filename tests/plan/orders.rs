//! Every order that a plan permits: whichever of the steps that may begin is made first, an API that counts the addresses of a quota and
//! allows one kind of record on a hostname takes each call, and what is configured is live in the end.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::{Address, Live};
use spectrumctl::plan::{Call, Plan, Work};
use spectrumctl::sim::{Fixture, Request, World};

use crate::support::ZONE;
use crate::support::planning::{self, Beside};

/// Applications by key: the number of the hostname and the port.
type Apps = BTreeMap<u8, (u8, u16)>;

/// Applications, and which hostnames have a record of the kind `ADDRESS`.
type Side = (Apps, [bool; 3]);

const HOSTS: u8 = 3;

fn side() -> impl Strategy<Value = Side> {
    let apps = prop::collection::btree_map(0_u8..6, (0..HOSTS, 1_u16..5), 1..6);
    let once = |mut apps: Apps| {
        let mut taken = BTreeSet::new();
        apps.retain(|_, place| taken.insert(*place));
        apps
    };
    (apps.prop_map(once), any::<[bool; 3]>())
}

fn is_address((_, kinds): &Side, host: u8) -> bool {
    kinds[usize::from(host)]
}

/// How many hostnames take an address of the quota.
fn hostnames(side: &Side) -> usize {
    let hosts: BTreeSet<u8> = side.0.values().map(|(host, _)| *host).collect();
    hosts.into_iter().filter(|host| !is_address(side, *host)).count()
}

fn text(side: &Side, quota: usize) -> String {
    let line = |(key, (host, port)): (&u8, &(u8, u16))| {
        let (kind, ips) = match is_address(side, *host) {
            true => ("ADDRESS", format!(", edge_ips: {{type: static, ips: [198.51.100.{host}]}}")),
            false => ("CNAME", String::new()),
        };
        format!(
            "      app-{key}: {{protocol: tcp/{port}, dns: {{type: {kind}, name: h{host}.example.com}}{ips}, \
             origin_direct: [\"tcp://192.0.2.{key}:22\"], lifecycle: {{replace: allow}}}}\n"
        )
    };
    let lines: String = side.0.iter().map(line).collect();
    format!(
        "version: 1\nsettings: {{limits: {{max_deletes: 90, max_delete_percent: 100, max_replaces: 90}}}}\nzones:\n  example.com:\n    \
         plan: enterprise\n    ipv4_quota: {quota}\n    apps:\n{lines}"
    )
}

fn call(world: &mut World, method: &str, id: &str, body: Option<&Map<String, Json>>) -> Json {
    let path = format!("/client/v4/zones/{ZONE}/spectrum/apps{id}");
    let request = Request::new(method, &path).with_header("Authorization", "Bearer any");
    let request = match body {
        Some(body) => request.with_body(Json::Object(body.clone()).to_string()),
        None => request,
    };
    serde_json::from_slice(&world.answer(&request, Timestamp::UNIX_EPOCH).body).unwrap()
}

fn live(world: &mut World) -> Vec<Live> {
    let listed = call(world, "GET", "", None);
    let read = |object: &Json| Live::read(object.as_object().unwrap()).unwrap();
    listed["result"].as_array().unwrap().iter().map(read).collect()
}

fn planned(text: &str, recorded: &State, world: &mut World) -> Plan {
    let live = vec![planning::zone(live(world))];
    let recorded = Snapshot::read(recorded.clone());
    planning::plan(text, Beside { recorded, live, ..Beside::default() })
}

/// What a call of a plan makes of the world; what it is answered, if it is refused.
fn make(plan: &Plan, step: usize, world: &mut World) -> Result<(), String> {
    let (change, kind) = (&plan.changes[plan.steps[step].change], plan.steps[step].call);
    let answer = match (kind, &change.work) {
        (Call::Create, Work::Create { body } | Work::Replace { body, .. }) => {
            call(world, "POST", "", Some(body))
        }
        (Call::Update, Work::Update { id, body }) => {
            call(world, "PUT", &format!("/{id}"), Some(body))
        }
        (Call::Delete, Work::Delete { id } | Work::Replace { id, .. }) => {
            call(world, "DELETE", &format!("/{id}"), None)
        }
        _ => return Ok(()),
    };
    match answer["success"] == true {
        true => Ok(()),
        false => Err(format!("{kind:?} {}: {answer}", change.address)),
    }
}

/// Makes all steps, each time one of those that may begin.
fn carry_out(plan: &Plan, world: &mut World, lots: &[u32]) -> Result<(), String> {
    let mut done = BTreeSet::new();
    let mut lots = lots.iter().cycle();
    while done.len() < plan.steps.len() {
        let may_begin = |step: &usize| {
            !done.contains(step)
                && plan.steps[*step].after.iter().all(|before| done.contains(before))
        };
        let ready: Vec<usize> = (0..plan.steps.len()).filter(may_begin).collect();
        let step = ready[usize::try_from(*lots.next().unwrap()).unwrap() % ready.len()];
        make(plan, step, world)?;
        done.insert(step);
    }
    Ok(())
}

/// A world with these applications, and the state of whoever has made them.
fn begun(side: &Side, quota: usize) -> (World, State) {
    let seed = format!(
        "zones: [{{name: example.com, id: {ZONE}, ipv4_quota: {quota}}}]\n\
         prefixes: [{{cidr: 198.51.100.0/24, account: 01a7362d577a6c3019a474fd6f485823, advertised: true}}]\n"
    );
    let mut world = World::empty();
    world.load(&Fixture::read(&seed).unwrap(), true).unwrap();
    world.rate_limit = None;
    let plan = planned(&text(side, quota), &State::empty(), &mut world);
    let mut state = State::empty();
    for change in &plan.changes {
        let Work::Create { body } = &change.work else { panic!("{change:#?}") };
        let answer = call(&mut world, "POST", "", Some(body));
        let mut object = body.clone();
        object.insert("id".to_owned(), answer["result"]["id"].clone());
        let address = Address::new("example.com", &change.address.key);
        state.apps.insert(address, planning::recorded(&object));
    }
    (world, state)
}

/// An application: hostname, protocol, kind of record, edge addresses and origins.
type App = [Json; 5];

/// What a configuration wants to be live.
fn wished(side: &Side) -> BTreeSet<String> {
    let app = |(key, (host, port)): (&u8, &(u8, u16))| {
        let (kind, ips) = match is_address(side, *host) {
            true => ("ADDRESS", json!([format!("198.51.100.{host}")])),
            false => ("CNAME", Json::Null),
        };
        let origins = json!([format!("tcp://192.0.2.{key}:22")]);
        [
            json!(format!("h{host}.example.com")),
            json!(format!("tcp/{port}")),
            json!(kind),
            ips,
            origins,
        ]
    };
    side.0.iter().map(app).map(|app: App| json!(app).to_string()).collect()
}

/// What is live, as the API lists it.
fn served(world: &mut World) -> BTreeSet<String> {
    let listed = call(world, "GET", "", None);
    let app = |app: &Json| -> App {
        let ips = app["edge_ips"]["ips"].clone();
        let [dns, origins] = [&app["dns"], &app["origin_direct"]];
        [dns["name"].clone(), app["protocol"].clone(), dns["type"].clone(), ips, origins.clone()]
    };
    let apps = listed["result"].as_array().unwrap();
    let served: BTreeSet<String> = apps.iter().map(|one| json!(app(one)).to_string()).collect();
    assert_eq!(served.len(), apps.len(), "nothing is served twice: {listed:#}");
    served
}

#[test]
fn every_order_that_a_plan_permits_is_taken() {
    let mut runner = TestRunner::deterministic();
    let cases = (side(), side(), prop::collection::vec(any::<u32>(), 48));
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for case in 0..250 {
        let (before, after, lots) = cases.new_tree(&mut runner).unwrap().current();
        let quota = hostnames(&before).max(hostnames(&after)).max(1);
        let (world, state) = begun(&before, quota);
        let wanted = text(&after, quota);
        let plan = planned(&wanted, &state, &mut world.clone());
        if plan.findings.iter().any(|finding| finding.is_error()) {
            *met.entry("refused").or_default() += 1;
            continue;
        }
        *met.entry("carried out").or_default() += 1;
        for change in &plan.changes {
            *met.entry(change.action.text()).or_default() += 1;
        }
        for order in lots.chunks(12) {
            let mut world = world.clone();
            if let Err(refused) = carry_out(&plan, &mut world, order) {
                panic!("case {case}: {refused}\n{before:?}\n{after:?}\n{:#?}", plan.steps);
            }
            assert_eq!(served(&mut world), wished(&after), "case {case}: {before:?} {after:?}");
        }
    }
    for what in ["carried out", "create", "update", "replace", "delete"] {
        assert!(met.get(what).is_some_and(|count| *count >= 25), "{met:#?}");
    }
}
