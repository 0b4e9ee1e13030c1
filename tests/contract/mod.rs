//! Recorded and documented answers of the API against the plan: what was recorded is read without a difference, the bodies that a plan makes are those that
//! are documented, and answers of earlier years are read as today's.

use serde_json::{Map, Value as Json, json};
use spectrumctl::model::{AppId, Live, Tier};
use spectrumctl::plan::{self, LiveZone, Plan, Work};

use crate::support::planning::{self, Beside};
use crate::support::{Sandbox, Scripted, Simulator, folders, read_json, repository};

fn contract(path: &str) -> Json {
    read_json(&repository().join("tests/contract").join(path))
}

fn live(object: &Json) -> Live {
    Live::read(object.as_object().expect("an application is an object"))
        .expect("a live application has an id")
}

/// The plan of a configuration for one zone, with nothing recorded.
fn planned(text: &str, name: &str, tier: Option<Tier>, apps: Vec<Live>) -> Plan {
    let zone = LiveZone { name: name.to_owned(), tier, ..planning::zone(apps) };
    planning::plan(text, Beside { live: vec![zone], ..Beside::default() })
}

#[test]
fn the_recorded_list_is_what_its_configuration_describes() {
    let text =
        std::fs::read_to_string(repository().join("tests/contract/list-recorded.yaml")).unwrap();
    let list = contract("list-recorded.json");
    let apps: Vec<Live> = list["result"].as_array().expect("a list").iter().map(live).collect();
    let plan = planned(&text, "terraform.cfapi.net", None, apps);
    let [change] = plan.changes.as_slice() else { panic!("one application: {:#?}", plan.changes) };
    assert_eq!(
        (change.action, &change.work, change.fields.len()),
        (plan::Action::Adopt, &Work::Nothing, 0),
        "only the state learns of it"
    );
    assert_eq!(plan.findings, []);
}

#[test]
fn the_recorded_application_is_found_unchanged_by_the_whole_program() {
    let recorded = contract("list-recorded.json");
    let mut app = recorded["result"][0].clone();
    app["zone"] = json!("terraform.cfapi.net");
    let mut sandbox = Sandbox::new();
    sandbox.write(
        "spectrum.yaml",
        std::fs::read_to_string(repository().join("tests/contract/list-recorded.yaml")).unwrap(),
    );
    sandbox.write(
        "seed.yaml",
        json!({"zones": [{"name": "terraform.cfapi.net"}], "apps": [app]}).to_string(),
    );
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let (code, plan) = sandbox.json(&["plan", "--detailed-exitcode"]);
    assert_eq!((code, &plan["changes"]), (0, &json!([])), "{plan:#}");
    assert_eq!(
        simulator.apps("terraform.cfapi.net"),
        [recorded["result"][0].clone()],
        "nothing was written to it"
    );
}

/// The configuration that declares a request's application.
fn declaring(request: &Json, pay_as_you_go: bool) -> (String, String) {
    let name = request["dns"]["name"].as_str().expect("a request has a hostname");
    let zone = name
        .rsplitn(3, '.')
        .take(2)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
        .join(".");
    let plan = if pay_as_you_go { "pro" } else { "enterprise" };
    let configuration =
        json!({"version": 1, "zones": {zone.clone(): {"plan": plan, "apps": {"app": request}}}});
    (configuration.to_string(), zone)
}

#[test]
fn a_create_sends_the_documented_body() {
    let folders = folders(&repository().join("tests/contract/create"));
    assert!(folders.len() >= 9, "only {} requests were found", folders.len());
    for folder in folders {
        let request = read_json(&folder.join("request.json"));
        let pay_as_you_go = folder.ends_with("pay-as-you-go");
        let (text, zone) = declaring(&request, pay_as_you_go);
        let plan = planned(
            &text,
            &zone,
            Some(if pay_as_you_go { Tier::Pro } else { Tier::Enterprise }),
            Vec::new(),
        );
        let [change] = plan.changes.as_slice() else {
            panic!("{}: {:#?}", folder.display(), plan.findings)
        };
        let Work::Create { body } = &change.work else {
            panic!("{}: {:?}", folder.display(), change.work)
        };
        assert_eq!(sorted(&Json::Object(body.clone())), sorted(&request), "{}", folder.display());
    }
}

/// A value in which no list has an order, as none of an application has.
fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(entries) => Json::Object(
            entries.iter().map(|(key, value)| (key.clone(), sorted(value))).collect::<Map<_, _>>(),
        ),
        Json::Array(items) => {
            let mut items: Vec<Json> = items.iter().map(sorted).collect();
            items.sort_by_key(Json::to_string);
            Json::Array(items)
        }
        other => other.clone(),
    }
}

#[test]
fn an_answer_to_a_create_is_the_application_that_was_asked_for() {
    for folder in folders(&repository().join("tests/contract/create")) {
        let request = read_json(&folder.join("request.json"));
        let answer = read_json(&folder.join("answer.json"));
        let pay_as_you_go = folder.ends_with("pay-as-you-go");
        let (text, zone) = declaring(&request, pay_as_you_go);
        let tier = Some(if pay_as_you_go { Tier::Pro } else { Tier::Enterprise });
        let plan = planned(&text, &zone, tier, vec![live(&answer["result"])]);
        let [change] = plan.changes.as_slice() else {
            panic!("{}: {:#?}", folder.display(), plan.findings)
        };
        assert_eq!(
            (change.action, &change.work),
            (plan::Action::Adopt, &Work::Nothing),
            "{}: {:#?}",
            folder.display(),
            change.fields
        );
    }
}

#[test]
fn an_application_of_earlier_years_is_read_as_todays() {
    let folders = folders(&repository().join("tests/contract/legacy"));
    assert!(folders.len() >= 4, "only {} legacy answers were found", folders.len());
    for folder in folders {
        let of = |name: &str| {
            let json = read_json(&folder.join(name));
            live(if json["result"].is_object() { &json["result"] } else { &json })
        };
        let (old, today) = (of("answer.json"), of("today.json"));
        assert_eq!(old.id, today.id, "{}", folder.display());
        assert_eq!(old.spec.canonical(), today.spec.canonical(), "{}", folder.display());
    }
}

#[test]
fn every_recorded_error_ends_a_run_with_one_clear_error() {
    let folder = repository().join("tests/contract/errors");
    for name in [
        "gone-10006",
        "several",
        "not-authorized-10000",
        "no-route-7003",
        "html-502",
        "empty-body-500",
        "refused-with-200",
    ] {
        let recorded = read_json(&folder.join(format!("{name}.json")));
        let body =
            recorded["body"].as_str().map_or_else(|| recorded["body"].to_string(), str::to_owned);
        let kind = if recorded["body"].is_string() { "text/html" } else { "application/json" };
        let status = recorded["http_status"]
            .as_u64()
            .and_then(|status| u16::try_from(status).ok())
            .expect("a status");
        let server = Scripted::answering(status, kind, &body);
        let mut sandbox = Sandbox::new();
        sandbox.write("spectrum.yaml", "version: 1\nzones: {example.com: {apps: {}}}\n");
        sandbox.connect(&server.base_url);
        let ran = sandbox.run(&["plan"]).ends_with(1);
        assert_eq!(ran.stdout.matches("error[").count(), 1, "{name}: {}", ran.all());
        if let Some(code) = recorded["body"]["errors"][0]["code"].as_u64() {
            assert!(ran.all().contains(&code.to_string()), "{name}: {}", ran.all());
        }
    }
}

#[test]
fn the_app_id_of_the_recorded_answer_is_read_as_it_is() {
    let list = contract("list-recorded.json");
    assert_eq!(live(&list["result"][0]).id, AppId::from_api("af93687c10dc4ebfa7d1e89595fade22"));
}
