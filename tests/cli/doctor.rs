//! `doctor`: a line for each thing, exit 1 with a problem, and nothing is changed.

use serde_json::Value as Json;

use super::{CONFIGURATION, Room};
use crate::support::account::Account;
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
            && text.contains("No problems: what is configured can be planned."),
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
        ("note", "note")
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
    assert_eq!(verdict(&report, "state's lock"), "note");
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

/// Two zones with a hostname each, and a third that the configuration does not name with two.
const THREE_ZONES: &str = "
tokens: [{token: narrow}]
zones: [{name: example.net}, {name: example.org}, {name: free.example, plan: free}]
apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: a.example.com}, origin_direct: ['tcp://192.0.2.1:22']}
  - {zone: example.com, protocol: tcp/23, dns: {type: CNAME, name: a.example.com}, origin_direct: ['tcp://192.0.2.1:23']}
  - {zone: example.net, protocol: tcp/22, dns: {type: CNAME, name: a.example.net}, origin_direct: ['tcp://192.0.2.1:22']}
  - {zone: example.org, protocol: tcp/22, dns: {type: CNAME, name: a.example.org}, origin_direct: ['tcp://192.0.2.1:22']}
  - {zone: example.org, protocol: tcp/22, dns: {type: CNAME, name: b.example.org}, origin_direct: ['tcp://192.0.2.1:22']}
";

#[test]
fn the_quota_of_the_account_is_counted_over_all_its_zones() {
    let configured = |quota: &str| {
        format!("version: 1\n{quota}zones: {{example.com: {{}}, example.net: {{ipv4_quota: 3}}}}\n")
    };
    let account = "IPv4 quota of account 01a7362d577a6c3019a474fd6f485823";
    let summary = |report: &Json, subject: &str| {
        check(report, subject)["summary"].as_str().unwrap().to_owned()
    };
    let report = examined(&configured("ipv4_quota: 5\n"), THREE_ZONES);
    assert_eq!(summary(&report, account), "4 of 5 hostnames are used");
    assert_eq!(summary(&report, "IPv4 quota of example.net"), "1 of 3 hostnames are used");
    let subjects = report["checks"].as_array().unwrap().iter().map(|check| &check["subject"]);
    assert!(!subjects.into_iter().any(|subject| subject == "IPv4 quota of example.com"));
    let report = examined(&configured("ipv4_quota: 4\n"), THREE_ZONES);
    assert_eq!(summary(&report, account), "4 of 4 hostnames are used, so none is left");
    let report = examined(&configured(""), THREE_ZONES);
    assert!(summary(&report, account).starts_with("used by 4 hostnames; `ipv4_quota` is not"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_of_which_a_part_could_not_be_read_is_at_least_what_was_counted() {
    let org = "2222222222222222222222222222222a";
    let seed =
        THREE_ZONES.replace("{name: example.org}", &format!("{{name: example.org, id: {org}}}"));
    let account = Account::holding(&seed).await;
    account.refuse(&format!("/zones/{org}/spectrum/apps"));
    account.configure("version: 1\nipv4_quota: 5\nzones: {example.com: {}}\n");
    let report = account.run(&["doctor", "--format", "json"]).await.json();
    let quota = check(&report, "IPv4 quota of account 01a7362d577a6c3019a474fd6f485823");
    assert_eq!(
        (quota["verdict"].as_str(), quota["summary"].as_str()),
        (Some("note"), Some("at least 2 of 5 hostnames are used; example.org could not be read"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_could_not_be_tried_is_unknown() {
    let account = Account::holding("").await;
    account.configure(CONFIGURATION);
    account.garble("/accounts/01a7362d577a6c3019a474fd6f485823/addressing/prefixes");
    let report = account.run(&["doctor", "--format", "json"]).await.json();
    let plan = check(&report, "permissions for plan");
    let summary = plan["summary"].as_str().unwrap();
    assert!(plan["verdict"] == "note" && summary.contains("is unknown"), "{plan}");
    assert!(summary.contains("`IP Prefixes: Read`"), "{summary}");
}

#[test]
fn an_empty_folder_is_looked_at_and_stays_empty() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["doctor"]).ends_with(1);
    for line in ["FAIL  configuration", "note  state", "FAIL  API", "init"] {
        assert!(ran.stdout.contains(line), "{line}\n{}", ran.all());
    }
    assert_eq!(std::fs::read_dir(sandbox.path("")).unwrap().count(), 0, "{}", ran.all());
}
