//! What a killed run leaves in the journal: it belongs to its zone, it is recovered as it would have been recorded, and nothing that was
//! deleted for a replacement is forgotten. Runs of the real binary that are killed against the simulator.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::json;

use super::killed::{app, begun, configuration, fixed, ids, killed_once, offers, state};
use crate::support::{Sandbox, Simulator};

/// A run that is killed between the delete and the create of a replacement in example.net.
fn killed_replacement() -> (Sandbox, Simulator) {
    let zones = |net: String| {
        configuration(&[("example.com", app("example.com", "a", 22, "")), ("example.net", net)], "")
    };
    let (sandbox, simulator) = begun(
        &zones(app("example.net", "b", 22, "")),
        "[{method: DELETE, nth: 1, effect: {delay_ms: 20000}}]",
    );
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", zones(fixed("example.net", "b", 22)));
    killed_once(&sandbox, || simulator.apps("example.net").is_empty());
    (sandbox, simulator)
}

#[test]
fn an_open_step_stays_open_until_its_zone_is_read() {
    let (sandbox, simulator) = killed_replacement();
    // A plan of the other zone alone is saved and applied: it reads example.com and nothing else.
    let only_com =
        configuration(&[("example.com", app("example.com", "a", 22, ", ip_firewall: true"))], "");
    let before = sandbox.read("spectrum.yaml");
    let all = before.replace(
        &app("example.com", "a", 22, ""),
        &app("example.com", "a", 22, ", ip_firewall: true"),
    );
    sandbox.write("spectrum.yaml", all);
    sandbox.run(&["plan", "--target", "example.com/a", "--out", "a.plan"]).ends_with(0);
    let applied = sandbox.run(&["apply", "a.plan"]).ends_with(0);
    assert!(applied.all().contains("open-step"), "{}", applied.all());
    // The commit that named the zone is reverted; the run reads it all the same.
    sandbox.write("spectrum.yaml", only_com);
    sandbox.run(&["apply", "--auto-approve", "--allow", "zone=example.net"]).ends_with(0);
    assert_eq!(offers(&sandbox), 1);
    sandbox.run(&["apply", "--auto-approve", "--restore", "example.net/b"]).ends_with(0);
    assert_eq!(simulator.apps("example.net").len(), 1);
    assert_eq!(offers(&sandbox), 0);
}

#[test]
fn a_restore_in_one_zone_does_not_close_the_steps_of_another() {
    let (sandbox, _simulator) = killed_replacement();
    sandbox.run(&["apply", "--auto-approve", "--restore", "example.com/nothing"]).ends_with(3);
    assert_eq!(offers(&sandbox), 1);
}

#[test]
fn the_way_back_outlives_other_applies_commits_and_rollbacks() {
    let other = |more: &str| app("example.net", "other", 23, more);
    let zones =
        |com: String, net: String| configuration(&[("example.com", com), ("example.net", net)], "");
    // The create of the replacement and the way back are both refused.
    let faults = "[{method: POST, nth: 3, effect: {status: 400}}, {method: POST, nth: 4, effect: {status: 400}}]";
    let (sandbox, _simulator) = begun(&zones(app("example.com", "a", 22, ""), other("")), faults);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let with = |more: &str| zones(fixed("example.com", "a", 22), other(more));
    sandbox.write("spectrum.yaml", with(""));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    assert_eq!(offers(&sandbox), 1, "after the refusal");
    sandbox.write("spectrum.yaml", with(", ip_firewall: true"));
    sandbox.run(&["apply", "--auto-approve", "--target", "example.net/other"]).ends_with(0);
    assert_eq!(offers(&sandbox), 1, "after an apply of another application");
    let without = configuration(&[("example.net", other(""))], "");
    sandbox.write("spectrum.yaml", &without);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(offers(&sandbox), 1, "after a commit without the address");
    let (_, history) = sandbox.json(&["state", "history"]);
    let first = history["versions"].as_array().unwrap_or_else(|| panic!("{history}"))[0]["serial"]
        .to_string();
    sandbox.run(&["state", "rollback", &first]).ends_with(0);
    assert_eq!(offers(&sandbox), 1, "after a rollback");
    sandbox.write("spectrum.yaml", format!("removed: [{{app: example.com/a}}]\n{without}"));
    let shown = sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert!(shown.all().contains("forget example.com/a"), "{}", shown.all());
    sandbox.write("spectrum.yaml", &without);
    assert_eq!(offers(&sandbox), 0, "after a change that the plan has shown");
}

#[test]
fn an_exchange_that_is_killed_at_any_write_converges_without_a_delete() {
    let ring = |ports: &[u32]| {
        let line = |(n, port): (usize, &u32)| {
            format!(
                "      ring-{n}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: ring.example.com}}, origin_direct: [\"tcp://192.0.2.{n}:22\"]}}\n"
            )
        };
        let apps = ports.iter().enumerate().map(|(n, port)| line((n + 1, port))).collect();
        configuration(&[("example.com", apps)], "settings: {parallelism: 1}\n")
    };
    for (before, after) in [(vec![1, 2], vec![2, 1]), (vec![1, 2, 3], vec![2, 3, 1])] {
        for nth in 1..=before.len() {
            let faults = format!("[{{method: PUT, nth: {nth}, effect: {{delay_ms: 20000}}}}]");
            let (sandbox, simulator) = begun(&ring(&before), &faults);
            sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
            let (live, was) = (ids(&simulator, "example.com"), simulator.apps("example.com"));
            sandbox.write("spectrum.yaml", ring(&after));
            let changed = || {
                let now = simulator.apps("example.com");
                now.iter().filter(|app| !was.contains(app)).count() >= nth
            };
            killed_once(&sandbox, changed);
            sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
            sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
            assert_eq!(ids(&simulator, "example.com"), live, "{faults}");
        }
    }
}

#[test]
fn half_an_exchange_leaves_protection_with_its_address() {
    let pair = |left: u32, right: u32| {
        let apps = format!(
            "{}{}",
            app("example.com", "left", left, ", ip_firewall: true, lifecycle: {protect: true}"),
            app("example.com", "right", right, "")
        );
        configuration(&[("example.com", apps)], "settings: {parallelism: 1}\n")
    };
    let (sandbox, _simulator) =
        begun(&pair(1, 2), "[{method: PUT, nth: 2, effect: {status: 400}}]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", pair(2, 1));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    let apps = &state(&sandbox)["apps"];
    assert_eq!(apps["example.com/left"]["protect"], "on", "{apps:#}");
    assert_eq!(apps["example.com/right"]["protect"], "off", "{apps:#}");
}

#[test]
fn a_create_that_lists_do_not_show_yet_is_not_made_twice() {
    let yaml = configuration(&[("example.com", app("example.com", "a", 22, ""))], "");
    let faults = "[{method: POST, nth: 1, effect: {delay_ms: 20000}}, {method: POST, nth: 1, effect: {stale_list: {lists: 4}}}, \
                  {method: POST, effect: accept_duplicate}]";
    let (sandbox, simulator) = begun(&yaml, faults);
    let begin = Instant::now();
    killed_once(&sandbox, || begin.elapsed() > Duration::from_secs(2));
    let applied = sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert!(applied.stderr.contains("waiting for the outcome"), "{}", applied.all());
    assert_eq!(simulator.apps("example.com").len(), 1);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
}

#[test]
fn drift_is_not_known_while_the_outcome_of_a_create_is_not() {
    let yaml = configuration(&[("example.com", app("example.com", "a", 22, ""))], "");
    // The run lists once, and the report once; from then on no list can be had.
    let failing = |nth: u32| {
        format!(", {{method: GET, path: \"*/spectrum/apps\", nth: {nth}, effect: {{status: 400}}}}")
    };
    let faults = format!(
        "[{{method: POST, nth: 1, effect: {{delay_ms: 20000}}}}, {{method: POST, nth: 1, effect: {{stale_list: {{lists: 1}}}}}}{}]",
        (3..40).map(failing).collect::<String>()
    );
    let (sandbox, _simulator) = begun(&yaml, &faults);
    let begin = Instant::now();
    killed_once(&sandbox, || begin.elapsed() > Duration::from_secs(2));
    let (code, drift) = sandbox.json(&["drift"]);
    assert_eq!((code, &drift["complete"]), (1, &json!(false)), "{drift:#}");
    assert!(drift.to_string().contains("waiting for the outcome"), "{drift:#}");
}

#[test]
fn a_delete_that_lists_do_not_show_yet_is_known_by_its_id() {
    let yaml = |app: String| configuration(&[("example.com", app)], "");
    let faults = "[{method: DELETE, nth: 1, effect: {delay_ms: 20000}}, {method: DELETE, nth: 1, effect: {stale_list: {lists: 2}}}]";
    let (sandbox, simulator) = begun(&yaml(app("example.com", "a", 22, "")), faults);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let id = simulator.app_id("example.com", "h.example.com", "tcp/22");
    let path = format!("/zones/{}/spectrum/apps/{id}", simulator.zone("example.com"));
    sandbox.write("spectrum.yaml", yaml(fixed("example.com", "a", 22)));
    killed_once(&sandbox, || simulator.send("GET", &path, None).0 == 404);
    assert_eq!(offers(&sandbox), 1, "what the killed run deleted is offered");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
}

#[test]
fn a_foreign_application_is_not_taken_for_the_one_an_open_create_meant() {
    let yaml = configuration(&[("example.com", app("example.com", "a", 22, ""))], "");
    let faults = "[{method: POST, nth: 1, effect: {delay_ms: 20000}}, {method: POST, nth: 1, effect: reset_before_commit}]";
    let (sandbox, simulator) = begun(&yaml, faults);
    let begin = Instant::now();
    killed_once(&sandbox, || begin.elapsed() > Duration::from_secs(2));
    let body = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "h.example.com"}, "origin_direct": ["tcp://192.0.2.99:22"]});
    let zone = simulator.zone("example.com");
    simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&body));
    let refused = sandbox.run(&["apply", "--auto-approve"]).ends_with(4);
    assert!(refused.all().contains("adoption-differs"), "{}", refused.all());
    assert_eq!(simulator.apps("example.com")[0]["origin_direct"][0], "tcp://192.0.2.99:22");
}

#[test]
fn what_follows_a_damaged_line_is_unknown_and_nothing_is_deleted_for_it() {
    let both = format!("{}{}", app("example.com", "a", 22, ""), app("example.com", "b", 23, ""));
    let yaml =
        |apps: String| configuration(&[("example.com", apps)], "settings: {parallelism: 1}\n");
    let (sandbox, simulator) =
        begun(&yaml(both), "[{method: POST, nth: 2, effect: {delay_ms: 20000}}]");
    killed_once(&sandbox, || simulator.apps("example.com").len() == 2);
    let journal = sandbox.read("state/journal.jsonl");
    let lines: Vec<&str> = journal.lines().collect();
    let last = lines.len() - 1;
    let damaged = format!("{}\nnot a line\n{}\n", lines[..last].join("\n"), lines[last]);
    sandbox.write("state/journal.jsonl", damaged);
    sandbox.write("spectrum.yaml", yaml(app("example.com", "b", 23, "")));
    let refused = sandbox.run(&["apply", "--auto-approve", "--max-deletes", "5"]).ends_with(4);
    assert!(refused.all().contains("state-broken"), "{}", refused.all());
    assert!(refused.all().contains("unconfirmed"), "{}", refused.all());
    assert_eq!(simulator.apps("example.com").len(), 2);
    let is_aside = |name: &str| name.starts_with("journal.broken-");
    let names = std::fs::read_dir(sandbox.path("state")).unwrap();
    let names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| is_aside(name)), "{names:?}");
}

#[test]
fn losing_the_state_does_not_let_a_released_application_be_deleted() {
    let yaml = |more: &str| {
        configuration(&[("example.com", app("example.com", "keep", 22, ""))], "")
            .replace("    apps:\n", &format!("    unmanaged: delete\n    apps:\n{more}"))
    };
    let (sandbox, simulator) = begun(&yaml(&app("example.com", "free", 23, "")), "[]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["state", "rm", "example.com/free"]).ends_with(0);
    sandbox.remove("state/state.json");
    sandbox.write("spectrum.yaml", yaml(""));
    for _ in 0..3 {
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        assert_eq!(simulator.apps("example.com").len(), 2);
    }
}

#[test]
fn a_new_state_does_not_use_the_numbers_of_kept_versions_again() {
    let yaml =
        |more: &str| configuration(&[("example.com", app("example.com", "a", 22, more))], "");
    let (sandbox, _simulator) = begun(&yaml(""), "[]");
    for more in ["", ", ip_firewall: true", "", ", ip_firewall: true"] {
        sandbox.write("spectrum.yaml", yaml(more));
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    }
    sandbox.remove("state/state.json");
    sandbox.run(&["state", "rebuild"]).ends_with(0);
    for more in [", ip_firewall: true", ", ip_firewall: false"] {
        sandbox.write("spectrum.yaml", yaml(more));
        sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    }
    let names = std::fs::read_dir(sandbox.path("state/history")).unwrap();
    let serial = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.unwrap().file_name().to_string_lossy().rsplit_once('-').unwrap().1.to_owned()
    };
    let serials: Vec<String> = names.map(serial).collect();
    let unique: BTreeSet<&String> = serials.iter().collect();
    assert_eq!(unique.len(), serials.len(), "{serials:?}");
}

#[test]
fn a_refused_move_between_zones_is_offered_until_it_has_taken_effect() {
    let web = app("web.sub.example.com", "web", 8080, "");
    let zones = |com: String, sub: String| {
        configuration(&[("example.com", com), ("sub.example.com", sub)], "")
    };
    let keep = |zone: &str| app(&format!("keep.{zone}"), "keep", 99, "");
    // The parent had the hostname before the child zone was made.
    let mut sandbox = Sandbox::with(&configuration(
        &[("example.com", format!("{}{web}", keep("example.com")))],
        "",
    ));
    sandbox.write("before.yaml", "zones: [{name: example.com}]\n");
    sandbox.write("seed.yaml", "zones: [{name: example.com}, {name: sub.example.com}]\n");
    sandbox.write("faults.yaml", "[{method: POST, nth: 2, effect: {status: 400}}]");
    let simulator =
        Simulator::start(&sandbox, &["--world", "cloudflare.json", "--seed", "before.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    drop(simulator);
    let arguments =
        ["--world", "cloudflare.json", "--faults", "faults.yaml", "--seed", "seed.yaml"];
    let simulator = Simulator::start(&sandbox, &arguments);
    sandbox.connect(&simulator.base_url);
    sandbox.write(
        "spectrum.yaml",
        zones(keep("example.com"), format!("{}{web}", keep("sub.example.com"))),
    );
    let refused = sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    // The child zone owns the hostname now, so the parent cannot have it back: it is offered.
    assert!(refused.all().contains("OUTAGE: example.com/web was deleted"), "{}", refused.all());
    assert_eq!(offers(&sandbox), 1);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert_eq!(
        (simulator.apps("example.com").len(), simulator.apps("sub.example.com").len()),
        (1, 2)
    );
    assert_eq!(offers(&sandbox), 0);
}

#[test]
fn a_new_application_on_a_groups_hostname_does_not_stand_against_the_way_back() {
    let zone = |apps: String| configuration(&[("example.com", apps)], "");
    let line =
        |of: &dyn Fn(&str, &str, u32) -> String, n: u32| of("example.com", &format!("app-{n}"), n);
    let plain = |zone: &str, key: &str, port: u32| app(zone, key, port, "");
    let two = format!("{}{}", line(&plain, 1), line(&plain, 2));
    let three = format!("{}{}{}", line(&fixed, 1), line(&fixed, 2), line(&fixed, 3));
    let (sandbox, simulator) = begun(&zone(two), "[{method: POST, nth: 4, effect: {status: 400}}]");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", zone(three));
    let refused = sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    let live = simulator.apps("example.com");
    assert_eq!(live.len(), 2, "{}", refused.all());
    assert!(live.iter().all(|app| app["dns"]["type"] == "CNAME"), "{live:#?}");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 3);
}
