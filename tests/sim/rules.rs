//! Every documented rule has an answer of the simulator, also where no page names a number for it.

use serde_json::{Value as Json, json};
use spectrumctl::sim::World;

use super::api::{Api, given, ssh};

/// What the simulator refuses where no page names a number (*inferred*).
const INFERRED: u64 = 1004;

/// A body that nothing can be said against, with these fields instead of or beside its own.
fn with(fields: &Json) -> Json {
    let mut body = ssh("app.example.com", 22);
    for (key, value) in fields.as_object().expect("fields are an object") {
        match value {
            Json::Null => drop(body.as_object_mut().unwrap().remove(key)),
            _ => body[key] = value.clone(),
        }
    }
    body
}

/// UDP, with these fields beside.
fn udp(fields: &Json) -> Json {
    let mut body = with(fields);
    body["protocol"] = json!("udp/53");
    body["origin_direct"] = json!(["udp://192.0.2.1:53"]);
    body
}

const NETWORK: &str = "11111111-2222-4333-8444-555555555555";

/// The rules of edge addresses: a body that breaks one, the body just beside it, and the code of the refusal.
fn edge_cases() -> Vec<(Json, Json, u64)> {
    let fixed = |ips: Json| {
        let dns = json!({"type": "ADDRESS", "name": "app.example.com"});
        with(&json!({"dns": dns, "edge_ips": ips}))
    };
    let static_one = json!({"type": "static", "ips": ["198.51.100.7"]});
    vec![
        (fixed(json!({"type": "static", "ips": []})), fixed(static_one.clone()), INFERRED),
        (fixed(json!({"ips": ["198.51.100.7"]})), fixed(static_one), INFERRED),
    ]
}

/// Each other rule with a body that breaks it, the body just beside it that does not, and the code of the refusal.
fn cases() -> Vec<(Json, Json, u64)> {
    let network = json!({"virtual_network_id": NETWORK});
    let network_with = |key: &str, value: &str| {
        let mut body = with(&network);
        body[key] = json!(value);
        body
    };
    let by_name = |name: &str| {
        let origin = json!({"name": name});
        with(&json!({"origin_direct": null, "origin_dns": origin, "origin_port": 22}))
    };
    vec![
        (udp(&json!({"tls": "full"})), udp(&json!({"tls": "off"})), INFERRED),
        (udp(&json!({"ip_firewall": true})), with(&json!({"ip_firewall": true})), INFERRED),
        (udp(&json!({"proxy_protocol": "v1"})), udp(&json!({"proxy_protocol": "v2"})), INFERRED),
        (
            with(&json!({"proxy_protocol": "simple"})),
            udp(&json!({"proxy_protocol": "simple"})),
            INFERRED,
        ),
        (udp(&json!({"traffic_type": "http"})), with(&json!({"traffic_type": "http"})), INFERRED),
        (
            with(&json!({"protocol": "tcp/1000-1002"})),
            with(&json!({
                "protocol": "tcp/1000-1002", "origin_direct": ["tcp://192.0.2.1:2000-2002"],
            })),
            INFERRED,
        ),
        (
            with(&json!({"origin_direct": ["udp://192.0.2.1:22"]})),
            with(&json!({"origin_direct": ["tcp://192.0.2.1:22"]})),
            INFERRED,
        ),
        (network_with("proxy_protocol", "v1"), network_with("proxy_protocol", "off"), INFERRED),
        (network_with("traffic_type", "http"), network_with("traffic_type", "direct"), INFERRED),
        (
            with(&json!({"argo_smart_routing": true, "traffic_type": "http"})),
            with(&json!({"argo_smart_routing": true})),
            INFERRED,
        ),
        (
            with(&json!({"origin_worker_id": "worker", "origin_direct": null})),
            with(&json!({
                "origin_worker_id": "worker", "origin_direct": null, "traffic_type": "worker",
            })),
            INFERRED,
        ),
        (
            with(&json!({"dns": {"type": "CNAME", "name": "app"}})),
            with(&json!({"dns": {"type": "CNAME", "name": "app.example.com"}})),
            INFERRED,
        ),
        (
            by_name("7f3a9c50-1111-4222-8333-444455556666.cfargotunnel.com"),
            by_name("origin.example.com"),
            INFERRED,
        ),
    ]
}

#[tokio::test]
async fn a_rule_without_a_number_is_refused_and_its_neighbour_is_taken() {
    let seed = json!({
        "virtual_networks": [{"name": "private", "id": NETWORK}],
        "routes": [{"network": "192.0.2.0/24", "virtual_network": "private"}],
    });
    for (refused, taken, code) in cases().into_iter().chain(edge_cases()) {
        let api = Api::of(given(&seed.to_string())).await;
        let reply = api.create(refused.clone()).await;
        assert_eq!(reply.status, 400, "{refused} is taken");
        assert_eq!(reply.code(), code, "{refused}");
        let reply = api.create(taken.clone()).await;
        assert_eq!(reply.status, 200, "{taken}: {}", reply.body);
    }
}

#[tokio::test]
async fn applications_of_one_hostname_agree_on_their_edge() {
    let api = Api::of(World::default()).await;
    let fixed = |port: u16, ip: &str| {
        json!({
            "protocol": format!("tcp/{port}"), "origin_direct": [format!("tcp://192.0.2.1:{port}")],
            "dns": {"type": "ADDRESS", "name": "app.example.com"},
            "edge_ips": {"type": "static", "ips": [ip]},
        })
    };
    assert_eq!(api.create(fixed(80, "198.51.100.7")).await.status, 200);
    for other in [ssh("app.example.com", 22), fixed(443, "198.51.100.8")] {
        let reply = api.create(other).await;
        assert_eq!((reply.status, reply.code()), (400, INFERRED));
    }
    assert_eq!(api.create(fixed(443, "198.51.100.7")).await.status, 200);
}

#[tokio::test]
async fn a_load_balancer_has_its_hostname_for_itself() {
    let api = Api::of(given("load_balancers: [{zone: example.com, name: app.example.com}]")).await;
    let reply = api.create(ssh("app.example.com", 22)).await;
    assert_eq!((reply.status, reply.code()), (400, 81053));
    assert_eq!(api.create(ssh("other.example.com", 22)).await.status, 200);
}

#[tokio::test]
async fn a_pay_as_you_go_zone_refuses_what_only_the_api_sets() {
    let api = Api::of(given("zones: [{name: example.com, plan: pro}]")).await;
    for name in ["id", "created_on", "modified_on", "tls"] {
        let mut body = ssh("app.example.com", 22);
        body[name] = json!("off");
        let reply = api.create(body).await;
        assert_eq!((reply.status, reply.code()), (400, 10012), "{name}");
    }
    assert_eq!(api.create(ssh("app.example.com", 22)).await.status, 200);
}

#[tokio::test]
async fn the_quota_of_an_account_is_counted_over_its_zones() {
    let seed = "accounts: [{id: 01a7362d577a6c3019a474fd6f485823, ipv4_quota: 2}]
zones: [{name: example.com}, {name: example.org}]";
    let api = Api::of(given(seed)).await;
    let zones = api.get("/zones?name=example.org").await;
    let org = format!("/zones/{}/spectrum/apps", zones.list()[0]["id"].as_str().unwrap());
    let create = |name: &str, port| api.send(reqwest::Method::POST, &org, Some(ssh(name, port)));
    assert_eq!(api.create(ssh("a.example.com", 22)).await.status, 200);
    assert_eq!(create("b.example.org", 22).await.status, 200);
    let reply = create("c.example.org", 22).await;
    assert_eq!((reply.status, reply.code()), (400, 12005));
    let reply = api.create(ssh("d.example.com", 22)).await;
    assert_eq!((reply.status, reply.code()), (400, 12005));
    assert_eq!(create("b.example.org", 23).await.status, 200, "the hostname has its address");
}

#[tokio::test]
async fn an_origin_is_an_address_that_a_host_can_have() {
    let api = Api::of(World::default()).await;
    for address in [
        "0.0.0.0",
        "127.0.0.1",
        "127.9.9.9",
        "224.0.0.1",
        "255.255.255.255",
        "[::]",
        "[::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
    ] {
        let reply =
            api.create(with(&json!({"origin_direct": [format!("tcp://{address}:22")]}))).await;
        assert_eq!((reply.status, reply.code()), (400, 11002), "{address}");
    }
    for address in ["192.0.2.255", "10.0.0.1", "[2001:db8::1]", "[fd00::1]"] {
        let api = Api::of(World::default()).await;
        let reply =
            api.create(with(&json!({"origin_direct": [format!("tcp://{address}:22")]}))).await;
        assert_eq!(reply.status, 200, "{address}");
    }
}
