//! Drift made in the simulator behind the tool's back is found, named and repaired: each field of the application object by itself,
//! then everything else that can happen to an application.

use serde_json::{Value as Json, json};
use spectrumctl::model::field::ATTRIBUTES;

use crate::support::room::Room;

const SSH: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]";
const BY_NAME: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\norigin_dns: {name: origin.example.com, type: A, ttl: 600}\norigin_port: 22";
const WORKER: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\ntraffic_type: worker\norigin_worker_id: worker-a";
const NETWORK: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]\n\
                       virtual_network_id: f174e90a-fafe-4643-bbbc-4a0ed4fc8415";
const STATIC: &str = "protocol: tcp/22\ndns: {type: ADDRESS, name: ssh.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]\n\
                      edge_ips: {type: static, ips: [198.51.100.1]}";
const REPLACEABLE: &str = "protocol: tcp/22\ndns: {type: CNAME, name: ssh.example.com}\norigin_direct: [\"tcp://192.0.2.1:22\"]\n\
                           lifecycle: {replace: allow}";

/// How somebody else changes the application.
enum By {
    /// A call of the API with these fields.
    Call(Json),
    /// Nothing that a call could do: the application is another one under the same id.
    Hand(&'static str),
}

/// An object under an id, as a seed.
const MADE_STATIC: &str = "{protocol: tcp/22, dns: {type: ADDRESS, name: ssh.example.com}, origin_direct: ['tcp://192.0.2.1:22'], \
                           edge_ips: {type: static, ips: [198.51.100.9]}, traffic_type: direct, tls: 'off', zone: example.com, id: ";

async fn drifts_and_is_repaired(path: &str, fields: &str, by: By) {
    let room = Room::new().await;
    room.configure(fields);
    room.run(&["apply", "--auto-approve"]).exits(0);
    room.run(&["drift"]).exits(0);
    let before = room.app();
    let id = before["id"].as_str().unwrap();
    match by {
        By::Call(fields) => room.patch(id, &fields),
        By::Hand(object) => room.load(&format!("apps: [{object}'{id}'}}]")),
    }
    let (pointer, changed) = (format!("/{}", path.replace('.', "/")), room.app());
    assert_ne!(before.pointer(&pointer), changed.pointer(&pointer), "the change must reach {path}");

    let report = room.run(&["drift", "--format", "json"]).exits(2).json();
    let entry = &report["changes"][0];
    assert_eq!(
        (entry["address"].as_str(), entry["app_id"].as_str()),
        (Some("example.com/app"), Some(id))
    );
    assert_eq!(entry["modified_on"], changed["modified_on"]);
    let found = entry["fields"].as_array().unwrap().iter().find(|field| field["path"] == path);
    let found = found.unwrap_or_else(|| panic!("{path} is not named in {entry}"));
    assert_eq!(found["cause"], "drift");
    assert_eq!(found["after"], found["applied"], "a repair sets back what was applied");
    assert_ne!(found["before"], found["after"]);
    assert!(room.run(&["drift"]).exits(2).stdout.contains(&format!("{path}:")));

    room.run(&["apply", "--auto-approve"]).exits(0);
    room.run(&["drift"]).exits(0);
    assert_eq!(room.app().pointer(&pointer), before.pointer(&pointer), "{path} is as it was");
}

macro_rules! drift_of {
    ($($test:ident: $path:literal, $fields:expr, $by:expr;)*) => {
        const TESTED: &[&str] = &[$($path),*];
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $test() {
            drifts_and_is_repaired($path, $fields, $by).await;
        })*
    };
}

drift_of! {
    drift_of_protocol_is_repaired: "protocol", SSH, By::Call(json!({"protocol": "tcp/2222"}));
    drift_of_dns_name_is_repaired: "dns.name", SSH, By::Call(json!({"dns": {"type": "CNAME", "name": "elsewhere.example.com"}}));
    drift_of_dns_type_is_repaired: "dns.type", REPLACEABLE, By::Hand(MADE_STATIC);
    drift_of_origin_direct_is_repaired: "origin_direct", SSH, By::Call(json!({"origin_direct": ["tcp://192.0.2.66:22"]}));
    drift_of_origin_dns_name_is_repaired:
        "origin_dns.name", BY_NAME, By::Call(json!({"origin_dns": {"name": "other.example.com", "type": "A", "ttl": 600}}));
    drift_of_origin_dns_type_is_repaired:
        "origin_dns.type", BY_NAME, By::Call(json!({"origin_dns": {"name": "origin.example.com", "type": "AAAA", "ttl": 600}}));
    drift_of_origin_dns_ttl_is_repaired:
        "origin_dns.ttl", BY_NAME, By::Call(json!({"origin_dns": {"name": "origin.example.com", "type": "A", "ttl": 1200}}));
    drift_of_origin_port_is_repaired: "origin_port", BY_NAME, By::Call(json!({"origin_port": 2222}));
    drift_of_origin_worker_id_is_repaired: "origin_worker_id", WORKER, By::Call(json!({"origin_worker_id": "worker-b"}));
    drift_of_virtual_network_id_is_repaired:
        "virtual_network_id", NETWORK, By::Call(json!({"virtual_network_id": "f174e90a-fafe-4643-bbbc-4a0ed4fc8416"}));
    drift_of_edge_ips_type_is_repaired: "edge_ips.type", REPLACEABLE, By::Hand(MADE_STATIC);
    drift_of_edge_ips_connectivity_is_repaired:
        "edge_ips.connectivity", SSH, By::Call(json!({"edge_ips": {"type": "dynamic", "connectivity": "ipv6"}}));
    drift_of_edge_ips_ips_is_repaired: "edge_ips.ips", STATIC, By::Call(json!({"edge_ips": {"type": "static", "ips": ["198.51.100.2"]}}));
    drift_of_traffic_type_is_repaired: "traffic_type", SSH, By::Call(json!({"traffic_type": "http"}));
    drift_of_tls_is_repaired: "tls", SSH, By::Call(json!({"tls": "strict"}));
    drift_of_proxy_protocol_is_repaired: "proxy_protocol", SSH, By::Call(json!({"proxy_protocol": "v2"}));
    drift_of_ip_firewall_is_repaired: "ip_firewall", SSH, By::Call(json!({"ip_firewall": true}));
    drift_of_argo_smart_routing_is_repaired: "argo_smart_routing", SSH, By::Call(json!({"argo_smart_routing": true}));
}

#[test]
fn each_attribute_has_its_test_of_drift() {
    assert_eq!(ATTRIBUTES.iter().map(|row| row.path).collect::<Vec<_>>(), TESTED);
}

/// A room in which one application was applied, and its id.
async fn applied(fields: &str) -> (Room, String) {
    let room = Room::new().await;
    room.configure(fields);
    room.run(&["apply", "--auto-approve"]).exits(0);
    let id = room.app()["id"].as_str().unwrap().to_owned();
    (room, id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_application_is_missing_and_not_among_the_changes() {
    let (room, id) = applied(SSH).await;
    room.delete(&id);
    let report = room.run(&["drift", "--who", "--format", "json"]).exits(2).json();
    assert_eq!(report["changes"], json!([]));
    assert_eq!(report["pending"], 0);
    let missing = &report["missing"][0];
    assert_eq!(
        (&missing["address"], &missing["app_id"], &missing["zone"]),
        (&json!("example.com/app"), &json!(id), &json!("example.com"))
    );
    assert_eq!(missing["who"][0]["action"], "delete");
    room.run(&["apply", "--auto-approve"]).exits(0);
    room.run(&["drift"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_was_created_again_outside_is_told_as_such() {
    let (room, id) = applied(SSH).await;
    room.delete(&id);
    let ssh = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"]});
    let new = room.create(&ssh);
    let report = room.run(&["drift", "--format", "json"]).exits(2).json();
    let entry = &report["changes"][0];
    assert_eq!(
        (&entry["reason"], &entry["app_id"], &entry["former_id"]),
        (&json!("recreated_outside"), &new["id"], &json!(id))
    );
    assert_eq!((&report["missing"], &report["pending"]), (&json!([]), &json!(0)));
    assert!(room.run(&["drift"]).stdout.contains("created again outside"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_application_that_no_apply_has_met_has_appeared() {
    let mail = "apps: [{zone: example.com, protocol: tcp/25, dns: {type: CNAME, name: mail.example.com}, origin_direct: ['tcp://192.0.2.3:25']}]";
    let room = Room::with(mail).await;
    room.configure(SSH);
    room.run(&["apply", "--auto-approve"]).exits(0);
    let known = room.run(&["drift", "--format", "json"]).exits(0).json();
    assert_eq!(
        (&known["unmanaged"][0]["dns_name"], &known["unmanaged"][0]["appeared"]),
        (&json!("mail.example.com"), &json!(false))
    );
    let pop = json!({"protocol": "tcp/110", "dns": {"type": "CNAME", "name": "pop.example.com"}, "origin_direct": ["tcp://192.0.2.3:110"]});
    room.create(&pop);
    let report = room.run(&["drift", "--format", "json"]).exits(2).json();
    assert_eq!(report["summary"]["appeared"], 1);
    let ignoring = std::fs::read_to_string(room.path("spectrum.yaml"))
        .unwrap()
        .replace("    apps:", "    unmanaged: ignore\n    apps:");
    room.write("spectrum.yaml", &ignoring);
    assert_eq!(room.run(&["drift", "--format", "json"]).exits(0).json()["unmanaged"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_an_ignored_field_is_counted_apart() {
    let ignoring =
        format!("{SSH}\nlifecycle: {{ignore_changes: [{{field: tls, reason: a migration}}]}}");
    let (room, id) = applied(&ignoring).await;
    room.patch(&id, &json!({"tls": "full"}));
    let report = room.run(&["drift", "--format", "json"]).exits(0).json();
    assert_eq!((&report["changes"], &report["summary"]["ignored"]), (&json!([]), &json!(1)));
    assert_eq!(report["ignored"][0]["fields"][0]["path"], "tls");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pending_change_of_the_configuration_is_no_drift() {
    let (room, id) = applied(SSH).await;
    room.configure(&format!("{SSH}\nip_firewall: true"));
    let report = room.run(&["drift", "--format", "json"]).exits(0).json();
    assert_eq!((&report["changes"], &report["pending"]), (&json!([]), &json!(1)));
    room.configure(&format!("{SSH}\ntls: full"));
    room.patch(&id, &json!({"tls": "strict"}));
    let both = room.run(&["drift", "--format", "json"]).exits(2).json();
    let field = &both["changes"][0]["fields"][0];
    assert_eq!(
        (&field["cause"], &field["before"], &field["after"], &field["applied"]),
        (&json!("both"), &json!("strict"), &json!("full"), &json!("off"))
    );
    assert_eq!(both["pending"], 1);
    room.configure(&format!("{SSH}\ntls: strict"));
    let settled = room.run(&["drift", "--format", "json"]).exits(0).json();
    assert_eq!((&settled["summary"]["settled"], &settled["pending"]), (&json!(1), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_is_told_where_the_configuration_holds_it() {
    let (room, id) = applied(&format!("{SSH}\non_drift: refuse")).await;
    room.patch(&id, &json!({"tls": "full"}));
    room.run(&["plan"]).exits(4);
    assert_eq!(
        room.run(&["drift", "--format", "json"]).exits(2).json()["changes"][0]["fields"][0]["path"],
        "tls"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_tells_who_and_its_silence_is_told() {
    let (room, id) = applied(SSH).await;
    room.load("tokens: [{token: somebody-else, name: intern}, {token: of-the-tool, permissions: [zone_read, zone_settings_read]}]");
    room.patch(&id, &json!({"tls": "full"}));
    let silent = room.run(&["drift", "--who"]);
    assert!(silent.exits(2).stdout.contains("who made the changes in example.com is unknown"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_names_actor_time_and_means() {
    let (room, id) = applied(SSH).await;
    room.load("tokens: [{token: somebody-else, name: intern}, {token: of-the-tool, name: tool}]");
    room.patch(&id, &json!({"tls": "full"}));
    let report = room.run(&["drift", "--who", "--format", "json"]).exits(2).json();
    let who = &report["changes"][0]["who"][0];
    assert_eq!(
        (&who["actor"], &who["means"], &who["action"]),
        (&json!("token intern"), &json!("api_token"), &json!("update"))
    );
    assert_eq!(who["time"], report["changes"][0]["modified_on"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_figures_are_replaced_and_a_failure_keeps_the_last_success() {
    let (room, id) = applied(SSH).await;
    room.patch(&id, &json!({"tls": "full"}));
    room.run(&["drift", "--metrics-textfile", "drift.prom"]).exits(2);
    let figures = std::fs::read_to_string(room.path("drift.prom")).unwrap();
    for line in [
        "spectrumctl_drift_apps{zone=\"example.com\",kind=\"changed\"} 1",
        "spectrumctl_drift_apps{zone=\"example.com\",kind=\"missing\"} 0",
        "spectrumctl_unmanaged_apps{zone=\"example.com\"} 0",
        "spectrumctl_drift_success 1",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line} is not in\n{figures}");
    }
    let last = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("spectrumctl_drift_last_success"))
            .map(str::to_owned)
    };
    room.run_with(
        &["drift", "--metrics-textfile", "drift.prom"],
        &[("CLOUDFLARE_BASE_URL", "http://127.0.0.1:1/client/v4")],
    )
    .exits(1);
    let failed = std::fs::read_to_string(room.path("drift.prom")).unwrap();
    assert_eq!(last(&failed), last(&figures));
    assert!(
        last(&failed).is_some()
            && failed.contains("spectrumctl_drift_success 0")
            && !failed.contains("spectrumctl_drift_apps{")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_format_tells_of_the_drift() {
    let (room, id) = applied(SSH).await;
    room.patch(&id, &json!({"tls": "full"}));
    for format in ["human", "json", "markdown", "sarif", "github", "junit"] {
        let told = room.run(&["drift", "--format", format]).exits(2).stdout;
        assert!(told.contains("example.com/app") && told.contains("tls"), "{format}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_masked_value_is_shown_by_its_name_only() {
    let room = Room::new().await;
    room.configure(&SSH.replace("192.0.2.1", "${ORIGIN}"));
    let variables = [("SPECTRUM_VAR_ORIGIN", "192.0.2.1")];
    room.run_with(&["apply", "--auto-approve"], &variables).exits(0);
    room.patch(
        room.app()["id"].as_str().unwrap(),
        &json!({"origin_direct": ["tcp://192.0.2.66:22"]}),
    );
    for format in ["human", "json", "markdown", "sarif", "github", "junit"] {
        let told = room.run_with(&["drift", "--format", format], &variables).exits(2).stdout;
        assert!(told.contains("‹ORIGIN›") && !told.contains("192.0.2."), "{format}: {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_state_the_configuration_is_compared_and_that_is_said() {
    let room = Room::new().await;
    room.configure(SSH);
    let ran = room.run(&["drift"]).exits(2);
    assert!(ran.stdout.contains("the state does not know example.com"), "{}", ran.stdout);
    assert!(ran.stdout.contains("1 missing"), "{}", ran.stdout);
}
