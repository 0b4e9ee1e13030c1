//! `migrate terraform`: what is live becomes the configuration, Terraform's mistakes are named, and nothing changes.

use serde_json::{Value as Json, json};

use crate::support::ZONE;
use crate::support::room::Room;

/// What `terraform show -json` says of applications with these ids, names and values of `tls`.
fn terraform(apps: &[(&str, &str, &str)]) -> String {
    let resources: Vec<Json> = apps
        .iter()
        .map(|(id, name, tls)| {
            json!({"address": format!("cloudflare_spectrum_application.{name}"), "mode": "managed",
                "type": "cloudflare_spectrum_application", "name": name,
                "values": {"id": id, "zone_id": ZONE, "protocol": "tcp/22", "tls": tls, "traffic_type": "direct",
                    "dns": {"type": "CNAME", "name": format!("{name}.example.com")},
                    "origin_direct": ["tcp://192.0.2.1:22"], "edge_ips": {"type": "dynamic", "connectivity": "all"}}})
        })
        .collect();
    json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
        .to_string()
}

async fn room_with(name: &str) -> (Room, String) {
    let room = Room::new().await;
    let app = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": format!("{name}.example.com")},
        "origin_direct": ["tcp://192.0.2.1:22"], "tls": "full"});
    let id = room.create(&app)["id"].as_str().unwrap().to_owned();
    (room, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_live_is_taken_over_and_terraforms_mistakes_are_named() {
    let (room, id) = room_with("ssh").await;
    let before = room.apps();
    room.write(
        "terraform.json",
        &terraform(&[(&id, "ssh", "off"), (&"0".repeat(32), "gone", "off")]),
    );
    let run = room.run(&["migrate", "terraform", "terraform.json"]).exits(1);
    for text in [
        "cloudflare_spectrum_application.ssh: taken over as app ",
        "Terraform has tls wrong: \"off\"; live is \"full\"",
        "cloudflare_spectrum_application.gone: NOT taken over",
        "1 of 2 taken over",
        "Proven: a plan of what was written has no changes.",
    ] {
        assert!(run.stdout.contains(text), "{text}: {}", run.stdout);
    }
    assert_eq!(room.apps(), before, "nothing that is live changes");
    let read = |name: &str| std::fs::read_to_string(room.path(name)).unwrap();
    assert!(read("spectrum.yaml").contains("tls: full"), "{}", read("spectrum.yaml"));
    room.run(&["plan", "--detailed-exitcode"]).exits(0);
    room.run(&["fmt", "--check"]).exits(0);
    let removed = read("terraform/spectrum-removed.tf");
    assert!(
        removed.contains("from = cloudflare_spectrum_application.ssh\n")
            && removed.contains("destroy = false")
    );
    assert!(!removed.contains("gone"), "{removed}");
    assert!(
        read("terraform/forget.sh")
            .contains("terraform state rm 'cloudflare_spectrum_application.ssh'\n")
    );
    let back = format!("terraform import 'cloudflare_spectrum_application.ssh' '{ZONE}/{id}'\n");
    assert!(read("terraform/way-back.sh").contains(&back));
    let again = room.run(&["migrate", "terraform", "terraform.json"]).exits(1);
    assert!(again.stderr.contains("file-exists"), "{}", again.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complete_migration_ends_with_zero_and_an_unread_zone_with_nothing_written() {
    let (room, id) = room_with("ssh").await;
    room.write("terraform.json", &terraform(&[(&id, "ssh", "full")]));
    let run = room.run(&["migrate", "terraform", "terraform.json", "--out", "edge"]).exits(0);
    assert!(run.stdout.contains("Terraform had 0 wrong"), "{}", run.stdout);
    assert!(room.path("edge/spectrum.yaml").exists());
    let elsewhere = terraform(&[(&id, "ssh", "full")]).replace(ZONE, &"0".repeat(32));
    room.write("other.json", &elsewhere);
    let run = room.run(&["migrate", "terraform", "other.json", "--out", "other"]);
    assert_ne!(run.code, 0, "{}", run.stdout);
    assert!(!room.path("other").exists(), "what was not read is not written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_failed_is_taken_over_by_its_id_and_a_module_is_not_forgotten_whole() {
    let (room, id) = room_with("ssh").await;
    let old = room
        .create(&json!({"protocol": "tcp/23", "dns": {"type": "CNAME", "name": "ssh.example.com"},
        "origin_direct": ["tcp://192.0.2.1:23"]}));
    let address = r#"module.edge["eu"].cloudflare_spectrum_application.this["a"]"#;
    let resource = |id: &Json, more: Json| {
        let mut resource = json!({"address": address, "mode": "managed", "name": "this",
            "type": "cloudflare_spectrum_application",
            "values": {"id": id, "zone_id": ZONE, "dns": null, "protocol": null, "origin_direct": null}});
        resource.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        resource
    };
    let resources =
        [resource(&json!(id), json!({})), resource(&old["id"], json!({"deposed_key": "a1b2c3d4"}))];
    let shown = json!({"format_version": "1.0", "values": {"root_module": {
        "child_modules": [{"address": r#"module.edge["eu"]"#, "resources": resources}]}}});
    room.write("terraform.json", &shown.to_string());
    let run = room.run(&["migrate", "terraform", "terraform.json"]).exits(0);
    assert!(run.stdout.contains("1 of 1 taken over"), "{}", run.stdout);
    let deposed = format!("NOT taken over: deposed app {}", old["id"].as_str().unwrap());
    assert!(run.stdout.contains(&deposed), "{}", run.stdout);
    let read = |name: &str| std::fs::read_to_string(room.path(name)).unwrap();
    assert!(read("spectrum.yaml").contains("      edge-eu.this-a:\n"), "{}", read("spectrum.yaml"));
    let removed = read("terraform/spectrum-removed.tf");
    let whole = "from = module.edge.cloudflare_spectrum_application.this\n";
    assert!(removed.contains(whole), "{removed}");
    room.run(&["plan", "--detailed-exitcode"]).exits(0);
}
