//! An interrupt before the first step: the run says at once that it ends, ends with 130, and gives the lock of the state back, in a folder
//! and in a bucket, where a lock that is left holds up the next run for minutes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::bucket::Bucket;
use crate::support::{Sandbox, Simulator, Terminal};

const CONFIGURATION: &str = r#"version: 1
zones:
  example.com:
    apps:
      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"]}
"#;

const SAID: &str = "Interrupted. Nothing was changed.";

/// Longer than anything takes that does not wait for the fault.
const LONG_MS: u32 = 45_000;

struct Place {
    sandbox: Sandbox,
    _simulator: Simulator,
    bucket: Option<Bucket>,
}

impl Place {
    fn new(bucket: Option<Bucket>, faults: &str) -> Place {
        let mut sandbox = Sandbox::with(CONFIGURATION);
        sandbox.write("faults.yaml", faults);
        let arguments = ["--world", "cloudflare.json", "--faults", "faults.yaml"];
        let simulator = Simulator::start(&sandbox, &arguments);
        sandbox.connect(&simulator.base_url);
        for (name, value) in bucket.iter().flat_map(Bucket::variables) {
            sandbox.set(&name, &value);
        }
        Place { sandbox, _simulator: simulator, bucket }
    }

    /// In a folder, and in a bucket.
    fn both(faults: &str) -> [Place; 2] {
        [Place::new(None, faults), Place::new(Some(Bucket::start()), faults)]
    }

    fn words<'a>(&self, words: &[&'a str]) -> Vec<&'a str> {
        let bucket: &[&str] = match self.bucket {
            Some(_) => &["--state", "s3://bucket/team/state"],
            None => &[],
        };
        bucket.iter().chain(words).copied().collect()
    }

    fn start(&self, words: &[&str]) -> Terminal {
        Terminal::start(&self.sandbox, "xterm-256color", (60, 100), &self.words(words))
    }

    /// Nobody holds the lock, and nothing was changed: the next apply does everything, at once.
    fn is_free(&self) {
        let ran = self.sandbox.run(&self.words(&["apply", "--auto-approve"])).ends_with(0);
        assert!(ran.stdout.contains("1 done."), "{}", ran.stdout);
    }
}

/// A fault that holds up the first list of applications, and no later one.
fn slow_list() -> String {
    format!("[{{path: \"*/spectrum/apps*\", nth: 1, effect: {{delay_ms: {LONG_MS}}}}}]")
}

#[test]
fn while_zones_are_read() {
    for place in Place::both(&slow_list()) {
        let run = place.start(&["apply", "--auto-approve"]);
        run.wait_for("reading: zones 0/1");
        let begun = Instant::now();
        run.press("\u{3}");
        let shown = run.end().ends_with(130);
        assert!(begun.elapsed() < Duration::from_millis(LONG_MS.into()) / 2, "{shown:?}");
        assert_eq!(shown.screen.trim_start_matches("^C").trim(), SAID);
        place.is_free();
    }
}

#[test]
fn at_the_question() {
    for place in Place::both("[]") {
        let run = place.start(&["apply"]);
        run.wait_for("to continue:");
        run.press("\u{3}");
        let shown = run.end().ends_with(130);
        assert!(shown.screen.ends_with(&format!("\n{SAID}\n")), "{}", shown.screen);
        place.is_free();
    }
}

#[test]
fn while_the_lock_is_waited_for() {
    for place in Place::both(&slow_list()) {
        let holder = place.start(&["apply", "--auto-approve"]);
        holder.wait_for("reading: zones 0/1");
        let waiting = place.start(&["apply", "--auto-approve", "--lock-timeout", "10m"]);
        waiting.wait_for("waiting for the lock of the state");
        waiting.press("\u{3}");
        let shown = waiting.end().ends_with(130);
        assert!(shown.screen.contains(SAID), "{}", shown.screen);
        holder.press("\u{3}");
        holder.end().ends_with(130);
        place.is_free();
    }
}

#[test]
fn a_termination_is_the_same_and_the_report_is_printed() {
    let place = Place::new(Some(Bucket::start()), &slow_list());
    let words = place.words(&["apply", "--auto-approve", "--format", "json"]);
    let mut command = place.sandbox.command(&words);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let bucket = place.bucket.as_ref().unwrap();
    let is_held =
        || bucket.get("lock.json").is_some_and(|lock| lock.windows(4).any(|at| at == b"user"));
    let end = Instant::now() + Duration::from_secs(30);
    while !is_held() {
        assert!(Instant::now() < end, "the lock is never taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{ended:?}");
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), format!("{SAID}\n"));
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!((&report["summary"]["done"], &report["steps"]), (&0.into(), &serde_json::json!([])));
    place.is_free();
}

#[test]
fn what_holds_nothing_ends_with_one_line() {
    for words in [&["plan"][..], &["drift"], &["show", "--live"], &["export"]] {
        let place = Place::new(None, &slow_list());
        let run = place.start(words);
        run.wait_for("reading: zones 0/1");
        run.press("\u{3}");
        let shown = run.end().ends_with(130);
        assert_eq!(shown.screen.trim_start_matches("^C").trim(), "Interrupted.", "{words:?}");
    }
}

#[test]
fn an_import_gives_the_lock_back_too() {
    let place = Place::new(Some(Bucket::start()), &slow_list());
    let run = place.start(&["import", "--all"]);
    run.wait_for("reading: zones 0/1");
    run.press("\u{3}");
    let shown = run.end().ends_with(130);
    assert_eq!(shown.screen.trim_start_matches("^C").trim(), SAID);
    place.is_free();
}
