//! A state that is lost takes the memory of what was released with it. Whatever begins the next one, an application that was released
//! is never deleted as unmanaged: not by the apply that finds it, and not by the next ones.

use crate::support::{Sandbox, Simulator, Terminal};

const SEED: &str =
    "zones: [{name: example.com, plan: enterprise}, {name: example.org, plan: enterprise}]\n";

/// Two applications a zone; `apps` are the keys that are configured.
fn configuration(zones: &[(&str, &[&str])]) -> String {
    let app = |zone: &str, key: &&str| {
        format!(
            "      {key}: {{protocol: tcp/22, dns: {{type: CNAME, name: {key}.{zone}}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    let zone = |(name, keys): &(&str, &[&str])| {
        let apps: String = keys.iter().map(|key| app(name, key)).collect();
        format!("  {name}:\n    unmanaged: delete\n    apps:\n{apps}")
    };
    let zones: String = zones.iter().map(zone).collect();
    format!(
        "version: 1\nsettings: {{name: edge, limits: {{max_delete_percent: 100}}}}\nzones:\n{zones}"
    )
}

const BOTH: &[&str] = &["stays", "released"];
const ONE: &[&str] = &["stays"];

/// A world in which `released` was ours in both zones, was released, and left the configuration; and the state is gone.
fn lost() -> (Sandbox, Simulator) {
    let (sandbox, simulator) = released();
    sandbox.remove("state");
    (sandbox, simulator)
}

fn released() -> (Sandbox, Simulator) {
    let mut sandbox =
        Sandbox::with(&configuration(&[("example.com", BOTH), ("example.org", BOTH)]));
    sandbox.write("seed.yaml", SEED);
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["state", "rm", "*/released"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration(&[("example.com", ONE), ("example.org", ONE)]));
    (sandbox, simulator)
}

/// Applies three times: the released applications run on.
#[track_caller]
fn runs_on(sandbox: &Sandbox, simulator: &Simulator) {
    for _ in 0..3 {
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    }
    for zone in ["example.com", "example.org"] {
        assert_eq!(simulator.apps(zone).len(), 2, "{zone}");
    }
}

#[test]
fn an_import_of_everything_begins_a_state_that_deletes_nothing_that_was_released() {
    let (sandbox, simulator) = lost();
    sandbox.run(&["import", "--all"]).ends_with(0);
    runs_on(&sandbox, &simulator);
}

#[test]
fn an_import_of_one_application_begins_a_state_that_deletes_nothing_that_was_released() {
    let (sandbox, simulator) = lost();
    let id = simulator.app_id("example.com", "stays.example.com", "tcp/22");
    sandbox.run(&["import", "example.com/stays", &id]).ends_with(0);
    runs_on(&sandbox, &simulator);
}

#[test]
fn a_saved_plan_of_one_zone_begins_a_state_that_deletes_nothing_of_another() {
    let (sandbox, simulator) = lost();
    sandbox.run(&["plan", "--target", "example.com/*", "--out", "one.plan"]).ends_with(0);
    sandbox.run(&["apply", "one.plan"]).ends_with(0);
    runs_on(&sandbox, &simulator);
}

#[test]
fn an_earlier_version_in_the_place_of_a_lost_state_does_not_know_what_was_released() {
    let (sandbox, simulator) = released();
    // The version that is kept elsewhere never knew the application of the other zone.
    let pulled = sandbox.run(&["state", "pull"]).ends_with(0).stdout;
    let mut state: serde_json::Value = serde_json::from_str(&pulled).unwrap();
    state["released"] = serde_json::json!({});
    sandbox.write("old.json", state.to_string());
    sandbox.remove("state");
    sandbox.run(&["state", "push", "old.json"]).ends_with(0);
    runs_on(&sandbox, &simulator);
}

#[test]
fn a_plan_that_is_refused_after_the_damage_of_a_journal_does_not_hide_the_damage() {
    let (sandbox, simulator) = released();
    let pulled = sandbox.run(&["state", "pull"]).ends_with(0).stdout;
    let mut state: serde_json::Value = serde_json::from_str(&pulled).unwrap();
    // The tombstones stood in a line of the journal that cannot be read any more.
    state["released"] = serde_json::json!({});
    sandbox.write("state/state.json", state.to_string());
    sandbox.write("state/journal.jsonl", "{\"lineage\": damaged\n{}\n");
    sandbox.edit(
        "spectrum.yaml",
        "max_delete_percent: 100",
        "max_delete_percent: 100, max_updates: 0",
    );
    let update =
        "      stays: {tls: full, protocol: tcp/22, dns: {type: CNAME, name: stays.example.com}";
    sandbox.edit("spectrum.yaml", &update.replace("tls: full, ", ""), update);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(4);
    sandbox.edit("spectrum.yaml", ", max_updates: 0", "");
    runs_on(&sandbox, &simulator);
}

#[test]
fn an_apply_that_has_set_a_damage_aside_does_not_say_that_nothing_was_changed() {
    let (sandbox, _simulator) = released();
    sandbox.write("state/journal.jsonl", "{\"lineage\": damaged\n{}\n");
    let before = sandbox.read("state/state.json");
    let update =
        "      stays: {tls: full, protocol: tcp/22, dns: {type: CNAME, name: stays.example.com}";
    sandbox.edit("spectrum.yaml", &update.replace("tls: full, ", ""), update);
    let run = Terminal::start(&sandbox, "xterm-256color", (400, 120), &["apply"]);
    run.wait_for("to continue:");
    run.press("no\r");
    let shown = run.end();
    assert_eq!(shown.code, Some(1));
    assert_ne!(sandbox.read("state/state.json"), before);
    assert!(
        shown.screen.ends_with("\nCancelled. Only the state was changed.\n"),
        "{}",
        shown.screen
    );
}

#[test]
fn a_zone_that_joins_a_state_which_remembers_everything_is_cleaned_as_it_says() {
    let (sandbox, simulator) = released();
    // The first zone only, from the beginning.
    sandbox.remove("state");
    sandbox.write("spectrum.yaml", configuration(&[("example.com", ONE)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", configuration(&[("example.com", ONE), ("example.org", ONE)]));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.org").len(), 2, "the first apply lists it");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.org").len(), 1, "the second one deletes it");
    assert_eq!(simulator.apps("example.com").len(), 2);
}

#[test]
fn what_a_damaged_state_does_not_say_is_unknown() {
    let (sandbox, simulator) = released();
    let pulled = sandbox.run(&["state", "pull"]).ends_with(0).stdout;
    sandbox.write("state/journal.jsonl", "{\"lineage\": damaged\n{}\n");
    // An apply after the damage is in no record.
    let path = format!(
        "/zones/{}/spectrum/apps/{}",
        simulator.zone("example.com"),
        simulator.app_id("example.com", "stays.example.com", "tcp/22")
    );
    simulator.must("PATCH", &path, Some(&serde_json::json!({"tls": "full"})));
    let drift = sandbox.run(&["drift"]).ends_with(2);
    assert!(
        drift.all().contains("since when example.com/stays is different is unknown"),
        "{drift:?}"
    );
    sandbox.remove("state/journal.jsonl");
    sandbox.write("state/state.json", &pulled[..pulled.len() / 2]);
    let shown = sandbox.run(&["show", "--live"]).ends_with(0);
    assert!(shown.stderr.contains("warning: the state is damaged"), "{shown:?}");
    assert!(shown.stdout.contains("managed or not is unknown"), "{shown:?}");
    assert!(!shown.stdout.contains("not managed"), "{shown:?}");
    let shown = sandbox.run(&["show", "example.com/stays"]).ends_with(0);
    assert!(shown.stderr.contains("warning: the state is damaged"), "{shown:?}");
    assert!(shown.stdout.contains("recorded or not is unknown"), "{shown:?}");
    assert!(!shown.stdout.contains("not recorded"), "{shown:?}");
}
