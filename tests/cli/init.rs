//! `init`: what it writes is valid and can be planned at once, and nothing is ever overwritten.

use super::Room;
use crate::support::Sandbox;

fn empty() -> Room {
    Room { sandbox: Sandbox::new() }
}

#[test]
fn what_init_writes_is_valid_without_a_warning_and_plans_at_once() {
    let room = empty();
    assert!(room.done(&["init"]).starts_with("Wrote spectrum.yaml.\nNext:\n"));
    let findings = room.json(&["validate", "--strict"]);
    assert_eq!(findings["findings"], serde_json::json!([]));
    let plan = room.json(&["--sim", "plan"]);
    assert_eq!(
        (&plan["summary"]["create"], &plan["findings"]),
        (&serde_json::json!(1), &serde_json::json!([]))
    );
    room.done(&["--sim", "apply", "--auto-approve"]);
}

#[test]
fn init_overwrites_nothing() {
    let room = empty();
    room.write("spectrum.yaml", "version: 1\n");
    assert!(room.refused(1, &["init"]).contains("file-exists"));
    room.done(&["init", "--ci", "github"]);
    assert_eq!(room.sandbox.read("spectrum.yaml"), "version: 1\n");
    room.write(".gitlab-ci.yml", "default: {}\n");
    assert!(
        room.refused(1, &["-f", "other.yaml", "init", "--ci", "gitlab"])
            .contains(".gitlab-ci.yml exists already")
    );
    assert!(
        !room.sandbox.path("other.yaml").exists(),
        "nothing is written where one of the files is refused"
    );
    let folder = empty();
    folder.write("spectrum/zone.yaml", "version: 1\n");
    assert!(folder.refused(1, &["init"]).contains("file-exists"));
    assert!(!folder.sandbox.path("spectrum.yaml").exists());
}

/// Each word behind `spectrumctl` up to what the shell does with it.
fn runs(pipeline: &str) -> Vec<Vec<String>> {
    let lines = pipeline
        .lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.contains("cargo install"));
    let calls = lines.filter_map(|line| line.split_once("spectrumctl ")).map(|(_, rest)| rest);
    let words = |rest: &str| {
        rest.split_whitespace()
            .take_while(|word| !word.starts_with(['>', '|', '#']))
            .map(str::to_owned)
            .collect()
    };
    calls
        .filter(|rest| !rest.starts_with("-->") && !rest.contains("user.email"))
        .map(words)
        .collect()
}

#[test]
fn every_command_of_a_pipeline_is_one_of_this_program() {
    for (place, file) in
        [("github", ".github/workflows/spectrum.yml"), ("gitlab", ".gitlab-ci.yml")]
    {
        let room = empty();
        room.done(&["init", "--ci", place]);
        let text = room.sandbox.read(file);
        let pipeline: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        assert!(pipeline.is_object(), "{file} is a mapping");
        let runs = runs(&text);
        assert_eq!(runs.len(), 3, "{file} plans, applies and looks for drift: {runs:?}");
        for run in runs {
            let arguments: Vec<&str> = run.iter().map(String::as_str).chain(["--help"]).collect();
            room.done(&arguments);
        }
    }
}
