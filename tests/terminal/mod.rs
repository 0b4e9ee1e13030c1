//! What a person sees at a terminal: the real binary on a pseudo-terminal, against a slow simulator.

mod captures;
#[path = "../support/golden.rs"]
mod golden;
mod log;
mod progress;

use crate::support::{Sandbox, Simulator};

/// A configuration of so many zones with so many applications each.
fn configuration(zones: usize, apps: usize) -> String {
    let app = |zone: usize, n: usize| {
        format!(
            "      app-{n:03}: {{protocol: tcp/22, dns: {{type: CNAME, name: a{n}.zone-{zone:02}.example}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    let zone = |zone: usize| {
        let apps: String = (1..=apps).map(|n| app(zone, n)).collect();
        format!("  zone-{zone:02}.example:\n    plan: enterprise\n    apps:\n{apps}")
    };
    format!("version: 1\nzones:\n{}", (1..=zones).map(zone).collect::<String>())
}

/// A sandbox with such a configuration, and a simulator with these faults in place of Cloudflare.
fn slow(zones: usize, apps: usize, faults: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(&configuration(zones, apps));
    let names: Vec<String> =
        (1..=zones).map(|zone| format!("{{name: zone-{zone:02}.example}}")).collect();
    sandbox.write("seed.yaml", format!("zones: [{}]", names.join(", ")));
    sandbox.write("faults.yaml", faults);
    let arguments =
        ["--world", "cloudflare.json", "--seed", "seed.yaml", "--faults", "faults.yaml"];
    let simulator = Simulator::start(&sandbox, &arguments);
    sandbox.connect(&simulator.base_url);
    (sandbox, simulator)
}
