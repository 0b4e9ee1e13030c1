//! A replacement that waits for something beside it: where that fails or is left undone, the application that was deleted comes back.
#![cfg(unix)]

use serde_json::json;

use super::killed::{app, begun, configuration, fixed, resumed};
use crate::support::Simulator;

/// An application of which the hostname is its own.
fn beside(key: &str, more: &str) -> String {
    app("example.com", key, 22, more).replace("h.example.com", &format!("{key}.example.com"))
}

fn has_come_back(simulator: &Simulator) {
    let apps = simulator.apps("example.com");
    let kinds: Vec<_> = apps
        .iter()
        .filter(|app| app["dns"]["name"] == "h.example.com")
        .map(|app| (&app["protocol"], &app["dns"]["type"]))
        .collect();
    let (cname, ports) = (json!("CNAME"), [json!("tcp/22"), json!("tcp/23")]);
    assert_eq!(kinds.len(), 2, "{apps:#?}");
    for port in &ports {
        assert!(kinds.contains(&(port, &cname)), "{port}: {apps:#?}");
    }
}

#[test]
fn what_waits_for_a_delete_that_is_refused_comes_back() {
    // The hostname can have another kind of record only once its other application is gone, and that is refused.
    let both = app("example.com", "a", 22, "") + &app("example.com", "b", 23, "");
    let yaml = |apps: String| configuration(&[("example.com", apps)], "");
    for parallelism in ["1", "4"] {
        let more = format!("settings: {{parallelism: {parallelism}}}\n");
        let (mut sandbox, simulator) = begun(&yaml(both.clone()), "[]");
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        let other = simulator.app_id("example.com", "h.example.com", "tcp/23");
        drop(simulator);
        sandbox.write(
            "faults.yaml",
            format!("[{{method: DELETE, path: \"*/{other}\", effect: {{status: 400}}}}]"),
        );
        let simulator = resumed(&mut sandbox);
        sandbox.write(
            "spectrum.yaml",
            yaml(fixed("example.com", "a", 22)).replacen(
                "version: 1\n",
                &format!("version: 1\n{more}"),
                1,
            ),
        );
        sandbox.run(&["apply", "--auto-approve", "--max-deletes", "5"]).ends_with(6);
        has_come_back(&simulator);
    }
}

#[test]
fn what_waits_for_a_delete_that_is_left_undone_comes_back() {
    let before =
        app("example.com", "a", 22, "") + &beside("am", "") + &app("example.com", "b", 23, "");
    let yaml = |apps: String| {
        configuration(&[("example.com", apps)], "settings: {parallelism: 1, on_error: stop}\n")
    };
    let faults = "[{method: PUT, nth: 1, effect: {status: 400}}]";
    let (sandbox, simulator) = begun(&yaml(before), faults);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write(
        "spectrum.yaml",
        yaml(fixed("example.com", "a", 22) + &beside("am", ", ip_firewall: true")),
    );
    sandbox.run(&["apply", "--auto-approve", "--max-deletes", "5"]).ends_with(6);
    has_come_back(&simulator);
}

#[test]
fn what_could_not_come_back_is_named_wherever_somebody_looks() {
    let yaml = |apps: String| configuration(&[("example.com", apps)], "");
    let (mut sandbox, simulator) = begun(&yaml(app("example.com", "a", 22, "")), "[]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    drop(simulator);
    sandbox.write("faults.yaml", "[{method: POST, effect: {status: 400}}]");
    let simulator = resumed(&mut sandbox);
    sandbox.write("spectrum.yaml", yaml(fixed("example.com", "a", 22)));
    let ended = sandbox.run(&["apply", "--auto-approve"]).ends_with(6).all();
    assert!(ended.contains("OUTAGE: example.com/a was deleted"), "{ended}");
    assert_eq!(simulator.apps("example.com").len(), 0);
    let restore = "spectrumctl apply --restore example.com/a";
    for command in [&["state", "list"][..], &["show", "example.com/a"], &["plan"]] {
        let shown = sandbox.run(command).ends_with(0).all();
        assert!(words(&shown).contains(restore), "{shown}");
    }
    let checkup = sandbox.run(&["doctor"]).ends_with(1).all();
    assert!(words(&checkup).contains(restore), "{checkup}");
    assert_eq!(sandbox.json(&["state", "list"]).1["lost"], json!(["example.com/a"]));
    assert_eq!(sandbox.json(&["show", "example.com/a"]).1["lost"], true);
    drop(simulator);
    sandbox.write("faults.yaml", "[]");
    let _simulator = resumed(&mut sandbox);
    sandbox.run(&["apply", "--restore", "example.com/a", "--auto-approve"]).ends_with(0);
    sandbox.run(&["doctor"]).ends_with(0);
    assert_eq!(sandbox.json(&["state", "list"]).1["lost"], json!([]));
    assert_eq!(sandbox.json(&["show", "example.com/a"]).1["lost"], false);
}

/// A text without the places at which it was wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
