//! Whole runs of the real binary, command by command, with everything that is printed: the golden transcripts under `scenarios/`.
//!
//! A transcript is text with commands, lines that begin with `$ `, each followed by what it prints: stdout as it is, stderr with `! ` before
//! each line, and the exit code where it is not 0. With `UPDATE=1` in the environment the transcripts are written anew.

mod redact;
mod stage;
mod transcript;

use std::fs;
use std::path::PathBuf;

use crate::support::repository;
use stage::Stage;
use transcript::Transcript;

/// Every transcript, sorted.
fn transcripts() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join("tests/scenarios")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths
}

/// Plays a transcript from its first command to its last, and gives it with what is printed now.
fn play(text: &str) -> String {
    let transcript = Transcript::read(text);
    let mut stage = Stage::default();
    let played: Vec<String> =
        transcript.commands.iter().map(|command| stage.play(command)).collect();
    redact::redact(&transcript.with_answers(&played), text)
}

#[test]
fn every_scenario_prints_what_its_transcript_shows() {
    let paths = transcripts();
    assert!(paths.len() >= 14, "only {} transcripts were found", paths.len());
    let mut differing = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let played = play(&text);
        if played == text {
            continue;
        }
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, played).unwrap();
        } else {
            let differences = similar::TextDiff::from_lines(&text, &played)
                .unified_diff()
                .context_radius(4)
                .to_string();
            differing.push(format!("{}:\n{differences}", path.display()));
        }
    }
    assert!(
        differing.is_empty(),
        "{}\nUPDATE=1 writes the transcripts anew; read them before they are kept",
        differing.join("\n")
    );
}
