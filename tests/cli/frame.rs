//! What every command has in common: a failure is printed once and in one form, and an option that would change nothing is refused.

use super::Room;
use crate::support::Sandbox;

/// Commands that fail for want of credentials, of a file, or of a state, each with the code of its finding.
const FAILURES: [(&[&str], i32, &str); 12] = [
    (&["-C", "nowhere", "plan"], 1, "unreadable-file"),
    (&["init"], 1, "file-exists"),
    (&["import", "example.com/ssh", "0123456789abcdef0123456789abcdef"], 1, "credentials"),
    (&["import", "--all"], 1, "credentials"),
    (&["export"], 1, "credentials"),
    (&["export", "--from", "terraform", "absent.json"], 1, "terraform"),
    (&["--ca-file", "absent.pem", "--sim", "export"], 1, "ca-file"),
    (&["state", "pull"], 1, "state-edit"),
    (&["state", "rebuild"], 1, "credentials"),
    (&["--sim", "state", "rollback", "7"], 1, "state-edit"),
    (&["--state", "ftp://example.com/state", "state", "list"], 1, "state-backend"),
    (&["sim", "--listen", "127.0.0.1:0", "--world", "spectrum.yaml"], 1, "simulator"),
];

#[test]
fn a_failure_is_printed_once_and_in_one_form() {
    for (arguments, exit, code) in FAILURES {
        let ran = Room::new().sandbox.run(arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (exit, ""), "{arguments:?}: {ran:?}");
        let heading = format!("error[{code}]: ");
        assert!(ran.stderr.starts_with(&heading), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stderr.matches("error[").count(), 1, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains("= fix: "), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.ends_with("\n1 error\n"), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn a_command_with_a_report_prints_the_failure_in_it() {
    for arguments in [&["plan"][..], &["apply", "--auto-approve"], &["drift"]] {
        let ran = Room::new().sandbox.run(arguments).ends_with(1);
        assert_eq!(ran.stdout.matches("error[credentials]: ").count(), 1, "{arguments:?}: {ran:?}");
        assert_eq!(ran.stderr, "", "{arguments:?}");
    }
}

#[test]
fn everything_that_is_wrong_with_the_configuration_is_printed_by_every_command() {
    let room = Room::new();
    room.sandbox.edit("spectrum.yaml", "protocol: tcp/22", "protocl: tcp/22");
    room.sandbox.edit("spectrum.yaml", "plan: enterprise", "plan: enterprse");
    for arguments in [
        &["validate"][..],
        &["--sim", "plan"],
        &["--sim", "apply", "--auto-approve"],
        &["--sim", "drift"],
        &["--sim", "import", "--all"],
        &["--sim", "export"],
        &["--sim", "state", "rebuild"],
    ] {
        let text = room.sandbox.run(arguments).ends_with(3).all();
        assert!(text.contains("protocl") && text.contains("enterprse"), "{arguments:?}: {text}");
    }
}

#[test]
fn an_option_that_would_change_nothing_is_refused() {
    for (arguments, flag) in [
        (&["validate", "--target", "example.com/ssh"][..], "--target"),
        (&["--zone", "example.com", "fmt"], "--zone"),
        (&["--sim", "import", "--all", "--exclude", "example.com/*"], "--exclude"),
        (&["--sim", "import", "--all", "--format", "json"], "--format"),
        (&["--sim", "export", "--format", "xml"], "--format"),
        (&["fmt", "--format", "json"], "--format"),
        (&["version", "--sim"], "--sim"),
        (&["--sim", "drift", "--max-deletes", "3"], "--max-deletes"),
        (&["--sim", "export", "--target", "example.com/ssh"], "--target"),
        (&["--sim", "state", "list", "--allow", "empty"], "--allow"),
        (&["explain", "11004", "--state", "elsewhere"], "--state"),
        (&["schema", "-f", "spectrum.yaml"], "--file"),
        (&["man", "--zone", "example.com"], "--zone"),
        (&["--parallelism", "4", "validate"], "--parallelism"),
    ] {
        let ran = Room::new().sandbox.run(arguments).ends_with(64);
        let expected = format!("does not use {flag}; leave it out");
        assert!(ran.stderr.contains(&expected), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_saved_plan_takes_no_selection_and_no_guard() {
    let room = Room::new();
    room.done(&["--sim", "plan", "--out", "plan.json"]);
    for option in [["--target", "example.com/ssh"], ["--max-deletes", "3"]] {
        let arguments = [&["--sim", "apply", "plan.json"][..], &option].concat();
        assert!(
            room.refused(64, &arguments).contains("a saved plan is applied as it was approved")
        );
    }
    room.done(&["--sim", "apply", "plan.json"]);
}

#[test]
fn a_locked_state_is_exit_7_in_every_command_that_writes_it() {
    let room = Room::applied();
    let id = "00000000-0000-4000-8000-000000000000";
    let owner = r#"{"user": "ada", "host": "desk", "pid": 1, "operation": "apply"}"#;
    let lock = room.sandbox.path("state/sim/lock.json");
    std::fs::write(
        &lock,
        format!(r#"{{"id": "{id}", "owner": {owner}, "since": "2026-01-01T00:00:00Z"}}"#),
    )
    .unwrap();
    let held = std::fs::File::open(&lock).unwrap();
    held.lock().unwrap();
    for arguments in [
        &["--sim", "apply", "--auto-approve"][..],
        &["--sim", "import", "--all"],
        &["--sim", "state", "rm", "example.com/ssh"],
        &["--sim", "state", "rebuild", "--force"],
    ] {
        let text = room.sandbox.run(arguments).ends_with(7).all();
        assert_eq!(text.matches("error[state-locked]: ").count(), 1, "{arguments:?}: {text}");
    }
    room.done(&["--sim", "plan"]);
    room.done(&["--sim", "drift"]);
    room.done(&["--sim", "doctor"]);
}

#[test]
fn a_copy_of_the_output_is_written_whole() {
    let sandbox = Sandbox::with(super::CONFIGURATION);
    sandbox.write("plan.json", "{");
    sandbox.run(&["--sim", "plan", "--format", "json=plan.json"]).ends_with(0);
    let plan: serde_json::Value = serde_json::from_str(&sandbox.read("plan.json")).unwrap();
    assert_eq!(plan["summary"]["create"], 2);
    let names: Vec<_> = std::fs::read_dir(sandbox.path("")).unwrap().flatten().collect();
    assert!(names.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with(".tmp")));
    let ran = sandbox.run(&["--sim", "plan", "--format", "json=nowhere/plan.json"]).ends_with(1);
    assert!(ran.stderr.starts_with("error[unwritable-output]: failed to write nowhere/plan.json"));
}

#[test]
fn a_simulator_that_is_reached_by_its_url_is_shown_as_one() {
    let mut sandbox = Sandbox::with(
        "version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: [\"tcp://192.0.2.1:22\"]
",
    );
    let simulator = crate::support::Simulator::start(&sandbox, &["--rate-limit", "50/1s"]);
    sandbox.connect(&simulator.base_url);
    let plan = sandbox.run(&["plan"]).ends_with(0);
    assert!(plan.stdout.contains("SIMULATED"), "{}", plan.stdout);
    let (_, plan) = sandbox.json(&["plan", "--rate-limit", "1000/1s"]);
    assert_eq!(plan["simulated"], true);
}

#[test]
fn a_rate_limit_and_an_address_are_read_or_refused() {
    let sandbox = Sandbox::new();
    for arguments in [
        &["plan", "--rate-limit", "fast"][..],
        &["explain", "11000", "--rate-limit", "1/1s"],
        &["sim", "--listen", "everywhere"],
        &["sim", "--listen", "192.0.2.1:0"],
    ] {
        sandbox.run(arguments).ends_with(64);
    }
    let simulator = crate::support::Simulator::start(&sandbox, &["--rate-limit", "none"]);
    assert_eq!(simulator.send("GET", "/zones", None).0, 200);
}

#[test]
fn the_simulator_listens_on_a_name_of_this_machine() {
    let sandbox = Sandbox::new();
    let simulator = crate::support::Simulator::start(&sandbox, &["--listen", "localhost:0"]);
    assert_eq!(simulator.send("GET", "/zones", None).0, 200);
}
