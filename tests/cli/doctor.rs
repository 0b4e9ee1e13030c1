//! `doctor`: a line for each thing, exit 1 with a problem, and nothing is changed.

use serde_json::Value as Json;

use super::{CONFIGURATION, Room};
use crate::support::{Sandbox, Simulator};

/// The check of a subject.
fn check<'a>(report: &'a Json, subject: &str) -> &'a Json {
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .find(|check| check["subject"] == subject)
        .unwrap_or_else(|| panic!("{subject} is not among {checks:#?}"))
}

/// The verdict on a subject.
fn verdict(report: &Json, subject: &str) -> String {
    check(report, subject)["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn everything_is_enough_on_the_simulator() {
    let room = Room::applied();
    let before = room.sandbox.read("state/sim/state.json");
    let text = room.done(&["--sim", "doctor"]);
    assert!(
        text.starts_with("SIMULATED")
            && text.contains("token")
            && text.contains("Everything that is configured"),
        "{text}"
    );
    let report = room.json(&["--sim", "doctor"]);
    assert_eq!((&report["simulated"], &report["to_mend"]), (&true.into(), &0.into()));
    for subject in [
        "configuration",
        "state",
        "state's lock",
        "token",
        "zone example.com",
        "applications of example.com",
    ] {
        assert_eq!(verdict(&report, subject), "ok", "{subject}");
    }
    assert_eq!(check(&report, "applications of example.com")["summary"], "2 applications live");
    assert_eq!(room.sandbox.read("state/sim/state.json"), before);
    assert!(!room.sandbox.path("state/sim/lock.json").exists());
}

/// The report of a doctor who looks at a simulator with this seed, through the token `narrow`.
fn examined(configuration: &str, seed: &str) -> Json {
    let mut sandbox = Sandbox::with(configuration);
    sandbox.write("seed.yaml", seed);
    let path = sandbox.path("seed.yaml");
    let simulator = Simulator::start(&sandbox, &["--seed", &path.to_string_lossy()]);
    sandbox.connect(&simulator.base_url);
    sandbox.set("CLOUDFLARE_API_TOKEN", "narrow");
    let (code, report) = sandbox.json(&["doctor"]);
    assert_eq!(code, i32::from(report["to_mend"] != 0), "{report}");
    report
}

#[test]
fn a_permission_that_nothing_configured_needs_is_only_noted() {
    let seed = "tokens: [{token: narrow, permissions: [Zone Read, Zone Settings Write]}]";
    let report = examined(CONFIGURATION, seed);
    assert_eq!(report["to_mend"], 0, "{report}");
    let prefixes = "IP prefixes of 01a7362d577a6c3019a474fd6f485823";
    assert_eq!(verdict(&report, prefixes), "note");
    assert_eq!(verdict(&report, "DNS records of example.com"), "note");
    let edge = "dns: {type: ADDRESS, name: web.example.com}\n        edge_ips: {type: static, ips: [198.51.100.7]}";
    let with_static = CONFIGURATION.replace("dns: {type: CNAME, name: web.example.com}", edge);
    let report = examined(&with_static, seed);
    assert_eq!((verdict(&report, prefixes).as_str(), &report["to_mend"]), ("to_mend", &1.into()));
    assert!(
        check(&report, prefixes)["fix"].as_str().unwrap().contains("IP Prefixes: Read"),
        "{report}"
    );
}

#[test]
fn what_is_missing_is_told_all_at_once() {
    let seed = "tokens: [{token: narrow, status: expired}]";
    let report = examined(&CONFIGURATION.replace("plan: enterprise", "plan: enterprse"), seed);
    for subject in ["configuration", "token", "zone example.com"] {
        assert_eq!(verdict(&report, subject), "to_mend", "{subject}: {report}");
    }
    assert_eq!(
        (verdict(&report, "state").as_str(), verdict(&report, "state's lock").as_str()),
        ("note", "ok")
    );
    let unknown =
        examined(&CONFIGURATION.replace("example.com", "example.net"), "tokens: [{token: narrow}]");
    assert_eq!(
        (verdict(&unknown, "token").as_str(), check(&unknown, "zone example.net")["code"].as_str()),
        ("ok", Some("zone-not-found"))
    );
    let other_plan =
        examined(&CONFIGURATION.replace("enterprise", "pro"), "tokens: [{token: narrow}]");
    assert_eq!(verdict(&other_plan, "zone example.com"), "to_mend");
}

#[test]
fn without_credentials_the_state_is_looked_at_all_the_same() {
    let room = Room::new();
    let (code, report) = room.sandbox.json(&["doctor"]);
    assert_eq!((code, check(&report, "API")["code"].as_str()), (1, Some("credentials")));
    assert_eq!(verdict(&report, "state's lock"), "ok");
    room.write("state/state.json", "{");
    let (_, report) = room.sandbox.json(&["doctor"]);
    assert_eq!(check(&report, "state")["code"], "state-broken");
}

#[test]
fn plan_apply_and_drift_are_told_apart_with_what_each_missing_permission_costs() {
    let seed = "tokens: [{token: narrow, permissions: [Zone Read, Zone Settings Read]}]";
    let report = examined(CONFIGURATION, seed);
    let of = |command: &str| {
        let check = check(&report, &format!("permissions for {command}"));
        let text = |key: &str| check[key].as_str().unwrap().to_owned();
        (text("verdict"), text("summary"))
    };
    let (verdict, plan) = of("plan");
    assert_eq!(verdict, "note");
    for part in
        ["`DNS: Read` for example.com", "`IP Prefixes: Read` for account", "refused during apply"]
    {
        assert!(plan.contains(part), "{part} in {plan}");
    }
    let (verdict, apply) = of("apply");
    assert!(verdict == "note" && apply.contains("`Zone Settings: Edit` is unknown"), "{apply}");
    assert!(of("drift").1.contains("`Account Settings: Read`"));
    let whole = examined(CONFIGURATION, "tokens: [{token: narrow}]");
    assert_eq!(verdict_of(&whole, "plan"), "ok");
    assert_eq!(verdict_of(&whole, "drift"), "ok");
    assert_eq!(verdict_of(&whole, "apply"), "note");
}

fn verdict_of(report: &Json, command: &str) -> String {
    verdict(report, &format!("permissions for {command}"))
}

#[test]
fn the_readme_and_the_page_of_denied_access_name_every_permission() {
    let readme = std::fs::read_to_string(crate::support::repository().join("README.md")).unwrap();
    let page = Room::new().done(&["explain", "9109"]);
    for permission in &spectrumctl::model::PERMISSIONS {
        assert!(readme.contains(permission.name), "README: {}", permission.name);
        assert!(page.contains(permission.name), "explain: {}", permission.name);
    }
}

#[test]
fn a_simulated_run_uses_the_first_declared_token_or_the_one_it_is_given() {
    let room = Room::new();
    room.write(
        "sim.yaml",
        "tokens:\n  - {token: first}\n  - {token: reader, permissions: [Zone Read, Zone Settings Read]}\n",
    );
    room.done(&["--sim", "plan"]);
    let refused = room.sandbox.run(&["--sim", "--sim-token", "reader", "apply", "--auto-approve"]);
    assert_eq!(refused.code, 6, "{}", refused.stdout);
    let unknown = room.sandbox.run(&["--sim", "--sim-token", "nobody", "plan"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stdout);
    room.done(&["--sim", "apply", "--auto-approve"]);
}
