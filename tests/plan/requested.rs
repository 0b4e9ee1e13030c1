//! A replacement that a run asks for: it is one in every respect, whether or not anything differs.

use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::{Address, Impact, Protect, Recorded};
use spectrumctl::plan::{Action, Call, Plan, Reason, Work};

use crate::support::planning::{self, Beside};

const CONFIGURATION: &str = r#"version: 1
settings: {limits: {max_replaces: 1}}
zones:
  example.com:
    apps:
      a: {protocol: tcp/22, dns: {type: CNAME, name: a.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}
      b: {protocol: tcp/22, dns: {type: CNAME, name: b.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}
"#;

fn object(key: &str) -> Map<String, Json> {
    let object = json!({
        "id": key.repeat(32), "protocol": "tcp/22", "dns": {"type": "CNAME", "name": format!("{key}.example.com")},
        "origin_direct": ["tcp://192.0.2.1:22"], "edge_ips": {"type": "dynamic", "connectivity": "all"}, "tls": "off",
        "traffic_type": "direct",
    });
    object.as_object().unwrap().clone()
}

/// The plan of two applications that are live as configured, of which these are to be replaced.
fn plan(text: &str, replaced: &[&str], protect: Protect) -> Plan {
    let record = |key: &str| {
        let recorded = Recorded { protect, ..planning::recorded(&object(key)) };
        (Address::new("example.com", key), recorded)
    };
    let recorded = Snapshot::read(State {
        apps: ["a", "b"].map(record).into_iter().collect(),
        ..State::empty()
    });
    let live = planning::zone(["a", "b"].map(|key| planning::live(&object(key))).to_vec());
    let beside = Beside { recorded, live: vec![live], ..Beside::default() };
    planning::plan_with(text, beside, |policy, _| {
        policy.replace = replaced.iter().map(|key| Address::new("example.com", key)).collect();
    })
}

#[test]
fn what_does_not_differ_is_replaced_where_it_is_asked_for_and_the_reason_says_so() {
    assert!(plan(CONFIGURATION, &[], Protect::Off).is_empty());
    let plan = plan(CONFIGURATION, &["a"], Protect::Off);
    assert_eq!((plan.summary.replace, plan.summary.unchanged), (1, 1));
    assert!(plan.complete && plan.findings.is_empty(), "{:?}", plan.findings);
    let change = &plan.changes[0];
    assert_eq!(
        (change.action, change.reason, change.impact),
        (Action::Replace, Reason::Requested, Impact::Outage)
    );
    assert_eq!(change.address, Address::new("example.com", "a"));
    let calls: Vec<Call> = plan.steps.iter().map(|step| step.call).collect();
    assert_eq!(calls, [Call::Delete, Call::Create]);
}

#[test]
fn the_way_back_is_prepared_as_for_any_other_replacement() {
    let plan = plan(CONFIGURATION, &["a"], Protect::Off);
    let Work::Replace { id, body } = &plan.changes[0].work else {
        panic!("{:?}", plan.changes[0].work)
    };
    let former = plan.changes[0].backup.as_deref().unwrap();
    assert_eq!((id.as_str(), former.id.as_str()), (&*"a".repeat(32), &*"a".repeat(32)));
    assert_eq!(body["dns"]["name"], "a.example.com");
    assert_eq!(former.body["dns"]["name"], "a.example.com");
    assert!(former.recorded.is_some());
}

#[test]
fn it_counts_in_the_limit_and_is_refused_for_a_protected_application() {
    let both = plan(CONFIGURATION, &["a", "b"], Protect::Off);
    assert_eq!(both.blocked_by, ["max-replaces"]);
    let protected = CONFIGURATION
        .replace("name: a.example.com}, ", "name: a.example.com}, lifecycle: {protect: true}, ");
    assert_eq!(plan(&protected, &["a"], Protect::Off).blocked_by, ["protected"]);
    // The protection that was in force when it was last applied holds until it is lifted by an apply of its own.
    assert_eq!(plan(CONFIGURATION, &["a"], Protect::On).blocked_by, ["protected"]);
}

#[test]
fn the_digest_knows_it() {
    let digests: Vec<String> = [&[][..], &["a"], &["b"]]
        .iter()
        .map(|replaced| plan(CONFIGURATION, replaced, Protect::Off).digest)
        .collect();
    assert!(digests[0] != digests[1] && digests[1] != digests[2] && digests[0] != digests[2]);
}

#[test]
fn what_differs_is_written_by_the_replacement() {
    let text = CONFIGURATION.replacen("origin_direct", "tls: full, origin_direct", 1);
    let plan = plan(&text, &["a"], Protect::Off);
    let Work::Replace { body, .. } = &plan.changes[0].work else {
        panic!("{:?}", plan.changes[0].work)
    };
    let former = plan.changes[0].backup.as_deref().unwrap();
    assert_eq!((&body["tls"], &former.body["tls"]), (&json!("full"), &json!("off")));
    assert_eq!(plan.changes[0].fields.len(), 1);
}

#[test]
fn what_is_not_live_is_created() {
    let recorded = Snapshot::read(State::empty());
    let beside = Beside { recorded, live: vec![planning::zone(Vec::new())], ..Beside::default() };
    let plan = planning::plan_with(CONFIGURATION, beside, |policy, _| {
        policy.replace = [Address::new("example.com", "a")].into();
    });
    assert_eq!((plan.summary.create, plan.summary.replace), (2, 0));
}
