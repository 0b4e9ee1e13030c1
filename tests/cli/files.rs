//! Files that are named without an option, as hooks and editors pass them: `fmt`, `validate`, `plan`; and `fmt -`.

use std::io::Write;
use std::process::Stdio;

use super::{CONFIGURATION, Room};
use crate::support::{Ran, Sandbox, repository};

/// The configuration in a form that `fmt` changes: the keys of an application in another order.
fn untidy() -> String {
    let ordered = "        protocol: tcp/22\n        dns: {type: CNAME, name: ssh.example.com}\n";
    let turned = "        dns: {type: CNAME, name: ssh.example.com}\n        protocol: tcp/22\n";
    assert!(CONFIGURATION.contains(ordered));
    CONFIGURATION.replace(ordered, turned)
}

/// Runs with a text on stdin.
fn piped(sandbox: &Sandbox, arguments: &[&str], text: &[u8]) -> Ran {
    let mut command = sandbox.command(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        took: std::time::Duration::ZERO,
    }
}

#[test]
fn a_file_that_is_named_is_formatted_and_no_other() {
    let room = Room { sandbox: Sandbox::new() };
    room.write("a.yaml", &untidy());
    room.write("b.yaml", &untidy());
    assert_eq!(room.sandbox.run(&["fmt", "--check", "a.yaml"]).ends_with(1).stdout, "a.yaml\n");
    assert_eq!(room.done(&["fmt", "a.yaml"]), "a.yaml\n");
    assert_ne!(room.sandbox.read("a.yaml"), untidy());
    assert_eq!(room.sandbox.read("b.yaml"), untidy());
    room.done(&["fmt", "--check", "a.yaml"]);
    assert_eq!(room.done(&["fmt", "b.yaml", "a.yaml"]), "b.yaml\n");
}

#[test]
fn stdin_is_formatted_onto_stdout() {
    let sandbox = Sandbox::new();
    let ran = piped(&sandbox, &["fmt", "-"], untidy().as_bytes()).ends_with(0);
    sandbox.write("same.yaml", untidy());
    sandbox.run(&["fmt", "same.yaml"]).ends_with(0);
    assert_eq!((ran.stdout.clone(), &*ran.stderr), (sandbox.read("same.yaml"), ""));
    let again = piped(&sandbox, &["fmt", "-"], ran.stdout.as_bytes()).ends_with(0);
    assert_eq!(again.stdout, ran.stdout);
    let check = piped(&sandbox, &["fmt", "--check", "-"], untidy().as_bytes()).ends_with(1);
    assert_eq!(check.stdout, "stdin\n");
    let diff = piped(&sandbox, &["fmt", "--diff", "-"], untidy().as_bytes()).ends_with(0);
    assert!(diff.stdout.contains("-        protocol: tcp/22\n"), "{}", diff.stdout);
}

#[test]
fn what_cannot_be_formatted_from_stdin_is_no_output() {
    let sandbox = Sandbox::new();
    let broken = piped(&sandbox, &["fmt", "-"], b"zones: [\n").ends_with(3);
    assert_eq!(broken.stdout, "");
    assert!(broken.stderr.contains("error[yaml-syntax]") && broken.stderr.contains("--> stdin:"));
    let binary = piped(&sandbox, &["fmt", "-"], b"version: \xff\n").ends_with(3);
    assert!(binary.stdout.is_empty() && binary.stderr.contains("error[not-utf8]"), "{binary:?}");
    let both = piped(&sandbox, &["fmt", "-", "other.yaml"], b"").ends_with(64);
    assert!(both.stderr.contains("name no file beside it"), "{}", both.stderr);
}

#[test]
fn validate_and_plan_take_names_too() {
    let room = Room { sandbox: Sandbox::new() };
    room.write("edge.yaml", CONFIGURATION);
    room.write("other.yaml", &CONFIGURATION.replace("tcp/22", "tcp22"));
    let valid = room.done(&["validate", "edge.yaml"]);
    assert_eq!(valid, "The configuration is valid: 2 applications in 1 zone.\n");
    let wrong = room.sandbox.run(&["validate", "other.yaml"]).ends_with(3);
    assert!(wrong.stdout.contains("--> other.yaml:7"), "{}", wrong.stdout);
    let plan = room.json(&["--sim", "plan", "edge.yaml"]);
    assert_eq!(plan["summary"]["create"], 2);
}

#[test]
fn one_application_of_one_zone_is_counted_in_the_singular() {
    let room = Room { sandbox: Sandbox::with(crate::support::ONE_APP) };
    let valid = room.done(&["validate"]);
    assert_eq!(valid, "The configuration is valid: 1 application in 1 zone.\n");
}

#[test]
fn a_configuration_in_the_place_of_a_saved_plan_is_named_as_one() {
    let room = Room::new();
    for (arguments, fix) in [
        (["apply", "spectrum.yaml"], "run `spectrumctl apply -f spectrum.yaml`"),
        (["show", "spectrum.yaml"], "run `spectrumctl show --expand -f spectrum.yaml`"),
    ] {
        let text = room.sandbox.run(&arguments).ends_with(1).all();
        assert!(text.contains("spectrum.yaml is a configuration, not a saved plan"), "{text}");
        assert!(text.contains(fix), "{text}");
    }
    room.sandbox.run(&["--sim", "apply", "-f", "spectrum.yaml", "--auto-approve"]).ends_with(0);
    room.done(&["show", "--expand", "-f", "spectrum.yaml"]);
    let absent = room.sandbox.run(&["apply", "absent.yaml"]).ends_with(1).all();
    assert!(absent.contains("there is no such file"), "{absent}");
}

#[test]
fn the_hooks_for_pre_commit_are_commands_that_run() {
    let text = std::fs::read_to_string(repository().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Vec<serde_json::Value> = serde_yaml::from_str(&text).unwrap();
    assert_eq!(hooks.len(), 2);
    for hook in &hooks {
        assert_eq!((&hook["language"], &hook["types"][0]), (&"rust".into(), &"yaml".into()));
        let entry: Vec<&str> = hook["entry"].as_str().unwrap().split(' ').collect();
        assert_eq!(entry[0], "spectrumctl");
        let files = regex::Regex::new(hook["files"].as_str().unwrap()).unwrap();
        for (name, is_meant) in [
            ("spectrum.yaml", true),
            ("edge/spectrum.yaml", true),
            ("spectrum/zone.yml", true),
            ("other.yaml", false),
            ("spectrum/state.json", false),
        ] {
            assert_eq!(files.is_match(name), is_meant, "{name}");
        }
        let room = Room::new();
        let names = if hook["pass_filenames"] == false { &[][..] } else { &["spectrum.yaml"] };
        room.done(&[&entry[1..], names].concat());
    }
}
