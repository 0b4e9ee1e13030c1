//! Fields of live applications that this version does not know, such as counters: they make nothing stale, differ from nothing, and are
//! sent back only where the zone takes them.

use serde_json::{Value as Json, json};

use crate::support::room::Room;
use crate::support::{Sandbox, Simulator};

const APP: &str = "af93687c10dc4ebfa7d1e89595fade22";

/// The application with what the API counts.
fn seed(connections: u32, tls: &str) -> String {
    let app = json!({"id": APP, "zone": "example.com", "protocol": "tcp/22", "tls": tls,
        "dns": {"type": "CNAME", "name": "app.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"],
        "edge_ips": {"type": "dynamic", "connectivity": "all", "ips": []},
        "connections": connections, "last_seen_on": format!("2026-11-30T10:00:{connections:02}Z")});
    json!({"apps": [app]}).to_string()
}

const FIELDS: &str = "protocol: tcp/22\ndns: {type: CNAME, name: app.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]";

async fn managed() -> Room {
    let room = Room::with(&seed(1, "off")).await;
    room.configure(FIELDS);
    room.run(&["import", "--all"]).exits(0);
    room
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_and_times_are_no_drift_and_make_no_saved_plan_stale() {
    let room = managed().await;
    room.configure(&format!("{FIELDS}\ntls: full"));
    let before = room.run(&["plan", "--out", "saved", "--format", "json"]).exits(0).json();
    room.load(&seed(2, "off"));
    let after = room.run(&["plan", "--format", "json"]).exits(0).json();
    assert_eq!(before["digest"], after["digest"]);
    room.run(&["drift"]).exits(0);
    room.run(&["apply", "saved"]).exits(0);
    let app = room.app();
    assert_eq!((&app["tls"], &app["connections"]), (&json!("full"), &json!(2)), "{app:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_known_makes_the_same_plan_stale() {
    let room = managed().await;
    room.configure(&format!("{FIELDS}\ntls: full"));
    room.run(&["plan", "--out", "saved"]).exits(0);
    room.load(&seed(2, "strict"));
    room.run(&["apply", "saved"]).exits(5);
    assert_eq!(room.app()["tls"], "strict");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_of_addresses_is_no_difference() {
    let room = managed().await;
    room.run(&["plan", "--detailed-exitcode"]).exits(0);
    room.run(&["drift"]).exits(0);
    room.configure(&format!("{FIELDS}\nedge_ips: {{type: dynamic, connectivity: all, ips: []}}"));
    room.run(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_zone_whose_plan_is_not_known_is_sent_only_what_its_answers_show_that_it_takes() {
    for (plan, keeps) in [("pro", false), ("enterprise", true)] {
        let mut sandbox = Sandbox::new();
        let mut app: Json =
            serde_json::from_str::<Json>(&seed(1, "off")).unwrap()["apps"][0].clone();
        if plan == "pro" {
            let fields = app.as_object_mut().unwrap();
            fields.retain(|name, _| !["tls", "edge_ips"].contains(&name.as_str()));
        }
        let zones = json!([{"name": "example.com", "plan": plan}]);
        sandbox.write("seed.yaml", json!({"zones": zones, "apps": [app]}).to_string());
        sandbox.write("faults.yaml", r#"[{path: "*/zones*", effect: {drop_field: plan}}]"#);
        let arguments = ["--seed", "seed.yaml", "--faults", "faults.yaml"];
        let simulator = Simulator::start(&sandbox, &arguments);
        sandbox.connect(&simulator.base_url);
        let configuration = |origin: &str| {
            let fields = FIELDS.replace("192.0.2.1", origin).replace('\n', "\n        ");
            format!("version: 1\nzones:\n  example.com:\n    apps:\n      app:\n        {fields}\n")
        };
        sandbox.write("spectrum.yaml", configuration("192.0.2.1"));
        sandbox.run(&["import", "--all"]).ends_with(0);
        sandbox.write("spectrum.yaml", configuration("192.0.2.9"));
        let applied = sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
        assert!(!applied.stdout.contains("10012"), "{applied:?}");
        let app = &simulator.apps("example.com")[0];
        assert_eq!(app["origin_direct"], json!(["tcp://192.0.2.9:22"]));
        assert_eq!(app["connections"] == json!(1), keeps, "{plan}: {app:#}");
    }
}
