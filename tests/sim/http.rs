//! The simulator over real HTTP, judged by what Cloudflare's pages and recorded live answers show.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value as Json, json};
use spectrumctl::sim::{Options, RateLimit, Request, Script, World, file};

use super::api::{Api, Reply, app, apps, given, ssh};
use crate::support::ACCOUNT;

#[tokio::test]
async fn a_created_app_is_answered_with_its_defaults_and_read_back() {
    let api = Api::of(World::default()).await;
    let created = api.create(ssh("SSH.Example.com.", 22)).await;
    assert_eq!(created.status, 200);
    let mut app_object = created.body["result"].clone();
    let id = app_object["id"].as_str().unwrap().to_owned();
    assert!(id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(api.get(&app(&id)).await.body["result"], app_object);
    for time in ["created_on", "modified_on"] {
        let text = app_object.as_object_mut().unwrap().remove(time).unwrap();
        let text = text.as_str().unwrap();
        assert!(
            text.len() == 27 && text.ends_with('Z') && text.parse::<jiff::Timestamp>().is_ok(),
            "{text}"
        );
    }
    let expected = json!({
        "id": id, "protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}, "traffic_type": "direct",
        "proxy_protocol": "off", "ip_firewall": false, "tls": "off", "origin_direct": ["tcp://192.0.2.1:22"],
        "edge_ips": {"type": "dynamic", "connectivity": "all"},
    });
    assert_eq!(app_object, expected);
}

#[tokio::test]
async fn every_answer_has_a_ray_and_the_rate_limit() {
    let api = Api::of(World::default()).await;
    for path in [apps(), "/nowhere".to_owned()] {
        let reply = api.get(&path).await;
        let ray = reply.headers["cf-ray"].to_str().unwrap();
        assert!(ray.len() == 20 && ray.ends_with("-SIM"), "{ray}");
        assert!(reply.headers["ratelimit"].to_str().unwrap().starts_with("\"default\";r=11"));
        assert!(reply.headers.contains_key("ratelimit-policy"));
    }
}

#[tokio::test]
async fn a_list_without_page_comes_whole_and_without_result_info() {
    let api = Api::of(World::default()).await;
    for index in 0..25 {
        assert_eq!(api.create(ssh(&format!("a{index:02}.example.com"), 22)).await.status, 200);
    }
    let whole = api.get(&format!("{}?per_page=3&direction=desc", apps())).await;
    assert_eq!((whole.list().len(), whole.names()[0]), (25, "a00.example.com"));
    assert!(whole.body.get("result_info").is_none());
    let second = api.get(&format!("{}?page=2", apps())).await;
    assert_eq!(
        second.names(),
        [
            "a20.example.com",
            "a21.example.com",
            "a22.example.com",
            "a23.example.com",
            "a24.example.com"
        ]
    );
    assert_eq!(
        second.body["result_info"],
        json!({"page": 2, "per_page": 20, "count": 5, "total_count": 25, "total_pages": 2})
    );
    let past = api.get(&format!("{}?page=3", apps())).await;
    assert_eq!((past.status, past.list().len()), (200, 0));
    assert_eq!(api.get(&format!("{}?page=1&per_page=101", apps())).await.status, 400);
    assert_eq!(api.get(&format!("{}?page=1&order=colour", apps())).await.status, 400);
}

#[tokio::test]
async fn a_list_is_ordered_as_the_request_asks() {
    let api = Api::of(World::default()).await;
    for (name, port) in [("b.example.com", 1), ("c.example.com", 3), ("a.example.com", 2)] {
        api.create(ssh(name, port)).await;
    }
    let asked = |order: &str| format!("{}?page=1&{order}", apps());
    let letters =
        |reply: Reply| reply.names().iter().map(|name| name[..1].to_owned()).collect::<String>();
    assert_eq!(letters(api.get(&asked("order=dns")).await), "abc");
    assert_eq!(letters(api.get(&asked("order=protocol&direction=desc")).await), "cab");
    assert_eq!(letters(api.get(&asked("order=created_on")).await), "bca");
    assert!(api.get(&asked("order=app_id")).await.ids().is_sorted());
}

#[tokio::test]
async fn put_replaces_everything_and_patch_only_what_it_names() {
    let api = Api::of(World::default()).await;
    let mut body = ssh("ssh.example.com", 22);
    body["tls"] = json!("full");
    body["argo_smart_routing"] = json!(true);
    let created = api.create(body).await.body["result"].clone();
    assert_eq!((&created["tls"], &created["argo_smart_routing"]), (&json!("full"), &json!(true)));
    let path = app(created["id"].as_str().unwrap());
    let patched =
        api.send(Method::PATCH, &path, Some(json!({"ip_firewall": true}))).await.body["result"]
            .clone();
    assert_eq!((&patched["tls"], &patched["ip_firewall"]), (&json!("full"), &json!(true)));
    let replaced =
        api.send(Method::PUT, &path, Some(ssh("ssh.example.com", 22))).await.body["result"].clone();
    assert_eq!((&replaced["tls"], &replaced["ip_firewall"]), (&json!("off"), &json!(false)));
    assert!(replaced.get("argo_smart_routing").is_none());
    assert_eq!(replaced["created_on"], created["created_on"]);
    assert_ne!(replaced["modified_on"], created["modified_on"]);
    let incomplete = api.send(Method::PUT, &path, Some(json!({"tls": "full"}))).await;
    assert_eq!(incomplete.status, 400);
    assert_eq!(api.get(&path).await.body["result"], replaced);
}

#[tokio::test]
async fn a_deleted_app_is_gone_for_every_call() {
    let api = Api::of(World::default()).await;
    let id = api.create(ssh("ssh.example.com", 22)).await.body["result"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let deleted = api.send(Method::DELETE, &app(&id), None).await;
    assert_eq!((deleted.status, &deleted.body["result"]), (200, &json!({"id": id})));
    let put = (Method::PUT, Some(ssh("ssh.example.com", 22)));
    for (method, body) in
        [(Method::GET, None), (Method::DELETE, None), put, (Method::PATCH, Some(json!({})))]
    {
        let gone = api.send(method, &app(&id), body).await;
        assert_eq!((gone.status, gone.code(), &gone.body["success"]), (404, 10006, &json!(false)));
    }
}

const RECORDED: &str = r#"{"created_on":"2025-04-15T18:11:22.484548Z","dns":{"name":"ledfaootii.terraform.cfapi.net","type":"CNAME"},
"edge_ips":{"connectivity":"all","type":"dynamic"},"id":"af93687c10dc4ebfa7d1e89595fade22","ip_firewall":false,
"modified_on":"2025-04-15T18:11:22.484548Z","origin_direct":["tcp://128.66.0.4:3389"],"protocol":"rdp","proxy_protocol":"off","tls":"off","traffic_type":"direct"}"#;

#[tokio::test]
async fn a_recorded_live_answer_comes_back_as_it_was_and_as_its_own_update_would_leave_it() {
    let recorded: Json = serde_json::from_str(RECORDED).unwrap();
    let mut seeded = recorded.clone();
    seeded["zone"] = json!("terraform.cfapi.net");
    let api = Api::of(given(
        &json!({"zones": [{"name": "terraform.cfapi.net"}], "apps": [seeded]}).to_string(),
    ))
    .await;
    let zone = api.get("/zones?name=terraform.cfapi.net").await.body["result"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let list = api.get(&format!("/zones/{zone}/spectrum/apps")).await;
    assert_eq!(
        list.body,
        json!({"errors": [], "messages": [], "result": [recorded], "success": true})
    );
    let path = format!("/zones/{zone}/spectrum/apps/af93687c10dc4ebfa7d1e89595fade22");
    let mut updated =
        api.send(Method::PUT, &path, Some(recorded.clone())).await.body["result"].clone();
    assert_ne!(updated["modified_on"], recorded["modified_on"]);
    updated["modified_on"] = recorded["modified_on"].clone();
    assert_eq!(updated, recorded);
}

#[tokio::test]
async fn legacy_shapes_come_back_verbatim_and_are_modernised_by_an_update() {
    let world = given(
        "apps: [{zone: example.com, id: 11111111111111111111111111111111, protocol: udp/53, dns: {type: CNAME, name: dns.example.com}, \
         origin_direct: ['udp://192.0.2.1:53'], proxy_protocol: false, spp: true, ipv4: true}]",
    );
    let api = Api::of(world).await;
    let path = app("11111111111111111111111111111111");
    let read = api.get(&path).await.body["result"].clone();
    assert_eq!(
        (&read["spp"], &read["ipv4"], &read["proxy_protocol"]),
        (&json!(true), &json!(true), &json!(false))
    );
    let patched = api
        .send(Method::PATCH, &path, Some(json!({"origin_direct": ["udp://192.0.2.2:53"]})))
        .await
        .body["result"]
        .clone();
    assert_eq!((&patched["proxy_protocol"], &patched["ipv4"]), (&json!("simple"), &json!(true)));
    assert!(patched.get("spp").is_none());
}

#[tokio::test]
async fn addresses_are_answered_in_canonical_form() {
    let api = Api::of(given("prefixes: [{cidr: '2001:db8::/48'}]")).await;
    let body = json!({
        "protocol": "tcp/443", "dns": {"type": "ADDRESS", "name": "v6.example.com"}, "origin_direct": ["tcp://[2001:DB8::0:1]:443"],
        "edge_ips": {"type": "static", "ips": ["2001:DB8::0007"]},
    });
    let created = api.create(body).await.body["result"].clone();
    assert_eq!(created["origin_direct"], json!(["tcp://[2001:db8::1]:443"]));
    assert_eq!(created["edge_ips"], json!({"type": "static", "ips": ["2001:db8::7"]}));
}

#[tokio::test]
async fn unknown_fields_are_dropped_without_a_word_on_an_enterprise_zone() {
    let api = Api::of(World::default()).await;
    let mut body = ssh("ssh.example.com", 22);
    body["colour"] = json!("red");
    body["dns"]["ttl"] = json!(5);
    let created = api.create(body).await;
    assert_eq!(created.status, 200);
    assert!(created.body["result"].get("colour").is_none());
    assert_eq!(created.body["result"]["dns"], json!({"type": "CNAME", "name": "ssh.example.com"}));
}

#[tokio::test]
async fn a_pay_as_you_go_app_is_answered_with_three_fields() {
    let api = Api::of(given("zones: [{name: example.com, plan: pro}]")).await;
    let mut body = ssh("ssh.example.com", 22);
    body["protocol"] = json!("ssh");
    let created = api.create(body).await.body["result"].clone();
    let names: Vec<&String> = created.as_object().unwrap().keys().collect();
    assert_eq!(names, ["created_on", "dns", "id", "modified_on", "origin_direct", "protocol"]);
    assert_eq!(created["protocol"], "ssh");
}

#[tokio::test]
async fn a_body_without_exactly_one_origin_is_refused_with_its_code() {
    let api = Api::of(World::default()).await;
    let none = api
        .create(json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": "ssh.example.com"}}))
        .await;
    assert_eq!(
        (none.status, none.code(), &none.body["success"], &none.body["result"]),
        (400, 11000, &json!(false), &Json::Null)
    );
    let mut both = ssh("ssh.example.com", 22);
    both["origin_dns"] = json!({"name": "origin.example.com"});
    both["origin_port"] = json!(22);
    assert_eq!(api.create(both).await.code(), 11000);
    assert_eq!(api.get(&apps()).await.list().len(), 0);
}

#[tokio::test]
async fn values_that_cannot_be_read_are_refused_and_nothing_is_stored() {
    let api = Api::of(World::default()).await;
    for (field, value) in [
        ("protocol", json!(22)),
        ("dns", json!("ssh.example.com")),
        ("ip_firewall", json!("yes")),
        ("tls", json!("on")),
    ] {
        let mut body = ssh("ssh.example.com", 22);
        body[field] = value;
        assert_eq!(api.create(body).await.status, 400, "{field}");
    }
    let url = format!("{}{}", api.running.base_url, apps());
    let broken =
        api.client.post(url).bearer_auth("any").body("{\"protocol\":").send().await.unwrap();
    assert_eq!(broken.status(), 400);
    assert_eq!(api.get(&apps()).await.list().len(), 0);
}

#[tokio::test]
async fn a_second_app_on_the_same_hostname_and_port_is_refused() {
    let api = Api::of(World::default()).await;
    assert_eq!(api.create(ssh("ssh.example.com", 22)).await.status, 200);
    assert_eq!(api.create(ssh("ssh.example.com", 22)).await.status, 400);
    let other = api.create(ssh("ssh.example.com", 23)).await;
    assert_eq!(other.status, 200);
    let path = app(other.body["result"]["id"].as_str().unwrap());
    assert_eq!(api.send(Method::PUT, &path, Some(ssh("ssh.example.com", 22))).await.status, 400);
    assert_eq!(api.send(Method::PUT, &path, Some(ssh("ssh.example.com", 23))).await.status, 200);
}

#[tokio::test]
async fn calls_without_good_credentials_are_refused() {
    let mut api = Api::of(World::default()).await;
    api.token = None;
    let bare = api.get(&apps()).await;
    assert_eq!((bare.status, &bare.body["success"]), (400, &json!(false)));
    let url = format!("{}{}", api.running.base_url, apps());
    let pair = api
        .client
        .get(url)
        .header("X-Auth-Email", "a@example.com")
        .header("X-Auth-Key", "k")
        .send()
        .await
        .unwrap();
    assert_eq!(pair.status(), 200);

    let mut api = Api::of(given("tokens: [{token: reader, permissions: ['Zone Settings Read']}, {token: old, status: expired}]")).await;
    let unknown = api.get(&apps()).await;
    assert_eq!((unknown.status, unknown.code()), (401, 9109));
    api.token = Some("reader");
    assert_eq!(api.get(&apps()).await.status, 200);
    for path in [
        format!("/accounts/{ACCOUNT}/teamnet/routes"),
        format!("/accounts/{ACCOUNT}/addressing/prefixes"),
    ] {
        let refused = api.get(&path).await;
        assert_eq!((refused.status, refused.code()), (403, 10000), "{path}");
    }
    assert_eq!(api.create(ssh("ssh.example.com", 22)).await.status, 403);
    api.token = Some("old");
    assert_eq!(api.get("/user/tokens/verify").await.body["result"]["status"], "expired");
    assert_eq!(api.get(&apps()).await.status, 401);
}

#[tokio::test]
async fn wrong_paths_ids_and_methods_are_refused_with_an_envelope() {
    let api = Api::of(World::default()).await;
    let stranger = "ffffffffffffffffffffffffffffffff";
    let cases = [
        (Method::GET, "/nowhere".to_owned(), 404, 7003),
        (Method::GET, "/zones/example.com/spectrum/apps".to_owned(), 400, 7003),
        (Method::GET, format!("/zones/{stranger}"), 404, 7003),
        (Method::GET, format!("/accounts/{stranger}/teamnet/routes"), 403, 10000),
        (Method::PUT, apps(), 405, 10405),
    ];
    for (method, path, status, code) in cases {
        let reply = api.send(method, &path, None).await;
        assert_eq!((reply.status, reply.code()), (status, code), "{path}");
    }
}

#[test]
fn past_the_rate_limit_a_caller_waits_for_the_window_to_end() {
    let mut world = World::default();
    world.rate_limit = Some(RateLimit { requests: 2, window_seconds: 300 });
    let request = Request::new("GET", "/client/v4/zones").with_header("Authorization", "Bearer a");
    let start: jiff::Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let mut at = |request: &Request, second: i64| {
        world.answer(request, start + jiff::SignedDuration::from_secs(second))
    };
    assert_eq!([at(&request, 0).status, at(&request, 1).status], [200, 200]);
    let refused = at(&request, 10);
    assert_eq!((refused.status, refused.header("Retry-After")), (429, Some("290")));
    let other = Request::new("GET", "/client/v4/zones").with_header("Authorization", "Bearer b");
    assert_eq!([at(&other, 10).status, at(&request, 300).status], [200, 200]);
}

#[tokio::test]
async fn a_world_survives_being_saved_and_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sim/world.json");
    let api = Api::with(World::default(), Options::default().kept_in(&path)).await;
    let created = api.create(ssh("ssh.example.com", 22)).await.body["result"].clone();
    let kept =
        file::load(&path).unwrap().expect("the world is on disk as soon as the write is answered");
    assert_eq!(kept.to_json(), World::from_json(&kept.to_json()).unwrap().to_json());
    let api = Api::of(kept).await;
    assert_eq!(api.get(&apps()).await.body["result"], json!([created]));
    assert_eq!(api.create(ssh("ssh.example.com", 22)).await.status, 400);
    assert_ne!(api.create(ssh("other.example.com", 22)).await.body["result"]["id"], created["id"]);
    assert!(
        World::from_json(r#"{"format_version": 3}"#)
            .unwrap_err()
            .to_string()
            .contains("format_version 3")
    );
}

#[tokio::test]
async fn the_world_comes_back_when_the_simulator_stops() {
    let api = Api::of(World::default()).await;
    api.create(ssh("ssh.example.com", 22)).await;
    let world = tokio::time::timeout(Duration::from_secs(10), api.running.stop())
        .await
        .expect("it stops")
        .unwrap();
    assert_eq!(world.app_count(), 1);
}

#[test]
fn a_share_of_faults_is_the_same_in_every_run() {
    let run = || {
        let mut script =
            Script::read("- {probability: 0.5, seed: 3, effect: {status: 500}}").unwrap();
        (0..200)
            .map(|_| !script.decide("GET", "/client/v4/zones").is_empty())
            .collect::<Vec<bool>>()
    };
    let hits = run().into_iter().filter(|hit| *hit).count();
    assert!((60..140).contains(&hits), "{hits}");
    assert_eq!(run(), run());
    assert!(
        Script::read("- {effect: {colour: red}}")
            .unwrap_err()
            .to_string()
            .contains("is not an effect")
    );
}
