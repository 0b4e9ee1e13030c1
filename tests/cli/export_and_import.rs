//! Export and import: what is live becomes configuration and is taken under management, and a plan then finds nothing to do.

use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value as Json, json};

use crate::support::ZONE;
use crate::support::room::Room;

/// A live application as the API could answer it, old shapes included; the number keeps identities and ids apart.
fn live_app(number: usize) -> impl Strategy<Value = Json> {
    let host = prop_oneof![
        Just(format!("app{number}.example.com")),
        Just(format!("a_b.deep{number}.example.com")),
        Just(format!("{}.example.com", "x".repeat(60) + &format!("{number:03}"))),
        Just("shared.example.com".to_owned()),
        Just("example.com".to_owned()),
    ];
    let words = (
        prop_oneof![Just("off"), Just("flexible"), Just("full"), Just("strict")],
        prop_oneof![
            Just(json!("off")),
            Just(json!("v1")),
            Just(json!("v2")),
            Just(json!(false)),
            Just(json!(true))
        ],
        prop_oneof![Just("all"), Just("ipv4"), Just("ipv6"), Just("static"), Just("none")],
        prop_oneof![Just("direct"), Just("http"), Just("https"), Just("")],
    );
    let origin = prop_oneof![
        (1_u8..255).prop_map(|last| json!({"origin_direct": [format!("tcp://192.0.2.{last}:8000"), "tcp://[2001:DB8::1]:8000"]})),
        any::<u16>().prop_map(|part| json!({"origin_direct": [format!("tcp://[2001:db8:{part:x}::7]:1")]})),
        (600_u32..9000)
            .prop_map(|ttl| json!({"origin_dns": {"name": "Origin.example.com.", "type": "", "ttl": ttl}, "origin_port": "443"})),
        Just(json!({"origin_dns": "origin.example.com", "origin_port": 443})),
        Just(json!({"origin_worker_id": "worker-${NAME}", "traffic_type": "worker"})),
    ];
    let odd = prop_oneof![
        6 => Just(json!({})),
        1 => Just(json!({"argo_smart_routing": true, "ip_firewall": true})),
        1 => Just(json!({"spp": true, "ipv4": true})),
        1 => Just(json!({"tls": "quantum"})),
        1 => Just(json!({"later_feature": {"mode": [1, 2]}, "created_on": null})),
        1 => Just(json!({"virtual_network_id": "F174E90A-fafe-4643-bbbc-4a0ed4fc8415"})),
    ];
    (host, words, origin, odd).prop_map(move |(host, (tls, proxy, edge, traffic), origin, odd)| {
        let is_static = edge == "static";
        let edge_ips = match edge {
            "none" => json!(null),
            "static" => json!({"type": "static", "ips": ["198.51.100.9", "2001:DB8::9"]}),
            connectivity => json!({"type": "dynamic", "connectivity": connectivity}),
        };
        let mut app = json!({
            "id": format!("{:032x}", number + 1), "zone": "example.com", "protocol": protocol(number),
            "dns": {"type": if is_static { "ADDRESS" } else { "CNAME" }, "name": host},
            "tls": tls, "proxy_protocol": proxy, "edge_ips": edge_ips,
        });
        if !traffic.is_empty() {
            app["traffic_type"] = json!(traffic);
        }
        for fields in [origin, odd] {
            app.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        }
        let set: Map<String, Json> = app.as_object().unwrap().iter().filter(|(_, value)| !value.is_null()).map(own).collect();
        Json::Object(set)
    })
}

fn own((name, value): (&String, &Json)) -> (String, Json) {
    (name.clone(), value.clone())
}

/// Another port for each number, so that no two are the same application; the bare names once each.
fn protocol(number: usize) -> String {
    match number {
        0 => "ssh".to_owned(),
        1 => "rdp".to_owned(),
        2 => "minecraft".to_owned(),
        _ if number.is_multiple_of(7) => format!("udp/{}", 3000 + number),
        _ if number.is_multiple_of(5) => {
            format!("tcp/{0}-{1}", 30_000 + 4 * number, 30_002 + 4 * number)
        }
        _ => format!("tcp/{}", 4000 + number),
    }
}

/// So many applications, always the same.
fn world(count: usize, seed: u8) -> Vec<Json> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|number| live_app(number).new_tree(&mut runner).unwrap().current()).collect()
}

async fn holding(apps: &[Json]) -> Room {
    // JSON is YAML, which keeps every value as it is.
    Room::with(&json!({ "apps": apps }).to_string()).await
}

/// Exports everything, imports it into an empty state, and looks whether a plan has anything to do.
fn round_trip(room: &Room, count: usize) {
    room.run(&["export", "--zone", "example.com", "--out", "."]).exits(0);
    room.run(&["validate"]).exits(0);
    room.run(&["fmt", "--check"]).exits(0);
    let expanded = room.run(&["show", "--expand"]).exits(0).stdout;
    room.write("expanded.yaml", &expanded);
    room.run(&["-f", "expanded.yaml", "fmt", "--check"]).exits(0);
    let imported = room.run(&["import", "--all"]).exits(0);
    assert!(
        imported.stderr.contains(&format!("{count} applications imported")),
        "{}",
        imported.stderr
    );
    let plan = room.run(&["plan", "--format", "json", "--detailed-exitcode"]);
    let report = plan.json();
    assert_eq!(
        report["changes"],
        json!([]),
        "{}",
        std::fs::read_to_string(room.path("spectrum.yaml")).unwrap()
    );
    assert_eq!(
        (&report["summary"]["unchanged"], &report["unmanaged"]),
        (&json!(count), &json!([]))
    );
    plan.exits(0);
    room.run(&["drift"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_live_applications_are_exported_imported_and_planned_without_a_change() {
    let apps = world(1000, 1);
    round_trip(&holding(&apps).await, apps.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_live_in_a_small_world_is_exported_and_planned_without_a_change() {
    for seed in 2..14 {
        let apps = world(12, seed);
        round_trip(&holding(&apps).await, apps.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_answer_is_exported_as_little_as_possible() {
    let recorded = json!({
        "zone": "example.com", "created_on": "2025-04-15T18:11:22.484548Z", "dns": {"name": "ledfaootii.example.com", "type": "CNAME"},
        "edge_ips": {"connectivity": "all", "type": "dynamic"}, "id": "af93687c10dc4ebfa7d1e89595fade22", "ip_firewall": false,
        "modified_on": "2025-04-15T18:11:22.484548Z", "origin_direct": ["tcp://128.66.0.4:3389"], "protocol": "rdp",
        "proxy_protocol": "off", "tls": "off", "traffic_type": "direct",
    });
    let room = holding(&[recorded]).await;
    let yaml = room.run(&["export", "--zone", "example.com"]).exits(0).stdout;
    let expected = format!(
        "version: 1\nzones:\n  example.com:\n    id: {ZONE}\n    plan: enterprise\n    apps:\n      \
         # app af93687c10dc4ebfa7d1e89595fade22; created 2025-04-15T18:11:22.484548Z; modified 2025-04-15T18:11:22.484548Z\n      \
         ledfaootii-tcp-3389:\n        protocol: rdp\n        dns: {{name: ledfaootii.example.com, type: CNAME}}\n        \
         origin_direct: [\"tcp://128.66.0.4:3389\"]\n"
    );
    assert_eq!(yaml, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_a_comment_in_canonical_form() {
    let odd = |number: usize| {
        json!({"id": format!("{number:032x}"), "zone": "example.com", "protocol": "sctp/9",
            "dns": {"type": "CNAME", "name": "odd.example.com"}})
    };
    let plain = json!({"id": "f".repeat(32), "zone": "example.com", "protocol": "tcp/9",
        "dns": {"type": "CNAME", "name": "odd.example.com"}, "origin_direct": ["tcp://192.0.2.1:9"]});
    for apps in [vec![odd(1), odd(2)], vec![odd(1), plain, odd(2)]] {
        let room = holding(&apps).await;
        room.run(&["export", "--zone", "example.com", "--out", "."]).exits(0);
        let text = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
        assert_eq!(text.matches("# not written: app ").count(), 2, "{text}");
        room.run(&["fmt", "--check"]).exits(0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_overwrites_nothing() {
    let room = holding(&world(3, 1)).await;
    for (split, file) in [("zone", "out/example.com.yaml"), ("app", "out/example.com/zone.yaml")] {
        let arguments = ["export", "--zone", "example.com", "--split", split, "--out", "out"];
        room.run(&arguments).exits(0);
        let before = std::fs::read(room.path(file)).unwrap();
        assert!(room.run(&arguments).exits(1).stderr.contains("exists already"));
        assert_eq!(std::fs::read(room.path(file)).unwrap(), before);
        room.run(&["-f", "out", "validate"]).exits(0);
        room.run(&["-f", "out", "fmt", "--check"]).exits(0);
        std::fs::remove_dir_all(room.path("out")).unwrap();
    }
}

const SSH: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]";

#[tokio::test(flavor = "multi_thread")]
async fn into_an_existing_configuration_only_what_it_lacks_is_exported_without_its_defaults() {
    let room = Room::new().await;
    room.configure(SSH);
    let text = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    room.write(
        "spectrum.yaml",
        &text.replace("    apps:", "    defaults: {tls: full, ip_firewall: true}\n    apps:"),
    );
    room.run(&["apply", "--auto-approve"]).exits(0);
    let web = json!({"protocol": "tcp/443", "dns": {"type": "CNAME", "name": "web.example.com"}, "origin_direct": ["tcp://192.0.2.2:443"], "tls": "strict"});
    room.create(&web);
    let yaml = room.run(&["export"]).exits(0).stdout;
    assert!(
        yaml.contains("web-tcp-443:")
            && yaml.contains("tls: strict")
            && yaml.contains("ip_firewall: ~"),
        "{yaml}"
    );
    assert!(!yaml.contains("ssh.example.com") && !yaml.contains("plan:"), "{yaml}");
    room.run(&["export", "--out", "more"]).exits(0);
    room.run(&["-f", "spectrum.yaml", "-f", "more", "import", "--all"]).exits(0);
    room.run(&["-f", "spectrum.yaml", "-f", "more", "plan", "--detailed-exitcode"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_not_configured_is_refused_with_the_yaml_and_written_on_demand() {
    let room = Room::new().await;
    let configuration = "version: 1\nzones:\n  example.com:   # ours\n    apps:\n      # the shell\n      ssh:\n        protocol: tcp/22\n        \
                         dns: {type: CNAME, name: ssh.example.com}\n        origin_direct: [\n          \"tcp://192.0.2.1:22\",\n        ]  # by hand\n";
    room.write("spectrum.yaml", configuration);
    let web = json!({"protocol": "tcp/443", "dns": {"type": "CNAME", "name": "web.example.com"}, "origin_direct": ["tcp://192.0.2.2:443"]});
    let id = room.create(&web)["id"].as_str().unwrap().to_owned();
    let wide = [("COLUMNS", "400")];
    let refused = room.run_with(&["import", "example.com/web", &id], &wide).exits(3).stderr;
    let (_, snippet) = refused.split_once("with --write:\n").unwrap();
    let margin = snippet.len() - snippet.trim_start().len();
    let lines = snippet.lines().map_while(|line| line.get(margin..));
    let snippet: String = lines.map(|line| format!("{line}\n")).collect();
    assert!(snippet.contains("      web:\n        protocol: tcp/443\n"), "{refused}");
    room.write("snippet.yaml", &snippet);
    room.run(&["-f", "snippet.yaml", "fmt", "--check"]).exits(0);
    assert!(!room.path("state/state.json").exists());
    room.run(&["import", "example.com/web", &id, "--write", "spectrum.yaml"]).exits(0);
    let written = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    assert!(
        written.starts_with(configuration)
            && written.contains("      web:\n        protocol: tcp/443\n"),
        "{written}"
    );
    let report = room.run(&["plan", "--format", "json"]).exits(0).json();
    assert_eq!(
        (
            &report["summary"]["create"],
            &report["summary"]["unchanged"],
            &report["changes"].as_array().unwrap().len()
        ),
        (&json!(1), &json!(1), &1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_written_into_every_kind_of_file_or_none() {
    let room = Room::new().await;
    let web = json!({"protocol": "tcp/443", "dns": {"type": "CNAME", "name": "web.example.com"}, "origin_direct": ["tcp://192.0.2.2:443"]});
    let id = room.create(&web)["id"].as_str().unwrap().to_owned();
    for before in [
        "version: 1\nzones: {example.com: {apps: {}}}\n",
        "zones:\n  example.com: {apps: {a: {protocol: tcp/1, dns: {type: CNAME, name: a.example.com}, origin_direct: ['tcp://192.0.2.1:1']}}}\n",
    ] {
        room.write("spectrum.yaml", before);
        let refused = room
            .run(&["import", "example.com/web", &id, "--write", "spectrum.yaml"])
            .exits(3)
            .stderr;
        assert!(refused.contains("cannot be") || refused.contains("safely"), "{refused}");
        assert_eq!(std::fs::read_to_string(room.path("spectrum.yaml")).unwrap(), before);
    }
    for before in [
        "version: 1\nzones:\n  example.com:\n    apps:\n",
        "version: 1\nzones:\n  example.com:\n    unmanaged: report\n\n# the end",
        "version: 1\nzones:\n  example.org: {}\naccount: 01a7362d577a6c3019a474fd6f485823\n",
        "version: 1 # only that\n",
    ] {
        room.write("spectrum.yaml", before);
        std::fs::remove_dir_all(room.path("state")).unwrap_or_default();
        let is_canonical = room.run(&["fmt", "--check"]).code == 0;
        let run = room.run(&["import", "example.com/web", &id, "--write", "spectrum.yaml"]);
        assert_eq!(run.code, 0, "{before}\n{}", run.stderr);
        let stays = !is_canonical || room.run(&["fmt", "--check"]).code == 0;
        assert!(stays, "{before}{}", std::fs::read_to_string(room.path("spectrum.yaml")).unwrap());
        let written = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
        assert!(before.lines().all(|line| written.lines().any(|kept| kept == line)), "{written}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_matches_by_identity_only_is_not_imported_with_the_rest() {
    let room = Room::new().await;
    room.configure(SSH);
    let other = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}, "origin_direct": ["tcp://192.0.2.9:22"]});
    let id = room.create(&other)["id"].as_str().unwrap().to_owned();
    assert!(
        room.run(&["import", "--all"]).exits(6).stderr.contains("not imported: example.com/app")
    );
    assert!(!room.path("state/state.json").exists());
    room.run(&["import", "example.com/app", &id]).exits(0);
    let report = room.run(&["plan", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&report["changes"][0]["action"], &report["changes"][0]["fields"][0]["path"]),
        (&json!("update"), &json!("origin_direct"))
    );
    room.run(&["import", "example.com/app", "00000000000000000000000000000000"]).exits(3);
}
