//! The audit log of the simulator, as the second version of the API documents it.

use reqwest::Method;
use serde_json::{Value as Json, json};
use spectrumctl::sim::World;

use super::api::{Api, app, given, ssh};
use crate::support::ACCOUNT;

/// Everything that was ever written.
const EVER: &str = "since=2000-01-01&before=2100-01-01";

fn log(more: &str) -> String {
    format!("/accounts/{ACCOUNT}/logs/audit?{EVER}{more}")
}

fn kinds(entries: &[Json]) -> Vec<&str> {
    entries.iter().filter_map(|entry| entry["action"]["type"].as_str()).collect()
}

/// Creates, updates and deletes an application, with a refused write between, and gives its id.
async fn wrote(api: &Api) -> String {
    let created = api.create(ssh("ssh.example.com", 22)).await.body["result"]["id"].clone();
    let id = created.as_str().expect("an application has an id").to_owned();
    assert_eq!(api.create(ssh("ssh.example.com", 22)).await.status, 400);
    let update = Some(ssh("ssh.example.com", 23));
    assert_eq!(api.send(Method::PUT, &app(&id), update).await.status, 200);
    assert_eq!(api.send(Method::DELETE, &app(&id), None).await.status, 200);
    id
}

#[tokio::test]
async fn each_write_has_an_entry_and_a_refused_one_is_a_failure() {
    let api = Api::of(World::default()).await;
    let id = wrote(&api).await;
    let newest_first = api.get(&log("")).await;
    assert_eq!(kinds(newest_first.list()), ["delete", "update", "create", "create"]);
    let took_effect = api.get(&log("&direction=asc&action_result=success")).await;
    assert_eq!(kinds(took_effect.list()), ["create", "update", "delete"]);
    assert!(took_effect.list().iter().all(|entry| entry["resource"]["id"] == json!(id)));
    let refused = api.get(&log("&action_result=failure")).await;
    let [entry] = refused.list().as_slice() else { panic!("{}", refused.body) };
    assert_eq!(entry["raw"]["status_code"], json!(400));
    assert_eq!(entry["resource"]["id"], Json::Null);
    assert_eq!(entry["resource"]["response"]["success"], json!(false));
    let none = format!("/accounts/{ACCOUNT}/logs/audit?since=1999-01-01&before=2000-01-01");
    assert_eq!(api.get(&none).await.body["result"], json!([]));
}

#[tokio::test]
async fn a_refused_write_changes_nothing_of_what_is_created_later() {
    let ids = async |refused: usize| {
        let mut world = World::default();
        world.rate_limit = None;
        let api = Api::of(world).await;
        for _ in 0..2 {
            api.get("/zones").await;
        }
        for _ in 0..refused {
            assert_eq!(api.create(json!({})).await.status, 400);
        }
        for _ in refused..2 {
            api.get("/zones").await;
        }
        api.create(ssh("ssh.example.com", 22)).await.body["result"]["id"].clone()
    };
    assert_eq!(ids(2).await, ids(0).await);
}

#[tokio::test]
async fn since_and_before_are_required_and_must_be_times() {
    let api = Api::of(World::default()).await;
    for query in ["", "since=2000-01-01", "before=2100-01-01", "since=soon&before=2100-01-01"] {
        let reply = api.get(&format!("/accounts/{ACCOUNT}/logs/audit?{query}")).await;
        assert_eq!((reply.status, reply.code()), (400, 1004), "{query}");
    }
}

#[tokio::test]
async fn filters_and_their_opposites_are_applied() {
    let tokens = "tokens: [{token: any-token, name: deploy}]";
    let api = Api::of(given(tokens)).await;
    wrote(&api).await;
    let cases: [(&str, &[&str]); 8] = [
        ("&action_type=update", &["update"]),
        ("&action_type=update&action_type=create", &["update", "create", "create"]),
        ("&action_type.not=update&action_result=success", &["delete", "create"]),
        ("&action_type.not=update&action_type.not=create", &["delete"]),
        ("&actor_email=nobody@example.com", &[]),
        ("&actor_token_name=deploy", &["delete", "update", "create", "create"]),
        ("&actor_token_name.not=deploy", &[]),
        ("&raw_method=PUT&zone_name=example.com", &["update"]),
    ];
    for (filter, expected) in cases {
        assert_eq!(kinds(api.get(&log(filter)).await.list()), expected, "{filter}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_while_new_entries_arrive() {
    let api = Api::of(World::default()).await;
    wrote(&api).await;
    let first = api.get(&log("&limit=2")).await;
    assert_eq!(kinds(first.list()), ["delete", "update"]);
    wrote(&api).await;
    let cursor = first.body["result_info"]["cursor"].as_str().unwrap().to_owned();
    let second = api.get(&log(&format!("&limit=2&cursor={cursor}"))).await;
    assert_eq!(kinds(second.list()), ["create", "create"]);
    let info = json!({"count": 2, "cursor": "", "cursors": {"after": ""}});
    assert_eq!(second.body["result_info"], info);
    assert_eq!(api.get(&log("&cursor=unknown")).await.status, 400);
}
