//! A zone that was deleted from the account: said, not forgotten, and no hindrance to the others.

use serde_json::{Value as Json, json};

use crate::support::{Sandbox, Simulator};

const ONE: &str = "11111111111111111111111111111111";
const TWO: &str = "22222222222222222222222222222222";

fn zones(names: &[(&str, &str)]) -> Json {
    let zone = |(name, id): &(&str, &str)| json!({"name": name, "id": id});
    json!(names.iter().map(zone).collect::<Vec<_>>())
}

fn configuration(names: &[&str], tls: &str) -> String {
    let zone = |name: &&str| {
        format!(
            "  {name}:\n    plan: enterprise\n    apps:\n      ssh: {{protocol: tcp/22, dns: {{type: CNAME, name: ssh.{name}}}, \
             origin_direct: [\"tcp://192.0.2.1:22\"], tls: {tls}}}\n"
        )
    };
    format!("version: 1\nzones:\n{}", names.iter().map(zone).collect::<String>())
}

/// A sandbox that was applied to two zones, and what is live in the first.
fn applied() -> (Sandbox, Vec<Json>) {
    let mut sandbox = Sandbox::with(&configuration(&["example.com", "example.net"], "off"));
    let seed = json!({"zones": zones(&[("example.com", ONE), ("example.net", TWO)])});
    sandbox.write("seed.yaml", seed.to_string());
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let mut live = simulator.apps("example.com");
    live.iter_mut().for_each(|app| app["zone"] = json!("example.com"));
    (sandbox, live)
}

/// The account without the second zone, with further arguments of the simulator.
fn without(sandbox: &mut Sandbox, live: &[Json], arguments: &[&str]) -> Simulator {
    let seed = json!({"zones": zones(&[("example.com", ONE)]), "apps": live});
    sandbox.write("seed.yaml", seed.to_string());
    let simulator = Simulator::start(sandbox, &[&["--seed", "seed.yaml"], arguments].concat());
    sandbox.connect(&simulator.base_url);
    simulator
}

#[test]
fn a_deleted_zone_is_said_and_the_others_go_on() {
    let (mut sandbox, live) = applied();
    let simulator = without(&mut sandbox, &live, &[]);
    sandbox.write("spectrum.yaml", configuration(&["example.com"], "off"));
    let plan = sandbox.run(&["plan"]).ends_with(0);
    let said = format!(
        "the zone example.net ({TWO}) is no longer in the account; it has 1 recorded application"
    );
    assert!(plan.stderr.contains(&said) || plan.stdout.contains(&said), "{plan:?}");
    sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(2);
    let (_, json) = sandbox.json(&["plan"]);
    assert_eq!((&json["complete"], &json["unread"]), (&json!(false), &json!([])), "{json:#}");
    sandbox.write("spectrum.yaml", configuration(&["example.com"], "full"));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    assert_eq!(simulator.apps("example.com")[0]["tls"], "full");
    let listed = sandbox.run(&["state", "list"]).ends_with(0).stdout;
    assert!(listed.contains("example.net/ssh"), "nothing is forgotten: {listed}");
    sandbox.run(&["drift"]).ends_with(1);
    sandbox.run(&["plan", "--zone", "exmaple.net"]).ends_with(64);
    sandbox.run(&["state", "rm", "example.net/*"]).ends_with(0);
    let plan = sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert!(!plan.stdout.contains("example.net") && plan.stderr.is_empty(), "{plan:?}");
}

#[test]
fn a_zone_that_the_token_does_not_see_still_holds_everything_up() {
    let (mut sandbox, live) = applied();
    let id = format!("*/zones/{TWO}");
    let faults = [
        // The id is refused, and not unknown.
        json!([{"path": id, "effect": {"status": 403}}]),
        // The list of zones cannot be read.
        json!([{"path": "*/zones", "effect": {"status": 403}}]),
    ];
    sandbox.write("spectrum.yaml", configuration(&["example.com"], "full"));
    for faults in faults {
        sandbox.write("faults.yaml", faults.to_string());
        // The id of the first zone is known, so that it is read without the list.
        let simulator = without(&mut sandbox, &live, &["--faults", "faults.yaml"]);
        let text = configuration(&["example.com"], "full")
            .replace("    plan:", &format!("    id: {ONE}\n    plan:"));
        sandbox.write("spectrum.yaml", text);
        let apply = sandbox.run(&["apply", "--auto-approve"]).ends_with(1);
        assert!(!apply.stdout.contains("zone-gone"), "{apply:?}");
        let path = format!("/zones/{ONE}/spectrum/apps");
        assert_eq!(simulator.must("GET", &path, None)[0]["tls"], "off", "{faults}");
    }
    // The configuration names the zone: what is wanted there cannot be, which is for people to settle.
    let _simulator = without(&mut sandbox, &live, &[]);
    sandbox.write("spectrum.yaml", configuration(&["example.com", "example.net"], "full"));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(1);
}
