//! Completions: what a shell is offered, from the configuration and the program, without the network and without a trace.

use super::Room;
use crate::support::Sandbox;

/// What is offered for the last of these words, as fish asks for it.
fn offered(sandbox: &mut Sandbox, words: &[&str]) -> Vec<String> {
    sandbox.set("SPECTRUMCTL_COMPLETE", "fish");
    let words = [&["--", "spectrumctl"][..], words].concat();
    let ran = sandbox.run(&words).ends_with(0);
    assert_eq!(ran.stderr, "");
    let value = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
    let values = ran.stdout.lines().map(value).collect();
    sandbox.set("SPECTRUMCTL_COMPLETE", "");
    values
}

#[track_caller]
fn offers(sandbox: &mut Sandbox, words: &[&str], expected: &[&str]) {
    let offered = offered(sandbox, words);
    for value in expected {
        assert!(offered.iter().any(|one| one == value), "{value} is not among {offered:?}");
    }
}

#[test]
fn names_of_the_configuration_are_offered() {
    let mut sandbox = Room::new().sandbox;
    // Nothing listens there: a completion that asked the API would fail.
    sandbox.connect("http://127.0.0.1:1/client/v4");
    offers(
        &mut sandbox,
        &["plan", "--target", "ex"],
        &["example.com/*", "example.com/ssh", "example.com/web"],
    );
    for words in [
        &["apply", "--replace", ""][..],
        &["apply", "--restore", ""],
        &["show", ""],
        &["state", "show", ""],
        &["import", ""],
    ] {
        offers(&mut sandbox, words, &["example.com/ssh", "example.com/web"]);
    }
    offers(&mut sandbox, &["export", "--zone", ""], &["example.com"]);
    offers(
        &mut sandbox,
        &["apply", "--allow", ""],
        &["no-state", "state-moved", "zone=example.com", "file="],
    );
    let names: Vec<_> = std::fs::read_dir(sandbox.path("")).unwrap().flatten().collect();
    assert_eq!(names.len(), 1, "nothing is written: {names:?}");
}

#[test]
fn the_configuration_is_the_one_that_the_words_name() {
    let mut sandbox = Sandbox::new();
    sandbox.write("deep/edge.yaml", super::CONFIGURATION);
    offers(&mut sandbox, &["-f", "deep/edge.yaml", "plan", "--target", ""], &["example.com/ssh"]);
    offers(
        &mut sandbox,
        &["-C", "deep", "plan", "-f", "edge.yaml", "--zone", ""],
        &["example.com"],
    );
    let none = offered(&mut sandbox, &["plan", "--zone", ""]);
    assert!(none.is_empty(), "{none:?}");
}

#[test]
fn what_the_program_knows_is_offered() {
    let mut sandbox = Sandbox::new();
    offers(&mut sandbox, &["explain", ""], &["11004", "port-overlap", "tls", "edge_ips"]);
    offers(&mut sandbox, &["state", "forget-learned", ""], &["13002"]);
    offers(&mut sandbox, &["plan", "--format", ""], &["json", "junit", "concise"]);
    offers(&mut sandbox, &["drift", "--write", ""], &["accept", "ignore"]);
    offers(&mut sandbox, &["pl"], &["plan"]);
    let options = offered(&mut sandbox, &["validate", "--"]);
    assert!(options.iter().any(|option| option == "--strict"), "{options:?}");
    assert!(!options.iter().any(|option| option == "--target"), "it uses none: {options:?}");
}

#[test]
fn versions_of_the_state_are_offered() {
    let Room { mut sandbox } = Room::new();
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["--sim", "state", "rm", "example.com/web"]).ends_with(0);
    let kept = sandbox.json(&["--sim", "state", "history"]).1;
    let serial = kept["versions"][0]["serial"].to_string();
    offers(&mut sandbox, &["--sim", "state", "rollback", ""], &[&serial]);
    offers(&mut sandbox, &["--sim", "state", "show", "x", "--version", ""], &[&serial]);
    // What is only recorded is offered beside what is configured.
    sandbox.remove("spectrum.yaml");
    offers(&mut sandbox, &["--sim", "state", "show", ""], &["example.com/ssh"]);
}

#[test]
fn every_shell_has_a_script() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = sandbox.run(&["completions", shell]).ends_with(0).stdout;
        assert!(
            script.contains("SPECTRUMCTL_COMPLETE") && script.contains("spectrumctl"),
            "{script}"
        );
    }
    sandbox.run(&["completions", "tcsh"]).ends_with(64);
}

#[test]
fn bash_completes_with_the_script() {
    let Room { sandbox } = Room::new();
    let script = sandbox.run(&["completions", "bash"]).ends_with(0).stdout;
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_spectrumctl")).parent().unwrap();
    let ask = "COMP_WORDS=(spectrumctl plan --target example.com/s); COMP_CWORD=3; COMP_TYPE=9\n\
               _clap_complete_spectrumctl spectrumctl example.com/s --target; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let mut command = std::process::Command::new("bash");
    command.args(["--norc", "-c", &format!("{script}\n{ask}")]).current_dir(sandbox.path(""));
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let output = command.env("PATH", path).output().unwrap();
    let replies = String::from_utf8(output.stdout).unwrap();
    assert_eq!(replies.trim(), "example.com/ssh", "{}", String::from_utf8_lossy(&output.stderr));
}
