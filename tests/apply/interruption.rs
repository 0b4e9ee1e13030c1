//! Runs of the real binary that are interrupted or killed: what was done is recorded, and the next run completes it.
#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Sandbox, Simulator};

fn configuration(apps: u32) -> String {
    let app = |n: u32| {
        format!(
            "      app-{n}: {{protocol: tcp/22, dns: {{type: CNAME, name: a{n}.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    format!(
        "version: 1\nsettings: {{parallelism: 2}}\nzones:\n  example.com:\n    apps:\n{}",
        (0..apps).map(app).collect::<String>()
    )
}

/// A sandbox in which applications are to be created while these faults happen.
fn begun(apps: u32, faults: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(&configuration(apps));
    sandbox.write("faults.yaml", faults);
    let simulator =
        Simulator::start(&sandbox, &["--world", "cloudflare.json", "--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    (sandbox, simulator)
}

fn started(sandbox: &Sandbox) -> Child {
    started_with(sandbox, &[])
}

fn started_with(sandbox: &Sandbox, more: &[String]) -> Child {
    let mut command = sandbox.command(&["apply", "--auto-approve", "--format", "json"]);
    command.args(more);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn send(signal: &str, child: &Child) {
    assert!(
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success()
    );
}

/// Waits until the simulator holds so many applications.
fn wait_for(simulator: &Simulator, apps: usize) {
    let end = Instant::now() + Duration::from_secs(30);
    while simulator.apps("example.com").len() < apps {
        assert!(Instant::now() < end, "there are never {apps} applications");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The next apply completes what is left, and nothing is there twice.
fn completes(sandbox: &Sandbox, simulator: &Simulator, apps: usize) {
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), apps);
}

#[test]
fn the_first_signal_lets_running_calls_finish_and_writes_report_and_state() {
    let (sandbox, simulator) = begun(12, "[{method: POST, effect: {delay_ms: 300}}]");
    let child = started(&sandbox);
    wait_for(&simulator, 3);
    send("-TERM", &child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("Interrupted: waiting for "), "{told}");
    assert!(told.contains("Press Ctrl-C again to quit now."), "{told}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let (done, skipped) = (
        report["summary"]["done"].as_u64().unwrap(),
        report["summary"]["skipped"].as_u64().unwrap(),
    );
    assert!(done >= 3 && skipped > 0 && done + skipped == 12, "{report:#}");
    assert_eq!(simulator.apps("example.com").len() as u64, done);
    completes(&sandbox, &simulator, 12);
}

#[test]
fn a_replacement_that_has_begun_is_finished_and_said() {
    let (sandbox, simulator) = begun(3, "[{method: DELETE, effect: {delay_ms: 1500}}]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let ids = || -> Vec<serde_json::Value> {
        simulator.apps("example.com").iter().map(|app| app["id"].clone()).collect()
    };
    let before = ids();
    let replaced = ["app-0", "app-1", "app-2"].map(|key| format!("--replace=example.com/{key}"));
    let child = started_with(&sandbox, &replaced);
    let end = Instant::now() + Duration::from_secs(30);
    while simulator.apps("example.com").len() == 3 {
        assert!(Instant::now() < end, "nothing is ever deleted");
        std::thread::sleep(Duration::from_millis(10));
    }
    send("-INT", &child);
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{told}");
    let said = "Finishing the replacements that have begun: example.com/app-0, example.com/app-1\n";
    assert!(told.contains(said), "{told}");
    assert!(!told.contains("done: replace (delete) example.com/app-2"), "{told}");
    let after = ids();
    assert_eq!(after.len(), 3, "{told}");
    assert_eq!(after.iter().filter(|id| before.contains(id)).count(), 1, "{told}");
    completes(&sandbox, &simulator, 3);
}

#[test]
fn the_second_signal_ends_the_run_at_once_and_the_journal_knows_what_was_begun() {
    let (sandbox, simulator) = begun(4, "[{method: POST, nth: 1, effect: {delay_ms: 20000}}]");
    let begin = Instant::now();
    let mut child = started(&sandbox);
    wait_for(&simulator, 4);
    send("-INT", &child);
    std::thread::sleep(Duration::from_millis(300));
    send("-INT", &child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(begin.elapsed() < Duration::from_secs(15), "it waited for the call");
    completes(&sandbox, &simulator, 4);
}

#[test]
fn a_kill_after_the_commit_and_before_the_answer_makes_nothing_twice() {
    let (sandbox, simulator) = begun(4, "[{method: POST, nth: 2, effect: {delay_ms: 20000}}]");
    let mut child = started(&sandbox);
    wait_for(&simulator, 4);
    child.kill().unwrap();
    child.wait().unwrap();
    // The configuration moves on before the next run: what the killed one has created is still known to be ours.
    sandbox.write("spectrum.yaml", configuration(4).replace("192.0.2.1", "192.0.2.5"));
    completes(&sandbox, &simulator, 4);
}

#[test]
fn a_kill_before_the_commit_leaves_the_rest_to_the_next_run() {
    let faults = "[{method: POST, nth: 2, effect: {delay_ms: 20000}}, {method: POST, nth: 2, effect: reset_before_commit}]";
    let (sandbox, simulator) = begun(4, faults);
    let mut child = started(&sandbox);
    wait_for(&simulator, 3);
    child.kill().unwrap();
    child.wait().unwrap();
    completes(&sandbox, &simulator, 4);
}

#[test]
fn what_a_killed_run_deleted_is_no_drift() {
    let (sandbox, simulator) = begun(2, "[{method: DELETE, effect: {delay_ms: 2000}}]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration(1));
    let mut child = started(&sandbox);
    let end = Instant::now() + Duration::from_secs(30);
    while simulator.apps("example.com").len() > 1 {
        assert!(Instant::now() < end, "nothing is ever deleted");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    let text = sandbox.run(&["drift"]).ends_with(0).stdout;
    assert!(!text.contains("deleted outside"), "{text}");
}

#[test]
fn what_a_killed_run_created_counts_as_applied() {
    let (sandbox, simulator) = begun(2, "[{method: POST, effect: {delay_ms: 2000}}]");
    let mut child = started(&sandbox);
    wait_for(&simulator, 2);
    child.kill().unwrap();
    child.wait().unwrap();
    let text = sandbox.run(&["drift"]).ends_with(0).stdout;
    assert!(text.contains("2 as applied") && !text.contains("pending"), "{text}");
    let checkup = sandbox.run(&["doctor"]).ends_with(0).stdout;
    assert!(checkup.contains("a run that was killed left example.com/app-"), "{checkup}");
    let exported = sandbox.run(&["export"]).ends_with(0);
    assert!(!exported.stdout.contains("protocol"), "both are configured: {exported:?}");
    sandbox.run(&["import", "--all"]).ends_with(0);
    completes(&sandbox, &simulator, 2);
}
