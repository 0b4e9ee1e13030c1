//! Whole runs of the real binary, command by command, with everything that is printed: the golden transcripts beside this file.
//!
//! A transcript is text with commands, lines that begin with `$ `, each followed by what it prints: stdout as it is, stderr with `! ` before
//! each line, and the exit code where it is not 0.

mod redact;
mod stage;
mod transcript;

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Trial;

use crate::support::repository;
use crate::{golden, trial};
use stage::Stage;
use transcript::Transcript;

/// Plays a transcript from its first command to its last, and gives it with what is printed now.
fn play(text: &str) -> String {
    let transcript = Transcript::read(text);
    let mut stage = Stage::default();
    let played: Vec<String> =
        transcript.commands.iter().map(|command| stage.play(command)).collect();
    redact::redact(&transcript.with_answers(&played), text)
}

fn prints_what_it_shows(path: &Path) {
    let text = fs::read_to_string(path).unwrap();
    let played = play(&text);
    assert!(!played.contains("panicked at"), "the program panicked:\n{played}");
    if golden::is_to_be_updated() && played != text {
        assert_eq!(play(&text), played, "two runs differ, so neither can be kept");
    }
    golden::is_as_kept(path, &played);
}

/// A test for each transcript, `scenarios/NAME`.
pub(super) fn trials() -> Vec<Trial> {
    let entries = fs::read_dir(repository().join("tests/scenarios")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(paths.len() >= 14, "only {} transcripts were found", paths.len());
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        trial(format!("scenarios/{name}"), move || prints_what_it_shows(&path))
    };
    paths.into_iter().map(named).collect()
}
