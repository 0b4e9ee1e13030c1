//! Whose a state is: two configurations on one state, and what is known without one.

use serde_json::{Value, json};

use crate::support::{Sandbox, Simulator};

fn app(key: &str, port: u16) -> String {
    format!(
        "      {key}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: {key}.example.com}}, origin_direct: [\"tcp://192.0.2.1:{port}\"]}}\n"
    )
}

fn configuration(name: &str, apps: &[String]) -> String {
    format!(
        "version: 1\nsettings: {{name: {name}, limits: {{max_delete_percent: 100}}}}\nzones:\n  example.com:\n    apps:\n{}",
        apps.concat()
    )
}

fn connected(text: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(text);
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    sandbox.connect(&simulator.base_url);
    (sandbox, simulator)
}

#[test]
fn a_configuration_of_another_name_deletes_and_moves_nothing_of_a_state() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration("other", &[app("c", 3)]));
    let ran = sandbox.run(&["apply", "--auto-approve"]).ends_with(4);
    assert!(ran.all().contains("state-of-another-configuration"), "{ran:?}");
    assert!(ran.all().contains("settings.name: edge"), "{ran:?}");
    assert_eq!(simulator.apps("example.com").len(), 2);
    sandbox.write("spectrum.yaml", configuration("edge", &[app("a", 1)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 1);
}

#[test]
fn a_configuration_that_has_everything_that_is_recorded_may_take_another_name() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration("renamed", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration("renamed", &[app("a", 1)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 1);
}

#[test]
fn drift_without_a_state_compares_with_the_configuration() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["drift"]).ends_with(0);
    sandbox.remove("state");
    let ran = sandbox.run(&["drift"]).ends_with(0);
    assert!(ran.all().contains("was compared with the configuration"), "{ran:?}");
    let id = simulator.app_id("example.com", "a.example.com", "tcp/1");
    let path = format!("/zones/{}/spectrum/apps/{id}", simulator.zone("example.com"));
    simulator.must("PATCH", &path, Some(&json!({"tls": "full"})));
    let (code, drift) = sandbox.json(&["drift"]);
    assert_eq!((code, &drift["changes"][0]["address"]), (2, &json!("example.com/a")), "{drift:#}");
    simulator.must("DELETE", &path, None);
    let (code, drift) = sandbox.json(&["drift"]);
    assert_eq!((code, &drift["missing"][0]["address"]), (2, &json!("example.com/a")), "{drift:#}");
}

#[test]
fn drift_with_nothing_to_compare_fails() {
    for zones in ["{example.com: {apps: {}}}", "{}"] {
        let (sandbox, _simulator) = connected(&format!("version: 1\nzones: {zones}\n"));
        let ran = sandbox.run(&["drift"]).ends_with(1);
        assert!(ran.all().contains("nothing-to-compare"), "{ran:?}");
    }
}

#[test]
fn drift_with_an_empty_state_and_no_zone_fails() {
    let (sandbox, _simulator) = connected(&configuration("edge", &[app("a", 1)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["destroy", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", "version: 1\nsettings: {name: edge}\nzones: {}\n");
    let ran = sandbox.run(&["drift"]).ends_with(1);
    assert!(ran.all().contains("nothing-to-compare"), "{ran:?}");
}

#[test]
fn an_apply_that_finds_nothing_to_do_confirms_what_was_imported() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1)]));
    let body = json!({"protocol": "tcp/1", "dns": {"type": "CNAME", "name": "a.example.com"}, "origin_direct": ["tcp://192.0.2.1:1"], "tls": "full"});
    let zone = simulator.zone("example.com");
    simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&body));
    sandbox.edit("spectrum.yaml", "\"tcp://192.0.2.1:1\"]}", "\"tcp://192.0.2.1:1\"], tls: full}");
    sandbox.run(&["import", "--all"]).ends_with(0);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    // What somebody sets afterwards is drift, and what leaves the file afterwards is meant.
    let id = simulator.app_id("example.com", "a.example.com", "tcp/1");
    let path = format!("/zones/{zone}/spectrum/apps/{id}");
    simulator.must("PATCH", &path, Some(&json!({"ip_firewall": true})));
    sandbox.run(&["drift"]).ends_with(2);
    sandbox.edit("spectrum.yaml", ", tls: full", "");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let app = &simulator.apps("example.com")[0];
    assert_eq!((&app["tls"], &app["ip_firewall"]), (&json!("off"), &json!(false)));
}

#[test]
fn a_chain_of_renames_is_written_down_and_nothing_is_sent() {
    let app = |key: &str, host: &str| {
        format!(
            "      {key}: {{protocol: tcp/1, dns: {{type: CNAME, name: {host}.example.com}}, origin_direct: [\"tcp://192.0.2.1:1\"]}}\n"
        )
    };
    let (sandbox, simulator) =
        connected(&configuration("edge", &[app("a", "one"), app("b", "two"), app("c", "three")]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let before = simulator.apps("example.com");
    sandbox.write(
        "spectrum.yaml",
        configuration("edge", &[app("b", "one"), app("c", "two"), app("d", "three")]),
    );
    let (code, report) = sandbox.json(&["apply", "--auto-approve"]);
    assert_eq!((code, &report["summary"]["done"]), (0, &json!(3)), "{report:#}");
    assert_eq!(simulator.apps("example.com"), before);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    sandbox.run(&["drift"]).ends_with(0);
}

#[test]
fn an_application_of_another_identity_is_not_imported() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1)]));
    let body = json!({"protocol": "tcp/9", "dns": {"type": "CNAME", "name": "z.example.com"}, "origin_direct": ["tcp://192.0.2.1:9"]});
    let zone = simulator.zone("example.com");
    let made = simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&body));
    let ran = sandbox.run(&["import", "example.com/a", made["id"].as_str().unwrap()]).ends_with(3);
    assert!(ran.all().contains("other-identity"), "{ran:?}");
}

#[test]
fn a_state_that_comes_from_a_bucket_is_believed_elsewhere_only_where_that_is_allowed() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    // What was in a bucket is copied into the folder.
    let path = sandbox.path("state/state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["location"] = json!("s3://states/edge");
    std::fs::write(&path, state.to_string()).unwrap();
    sandbox.write("spectrum.yaml", configuration("edge", &[app("a", 1)]));
    let ran = sandbox.run(&["apply", "--auto-approve"]).ends_with(4);
    assert!(ran.all().contains("--allow state-moved"), "{ran:?}");
    assert!(ran.all().contains("s3://states/edge"), "{ran:?}");
    assert_eq!(simulator.apps("example.com").len(), 2);
    let page =
        sandbox.run(&["plan", "--format", "markdown", "--allow", "state-moved"]).ends_with(0);
    let risk = page.stdout.lines().find(|line| line.starts_with("**Risk:**")).unwrap();
    assert!(risk.contains("the state is kept elsewhere"), "{risk}");
    assert!(!page.stdout.contains("--allow state-moved"), "it was given: {page:?}");
    sandbox.run(&["apply", "--auto-approve", "--allow", "state-moved"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 1);
    let ran = sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert!(!ran.all().contains("state-moved"), "from now on it is kept here: {ran:?}");
}

/// The state says that the last apply kept it in a bucket.
fn keep_in(sandbox: &Sandbox, url: &str) {
    let path = sandbox.path("state/state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    state["location"] = json!(url);
    std::fs::write(&path, state.to_string()).unwrap();
}

#[test]
fn a_saved_plan_that_was_made_with_a_moved_state_records_where_it_is_kept_now() {
    let (sandbox, _simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    keep_in(&sandbox, "s3://states/edge");
    sandbox.write("spectrum.yaml", configuration("edge", &[app("a", 1)]));
    sandbox.run(&["plan", "--out", "moved.plan", "--allow", "state-moved"]).ends_with(0);
    sandbox.run(&["apply", "moved.plan"]).ends_with(0);
    let ran = sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert!(!ran.all().contains("state-moved"), "from now on it is kept here: {ran:?}");
}

#[test]
fn a_saved_plan_is_not_applied_to_a_copy_of_the_state_that_is_kept_elsewhere() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1), app("b", 2)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration("edge", &[app("a", 1)]));
    sandbox.run(&["plan", "--out", "here.plan"]).ends_with(0);
    keep_in(&sandbox, "s3://states/edge");
    let ran = sandbox.run(&["apply", "here.plan"]).ends_with(5);
    assert!(ran.all().contains("the last apply kept it in s3://states/edge"), "{ran:?}");
    assert_eq!(simulator.apps("example.com").len(), 2);
}

#[test]
fn what_is_restored_out_of_a_moved_state_records_where_it_is_kept_now() {
    let (sandbox, simulator) = connected(&configuration("edge", &[app("a", 1)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let path = sandbox.path("state/state.json");
    let mut state: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let id = "0000000000000000000000000000000b";
    let body = json!({"protocol": "tcp/2", "dns": {"type": "CNAME", "name": "b.example.com"}, "origin_direct": ["tcp://192.0.2.1:2"]});
    let zone = simulator.zone("example.com");
    state["pending_restore"] =
        json!({id: {"id": id, "zone_id": zone, "body": body, "addresses": ["example.com/b"]}});
    std::fs::write(&path, state.to_string()).unwrap();
    keep_in(&sandbox, "s3://states/edge");
    let restore = ["apply", "--auto-approve", "--restore", "example.com/b"];
    let ran = sandbox.run(&restore).ends_with(4);
    assert!(ran.all().contains("--allow state-moved"), "{ran:?}");
    assert_eq!(simulator.apps("example.com").len(), 1);
    sandbox.run(&[&restore[..], &["--allow", "state-moved"]].concat()).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 2);
    let ran = sandbox.run(&["plan"]);
    assert!(!ran.all().contains("state-moved"), "from now on it is kept here: {ran:?}");
}

#[cfg(unix)]
#[test]
fn a_state_folder_that_leads_to_where_everybody_may_write_is_a_warning() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt, symlink};

    let (sandbox, _simulator) = connected(&configuration("edge", &[app("a", 1)]));
    let shared = sandbox.path("shared");
    fs::create_dir(&shared).unwrap();
    symlink(&shared, sandbox.path("state")).unwrap();
    for (mode, is_open) in [(0o700, false), (0o755, false), (0o777, true), (0o1777, true)] {
        fs::set_permissions(&shared, Permissions::from_mode(mode)).unwrap();
        let (_, plan) = sandbox.json(&["plan"]);
        let findings = plan["findings"].as_array().unwrap();
        let found = findings.iter().find(|finding| finding["code"] == "shared-state-folder");
        assert_eq!(
            found.map(|found| &found["severity"]),
            is_open.then_some(&json!("warning")),
            "{mode:o}"
        );
    }
}
