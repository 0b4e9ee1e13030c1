//! `export --fold`: applications that differ in port or hostname only become one with `each`, and a plan of what was written is empty.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value as Json, json};

use crate::support::room::Room;

fn app(number: usize, host: &str, protocol: &str, origin: &str) -> Json {
    json!({
        "id": format!("{number:032x}"), "zone": "example.com", "protocol": protocol, "dns": {"type": "CNAME", "name": host},
        "origin_direct": [origin], "edge_ips": {"type": "dynamic", "connectivity": "all"}, "traffic_type": "direct", "tls": "off",
        "proxy_protocol": "off", "ip_firewall": false,
    })
}

async fn holding(apps: &[Json]) -> Room {
    Room::with(&json!({ "apps": apps }).to_string()).await
}

/// Exports everything folded, imports it into an empty state, and looks whether a plan has anything to do.
fn round_trip(room: &Room, count: usize) -> String {
    room.run(&["export", "--fold", "--zone", "example.com", "--out", "."]).exits(0);
    let text = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    room.run(&["validate"]).exits(0);
    room.run(&["fmt", "--check"]).exits(0);
    let imported = room.run(&["import", "--all"]).exits(0);
    let told = format!("{count} applications imported");
    assert!(imported.stderr.contains(&told), "{}\n{text}", imported.stderr);
    let plan = room.run(&["plan", "--format", "json", "--detailed-exitcode"]);
    let report = plan.json();
    assert_eq!((&report["changes"], &report["unmanaged"]), (&json!([]), &json!([])), "{text}");
    assert_eq!(report["summary"]["unchanged"], json!(count));
    plan.exits(0);
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn ports_hosts_and_their_product_are_folded_and_what_differs_otherwise_is_not() {
    let mut apps: Vec<Json> = [21, 22, 50000, 50001, 50002]
        .iter()
        .map(|port| (format!("tcp/{port}"), format!("tcp://192.0.2.1:{port}")))
        .enumerate()
        .map(|(number, (protocol, origin))| app(number, "ftp.example.com", &protocol, &origin))
        .collect();
    for host in ["eu", "us"] {
        for port in ["7777", "7778"] {
            let name = format!("{host}.game.example.com");
            let origin = format!("udp://192.0.2.2:{port}");
            apps.push(app(apps.len(), &name, &format!("udp/{port}"), &origin));
        }
        let name = format!("{host}.relay.example.com");
        apps.push(app(apps.len(), &name, "udp/40000-40999", "udp://192.0.2.3:40000-40999"));
    }
    apps.push(app(apps.len(), "alone.example.com", "tcp/443", "tcp://192.0.2.4:8443"));
    apps.push(app(apps.len(), "example.com", "tcp/25", "tcp://192.0.2.5:25"));
    let room = holding(&apps).await;
    let text = round_trip(&room, apps.len());
    for block in [
        "      # 5 applications\n      ftp-tcp:\n        each:\n          port: [21, 22, 50000-50002]\n",
        "      # 4 applications\n      udp:\n        each:\n          host: [eu.game, us.game]\n          port: [7777, 7778]\n        protocol: \"udp/${each.port}\"\n",
        "        dns: {name: \"${each.host}.${zone}\", type: CNAME}\n",
        "      # 2 applications\n      udp-40000-40999:\n",
        "      alone-tcp-443:\n",
        "      apex-tcp-25:\n",
    ] {
        assert!(text.contains(block), "{block}\nis not in\n{text}");
    }
    let ran = room.run(&["show", "--expand"]).exits(0);
    assert_eq!(ran.stdout.matches("protocol:").count(), apps.len(), "{}", ran.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_live_is_folded_and_planned_without_a_change() {
    let hosts =
        ["a.example.com", "b.example.com", "c.d.example.com", "example.com", "_x.example.com"];
    let strategy = prop::collection::btree_map(
        (0_usize..hosts.len(), 1_u16..8),
        (any::<bool>(), 0_u16..3, 0_u8..2),
        1..30,
    );
    for seed in 0..8 {
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let chosen = strategy.new_tree(&mut runner).unwrap().current();
        let apps: Vec<Json> = chosen
            .iter()
            .enumerate()
            .map(|(number, ((host, port), (udp, shift, last)))| {
                let transport = if *udp { "udp" } else { "tcp" };
                let (edge, origin) = (100 + port * 10, 100 + port * 10 + shift);
                let origin = format!("{transport}://192.0.2.{last}:{origin}");
                app(number, hosts[*host], &format!("{transport}/{edge}"), &origin)
            })
            .collect();
        round_trip(&holding(&apps).await, apps.len());
    }
}
