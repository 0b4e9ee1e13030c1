//! Every folder under `examples/`, through the real binary and its simulator: created, found unchanged, one field changed, deleted
//! behind the tool's back and created again.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::support::{Sandbox, Simulator, copy_folder, folders, repository};

/// What is changed in an example: the file, the text that is replaced and by what, and the field and address in which that shows.
struct StateChange {
    example: &'static str,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    address: &'static str,
    path: &'static str,
    before: fn() -> Json,
    after: fn() -> Json,
}

const EDITS: [StateChange; 14] = [
    StateChange {
        example: "byoip-static",
        file: "spectrum.yaml",
        from: "udp://192.0.2.60:5060",
        to: "udp://192.0.2.61:5060",
        address: "example.com/sip",
        path: "origin_direct",
        before: || json!(["udp://192.0.2.60:5060"]),
        after: || json!(["udp://192.0.2.61:5060"]),
    },
    StateChange {
        example: "dns-origin",
        file: "spectrum.yaml",
        from: "ttl: 1200 ",
        to: "ttl: 900 ",
        address: "example.com/ssh",
        path: "origin_dns.ttl",
        before: || json!(1200),
        after: || json!(900),
    },
    StateChange {
        example: "ipv6-origin",
        file: "spectrum.yaml",
        from: "tcp://[2001:db8::1]:443",
        to: "tcp://[2001:db8::2]:443",
        address: "example.com/https",
        path: "origin_direct",
        before: || json!(["tcp://[2001:db8::1]:443"]),
        after: || json!(["tcp://[2001:db8::2]:443"]),
    },
    StateChange {
        example: "load-balancer-origin",
        file: "spectrum.yaml",
        from: "origin_port: 6432",
        to: "origin_port: 6433",
        address: "example.com/postgres",
        path: "origin_port",
        before: || json!(6432),
        after: || json!(6433),
    },
    StateChange {
        example: "pay-as-you-go",
        file: "spectrum.yaml",
        from: "tcp://192.0.2.3:3389",
        to: "tcp://192.0.2.4:3389",
        address: "example.net/desktop",
        path: "origin_direct",
        before: || json!(["tcp://192.0.2.3:3389"]),
        after: || json!(["tcp://192.0.2.4:3389"]),
    },
    StateChange {
        example: "port-range",
        file: "spectrum.yaml",
        from: "tcp://192.0.2.1:3000-4000",
        to: "tcp://192.0.2.1:5000-6000",
        address: "example.com/shifted",
        path: "origin_direct",
        before: || json!(["tcp://192.0.2.1:3000-4000"]),
        after: || json!(["tcp://192.0.2.1:5000-6000"]),
    },
    StateChange {
        example: "quickstart",
        file: "spectrum.yaml",
        from: "tls: strict",
        to: "tls: full",
        address: "example.com/shop",
        path: "tls",
        before: || json!("strict"),
        after: || json!("full"),
    },
    StateChange {
        example: "shared-hostname",
        file: "spectrum.yaml",
        from: "ip_firewall: true",
        to: "ip_firewall: false",
        address: "example.com/ssh",
        path: "ip_firewall",
        before: || json!(true),
        after: || json!(false),
    },
    StateChange {
        example: "single-port",
        file: "spectrum.yaml",
        from: "argo_smart_routing: true",
        to: "argo_smart_routing: false",
        address: "example.com/ssh",
        path: "argo_smart_routing",
        before: || json!(true),
        after: || json!(false),
    },
    StateChange {
        example: "team-files",
        file: "teams/payments.yaml",
        from: "tls: strict",
        to: "tls: flexible",
        address: "example.com/terminals",
        path: "tls",
        before: || json!("strict"),
        after: || json!("flexible"),
    },
    StateChange {
        example: "udp-simple-proxy-protocol",
        file: "spectrum.yaml",
        from: "origin_direct: [\"udp://192.0.2.53:53\"]\n        proxy_protocol: simple",
        to: "origin_direct: [\"udp://192.0.2.53:53\"]\n        proxy_protocol: v2",
        address: "example.com/resolver",
        path: "proxy_protocol",
        before: || json!("simple"),
        after: || json!("v2"),
    },
    StateChange {
        example: "variables",
        file: "spectrum.yaml",
        from: "dns: {type: CNAME, name: ssh.example.com}",
        to: "dns: {type: CNAME, name: ssh.example.com}\n        tls: flexible",
        address: "example.com/ssh",
        path: "tls",
        before: || json!("off"),
        after: || json!("flexible"),
    },
    StateChange {
        example: "virtual-network",
        file: "spectrum.yaml",
        from: "udp://203.0.113.25:8125",
        to: "udp://203.0.113.26:8125",
        address: "example.com/metrics",
        path: "origin_direct",
        before: || json!(["udp://203.0.113.25:8125"]),
        after: || json!(["udp://203.0.113.26:8125"]),
    },
    StateChange {
        example: "web-https",
        file: "spectrum.yaml",
        from: "tls: strict",
        to: "tls: flexible",
        address: "example.com/https",
        path: "tls",
        before: || json!("strict"),
        after: || json!("flexible"),
    },
];

/// An example in a folder of its own, where each command works on it.
struct Example {
    sandbox: Sandbox,
    name: &'static str,
}

impl Example {
    fn of(name: &'static str) -> Self {
        let sandbox = Sandbox::new();
        copy_folder(&repository().join("examples").join(name), &sandbox.path(name));
        Example { sandbox, name }
    }

    fn plan(&self) -> Json {
        let (code, plan) =
            self.sandbox.json(&["-f", self.name, "--sim", "plan", "--detailed-exitcode"]);
        let changes = plan["changes"].as_array().expect("a plan lists its changes").len();
        assert_eq!(code, if changes == 0 { 0 } else { 2 }, "{}: {plan:#}", self.name);
        assert_eq!(
            (&plan["complete"], &plan["simulated"]),
            (&json!(true), &json!(true)),
            "{}: {plan:#}",
            self.name
        );
        plan
    }

    fn apply(&self) {
        self.sandbox.run(&["-f", self.name, "--sim", "apply", "--auto-approve"]).ends_with(0);
    }

    fn assert_nothing_to_do(&self) {
        assert_eq!(self.plan()["changes"], json!([]), "{}", self.name);
        let text = self.sandbox.run(&["-f", self.name, "--sim", "plan"]).ends_with(0).stdout;
        assert!(text.contains("No changes"), "{text}");
    }

    /// Deletes an application in the world that the simulator has kept, without a word to the tool.
    fn delete_behind_the_back(&self, app_id: &str, zone_id: &str) {
        let world = format!("{}/state/sim/world.json", self.name);
        let simulator = Simulator::start(&self.sandbox, &["--world", &world]);
        simulator.must("DELETE", &format!("/zones/{zone_id}/spectrum/apps/{app_id}"), None);
    }
}

fn text<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_else(|| panic!("no {key} in {json:#}"))
}

/// The one change of a plan.
fn only_change(plan: &Json) -> &Json {
    let [change] = plan["changes"].as_array().expect("a list").as_slice() else {
        panic!("one change and no other: {plan:#}")
    };
    change
}

fn is_created_and_then_unchanged(example: &Example) {
    let plan = example.plan();
    let changes = plan["changes"].as_array().expect("a list");
    assert!(!changes.is_empty(), "{} holds an application", example.name);
    for change in changes {
        assert_eq!(
            (text(change, "action"), text(change, "reason")),
            ("create", "not_found"),
            "{}",
            example.name
        );
    }
    example.apply();
    example.assert_nothing_to_do();
}

fn shows_exactly_the_changed_field(example: &Example, edit: &StateChange) {
    example.sandbox.edit(&format!("{}/{}", edit.example, edit.file), edit.from, edit.to);
    let plan = example.plan();
    let change = only_change(&plan);
    let shown = json!({"address": change["address"], "action": change["action"], "reason": change["reason"]});
    assert_eq!(shown, json!({"address": edit.address, "action": "update", "reason": "differs"}));
    let [field] = change["fields"].as_array().expect("a list").as_slice() else {
        panic!("one field and no other: {plan:#}")
    };
    let shown = json!([
        field["path"],
        field["before"],
        field["after"],
        field["cause"],
        field["forces_replace"]
    ]);
    assert_eq!(
        shown,
        json!([edit.path, (edit.before)(), (edit.after)(), "config", false]),
        "{}",
        example.name
    );
    example.apply();
    example.assert_nothing_to_do();
}

fn is_created_again_after_a_deletion_outside(example: &Example, edit: &StateChange) {
    let world: Json = serde_json::from_str(
        &example.sandbox.read(&format!("{}/state/sim/world.json", example.name)),
    )
    .unwrap();
    let state: Json = serde_json::from_str(
        &example.sandbox.read(&format!("{}/state/sim/state.json", example.name)),
    )
    .unwrap();
    let recorded = &state["apps"][edit.address];
    assert!(world["apps"][text(recorded, "id")].is_object(), "what is recorded is in the world");
    example.delete_behind_the_back(text(recorded, "id"), text(recorded, "zone_id"));
    let plan = example.plan();
    let change = only_change(&plan);
    assert_eq!(
        (text(change, "address"), text(change, "action"), text(change, "reason")),
        (edit.address, "create", "deleted_outside")
    );
    example.apply();
    example.assert_nothing_to_do();
}

#[test]
fn every_example_has_a_change_to_try() {
    let folders = folders(&repository().join("examples"));
    let names: Vec<_> = folders
        .iter()
        .filter_map(|path: &std::path::PathBuf| Path::file_name(path)?.to_str())
        .collect();
    assert_eq!(names, EDITS.iter().map(|edit| edit.example).collect::<Vec<_>>());
}

#[test]
fn every_example_is_created_changed_and_created_again() {
    for edit in &EDITS {
        let example = Example::of(edit.example);
        is_created_and_then_unchanged(&example);
        shows_exactly_the_changed_field(&example, edit);
        is_created_again_after_a_deletion_outside(&example, edit);
    }
}

#[test]
fn every_example_is_valid_and_in_its_readme() {
    for edit in &EDITS {
        let example = Example::of(edit.example);
        let (code, findings) = example.sandbox.json(&["-f", edit.example, "validate", "--strict"]);
        assert_eq!((code, &findings["findings"]), (0, &json!([])), "{}", edit.example);
        let readme = example.sandbox.read(&format!("{}/README.md", edit.example));
        assert!(
            readme.contains(&format!("-f examples/{} --sim plan", edit.example)),
            "the README of {} says how to plan it",
            edit.example
        );
    }
}

#[test]
fn every_readme_shows_the_plan_as_it_is_printed() {
    let sandbox = Sandbox::new();
    copy_folder(&repository().join("examples"), &sandbox.path("examples"));
    for edit in &EDITS {
        let folder = format!("examples/{}", edit.example);
        let plan = sandbox.run(&["-f", &folder, "--sim", "plan"]).ends_with(0);
        assert!(
            sandbox.read(&format!("{folder}/README.md")).contains(plan.stdout.trim_end()),
            "{folder}/README.md does not show\n{}",
            plan.stdout
        );
    }
}
