//! Several processes on one state: the lock among eight, and two runs of the real program at once.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value as Json;
use spectrumctl::state::{Local, Remote, RemoteSettings, Store};
use tempfile::TempDir;

use super::bench::{SOON, owner, run, terms};
use super::bucket::Bucket;
use super::s3::Moto;

/// How often each of eight processes takes the lock.
const ROUNDS: u32 = 5;

/// The children are this very test, told by variables what to do. The counter is read and written without any care, so that two who
/// hold the lock at once lose a count.
#[test]
fn among_eight_processes_one_at_a_time_holds_the_lock() {
    if let Ok(place) = std::env::var("SPECTRUMCTL_TEST_PLACE") {
        return count(&place, Path::new(&std::env::var("SPECTRUMCTL_TEST_COUNTER").unwrap()));
    }
    let bucket = Bucket::start();
    let home = TempDir::new().unwrap();
    let folder = home.path().join("state").display().to_string();
    for place in ["s3://bucket/team/state", &folder] {
        let counter = home.path().join("counter");
        fs::write(&counter, "0").unwrap();
        let children: Vec<Child> =
            (0..8).map(|_| counting_child(place, &counter, bucket.variables())).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success(), "{place}");
        }
        assert_eq!(fs::read_to_string(&counter).unwrap(), (8 * ROUNDS).to_string(), "{place}");
    }
}

fn counting_child(place: &str, counter: &Path, variables: BTreeMap<String, String>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["among_eight_processes_one_at_a_time_holds_the_lock", "--test-threads=1"])
        .envs(variables);
    command.env("SPECTRUMCTL_TEST_PLACE", place).env("SPECTRUMCTL_TEST_COUNTER", counter);
    command.stdout(Stdio::null()).spawn().unwrap()
}

fn count(place: &str, counter: &Path) {
    let settings =
        RemoteSettings { variables: std::env::vars().collect(), ..RemoteSettings::default() };
    let store = match place.starts_with("s3://") {
        true => {
            Store::Bucket(Box::new(Remote::open(place, &settings).unwrap().with_terms(terms())))
        }
        false => Store::Folder(Local::new(Path::new(place))),
    };
    for _ in 0..ROUNDS {
        let token = run(store.lock(&owner("count"), SOON)).unwrap();
        let number: u32 = fs::read_to_string(counter).unwrap().parse().unwrap();
        std::thread::sleep(Duration::from_millis(5));
        fs::write(counter, (number + 1).to_string()).unwrap();
        run(store.release(token)).unwrap();
    }
}

#[test]
fn two_applies_at_once_in_a_bucket_end_with_the_sum_of_their_effects() {
    let bucket = Bucket::start();
    Pair::new("s3://bucket/team/state", bucket.variables()).rounds(5);
}

#[test]
fn two_applies_at_once_on_the_s3_server_end_with_the_sum_of_their_effects() {
    let Some(moto) =
        Moto::find("two_applies_at_once_on_the_s3_server_end_with_the_sum_of_their_effects")
    else {
        return;
    };
    Pair::new(&moto.url(), moto.variables().clone()).rounds(5);
}

/// `cargo test --test main -- --ignored fifty_rounds`
#[test]
#[ignore = "takes minutes"]
fn two_applies_at_once_for_fifty_rounds() {
    let bucket = Bucket::start();
    Pair::new("s3://bucket/team/state", bucket.variables()).rounds(50);
}

/// Two runs of the program on one state, against one simulator.
struct Pair {
    home: TempDir,
    place: String,
    variables: BTreeMap<String, String>,
    simulator: Child,
}

impl Drop for Pair {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.simulator.kill();
        let _ = self.simulator.wait();
    }
}

impl Pair {
    fn new(place: &str, mut variables: BTreeMap<String, String>) -> Pair {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spectrumctl"));
        let mut simulator = command
            .args(["sim", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let line =
            BufReader::new(simulator.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        variables.insert(
            "CLOUDFLARE_BASE_URL".to_owned(),
            line.strip_prefix("listening on ").unwrap().to_owned(),
        );
        variables.insert("CLOUDFLARE_API_TOKEN".to_owned(), "any".to_owned());
        Pair { home: TempDir::new().unwrap(), place: place.to_owned(), variables, simulator }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spectrumctl"));
        command.env_clear().envs(&self.variables).current_dir(self.home.path()).args([
            "--state",
            &self.place,
            "--format",
            "json",
        ]);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// In each round both apply the same new values; one waits for the other in each second round.
    fn rounds(&self, rounds: u32) {
        let mut refused = 0;
        for round in 1..=rounds {
            fs::write(self.home.path().join("spectrum.yaml"), configuration(round)).unwrap();
            let wait = if round % 2 == 0 { "60s" } else { "0s" };
            let apply = || {
                self.command(&["apply", "--auto-approve", "--lock-timeout", wait]).spawn().unwrap()
            };
            let ended = [apply(), apply()].map(|child| child.wait_with_output().unwrap());
            let codes = ended.each_ref().map(|output| output.status.code().unwrap());
            let said =
                ended.each_ref().map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
            assert!(
                codes.contains(&0) && codes.iter().all(|code| [0, 7].contains(code)),
                "round {round}: {codes:?} {said:?}"
            );
            assert!(round % 2 == 1 || codes == [0, 0], "round {round}: {codes:?} {said:?}");
            refused += codes.iter().filter(|code| **code == 7).count();
            self.check(round);
        }
        assert!(refused > 0, "in {rounds} rounds the two never met");
    }

    /// Nothing is left to do, and nothing is there twice.
    fn check(&self, round: u32) {
        let output = self.command(&["plan", "--detailed-exitcode"]).output().unwrap();
        let plan: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "round {round}: {plan}");
        assert_eq!(
            (&plan["summary"]["unchanged"], &plan["summary"]["unmanaged"]),
            (&Json::from(3), &Json::from(0)),
            "round {round}: {plan}"
        );
    }
}

fn configuration(round: u32) -> String {
    let app = |port: u32| {
        let dns = format!("{{type: CNAME, name: app-{port}.example.com}}");
        format!(
            "      app-{port}: {{protocol: tcp/{port}, dns: {dns}, origin_direct: [\"tcp://192.0.2.{round}:{port}\"]}}\n"
        )
    };
    let apps: String = (1..=3).map(app).collect();
    format!(
        "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    unmanaged: report\n    apps:\n{apps}"
    )
}
