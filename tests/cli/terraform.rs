//! `export --from terraform`: the states that four versions of the provider have written, and what is wrong in them.

use serde_json::{Value as Json, json};

use crate::support::ZONE;
use crate::support::room::{Room, Run};

const APP: &str = "af93687c10dc4ebfa7d1e89595fade22";

/// A resource at an address, with these attributes in place of the usual ones.
fn resource(address: &str, values: Json) -> Json {
    let mut all = json!({"id": APP, "zone_id": ZONE, "protocol": "tcp/22", "traffic_type": "direct", "tls": "off",
        "dns": [{"type": "CNAME", "name": "ssh.example.com"}], "origin_direct": ["tcp://192.0.2.1:22"],
        "origin_dns": [], "origin_port": 0, "origin_port_range": [], "ip_firewall": true,
        "proxy_protocol": "off", "argo_smart_routing": false});
    all.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    json!({"address": address, "mode": "managed", "type": "cloudflare_spectrum_application", "name": "x",
        "values": all})
}

/// A zone as a data source of version 5 names it.
fn zone() -> Json {
    json!({"address": "data.cloudflare_zone.main", "mode": "data", "type": "cloudflare_zone", "name": "main",
        "values": {"zone_id": ZONE, "id": ZONE, "name": "example.com"}})
}

fn shown(resources: &[Json]) -> String {
    json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
        .to_string()
}

/// An export of these resources, with nothing to ask the API with.
async fn export(resources: &[Json], arguments: &[&str]) -> Run {
    let room = Room::new().await;
    room.write("terraform.json", &shown(resources));
    offline(&room, arguments)
}

fn offline(room: &Room, arguments: &[&str]) -> Run {
    let command = [&["export", "--from", "terraform", "terraform.json"], arguments].concat();
    room.run_with(&command, &[("CLOUDFLARE_API_TOKEN", "")])
}

#[tokio::test(flavor = "multi_thread")]
async fn edge_addresses_of_versions_two_and_three_are_kept() {
    let resources = [
        zone(),
        resource(
            "cloudflare_spectrum_application.fixed",
            json!({"edge_ips": ["198.51.100.10"], "edge_ip_connectivity": "all",
                "dns": [{"type": "ADDRESS", "name": "fixed.example.com"}]}),
        ),
        resource(
            "cloudflare_spectrum_application.six",
            json!({"edge_ips": [], "edge_ip_connectivity": "ipv6"}),
        ),
        resource(
            "cloudflare_spectrum_application.range",
            json!({"edge_ips": null, "edge_ip_connectivity": "", "protocol": "tcp/3000-3002",
                "origin_direct": [], "origin_dns": [{"name": "origin.example.com"}],
                "origin_port_range": [{"start": 3000, "end": 3002}]}),
        ),
    ];
    let yaml = export(&resources, &[]).await.exits(0).stdout;
    let fixed = yaml.split("fixed:").nth(1).unwrap().split("# app").next().unwrap();
    assert!(fixed.contains("type: static") && fixed.contains("198.51.100.10"), "{yaml}");
    let six = yaml.split("six:").nth(1).unwrap();
    assert!(six.contains("connectivity: ipv6") && !six.contains("static"), "{yaml}");
    let range = yaml.split("range:").nth(1).unwrap().split("# app").next().unwrap();
    assert!(range.contains("origin_port: 3000-3002") && !range.contains("edge_ips"), "{yaml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_resource_lacks_is_said_and_the_others_are_exported() {
    let nulls = json!({"dns": null, "protocol": null, "origin_direct": null});
    let empty = json!({"dns": [{"type": "", "name": ""}], "protocol": ""});
    let resources = [
        zone(),
        resource("cloudflare_spectrum_application.broken", nulls),
        resource("cloudflare_spectrum_application.nameless", empty),
        resource("cloudflare_spectrum_application.adrift", json!({"origin_direct": []})),
        resource("cloudflare_spectrum_application.whole", json!({})),
    ];
    let run = export(&resources, &[]).await.exits(1);
    for text in [
        "cloudflare_spectrum_application.broken has no dns.name, dns.type, protocol or an origin",
        "cloudflare_spectrum_application.nameless has no dns.name, dns.type or protocol",
        "cloudflare_spectrum_application.adrift has no origin",
    ] {
        assert!(run.stderr.contains(text), "{text}: {}", run.stderr);
    }
    assert!(run.stdout.contains("\n      whole:\n"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("protocol:").count(), 1, "{}", run.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposed_object_is_named_and_not_wanted() {
    let mut deposed =
        resource("cloudflare_spectrum_application.ssh", json!({"id": "0".repeat(32)}));
    deposed["deposed_key"] = json!("a1b2c3d4");
    let resources = [zone(), resource("cloudflare_spectrum_application.ssh", json!({})), deposed];
    let run = export(&resources, &[]).await.exits(0);
    assert!(run.stdout.contains("\n      ssh:\n"), "{}", run.stdout);
    assert_eq!(run.stdout.matches("protocol:").count(), 1, "{}", run.stdout);
    let said = format!("app {} was left out", "0".repeat(32));
    assert!(run.stderr.contains("deposed-resource") && run.stderr.contains(&said), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn modules_and_instances_have_readable_keys_of_their_own() {
    let app = "cloudflare_spectrum_application.this";
    let on = |port: u16| json!({"protocol": format!("tcp/{port}"), "origin_direct": ["tcp://192.0.2.1:22"]});
    let resources = [
        zone(),
        resource(&format!(r#"module.a["x"].{app}"#), on(1)),
        resource(&format!(r#"module.a["y"].{app}"#), on(2)),
        resource(&format!(r#"module.a.{app}["x"]"#), on(3)),
        resource(&format!(r#"{app}["a/b"]"#), on(4)),
        resource(&format!(r#"{app}["a-b"]"#), on(5)),
    ];
    let yaml = export(&resources, &[]).await.exits(0).stdout;
    for key in ["a-x.this", "a-y.this", "a.this-x", "this-a-b-ssh-tcp-4", "this-a-b-ssh-tcp-5"] {
        assert!(yaml.contains(&format!("\n      {key}:\n")), "{key}: {yaml}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_zone_is_never_guessed() {
    let named = |name: &str| json!({"dns": {"type": "CNAME", "name": name}});
    let resources = [resource("cloudflare_spectrum_application.ssh", named("ssh.example.co.uk"))];
    let run = export(&resources, &[]).await.exits(1);
    assert!(!run.stdout.contains("co.uk:") && run.stderr.contains("unnamed-zone"), "{run:?}");
    assert!(run.stderr.contains(ZONE) && run.stderr.contains("--zone NAME"), "{run:?}");
    let run = export(&resources, &["--zone", "example.co.uk"]).await.exits(0);
    assert!(run.stdout.contains("\n  example.co.uk:\n"), "{run:?}");
    let listed = json!({"address": "data.cloudflare_zones.all", "mode": "data", "type": "cloudflare_zones",
        "values": {"result": [{"id": ZONE, "name": "example.co.uk"}]}});
    let run = export(&[resources[0].clone(), listed], &[]).await.exits(0);
    assert!(run.stdout.contains("\n  example.co.uk:\n"), "{run:?}");
    let room = Room::new().await;
    room.write("terraform.json", &shown(&resources));
    let run = room.run(&["export", "--from", "terraform", "terraform.json"]).exits(0);
    assert!(run.stdout.contains("\n  example.com:\n"), "the API names it: {run:?}");
    room.write("terraform.json", &shown(&resources).replace(ZONE, &"0".repeat(32)));
    let run = room.run(&["export", "--from", "terraform", "terraform.json"]).exits(1);
    assert!(run.stderr.contains("the API did not name it"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_ids_are_never_one_zone() {
    let other =
        json!({"zone_id": "1".repeat(32), "dns": [{"type": "CNAME", "name": "a.dev.example.com"}]});
    let resources = [
        resource("cloudflare_spectrum_application.ssh", json!({})),
        resource("cloudflare_spectrum_application.dev", other),
    ];
    export(&resources, &["--zone", "example.com"]).await.exits(1);
    let both = ["--zone", "example.com", "--zone", "dev.example.com"];
    let yaml = export(&resources, &both).await.exits(0).stdout;
    assert!(
        yaml.contains("\n  dev.example.com:\n") && yaml.contains("\n  example.com:\n"),
        "{yaml}"
    );
    let known = [zone(), resources[0].clone(), resources[1].clone()];
    let run = export(&known, &["--zone", "example.com"]).await.exits(1);
    assert!(run.stderr.contains(&"1".repeat(32)) && !run.stdout.contains("a.dev"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zone_selects_and_one_that_is_nowhere_is_a_usage_error() {
    let elsewhere =
        json!({"zone_id": "1".repeat(32), "dns": [{"type": "CNAME", "name": "a.example.org"}]});
    let resources = [
        zone(),
        resource("cloudflare_spectrum_application.ssh", json!({})),
        resource("cloudflare_spectrum_application.other", elsewhere),
    ];
    let yaml = export(&resources, &["--zone", "example.com"]).await.exits(0).stdout;
    assert!(yaml.contains("ssh.example.com") && !yaml.contains("example.org"), "{yaml}");
    let run = export(&resources, &["--zone", "exmaple.com"]).await.exits(64);
    assert!(run.stderr.contains("did you mean example.com?"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_state_holds_no_applications_and_a_state_file_is_called_one() {
    let room = Room::new().await;
    let empty = [
        "",
        "\u{feff}\n",
        r#"{"format_version":"1.0"}"#,
        r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{}}}"#,
        r#"{"version":4,"serial":1,"lineage":"a","outputs":{},"resources":[]}"#,
    ];
    for text in empty {
        room.write("terraform.json", text);
        let run = offline(&room, &[]).exits(0);
        assert!(run.stderr.contains("terraform.json holds no Spectrum applications"), "{run:?}");
        assert!(run.stdout.is_empty(), "{run:?}");
        let run = room.run(&["migrate", "terraform", "terraform.json"]).exits(0);
        assert!(run.stdout.contains("terraform.json holds no Spectrum applications"), "{run:?}");
        assert!(!room.path("spectrum.yaml").exists());
    }
    room.write("terraform.json", r#"{"version":4,"serial":1,"resources":[{"type":"x"}]}"#);
    let run = offline(&room, &[]).exits(1);
    assert!(run.stderr.contains("run `terraform show -json terraform.json > "), "{run:?}");
    for text in ["{}", "[]", r#"{"format_version":"1.0","provider_schemas":{}}"#, "{"] {
        room.write("terraform.json", text);
        let run = offline(&room, &[]).exits(1);
        assert!(run.stderr.contains("failed to read terraform.json"), "{run:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_allowed_as_it_is_live_by_a_file() {
    let refused = json!({"edge_ips": ["198.51.100.10"]});
    let resources = [zone(), resource("cloudflare_spectrum_application.ssh", refused)];
    let run = export(&resources, &[]).await.exits(0);
    assert!(!run.stdout.contains("lifecycle"), "{}", run.stdout);
    assert!(
        run.stderr.contains("example.com/ssh is not valid as it was written: 11004"),
        "{run:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn words_in_upper_case_and_marks_of_byte_order_are_read() {
    let room = Room::new().await;
    let loud = json!({"protocol": "TCP/22", "tls": "FULL", "proxy_protocol": "V1", "traffic_type": "DIRECT",
        "dns": [{"type": "cname", "name": "ssh.example.com"}], "origin_direct": ["TCP://192.0.2.1:22"],
        "edge_ips": [{"type": "DYNAMIC", "connectivity": "IPv4", "ips": []}]});
    let text = shown(&[zone(), resource("cloudflare_spectrum_application.ssh", loud)]);
    let marked = format!("\u{feff}{text}");
    let wide =
        |bytes: fn(u16) -> [u8; 2]| -> Vec<u8> { marked.encode_utf16().flat_map(bytes).collect() };
    let files = [marked.clone().into_bytes(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)];
    for bytes in files {
        std::fs::write(room.path("terraform.json"), bytes).unwrap();
        let yaml = offline(&room, &[]).exits(0).stdout;
        for line in [
            "protocol: tcp/22",
            "type: CNAME",
            "tls: full",
            "proxy_protocol: v1",
            "connectivity: ipv4",
            "tcp://192.0.2.1:22",
        ] {
            assert!(yaml.contains(line), "{line}: {yaml}");
        }
        assert!(!yaml.contains("cannot be read") && !yaml.contains("traffic_type"), "{yaml}");
    }
}

const V4: &str = r#"{"format_version":"1.0","values":{"root_module":{"resources":[
  {"address":"cloudflare_zone.main","mode":"managed","type":"cloudflare_zone","name":"main","values":{"id":"023e105f4ecef8ad9ca31a8372d0c353","zone":"example.com"}}],
 "child_modules":[{"resources":[
  {"address":"module.edge.cloudflare_spectrum_application.ssh[0]","mode":"managed","type":"cloudflare_spectrum_application","name":"ssh","index":0,
   "values":{"id":"af93687c10dc4ebfa7d1e89595fade22","zone_id":"023e105f4ecef8ad9ca31a8372d0c353","protocol":"tcp/22","traffic_type":"direct","tls":"off",
   "dns":[{"type":"CNAME","name":"ssh.example.com"}],"origin_direct":["tcp://192.0.2.1:22"],"origin_dns":[],"origin_port":0,"origin_port_range":[],
   "edge_ips":[{"type":"dynamic","connectivity":"all","ips":[]}],"ip_firewall":true,"proxy_protocol":"off","argo_smart_routing":false}},
  {"address":"module.edge.cloudflare_spectrum_application.games","mode":"managed","type":"cloudflare_spectrum_application","name":"games",
   "values":{"id":"af93687c10dc4ebfa7d1e89595fade23","zone_id":"023e105f4ecef8ad9ca31a8372d0c353","protocol":"tcp/3000-3002","traffic_type":"direct","tls":"off",
   "dns":[{"type":"CNAME","name":"games.example.com"}],"origin_direct":null,"origin_dns":[{"name":"origin.example.com"}],"origin_port":null,
   "origin_port_range":[{"start":3000,"end":3002}],"edge_ips":[],"ip_firewall":false,"proxy_protocol":"off"}}]}]}}}"#;

const V5: &str = r#"{"format_version":"1.0","values":{"root_module":{"resources":[
  {"address":"cloudflare_spectrum_application.web","mode":"managed","type":"cloudflare_spectrum_application","name":"web",
   "values":{"id":"af93687c10dc4ebfa7d1e89595fade22","app_id":null,"zone_id":"023e105f4ecef8ad9ca31a8372d0c353","protocol":"tcp/443","traffic_type":"https","tls":"strict",
   "dns":{"type":"ADDRESS","name":"web.example.com"},"origin_direct":null,"origin_dns":{"name":"origin.example.com","ttl":600,"type":""},"origin_port":443,
   "edge_ips":{"type":"static","connectivity":null,"ips":["198.51.100.7"]},"ip_firewall":false,"proxy_protocol":"off","argo_smart_routing":false,
   "virtual_network_id":null,"created_on":"2025-04-15T18:11:22Z","modified_on":"2025-04-15T18:11:22Z"}}]}}}"#;

#[tokio::test(flavor = "multi_thread")]
async fn terraform_state_of_provider_version_4_becomes_configuration() {
    let room = Room::new().await;
    room.write("terraform.json", V4);
    let yaml = room.run(&["export", "--from", "terraform", "terraform.json"]).exits(0).stdout;
    assert!(
        yaml.contains("  example.com:\n    id: 023e105f4ecef8ad9ca31a8372d0c353\n    apps:\n"),
        "{yaml}"
    );
    let ssh = "      edge.ssh-0:\n        protocol: tcp/22\n        dns: {name: ssh.example.com, type: CNAME}\n        \
               origin_direct: [\"tcp://192.0.2.1:22\"]\n        ip_firewall: true\n";
    assert!(yaml.contains(ssh), "{yaml}");
    let games = "        origin_dns: {name: origin.example.com}\n        origin_port: 3000-3002\n";
    assert!(yaml.contains(games), "{yaml}");
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_state_of_provider_version_5_becomes_configuration_that_plans_empty_against_what_it_describes()
 {
    let live = json!({
        "id": "af93687c10dc4ebfa7d1e89595fade22", "zone": "example.com", "protocol": "tcp/443", "traffic_type": "https", "tls": "strict",
        "dns": {"type": "ADDRESS", "name": "web.example.com"}, "origin_dns": {"name": "origin.example.com", "ttl": 600, "type": ""},
        "origin_port": 443, "edge_ips": {"type": "static", "ips": ["198.51.100.7"]},
    });
    let room = Room::with(&json!({"apps": [live]}).to_string()).await;
    room.write("terraform.json", V5);
    room.run(&["export", "--from", "terraform", "terraform.json", "--out", "."]).exits(0);
    let yaml = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    assert!(yaml.contains("\n  example.com:\n"), "{yaml}");
    room.run(&["import", "--all"]).exits(0);
    room.run(&["plan", "--detailed-exitcode"]).exits(0);
    room.run(&["export", "--from", "opentofu", "terraform.json"]).exits(64);
    room.write("terraform.json", "{}");
    assert!(
        room.run(&["export", "--from", "terraform", "terraform.json"])
            .exits(1)
            .stderr
            .contains("terraform show -json")
    );
}
