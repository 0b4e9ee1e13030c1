//! The hand-written cases of every code, put to the simulator: what the world refuses is what Cloudflare's page says it refuses.

use std::path::Path;

use serde_json::{Map, Value as Json};
use spectrumctl::sim::fixture::{FixtureApp, FixtureZone};
use spectrumctl::sim::{Fixture, Request, World};

/// Reads a file of a case, YAML or JSON.
fn read(case: &Path, name: &str) -> Option<Json> {
    let text = std::fs::read_to_string(case.join(name)).ok()?;
    Some(serde_yaml::from_str(&text).expect("the file of a case is YAML or JSON"))
}

/// What a world that works as it should does not decide: outages, limits, tokens that are too new, what only Cloudflare knows.
const BEYOND: [&str; 10] = [
    "10000/token-too-new",
    "10002/dependency-unavailable",
    "10002/internal-error",
    "10100/calls-of-five-minutes-used-up",
    "1015/too-many-calls-from-address",
    "10429/calls-throttled",
    "11002/origin-address-refused",
    "11033/edge-ip-held-by-orphan",
    "16001/name-held-elsewhere",
    "971/too-many-calls-at-once",
];

/// A zone with what the configuration of a case declares of it.
fn zone_of(name: &str, zone: &Json) -> FixtureZone {
    let facts = ["id", "account", "plan", "entitlements", "ipv4_quota"].into_iter();
    let mut kept: Map<String, Json> =
        facts.filter_map(|key| Some((key.to_owned(), zone.get(key)?.clone()))).collect();
    kept.insert("name".to_owned(), Json::from(name));
    serde_json::from_value(Json::Object(kept)).expect("the zone of a case is a zone")
}

/// The applications of a case's configuration, but for the one at an address.
fn others_of(name: &str, zone: &Json, address: &str) -> Vec<FixtureApp> {
    let apps = zone["apps"].as_object().into_iter().flatten();
    let others = apps.filter(|(key, _)| format!("{name}/{key}") != address);
    let given = others.filter_map(|(_, app)| {
        Some(FixtureApp { zone: Some(name.to_owned()), id: None, object: app.as_object()?.clone() })
    });
    given.collect()
}

/// A world that is as the configuration of a case says.
fn configured(zones: &Map<String, Json>, address: &str) -> World {
    let mut world = World::default();
    let apps = zones.iter().flat_map(|(name, zone)| others_of(name, zone, address)).collect();
    let seed = Fixture {
        zones: zones.iter().map(|(name, zone)| zone_of(name, zone)).collect(),
        apps,
        ..Fixture::default()
    };
    world.load(&seed, true).expect("each application stands in its zone");
    world
}

/// Adds what the seed of a case says.
fn load(world: &mut World, case: &Path) {
    if let Ok(text) = std::fs::read_to_string(case.join("seed.yaml")) {
        let seed = Fixture::read(&text).expect("the seed of a case is a seed");
        world.load(&seed, true).expect("the seed of a case names its zones");
    }
}

fn send(world: &mut World, token: &str, method: &str, path: &str, body: &Json) -> (u16, Json) {
    let request = Request::new(method, path)
        .with_header("Authorization", &format!("Bearer {token}"))
        .with_body(body.to_string());
    let response = world.answer(&request, jiff::Timestamp::UNIX_EPOCH);
    (response.status, serde_json::from_slice(&response.body).expect("every answer is an envelope"))
}

/// What the world answers to a case: status and code.
fn answered(case: &Path, body: &Json, method: &str) -> (u16, Json) {
    let configuration = read(case, "spectrum.yaml").expect("a case has a configuration");
    let zones = configuration["zones"].as_object().cloned().unwrap_or_default();
    let expected = read(case, "expected.json").unwrap_or_default();
    let address = expected["findings"][0]["address"].as_str().unwrap_or("example.com/ssh");
    let mut world = configured(&zones, address);
    let name = address.split('/').next().unwrap_or_default();
    let (_, found) =
        send(&mut world, "any", "GET", &format!("/client/v4/zones?name={name}"), &Json::Null);
    load(&mut world, case);
    let seed = read(case, "seed.yaml").unwrap_or_default();
    let token = seed["tokens"][0]["token"].as_str().unwrap_or("any");
    let token = if case.ends_with("token-unknown") { "another" } else { token };
    let apps = format!(
        "/client/v4/zones/{}/spectrum/apps",
        found["result"][0]["id"].as_str().unwrap_or_default()
    );
    let app = seed["apps"][0]["id"].as_str().unwrap_or("ffffffffffffffffffffffffffffffff");
    let path = if method == "POST" { apps } else { format!("{apps}/{app}") };
    let (status, envelope) = send(&mut world, token, method, &path, body);
    (status, envelope["errors"][0]["code"].clone())
}

#[test]
fn every_case_that_the_world_can_decide_is_answered_as_its_hand_written_answer_says() {
    let folders =
        std::fs::read_dir("tests/codes").unwrap().flatten().filter(|entry| entry.path().is_dir());
    let mut cases: Vec<_> = folders
        .flat_map(|code| std::fs::read_dir(code.path()).unwrap().flatten())
        .map(|case| case.path())
        .collect();
    cases.sort();
    let (mut wrong, mut right) = (Vec::new(), 0);
    for case in cases {
        let name = case.strip_prefix("tests/codes").unwrap().to_string_lossy().replace('\\', "/");
        let (Some(body), Some(answer)) = (read(&case, "body.json"), read(&case, "answer.json"))
        else {
            continue;
        };
        if BEYOND.contains(&name.as_str()) {
            continue;
        }
        let (status, code) = answered(&case, &body, answer["method"].as_str().unwrap_or("POST"));
        // Where no number is known, the hand-written answer leaves it open.
        if answer["http_status"] == status && (answer["code"].is_null() || answer["code"] == code) {
            right += 1;
        } else {
            wrong.push(format!("{name}: {status} {code} in place of {answer}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(right > 35, "only {right} cases were found");
}
