//! The simulator as a server: a refusal that is rehearsed, what `-v` prints of each request, and where it listens.

use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::support::{ONE_APP, Sandbox, Simulator};

#[test]
fn a_refusal_is_rehearsed_with_a_file_of_faults() {
    let mut sandbox = Sandbox::with(ONE_APP);
    sandbox.write("faults.yaml", "- {method: POST, nth: 1, effect: {error: 11014}}\n");
    let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    let (exit, report) = sandbox.json(&["apply", "--auto-approve"]);
    let error = &report["steps"][0]["error"];
    assert_eq!((exit, &error["code"], &error["http_status"]), (6, &"11014".into(), &403.into()));
    assert!(error["message"].as_str().unwrap().contains("FTP not enabled"), "{error}");
    assert!(error["fix"].as_str().unwrap().contains("account team"), "{error}");
    assert_eq!(report["simulated"], true);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
}

#[test]
fn the_simulator_prints_each_request_with_its_status() {
    let mut sandbox = Sandbox::with(ONE_APP);
    sandbox.write("faults.yaml", "- {method: POST, nth: 1, effect: {error: 11014}}\n");
    let log = sandbox.path("sim.log");
    let arguments = ["sim", "-v", "--log-format", "json", "--listen", "localhost:0"];
    let mut command: Command =
        sandbox.command(&[&arguments[..], &["--faults", "faults.yaml"]].concat());
    let stderr = std::fs::File::create(&log).unwrap();
    let simulator = Simulator::from_command(command.stderr(Stdio::from(stderr)));
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    drop(simulator);
    let log = std::fs::read_to_string(log).unwrap();
    let requests: Vec<Json> = log
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["fields"].take())
        .collect();
    let has = |method: &str, status: u16| {
        requests.iter().any(|request| {
            let path = request["path"].as_str().unwrap_or_default();
            request["method"] == method
                && path.ends_with("/spectrum/apps")
                && request["status"] == status
        })
    };
    assert!(has("GET", 200) && has("POST", 403), "{log}");
    assert!(!log.contains("a-token-of-the-tests"), "{log}");
}

#[test]
fn the_simulator_listens_on_a_name_of_this_machine() {
    let mut sandbox = Sandbox::with(ONE_APP);
    let simulator = Simulator::start(&sandbox, &["--listen", "localhost:0"]);
    sandbox.connect(&simulator.base_url);
    let plan = sandbox.run(&["plan"]).ends_with(0);
    assert!(plan.stdout.contains("SIMULATED"), "{}", plan.stdout);
}
