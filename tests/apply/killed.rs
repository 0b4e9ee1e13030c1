//! A simulator of two zones, runs that are killed against it, and what they leave.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use crate::support::{Sandbox, Simulator};

const SEED: &str = "zones: [{name: example.com}, {name: example.net}]\n\
    prefixes: [{cidr: 198.51.100.0/24, account: 01a7362d577a6c3019a474fd6f485823, advertised: true}]\n";

/// An application of a zone as one line of YAML.
pub(super) fn app(zone: &str, key: &str, port: u32, more: &str) -> String {
    format!(
        "      {key}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: h.{zone}}}, origin_direct: [\"tcp://192.0.2.1:{port}\"]{more}}}\n"
    )
}

/// The same with a static address, which only a replacement can give it.
pub(super) fn fixed(zone: &str, key: &str, port: u32) -> String {
    format!(
        "      {key}: {{protocol: tcp/{port}, dns: {{type: ADDRESS, name: h.{zone}}}, edge_ips: {{type: static, ips: [198.51.100.7]}}, \
         origin_direct: [\"tcp://192.0.2.1:{port}\"], lifecycle: {{replace: allow}}}}\n"
    )
}

/// A configuration of zones with their applications.
pub(super) fn configuration(zones: &[(&str, String)], more: &str) -> String {
    let zone = |(name, apps): &(&str, String)| format!("  {name}:\n    apps:\n{apps}");
    format!("version: 1\n{more}zones:\n{}", zones.iter().map(zone).collect::<String>())
}

/// A sandbox beside a simulator of two zones in which these faults happen.
pub(super) fn begun(yaml: &str, faults: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(yaml);
    sandbox.write("faults.yaml", faults);
    sandbox.write("seed.yaml", SEED);
    let simulator = resumed(&mut sandbox);
    (sandbox, simulator)
}

/// A simulator with the world and the faults that the sandbox has by now.
pub(super) fn resumed(sandbox: &mut Sandbox) -> Simulator {
    let seed = ["--seed", "seed.yaml"];
    let seed = if sandbox.path("cloudflare.json").exists() { &[][..] } else { &seed };
    let arguments = ["--world", "cloudflare.json", "--faults", "faults.yaml"];
    let simulator = Simulator::start(sandbox, &[&arguments, seed].concat());
    sandbox.connect(&simulator.base_url);
    simulator
}

pub(super) fn apply(sandbox: &Sandbox) -> Child {
    let mut command = sandbox.command(&["apply", "--auto-approve"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Kills an apply as soon as the world is as wanted.
pub(super) fn killed_once(sandbox: &Sandbox, is_as_wanted: impl Fn() -> bool) {
    let mut child = apply(sandbox);
    let end = Instant::now() + Duration::from_secs(30);
    while !is_as_wanted() {
        assert!(Instant::now() < end, "the world never is as wanted");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
}

/// How often a plan offers to restore what a replacement has deleted.
pub(super) fn offers(sandbox: &Sandbox) -> usize {
    let (_, plan) = sandbox.json(&["plan"]);
    let findings = plan["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["code"] == "lost-application").count()
}

pub(super) fn ids(simulator: &Simulator, zone: &str) -> BTreeSet<String> {
    let id = |app: &Json| app["id"].as_str().unwrap().to_owned();
    simulator.apps(zone).iter().map(id).collect()
}

pub(super) fn state(sandbox: &Sandbox) -> Json {
    serde_json::from_str(&sandbox.read("state/state.json")).unwrap()
}
