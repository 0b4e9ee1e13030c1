//! The commands that `explain` shows: the last line of the wrong ones gives exactly its code, and every line of the right ones succeeds
//! and finds nothing. They run in a shell, as a reader would run them.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use spectrumctl::codes::{self, CODES, Code, Known, Setting};

use crate::support::{Sandbox, Simulator};

/// What no few commands show: a wrong answer of the network or of a service, a full disk, another run at the same time, the job of a
/// forge, a prompt, or a history of several runs, for which there are cases in `tests/plan` and `tests/scenarios`. Nothing is added here
/// that commands can show.
const WITHOUT: &[&str] = &[
    "too-large",
    "cycle",
    "drift-appeared",
    "drift-held",
    "immutable-field",
    "lost-application",
    "max-connections-cut",
    "max-delete-percent",
    "missing-state",
    "not-quiet",
    "replace-group",
    "shared-state-folder",
    "state-moved",
    "state-of-another-zone",
    "token-not-active",
    "unconfirmed",
    "vanished",
    "zone-gone",
    "zone-vanished",
    "answer-too-large",
    "audit-log",
    "cannot-start",
    "declined",
    "dropped-field",
    "deposed-resource",
    "edited-comment",
    "ended-early",
    "forge",
    "format-refused",
    "git",
    "incomplete-list",
    "incomplete-resource",
    "moved-on",
    "listen",
    "since-unknown",
    "nothing-to-compare",
    "not-an-envelope",
    "not-edited",
    "not-equal",
    "odd-answer",
    "open-step",
    "refused",
    "state-lock-lost",
    "state-locked",
    "state-not-stored",
    "state-stale",
    "state-unconditional",
    "state-unwritable",
    "taken-back",
    "terraform",
    "timed-out",
    "tls",
    "unnamed-zone",
];

#[test]
fn what_has_no_example_needs_somebody_else_to_go_wrong() {
    let without: Vec<String> =
        codes::all().filter(|code| code.example.is_none()).map(Code::name).collect();
    assert_eq!(without, WITHOUT);
}

fn sandbox(setting: &Setting) -> Sandbox {
    let sandbox = Sandbox::with(&setting.configuration());
    if !setting.seed.is_empty() {
        sandbox.write("sim.yaml", setting.seed);
    }
    sandbox
}

/// The exit code of a line of the shell, the codes that it printed, and everything that it printed.
fn run(sandbox: &Sandbox, line: &str) -> (i32, BTreeSet<String>, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_spectrumctl")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let ran = sandbox.run_line(line, &path);
    let found = Regex::new(r"(?:error|warning)\[([a-z0-9-]+)\]").unwrap();
    let codes = found.captures_iter(&ran.all()).map(|found| found[1].to_owned()).collect();
    (ran.code, codes, ran.all())
}

fn must_succeed(sandbox: &Sandbox, code: &Code, lines: &[&str]) {
    for line in lines {
        let (exit, codes, said) = run(sandbox, line);
        assert_eq!((exit, codes), (0, BTreeSet::new()), "{}: {line}: {said}", code.slug);
    }
}

#[test]
fn wrong_commands_give_their_code_and_right_ones_nothing() {
    let mut tried = 0;
    let all = codes::all().filter_map(|code| Some((code, code.example.as_ref()?)));
    for (code, example) in all.filter(|(code, _)| code.known() != Known::OnConnection) {
        let wrong: Vec<&str> = example.wrong.commands.lines().collect();
        let Some((last, before)) = wrong.split_last() else { continue };
        let place = sandbox(&example.wrong);
        must_succeed(&place, code, before);
        let (exit, codes, said) = run(&place, last);
        assert_eq!(codes, BTreeSet::from([code.name()]), "{}: {last}: {said}", code.slug);
        let expected = code.exit.unwrap_or(1);
        let is_right = exit == i32::from(expected) || exit == 0 && !said.contains("error[");
        assert!(is_right, "{}: exit {exit}: {said}", code.slug);
        let right: Vec<&str> = example.right.commands.lines().collect();
        must_succeed(&sandbox(&example.right), code, &right);
        tried += 1;
    }
    assert!(tried >= 35, "only {tried} transcripts");
}

#[test]
fn what_to_run_about_an_event_runs_and_its_examples_are_valid() {
    for code in codes::all().filter(|code| code.known() == Known::OnConnection) {
        let example = code.example.as_ref().expect("every event has an example");
        for setting in [&example.wrong, &example.right] {
            let mut sandbox = Sandbox::with(&setting.configuration());
            let simulator = Simulator::start(&sandbox, &[]);
            sandbox.connect(&simulator.base_url);
            sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
            must_succeed(&sandbox, code, &setting.commands.lines().collect::<Vec<_>>());
        }
    }
}

#[test]
fn a_page_shows_what_is_run_and_where() {
    let sandbox = Sandbox::new();
    for code in codes::all().filter(|code| !CODES.iter().any(|one| one.slug == code.slug)) {
        let Some(example) = code.example.as_ref() else { continue };
        let page = sandbox.run(&["explain", "code", &code.name()]).ends_with(0).stdout;
        for line in
            [example.wrong.commands, example.right.commands].iter().flat_map(|it| it.lines())
        {
            assert!(page.contains(line), "{}: {line:?} in {page}", code.slug);
        }
    }
}
