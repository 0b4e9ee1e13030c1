//! An exchange of which only half is made: what the configuration leaves as it is found belongs to the address, and is neither lost nor
//! served elsewhere, though the application that had it was written over.

use serde_json::{Value as Json, json};

use super::killed::{begun, configuration, killed_once};
use crate::support::{Sandbox, Simulator};

/// Two applications on these ports whose origins a failover script moves.
fn pair(left: u32, right: u32) -> String {
    let app = |name: &str, port: u32, origin: u32| {
        format!(
            "      {name}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: swap.example.com}}, origin_direct: [\"tcp://192.0.2.{origin}:22\"], lifecycle: {{ignore_changes: [{{field: origin_direct, reason: failover}}]}}}}\n"
        )
    };
    let apps = format!("{}{}", app("left", left, 1), app("right", right, 2));
    configuration(&[("example.com", apps)], "settings: {parallelism: 1}\n")
}

fn origin_on(simulator: &Simulator, port: u32) -> Json {
    let apps = simulator.apps("example.com");
    let app = apps.iter().find(|app| app["protocol"] == format!("tcp/{port}"));
    app.unwrap_or_else(|| panic!("nothing on {port}: {apps:#?}"))["origin_direct"].clone()
}

/// Moves the origins, as the script does: to 198.51.100.1 and 198.51.100.2.
fn failed_over(simulator: &Simulator) {
    for app in simulator.apps("example.com") {
        let mut moved = app.clone();
        let last = if app["protocol"] == "tcp/1001" { 1 } else { 2 };
        moved["origin_direct"] = json!([format!("tcp://198.51.100.{last}:22")]);
        let id = app["id"].as_str().unwrap();
        let path = format!("/zones/{}/spectrum/apps/{id}", simulator.zone("example.com"));
        simulator.must("PUT", &path, Some(&moved));
    }
}

/// After an exchange of which a part was made: the plan shows what it puts back, and the next apply ends it.
fn is_ended(sandbox: &Sandbox, simulator: &Simulator, is_half: bool) {
    let shown = sandbox.run(&["plan"]).ends_with(0).all();
    assert_eq!(shown.contains("origin_direct"), is_half, "{shown}");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(origin_on(simulator, 1002), json!(["tcp://198.51.100.1:22"]), "left");
    assert_eq!(origin_on(simulator, 1001), json!(["tcp://198.51.100.2:22"]), "right");
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    let state: Json = serde_json::from_str(&sandbox.read("state/state.json")).unwrap();
    assert_eq!(state["kept"], Json::Null);
}

// Two writes of the script come first.
#[test]
fn a_refused_second_write_loses_no_value() {
    let faults = "[{method: PUT, nth: 4, effect: {status: 400}}]";
    let (sandbox, simulator) = begun(&pair(1001, 1002), faults);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    failed_over(&simulator);
    sandbox.write("spectrum.yaml", pair(1002, 1001));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    is_ended(&sandbox, &simulator, true);
}

#[test]
fn a_kill_after_a_write_that_was_not_noted_loses_no_value() {
    for nth in [3, 4] {
        let faults = format!("[{{method: PUT, nth: {nth}, effect: {{delay_ms: 20000}}}}]");
        let (sandbox, simulator) = begun(&pair(1001, 1002), &faults);
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        failed_over(&simulator);
        let was = simulator.apps("example.com");
        sandbox.write("spectrum.yaml", pair(1002, 1001));
        let changed = || {
            let now = simulator.apps("example.com");
            now.iter().filter(|app| !was.contains(app)).count() >= nth - 2
        };
        killed_once(&sandbox, changed);
        is_ended(&sandbox, &simulator, nth == 3);
    }
}

#[test]
fn an_exchange_in_which_every_value_is_right_already_is_written_down() {
    let ignoring = ", lifecycle: {ignore_changes: [{field: origin_direct, reason: failover}]}";
    for (left, right) in [("", ignoring), (ignoring, ""), (ignoring, ignoring)] {
        let pair = |ports: [u32; 2]| {
            let app = |name: &str, port: u32, more: &str| {
                format!(
                    "      {name}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: swap.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]{more}}}\n"
                )
            };
            let apps = app("left", ports[0], left) + &app("right", ports[1], right);
            configuration(&[("example.com", apps)], "")
        };
        let (sandbox, _simulator) = begun(&pair([1001, 1002]), "[]");
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        sandbox.write("spectrum.yaml", pair([1002, 1001]));
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    }
}
