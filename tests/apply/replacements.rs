//! A replacement that is killed before, between and after its calls, whatever stood there before: what is gone is offered under every
//! address that it may be asked for by, and in the end the replacement is there.
#![cfg(unix)]

use serde_json::json;

use super::killed::{app, begun, configuration, fixed, ids, killed_once, offers};
use crate::support::Simulator;

/// What stands before a replacement, and what is written for it.
struct Replacement {
    name: &'static str,
    /// The application that replaces the first one.
    after: String,
    /// Lines at the top of the configuration.
    more: &'static str,
    /// Whether the state gets lost first.
    forgets: bool,
    /// Whether somebody deletes the application and creates it again first.
    recreated: bool,
    /// The address by which it is asked for.
    asked: &'static str,
}

fn replacements() -> [Replacement; 5] {
    let of = |name, key, more, asked| Replacement {
        name,
        after: fixed("example.com", key, 22),
        more,
        forgets: false,
        recreated: false,
        asked,
    };
    let (a, b) = ("example.com/a", "example.com/b");
    let adopts = "settings: {adopt: true}\n";
    [
        of("plain", "a", "", a),
        of("renamed", "b", "", a),
        of("moved", "b", "moved: [{from: example.com/a, to: example.com/b}]\n", b),
        Replacement { forgets: true, ..of("adopted", "a", adopts, a) },
        Replacement { recreated: true, ..of("recreated outside", "a", adopts, a) },
    ]
}

/// Where a run is killed: the faults that hold it there, by the number of the delete and of the create.
const KILLS: [(&str, &str); 3] = [
    (
        "before the delete",
        "[{method: DELETE, nth: DELETES, effect: {delay_ms: 20000}}, {method: DELETE, nth: DELETES, effect: reset_before_commit}]",
    ),
    ("between", "[{method: DELETE, nth: DELETES, effect: {delay_ms: 20000}}]"),
    ("after the create", "[{method: POST, nth: POSTS, effect: {delay_ms: 20000}}]"),
];

fn recreate(simulator: &Simulator) {
    let path = format!("/zones/{}/spectrum/apps", simulator.zone("example.com"));
    let app = simulator.apps("example.com").remove(0);
    simulator.must("DELETE", &format!("{path}/{}", app["id"].as_str().unwrap()), None);
    let mut body = app;
    for key in ["id", "created_on", "modified_on"] {
        body.as_object_mut().unwrap().remove(key);
    }
    simulator.must("POST", &path, Some(&body));
}

/// One replacement that is killed at one place: what is gone is offered and comes back, and in the end the replacement is there.
fn killed_and_completed(replacement: &Replacement, (kill, faults): (&str, &str)) {
    let case = format!("{}, killed {kill}", replacement.name);
    let outside = u32::from(replacement.recreated);
    let faults = faults
        .replace("DELETES", &(1 + outside).to_string())
        .replace("POSTS", &(2 + outside).to_string());
    let plain = app("example.com", "a", 22, "");
    let (sandbox, simulator) = begun(&configuration(&[("example.com", plain)], ""), &faults);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    if replacement.forgets {
        sandbox.remove("state/state.json");
    }
    if replacement.recreated {
        recreate(&simulator);
    }
    let before = ids(&simulator, "example.com");
    let after = configuration(&[("example.com", replacement.after.clone())], replacement.more);
    sandbox.write("spectrum.yaml", after);
    let has_begun = || {
        let journal = std::fs::read_to_string(sandbox.path("state/journal.jsonl"));
        journal.is_ok_and(|journal| journal.contains("\"action\":\"replace\""))
    };
    killed_once(&sandbox, || {
        let now = ids(&simulator, "example.com");
        match kill {
            "before the delete" => has_begun() && now == before,
            "between" => now.is_empty(),
            _ => now.is_disjoint(&before) && now.len() == 1,
        }
    });
    let is_down = kill == "between";
    assert_eq!(offers(&sandbox), usize::from(is_down), "{case}");
    if is_down {
        sandbox.run(&["apply", "--auto-approve", "--restore", replacement.asked]).ends_with(0);
        assert_eq!(simulator.apps("example.com").len(), 1, "{case}");
        assert_eq!(offers(&sandbox), 0, "{case}");
    }
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    let live = simulator.apps("example.com");
    assert_eq!((live.len(), &live[0]["dns"]["type"]), (1, &json!("ADDRESS")), "{case}");
    assert_eq!(offers(&sandbox), 0, "{case}");
}

#[test]
fn what_was_deleted_is_offered_under_every_address_it_had() {
    for replacement in replacements() {
        for kill in KILLS {
            killed_and_completed(&replacement, kill);
        }
    }
}
