//! What each command looks like on terminals of four widths, kept as files for people to look at. Rewritten by `UPDATE=1`, as the other
//! files that hold what the program makes.

use std::path::PathBuf;

use regex::{Captures, Regex};

use super::golden::is_as_kept;
use crate::support::{Sandbox, Shown, Simulator, Terminal, repository};

const WIDTHS: [u16; 4] = [60, 80, 120, 200];

const CONFIGURATION: &str = include_str!("captures/spectrum.yaml");

/// A terminal's account: some applications are applied, then Cloudflare and the configuration have moved on.
struct Place {
    sandbox: Sandbox,
    simulator: Simulator,
}

impl Place {
    fn new() -> Place {
        let mut sandbox = Sandbox::with(CONFIGURATION);
        let (alice, utc) = (("USER", "alice"), ("TZ", "UTC"));
        for (name, value) in [alice, utc, ("HOSTNAME", "workstation")] {
            sandbox.set(name, value);
        }
        sandbox.write(
            "seed.yaml",
            "zones: [{name: example.com, plan: enterprise}, {name: payments.example.net, plan: enterprise}]\n",
        );
        let simulator =
            Simulator::start(&sandbox, &["--world", "cloudflare.json", "--seed", "seed.yaml"]);
        sandbox.connect(&simulator.base_url);
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        Place { sandbox, simulator }
    }

    /// Something was changed, deleted and created without the program.
    fn drifted() -> Place {
        let place = Place::new();
        let zone = place.simulator.zone("example.com");
        let apps = format!("/zones/{zone}/spectrum/apps");
        let id = |name: &str, protocol: &str| place.simulator.app_id("example.com", name, protocol);
        let web = format!("{apps}/{}", id("web.example.com", "tcp/443"));
        let mut live = place.simulator.must("GET", &web, None);
        live["tls"] = "strict".into();
        for key in ["id", "created_on", "modified_on"] {
            live.as_object_mut().unwrap().remove(key);
        }
        place.simulator.must("PUT", &web, Some(&live));
        let gone = format!("{apps}/{}", id("legacy.example.com", "tcp/8080"));
        place.simulator.must("DELETE", &gone, None);
        let mail = serde_json::json!({"protocol": "tcp/25", "dns": {"type": "CNAME", "name": "mail.example.com"}, "origin_direct": ["tcp://192.0.2.9:25"]});
        place.simulator.must("POST", &apps, Some(&mail));
        place
    }

    /// The configuration has moved on.
    fn edited() -> Place {
        let place = Place::drifted();
        let edit = |from: &str, to: &str| place.sandbox.edit("spectrum.yaml", from, to);
        edit("tcp://192.0.2.21:5432\"", "tcp://192.0.2.21:5432\", \"tcp://192.0.2.23:5432\"");
        edit("name: vpn.example.com", "name: gateway.example.com");
        edit("      # new: ", "      ");
        place
    }

    /// What is to be seen at the end of a run, at each width.
    fn kept(&self, name: &str, code: i32, arguments: &[&str]) {
        self.kept_after(name, code, arguments, &[]);
    }

    /// The same, each time after another run.
    fn kept_after(&self, name: &str, code: i32, arguments: &[&str], before: &[&str]) {
        let mut text = String::new();
        for columns in WIDTHS {
            if !before.is_empty() {
                self.sandbox.run(before).ends_with(0);
            }
            let shown = still_run(&self.sandbox, columns, arguments, code);
            is_narrow(&shown.raw, columns);
            text += &section(columns, &shown.screen);
        }
        keep(name, &text);
    }
}

/// A run without colour. On a slow machine there is more to be said of what takes a while; with `-q` there is not.
fn still_run(sandbox: &Sandbox, columns: u16, arguments: &[&str], code: i32) -> Shown {
    let quiet = ["-q", "--color", "never"];
    let arguments: Vec<&str> = arguments.iter().copied().chain(quiet).collect();
    let run = Terminal::start(sandbox, "xterm-256color", (400, columns), &arguments);
    let shown = run.end().ends_with(code);
    assert!(!shown.raw.contains('\u{1b}'), "an escape without colour: {}", shown.raw);
    shown
}

fn section(columns: u16, screen: &str) -> String {
    format!("── {columns} columns ──\n{screen}\n")
}

/// No line is wider than the terminal, but for one word that is, and for a URL, which is never split.
#[track_caller]
fn is_narrow(raw: &str, columns: u16) {
    for line in raw.lines().map(|line| line.trim_end_matches('\r')) {
        let is_one_word =
            || line.trim_start().split(' ').filter(|word| !word.is_empty()).count() == 1;
        let is_url =
            || line.split(' ').next_back().is_some_and(|word| word.starts_with("https://"));
        let fits = line.chars().count() <= usize::from(columns);
        assert!(fits || is_one_word() || is_url(), "{columns}: {line}");
    }
}

/// Compares with the file; what differs between two runs is replaced by something as wide.
#[track_caller]
fn keep(name: &str, text: &str) {
    let path: PathBuf = repository().join("tests/terminal/captures").join(format!("{name}.txt"));
    is_as_kept(&path, &fixed(text));
}

fn fixed(text: &str) -> String {
    let mut ids: Vec<String> = Vec::new();
    let replaced = [
        (r"[0-9a-f]{64}", "0".repeat(64)),
        (r"\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d+)?", "2026-11-22${1}12:00:00".to_owned()),
        (r"127\.0\.0\.1:\d{5}", "127.0.0.1:48787".to_owned()),
        (r"[0-9a-f]{16}-SIM", "0000000000000001-SIM".to_owned()),
        (r"\(\d+s\)", "(1s)".to_owned()),
        (r"\d+\.\d/s, about \d+s left", "2.0/s, about 9s left".to_owned()),
    ];
    let text = replaced.iter().fold(text.to_owned(), |text, (pattern, by)| {
        Regex::new(pattern).unwrap().replace_all(&text, by.as_str()).into_owned()
    });
    let id = Regex::new(r"\b[0-9a-f]{32}\b").unwrap();
    id.replace_all(&text, |found: &Captures<'_>| {
        let known = ids.iter().position(|id| *id == found[0]).unwrap_or_else(|| {
            ids.push(found[0].to_owned());
            ids.len() - 1
        });
        format!("{:032}", known + 1)
    })
    .into_owned()
}

#[test]
fn a_plan_at_each_width() {
    let place = Place::edited();
    place.kept("plan", 0, &["plan"]);
    let arguments = ["plan", "-q", "--color", "always"];
    let run = Terminal::start(&place.sandbox, "xterm-256color", (400, 80), &arguments);
    let coloured = run.end().ends_with(0).raw.replace('\r', "").replace('\u{1b}', "␛");
    keep("plan-in-colour", &coloured);
}

#[test]
fn drift_at_each_width() {
    Place::drifted().kept("drift", 2, &["drift"]);
}

#[test]
fn a_checkup_at_each_width() {
    let place = Place::drifted();
    place.kept("doctor", 0, &["doctor"]);
}

#[test]
fn a_checkup_with_problems_at_each_width() {
    let mut place = Place::drifted();
    place.sandbox.edit("spectrum.yaml", "  payments.example.net:", "  other.example.net:");
    place.sandbox.set("CLOUDFLARE_API_TOKEN", "narrow");
    place.sandbox.write("seed.yaml", "tokens: [{token: narrow, permissions: [Zone Read, Zone Settings Write]}]\nzones: [{name: example.com, plan: pro}]\n");
    place.simulator = Simulator::start(&place.sandbox, &["--seed", "seed.yaml"]);
    let url = place.simulator.base_url.clone();
    place.sandbox.set("CLOUDFLARE_BASE_URL", &url);
    place.kept("doctor-with-problems", 1, &["doctor"]);
}

#[test]
fn the_state_at_each_width() {
    let place = Place::edited();
    place.sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    place.kept("state-list", 0, &["state", "list"]);
    place.kept("state-history", 0, &["state", "history"]);
    place.kept("state-show", 0, &["state", "show", "payments.example.net/database"]);
}

#[test]
fn what_is_wrong_with_a_configuration_at_each_width() {
    let place = Place::new();
    let edit = |from: &str, to: &str| place.sandbox.edit("spectrum.yaml", from, to);
    edit("        tls: off", "        tls: false\n        trafic_type: https");
    edit("{type: CNAME, name: ssh.example.com}", "{type: ADDRESS, name: ssh.example.com}");
    edit("tcp://192.0.2.3:8080", "tcp://127.0.0.1:8080");
    place.kept("validate", 3, &["validate"]);
}

#[test]
fn a_plan_that_failed_at_each_width() {
    let mut place = Place::edited();
    place.sandbox.write("faults.yaml", "[{path: \"*/spectrum/apps*\", effect: {status: 403}}]");
    let arguments = ["--world", "cloudflare.json", "--faults", "faults.yaml"];
    place.simulator = Simulator::start(&place.sandbox, &arguments);
    let url = place.simulator.base_url.clone();
    place.sandbox.set("CLOUDFLARE_BASE_URL", &url);
    place.kept("plan-failed", 1, &["plan"]);
}

#[test]
fn what_is_live_and_a_saved_plan_at_each_width() {
    let place = Place::edited();
    place.kept("show-live", 0, &["show", "--live"]);
    place.kept("show", 0, &["show", "example.com/web"]);
    place.sandbox.run(&["plan", "--out", "plan.json"]).ends_with(0);
    place.kept("show-plan", 0, &["show", "plan.json"]);
}

#[test]
fn an_import_at_each_width() {
    let place = Place::drifted();
    let forget = ["state", "rm", "example.com/*"];
    place.kept_after("import", 6, &["import", "--all"], &forget);
}

#[test]
fn explanations_at_each_width() {
    let place = Place::new();
    place.kept("explain-code", 0, &["explain", "11004"]);
    place.kept("explain-field", 0, &["explain", "edge_ips"]);
    place.kept("explain-exit", 0, &["explain", "exit 5"]);
}

#[test]
fn what_is_written_as_configuration_at_each_width() {
    let place = Place::drifted();
    let (mut exported, mut begun) = (String::new(), String::new());
    for columns in WIDTHS {
        // YAML is not broken where the terminal ends.
        let shown = still_run(&place.sandbox, columns, &["export"], 0);
        exported += &section(columns, &shown.screen);
        let empty = Sandbox::new();
        let shown = still_run(&empty, columns, &["init", "--zone", "example.net"], 0);
        is_narrow(&shown.raw, columns);
        begun += &section(columns, &shown.screen);
    }
    keep("export", &exported);
    keep("init", &begun);
}

#[test]
fn the_question_of_an_apply_and_no_for_an_answer() {
    let place = Place::edited();
    let mut text = String::new();
    for columns in WIDTHS {
        let arguments = ["apply", "-q", "--color", "never"];
        let run = Terminal::start(&place.sandbox, "xterm-256color", (400, columns), &arguments);
        run.wait_for("to continue:");
        run.press("no\r");
        let shown = run.end().ends_with(1);
        is_narrow(&shown.raw, columns);
        assert!(shown.screen.ends_with("\nCancelled. Nothing was changed.\n"), "{}", shown.screen);
        let end: Vec<&str> = shown.screen.lines().rev().take(12).collect();
        let end: Vec<&str> = end.into_iter().rev().collect();
        text += &section(columns, &format!("{}\n", end.join("\n")));
    }
    keep("apply-declined", &text);
}

#[test]
fn an_apply_with_yes_for_an_answer() {
    let place = Place::edited();
    let run = Terminal::start(&place.sandbox, "dumb", (400, 80), &["apply"]);
    run.wait_for("to continue:");
    run.press("yes\r");
    let shown = run.end().ends_with(0);
    assert!(!shown.raw.contains('\u{1b}'), "{}", shown.raw);
    let is_slow = |line: &&str| line.contains("/5 done") || line.contains(" the state");
    let lines = shown.screen.lines().skip_while(|line| !line.contains("to continue:"));
    let mut lines: Vec<&str> = lines.filter(|line| !is_slow(line)).collect();
    lines.sort_by_key(|line| if line.starts_with("done: ") { *line } else { "" });
    keep("apply-on-a-dumb-terminal", &format!("{}\n", lines.join("\n")));
}

/// A screen while something moves, with its spinner and its times as they would be in a still picture.
fn still(screen: &str) -> String {
    let spinner = Regex::new(r"(?m)^[\u{2800}-\u{28ff}] ").unwrap();
    let text = spinner.replace_all(screen, "⠋ ").into_owned();
    let left = Regex::new(r"\d+s left").unwrap();
    let text = left.replace_all(&text, "9s left").into_owned();
    Regex::new(r"\(\d+s\)").unwrap().replace_all(&text, "(1s)").into_owned()
}

#[test]
fn an_apply_of_three_hundred_in_motion_and_interrupted() {
    let mut text = String::new();
    for columns in [60, 120] {
        // The first five end one after the other, so that it is always the sixth to eighth that are slow.
        let delays = [300, 600, 900, 900, 900, 9000, 8000, 8000];
        let fault = |(index, delay)| {
            format!("{{method: POST, nth: {}, effect: {{delay_ms: {delay}}}}}", index + 1)
        };
        let faults: Vec<String> = delays.iter().enumerate().map(fault).collect();
        let faults = format!("[{}]", faults.join(", "));
        let (sandbox, _simulator) = super::slow(3, 100, &faults);
        sandbox.edit("spectrum.yaml", "version: 1\n", "version: 1\nsettings: {parallelism: 3}\n");
        let arguments = ["apply", "--auto-approve"];
        let run = Terminal::start(&sandbox, "xterm-256color", (40, columns), &arguments);
        let is_still = |screen: &str| {
            let now = screen.rsplit("/300 done").next().unwrap_or_default();
            ["app-006 (", "app-007 (", "app-008 ("].iter().all(|app| now.contains(app))
        };
        run.wait_until("three slow calls", is_still);
        run.press("\u{3}");
        let moving = run.wait_for("interrupted: waiting for 3 running calls");
        text += &section(columns, &still(&moving[moving.find("done: create").unwrap_or(0)..]));
        let ended = run.end().ends_with(130).screen;
        let ended = &ended[ended.find("done: create").unwrap_or(0)..];
        text += &format!("── at the end ──\n{ended}\n");
    }
    keep("apply-interrupted", &in_one_order(&text));
}

#[test]
fn reading_a_hundred_zones() {
    let mut text = String::new();
    let faults = "[{path: \"*/spectrum/apps*\", nth: 100, effect: {delay_ms: 6000}}, {path: \"*/dns_records*\", effect: {delay_ms: 3000}}]";
    for columns in [60, 120] {
        let (sandbox, _simulator) = super::slow(100, 3, faults);
        let run = Terminal::start(&sandbox, "xterm-256color", (400, columns), &["plan"]);
        let reading = run.wait_for("reading: zones 99/100, 0 applications");
        text += &section(columns, &still(&reading));
        let checking = run.wait_for("checking zones and accounts: ");
        assert!(!checking.contains("reading"), "{checking}");
        let ended = run.end().ends_with(0).screen;
        text += &format!("── at the end ──\n{}\n", end_of(&ended, 2));
    }
    keep("reading", &text);
}

/// The last lines of a screen.
fn end_of(screen: &str, lines: usize) -> String {
    let all: Vec<&str> = screen.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n") + "\n"
}

/// Steps that run side by side end in any order.
fn in_one_order(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for run in lines.chunk_by_mut(|a, b| a.starts_with("done: ") && b.starts_with("done: ")) {
        run.sort_unstable();
    }
    lines.join("\n") + "\n"
}
