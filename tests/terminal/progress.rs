//! What moves while something runs, and what stays: no message is eaten, no line is left behind.

use super::slow;
use crate::support::{Sandbox, Simulator, Terminal};

const XTERM: &str = "xterm-256color";

/// Whether a line begins with the sign of one that moves.
fn spins(screen: &str) -> bool {
    screen.lines().any(|line| line.starts_with(|sign| ('\u{2800}'..='\u{28ff}').contains(&sign)))
}

#[test]
fn messages_stay_above_the_moving_lines_and_no_moving_line_stays() {
    let faults = "[{method: POST, effect: {delay_ms: 700}}, {method: POST, nth: 5, effect: {status: 429, retry_after: 2}}]";
    let (sandbox, _simulator) = slow(1, 12, faults);
    let run = Terminal::start(&sandbox, XTERM, (200, 100), &["apply", "--auto-approve"]);
    let moving = run.wait_for("/12 done");
    assert!(spins(&moving) && moving.contains("create zone-01.example/app-0"), "{moving}");
    run.wait_for("waiting ");
    let shown = run.end().ends_with(0);
    for n in 1..=12 {
        let line = format!("done: create zone-01.example/app-{n:03}");
        assert_eq!(shown.screen.matches(&line).count(), 1, "{line}\n{}", shown.screen);
    }
    assert!(!spins(&shown.screen) && !shown.screen.contains("/12 done"), "{}", shown.screen);
    assert!(
        shown.screen.ends_with("Applied (SIMULATED): 12 done.\n")
            || shown.screen.contains("Applied")
    );
}

#[test]
fn reading_is_counted_after_half_a_second() {
    let (sandbox, _simulator) = slow(6, 1, "[{method: GET, effect: {delay_ms: 1200}}]");
    let run = Terminal::start(&sandbox, XTERM, (200, 100), &["plan"]);
    run.wait_for("reading: zones 0/6, 0 applications");
    let shown = run.end().ends_with(0);
    assert!(!spins(&shown.screen) && !shown.screen.contains("reading"), "{}", shown.screen);
}

#[test]
fn applications_are_counted_page_by_page() {
    let mut sandbox = Sandbox::with("version: 1\nzones: {example.com: {}}\n");
    let app = |n: usize| {
        format!(
            "  - {{zone: example.com, protocol: tcp/22, dns: {{type: CNAME, name: a{n}.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    let apps: String = (1..=250).map(app).collect();
    sandbox.write("seed.yaml", format!("zones: [{{name: example.com}}]\napps:\n{apps}"));
    // The second page and the third are read side by side, and one of them is slow.
    sandbox
        .write("faults.yaml", "[{path: \"*/spectrum/apps*\", nth: 3, effect: {delay_ms: 8000}}]");
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml", "--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    let run = Terminal::start(&sandbox, XTERM, (200, 100), &["plan"]);
    run.wait_until("two pages of three", |screen| {
        ["200", "150"]
            .iter()
            .any(|read| screen.contains(&format!("zones 0/1, {read} applications")))
    });
    run.end().ends_with(0);
}

#[test]
fn a_pause_shows_its_seconds_on_a_narrow_terminal() {
    let faults = "[{path: \"*/spectrum/apps*\", nth: 1, effect: {status: 429, retry_after: 5}}]";
    let (sandbox, _simulator) = slow(1, 1, faults);
    let run = Terminal::start(&sandbox, XTERM, (60, 40), &["plan"]);
    let seconds = regex::Regex::new(r"waiting \ds to list").unwrap();
    run.wait_until("the seconds left", |screen| seconds.is_match(screen));
    run.end().ends_with(0);
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let (sandbox, _simulator) = slow(2, 2, "[{effect: {delay_ms: 800}}]");
    let run = Terminal::start(&sandbox, "dumb", (200, 100), &["apply", "--auto-approve"]);
    let shown = run.end().ends_with(0);
    assert!(!shown.raw.contains('\u{1b}'), "{}", shown.raw);
    for line in ["reading: zones 0/2", "done: create zone-02.example/app-002"] {
        assert!(shown.screen.contains(line), "{line}\n{}", shown.screen);
    }
}

#[test]
fn where_colour_is_off_nothing_moves_and_no_escape_is_written() {
    let (mut sandbox, _simulator) = slow(1, 2, "[{effect: {delay_ms: 600}}]");
    let arguments = ["-vv", "plan", "--color", "never"];
    let shown = Terminal::start(&sandbox, XTERM, (200, 100), &arguments).end().ends_with(0);
    assert!(!shown.raw.contains('\u{1b}'), "{}", shown.raw);
    assert!(shown.screen.contains("reading: zones 0/1"), "{}", shown.screen);
    sandbox.set("NO_COLOR", "1");
    let shown = Terminal::start(&sandbox, XTERM, (200, 100), &["-vv", "plan"]).end().ends_with(0);
    assert!(!shown.raw.contains('\u{1b}'), "{}", shown.raw);
}

#[test]
fn the_first_interrupt_waits_and_the_second_says_what_it_left() {
    let (sandbox, _simulator) = slow(1, 30, "[{method: POST, effect: {delay_ms: 30000}}]");
    let run = Terminal::start(&sandbox, XTERM, (400, 100), &["apply", "--auto-approve"]);
    run.wait_for("0/30 done");
    run.press("\u{3}");
    run.wait_for("Interrupted: waiting for 8 running calls. Press Ctrl-C again to quit now.");
    run.press("\u{3}");
    let shown = run.end().ends_with(130);
    let left = shown.screen.split("Press Ctrl-C again to quit now.").nth(1).unwrap();
    for text in [
        "8 calls were running, and their outcome is unknown:",
        "create zone-01.example/app-001",
        "create zone-01.example/app-008",
        "Run `spectrumctl apply` again: it finds out what became of them, and does the rest.",
    ] {
        assert_eq!(left.matches(text).count(), 1, "{text}\n{}", shown.screen);
    }
    assert!(!spins(&shown.screen), "a line is left behind: {}", shown.screen);
}

#[test]
fn steps_that_were_not_started_are_one_line() {
    let (sandbox, _simulator) = slow(1, 40, "[{method: POST, effect: {delay_ms: 1500}}]");
    let run = Terminal::start(&sandbox, XTERM, (400, 100), &["apply", "--auto-approve"]);
    run.wait_for("0/40 done");
    run.press("\u{3}");
    let shown = run.end().ends_with(130);
    assert!(!spins(&shown.screen), "a line is left behind: {}", shown.screen);
    let left = shown.screen.split("Press Ctrl-C again to quit now.").nth(1).unwrap();
    assert!(left.contains("\n32 steps were not started.\n"), "{}", shown.screen);
    assert_eq!(left.matches("done: create").count(), 8, "{left}");
    assert!(left.lines().count() < 20, "{left}");
}

#[test]
fn who_waits_for_the_lock_sees_how_long() {
    let (sandbox, _simulator) = slow(1, 1, "[{method: POST, effect: {delay_ms: 4000}}]");
    let holder = Terminal::start(&sandbox, XTERM, (200, 100), &["apply", "--auto-approve"]);
    holder.wait_for("/1 done");
    let arguments = ["apply", "--auto-approve", "--lock-timeout", "30s"];
    let waiting = Terminal::start(&sandbox, XTERM, (200, 100), &arguments);
    let screen = waiting.wait_for("waiting for the lock of the state, ");
    assert!(screen.contains("s left"), "{screen}");
    holder.end().ends_with(0);
    let shown = waiting.end().ends_with(0);
    assert!(!shown.screen.contains("waiting"), "{}", shown.screen);
}

#[test]
fn what_is_wrong_comes_after_the_plan() {
    let (sandbox, _simulator) = slow(1, 300, "[]");
    sandbox.edit(
        "spectrum.yaml",
        "version: 1\n",
        "version: 1\nsettings: {limits: {max_updates: 0}}\n",
    );
    sandbox.edit(
        "spectrum.yaml",
        "a300.zone-01.example}, origin_direct: [\"tcp://192.0.2.1:22\"]",
        "a300.zone-01.example}, origin_direct: [\"tcp://127.0.0.1:22\"]",
    );
    let shown = Terminal::start(&sandbox, XTERM, (40, 100), &["apply"]).end().ends_with(3);
    assert!(
        shown.screen.contains("error[11002]"),
        "the error is not on the last screen: {}",
        shown.screen
    );
    assert!(shown.screen.contains("Nothing will be applied.\ndigest: "), "{}", shown.screen);
    assert!(!shown.screen.contains("1 error; nothing was changed"), "{}", shown.screen);
}
