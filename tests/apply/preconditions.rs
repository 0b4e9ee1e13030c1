//! What somebody changes between the plan and its first write: nothing of it is undone or deleted.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value as Json, json};

use crate::support::{Sandbox, Simulator};

const APPS: &str = r#"version: 1
settings: {limits: {max_delete_percent: 100}}
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: ["tcp://192.0.2.1:22"]
        lifecycle: {ignore_changes: [{field: origin_direct, reason: failover}]}
      web: {protocol: tcp/443, dns: {type: CNAME, name: web.example.com}, origin_direct: ["tcp://192.0.2.2:443"]}
"#;

/// Lists come late, so that somebody else is faster than whoever waits for one.
const LATE_LISTS: &str = "{method: GET, path: \"*/spectrum/apps\", effect: {delay_ms: 3000}}";

/// Applies an edit of the configuration, while this field of the application on a hostname is changed behind the plan's back.
fn applied_while_changed(
    edit: (&str, &str),
    hostname: &str,
    change: &Json,
) -> (i32, Json, Simulator) {
    changed_while(APPS, &[edit], hostname, change)
}

/// The same of any configuration and several edits.
fn changed_while(
    yaml: &str,
    edits: &[(&str, &str)],
    hostname: &str,
    change: &Json,
) -> (i32, Json, Simulator) {
    let mut sandbox = Sandbox::with(yaml);
    sandbox.write("faults.yaml", "[]");
    let world = ["--world", "cloudflare.json"];
    let simulator = Simulator::start(&sandbox, &world);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    drop(simulator);
    sandbox.write("faults.yaml", format!("[{LATE_LISTS}]"));
    let simulator =
        Simulator::start(&sandbox, &[&world[..], &["--faults", "faults.yaml"]].concat());
    sandbox.connect(&simulator.base_url);
    for (from, to) in edits {
        sandbox.edit("spectrum.yaml", from, to);
    }
    let id = simulator.apps("example.com").iter().find_map(|app| {
        (app["dns"]["name"] == hostname).then(|| app["id"].as_str().unwrap().to_owned())
    });
    let mut command = sandbox.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(1500));
    let path = format!("/zones/{}/spectrum/apps/{}", simulator.zone("example.com"), id.unwrap());
    simulator.must("PATCH", &path, Some(change));
    let output = child.wait_with_output().unwrap();
    let report = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), report, simulator)
}

fn app(simulator: &Simulator, hostname: &str) -> Option<Json> {
    simulator.apps("example.com").into_iter().find(|app| app["dns"]["name"] == hostname)
}

#[test]
fn an_ignored_field_keeps_the_value_that_it_got_while_somebody_read_the_plan() {
    let edit = ("[\"tcp://192.0.2.1:22\"]\n", "[\"tcp://192.0.2.1:22\"]\n        tls: full\n");
    let moved = json!({"origin_direct": ["tcp://192.0.2.99:22"]});
    let (code, report, simulator) = applied_while_changed(edit, "ssh.example.com", &moved);
    assert_eq!((code, &report["reads"]), (0, &json!(1)), "{report:#}");
    let app = app(&simulator, "ssh.example.com").unwrap();
    assert_eq!(
        (&app["tls"], &app["origin_direct"]),
        (&json!("full"), &json!(["tcp://192.0.2.99:22"]))
    );
}

#[test]
fn an_application_that_was_changed_since_the_plan_is_left_alone() {
    let edit = ("192.0.2.2:443", "192.0.2.3:443");
    let (code, report, simulator) =
        applied_while_changed(edit, "web.example.com", &json!({"tls": "strict"}));
    assert_eq!((code, &report["steps"][0]["status"]), (5, &json!("stale")), "{report:#}");
    assert_eq!(report["summary"]["stale"], 1);
    let error = &report["steps"][0]["error"];
    assert_eq!(error["code"], "stale-plan");
    assert!(error["message"].as_str().unwrap().contains("`tls`"), "{error:#}");
    let app = app(&simulator, "web.example.com").unwrap();
    assert_eq!(
        (&app["tls"], &app["origin_direct"]),
        (&json!("strict"), &json!(["tcp://192.0.2.2:443"]))
    );
}

#[test]
fn an_application_that_somebody_reuses_is_not_deleted() {
    let web = APPS.lines().find(|line| line.contains("web:")).unwrap();
    let reused = json!({"dns": {"type": "CNAME", "name": "reused.example.com"}});
    let (code, report, simulator) = applied_while_changed((web, ""), "web.example.com", &reused);
    assert_eq!(code, 5, "{report:#}");
    assert!(app(&simulator, "reused.example.com").is_some());
}

#[test]
fn an_application_that_appears_while_an_answer_is_lost_is_not_taken_for_ours() {
    let mut sandbox = Sandbox::with(APPS);
    sandbox.write(
        "faults.yaml",
        format!("[{LATE_LISTS}, {{method: POST, nth: 2, effect: reset_before_commit}}]"),
    );
    let simulator =
        Simulator::start(&sandbox, &["--world", "cloudflare.json", "--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    let without_web: Vec<&str> = APPS.lines().filter(|line| !line.contains("web:")).collect();
    sandbox.write("spectrum.yaml", without_web.join("\n"));
    let mut command = sandbox.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(1500));
    // The zone was listed already, and the answer to the create gets lost: this one is somebody else's.
    let foreign = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}, "origin_direct": ["tcp://192.0.2.99:22"]});
    let path = format!("/zones/{}/spectrum/apps", simulator.zone("example.com"));
    simulator.must("POST", &path, Some(&foreign));
    let output = child.wait_with_output().unwrap();
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &report["steps"][0]["status"]),
        (Some(6), &json!("unknown")),
        "{report:#}"
    );
    let state: Json = serde_json::from_str(&sandbox.read("state/state.json")).unwrap();
    assert_eq!(state["apps"], json!({}));
}

/// Two applications that exchange their ports; a failover script moves the origin of both.
const SWAP: &str = r#"version: 1
zones:
  example.com:
    apps:
      left:
        {protocol: tcp/1001, dns: {type: CNAME, name: left.example.com}, origin_direct: ["tcp://192.0.2.1:22"], lifecycle: {ignore_changes: [{field: origin_direct, reason: failover}]}}
      right:
        {protocol: tcp/1002, dns: {type: CNAME, name: right.example.com}, origin_direct: ["tcp://192.0.2.2:22"], lifecycle: {ignore_changes: [{field: origin_direct, reason: failover}]}}
"#;

#[test]
fn an_exchange_takes_the_newest_values_of_what_is_ignored_to_their_addresses() {
    // Hostname and port of both are exchanged, so each is served by the other's application.
    let edits = [
        ("tcp/1001, dns: {type: CNAME, name: left.", "tcp/1003, dns: {type: CNAME, name: x."),
        ("tcp/1002, dns: {type: CNAME, name: right.", "tcp/1001, dns: {type: CNAME, name: left."),
        ("tcp/1003, dns: {type: CNAME, name: x.", "tcp/1002, dns: {type: CNAME, name: right."),
    ];
    let moved = json!({"origin_direct": ["tcp://192.0.2.99:22"]});
    let (code, report, simulator) = changed_while(SWAP, &edits, "left.example.com", &moved);
    assert_eq!(code, 0, "{report:#}");
    let origin = |hostname: &str| app(&simulator, hostname).unwrap()["origin_direct"].clone();
    // The address `left` has the other hostname and port now, and keeps the origin that the script gave it.
    assert_eq!(origin("right.example.com"), json!(["tcp://192.0.2.99:22"]));
    assert_eq!(origin("left.example.com"), json!(["tcp://192.0.2.2:22"]));
}

#[test]
fn a_saved_plan_for_another_field_is_not_stale_when_an_ignored_one_has_moved() {
    let mut sandbox = Sandbox::with(APPS);
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let ignored = "        lifecycle: {ignore_changes";
    sandbox.edit(
        "spectrum.yaml",
        ignored,
        &format!("        tls: \"off\"\n        ip_firewall: true\n{ignored}"),
    );
    sandbox.run(&["plan", "--out", "plan.json"]).ends_with(0);
    let zone = simulator.zone("example.com");
    let id = simulator.app_id("example.com", "ssh.example.com", "tcp/22");
    let path = format!("/zones/{zone}/spectrum/apps/{id}");
    simulator.must("PATCH", &path, Some(&json!({"origin_direct": ["tcp://203.0.113.7:22"]})));
    sandbox.run(&["apply", "plan.json"]).ends_with(0);
    let (_, live) = simulator.send("GET", &path, None);
    assert_eq!(live["result"]["origin_direct"], json!(["tcp://203.0.113.7:22"]), "{live:#}");
    assert_eq!(live["result"]["ip_firewall"], json!(true), "{live:#}");
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
}

#[test]
fn what_answers_leave_out_is_planned_by_what_was_applied_and_said_so() {
    let udp = |more: &str| {
        format!(
            "version: 1\nzones:\n  example.com:\n    entitlements: [argo]\n    apps:\n      dns: {{protocol: udp/53, dns: {{type: CNAME, name: dns.example.com}}, \
             origin_direct: [\"udp://192.0.2.1:53\"]{more}}}\n"
        )
    };
    let mut sandbox = Sandbox::with(&udp(", argo_smart_routing: true"));
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    sandbox.write("spectrum.yaml", udp(""));
    let planned = sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(2);
    assert!(planned.stdout.contains("cannot be read back"), "{planned:?}");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
}
