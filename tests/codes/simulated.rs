//! A case put to the simulator: what the world refuses is what Cloudflare's page says it refuses.

use serde_json::{Map, Value as Json};
use spectrumctl::model::Entitlement;
use spectrumctl::sim::fixture::{FixtureApp, FixtureZone};
use spectrumctl::sim::{Fixture, Request, World};

use super::case::Case;

/// What a world that works as it should does not decide: outages, limits, tokens that are too new, what only Cloudflare knows.
const BEYOND: [&str; 12] = [
    "10000/token-too-new",
    "10002/dependency-unavailable",
    "10002/internal-error",
    "10012/account-without-add-on",
    "10100/calls-of-five-minutes-used-up",
    "1015/too-many-calls-from-address",
    "10429/calls-throttled",
    "11000/origin-name-elsewhere",
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
    if let Some(declared) = kept.get("entitlements").and_then(Json::as_object) {
        let is_denied = |name: &str| declared.get(name) == Some(&Json::Bool(false));
        let had = Entitlement::ALL.iter().map(|one| one.text()).filter(|name| !is_denied(name));
        let had: Json = had.collect();
        kept.insert("entitlements".to_owned(), had);
    }
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
fn load(world: &mut World, case: &Case) {
    if let Some(text) = case.text("seed.yaml") {
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
fn answered(case: &Case, method: &str) -> (u16, Json) {
    let configuration = case.json("spectrum.yaml").expect("every case has a configuration");
    let zones = configuration["zones"].as_object().cloned().unwrap_or_default();
    let address = case.address().unwrap_or_else(|| "example.com/ssh".to_owned());
    let mut world = configured(&zones, &address);
    let name = address.split('/').next().unwrap_or_default();
    let (_, found) =
        send(&mut world, "any", "GET", &format!("/client/v4/zones?name={name}"), &Json::Null);
    load(&mut world, case);
    let seed = case.json("seed.yaml").unwrap_or_default();
    let token = seed["tokens"][0]["token"].as_str().unwrap_or("any");
    let token = if case.face == "token-unknown" { "another" } else { token };
    let apps = format!(
        "/client/v4/zones/{}/spectrum/apps",
        found["result"][0]["id"].as_str().unwrap_or_default()
    );
    let app = seed["apps"][0]["id"].as_str().unwrap_or("ffffffffffffffffffffffffffffffff");
    let path = if method == "POST" { apps } else { format!("{apps}/{app}") };
    let (status, envelope) = send(&mut world, token, method, &path, &case.body());
    (status, envelope["errors"][0]["code"].clone())
}

pub(super) fn can_decide(case: &Case) -> bool {
    case.text("body.json").is_some()
        && case.text("answer.json").is_some()
        && !BEYOND.contains(&case.name().as_str())
}

pub(super) fn is_answered_as_it_says(case: &Case) {
    let answer = case.json("answer.json").expect("it has an answer");
    let (status, code) = answered(case, answer["method"].as_str().unwrap_or("POST"));
    // Where no number is known, the hand-written answer leaves it open.
    assert!(
        answer["http_status"] == status && (answer["code"].is_null() || answer["code"] == code),
        "{status} {code} in place of {answer}"
    );
}
