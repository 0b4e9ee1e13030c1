//! A generated corpus against plan and simulator. The generator knows nothing of the program's codes: it makes a random application that
//! is valid by a table written by hand from Cloudflare's pages, then at most one mutation, named and labelled with the code that
//! Cloudflare's page on error codes gives it. What is valid must be accepted by both, be created, and plan empty afterwards; what is mutated must
//! be refused by both with that code.

mod generator;
mod mutations;

use std::collections::BTreeMap;

use generator::{Case, ZONE_NAME, valid};
use mutations::{MUTATIONS, mutated};
use serde_json::Value as Json;
use spectrumctl::ledger::{Snapshot, State};
use spectrumctl::model::{Address, AppId, Live};
use spectrumctl::plan::{LiveZone, Plan, StateEffect, Work};
use spectrumctl::sim::{Fixture, Request, World};

use crate::support::planning::{self, Beside};
use crate::support::{Dice, ZONE};

/// How many cases are made; each mutation gets its share.
const CASES: u64 = 10_000;

fn world(case: &Case) -> World {
    let mut world = World::default();
    world.rate_limit = None;
    for seed in [generator::SEED, case.seed().as_str()] {
        world.load(&Fixture::read(seed).unwrap(), true).unwrap();
    }
    world
}

fn call(world: &mut World, method: &str, path: &str, body: &Json) -> (u16, Json) {
    let request = Request::new(method, &format!("/client/v4{path}"))
        .with_header("authorization", "Bearer any")
        .with_body(body.to_string());
    let response = world.answer(&request, jiff::Timestamp::UNIX_EPOCH);
    (response.status, serde_json::from_slice(&response.body).unwrap())
}

fn live(world: &mut World) -> Vec<Live> {
    let (_, answer) = call(world, "GET", &format!("/zones/{ZONE}/spectrum/apps"), &Json::Null);
    answer["result"]
        .as_array()
        .unwrap()
        .iter()
        .map(|app| Live::read(app.as_object().unwrap()).unwrap())
        .collect()
}

fn planned(case: &Case, live: Vec<Live>, recorded: &Snapshot) -> Plan {
    let zone = LiveZone { tier: case.tier(), ..planning::zone(live) };
    let beside = Beside { recorded: recorded.clone(), live: vec![zone], ..Beside::default() };
    planning::plan(&case.configuration().to_string(), beside)
}

fn errors(plan: &Plan) -> Vec<String> {
    plan.findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(|finding| finding.code.clone())
        .collect()
}

/// What is wrong with how the program treats a valid case; nothing when all is well.
fn complaint_about_valid(case: &Case) -> Option<String> {
    let mut world = world(case);
    case.prepare(|method, path, body| call(&mut world, method, path, body));
    let before = live(&mut world);
    let plan = planned(case, before, &Snapshot::default());
    if !errors(&plan).is_empty() {
        return Some(format!("the plan refuses it: {:?}", plan.findings));
    }
    let change = plan.changes.iter().find(|change| change.address.key == "app")?;
    let (Work::Create { body }, StateEffect::Keep(template)) = (&change.work, &change.record)
    else {
        return Some(format!("no create: {change:?}"));
    };
    let (status, answer) = call(
        &mut world,
        "POST",
        &format!("/zones/{ZONE}/spectrum/apps"),
        &Json::Object(body.clone()),
    );
    if status != 200 {
        return Some(format!("the simulator refuses it: {answer}"));
    }
    let id = AppId::from_api(answer["result"]["id"].as_str().unwrap());
    let apps = BTreeMap::from([(Address::new(ZONE_NAME, "app"), template.with_id(&id))]);
    let remembered = Snapshot::read(State { apps: apps.into_iter().collect(), ..State::empty() });
    let after = planned(case, live(&mut world), &remembered);
    let own: Vec<_> = after.changes.iter().filter(|change| change.address.key == "app").collect();
    (!own.is_empty()).then(|| format!("it differs once it is live: {own:?}"))
}

/// What is wrong with how the program treats a mutated case.
fn complaint_about_mutated(case: &Case, code: &str) -> Option<String> {
    let mut world = world(case);
    case.prepare(|method, path, body| call(&mut world, method, path, body));
    let plan = planned(case, live(&mut world), &Snapshot::default());
    if !errors(&plan).iter().any(|found| found == code) {
        return Some(format!("the plan says {:?}", errors(&plan)));
    }
    let (status, answer) =
        call(&mut world, "POST", &format!("/zones/{ZONE}/spectrum/apps"), &case.app);
    let found = answer["errors"][0]["code"].to_string();
    (status < 400 || found != code).then(|| format!("the simulator says {status} {answer}"))
}

#[test]
fn ten_thousand_applications_are_judged_as_cloudflares_page_says() {
    let mut complaints = Vec::new();
    let mut count: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 0..CASES {
        let mut dice = Dice::new(seed);
        let choice = seed as usize % (2 * MUTATIONS.len());
        let case = valid(&mut dice);
        let (name, complaint) = match MUTATIONS.get(choice) {
            None => ("valid", complaint_about_valid(&case)),
            Some(mutation) => match mutated(case, mutation, &mut dice) {
                Some(case) => (
                    mutation.name,
                    complaint_about_mutated(&case, mutation.code)
                        .map(|told| format!("{told}\n  {}", case.app)),
                ),
                None => continue,
            },
        };
        *count.entry(name).or_default() += 1;
        complaints.extend(complaint.map(|complaint| format!("case {seed}, {name}: {complaint}")));
    }
    assert!(
        complaints.is_empty(),
        "{} of {CASES} cases:\n{}",
        complaints.len(),
        complaints[..complaints.len().min(10)].join("\n")
    );
    assert!(count.len() == MUTATIONS.len() + 1, "a mutation was never made: {count:?}");
    assert!(count["valid"] >= CASES / 3, "{count:?}");
}
