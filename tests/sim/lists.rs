//! Filters and orders of the simulator's lists: documented parameters filter, and none of them
//! answers everything by mistake.

use serde_json::{Value as Json, json};

use super::api::{Api, given};
use crate::support::{ACCOUNT, ZONE};

const NETWORKS: [&str; 2] =
    ["11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"];

fn world() -> spectrumctl::sim::World {
    given(
        &json!({
            "accounts": [
                {"id": ACCOUNT, "name": "First account"},
                {"id": "0123456789abcdef0123456789abcdef", "name": "Second account"},
            ],
            "zones": [
                {"name": "example.com"},
                {"name": "example.org", "account": "0123456789abcdef0123456789abcdef"},
                {"name": "sample.net", "plan": "pro"},
            ],
            "dns_records": [
                {"zone": "example.com", "type": "A", "name": "a.example.com", "content": "192.0.2.1", "proxied": true},
                {"zone": "example.com", "type": "CNAME", "name": "b.example.com", "content": "a.example.com"},
                {"zone": "example.com", "type": "A", "name": "ab.example.com", "content": "192.0.2.2"},
            ],
            "virtual_networks": [
                {"name": "home", "id": NETWORKS[0], "is_default_network": true},
                {"name": "office", "id": NETWORKS[1]},
            ],
            "routes": [
                {"network": "10.0.0.0/8", "virtual_network": "home"},
                {"network": "10.1.0.0/16", "virtual_network": "office"},
            ],
        })
        .to_string(),
    )
}

/// The names or networks that a list answers with.
fn names(list: &[Json]) -> Vec<&str> {
    list.iter().filter_map(|one| one.get("name").or(one.get("network"))?.as_str()).collect()
}

async fn check(list: &str, cases: &[(&str, &[&str])]) {
    let api = Api::of(world()).await;
    for (query, expected) in cases {
        let reply = api.get(&format!("{list}?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        assert_eq!(names(reply.list()), *expected, "{query}");
        assert_eq!(reply.body["result_info"]["total_count"], json!(expected.len()), "{query}");
    }
}

#[tokio::test]
async fn zones_are_filtered_and_ordered() {
    check(
        "/zones",
        &[
            ("", &["example.com", "example.org", "sample.net"]),
            ("name=Example.com", &["example.com"]),
            ("name=contains:xample", &["example.com", "example.org"]),
            ("name=not_equal:example.com", &["example.org", "sample.net"]),
            ("account.name=Second+account", &["example.org"]),
            ("account.name=starts_with:First", &["example.com", "sample.net"]),
            ("status=pending", &[]),
            ("type=full", &["example.com", "example.org", "sample.net"]),
            ("type=partial&type=secondary", &[]),
            ("type=partial,full&name=example.com", &["example.com"]),
            ("order=name&direction=desc", &["sample.net", "example.org", "example.com"]),
            ("name=example.com&account.name=Second+account", &[]),
            (
                "name=example.com&account.name=Second+account&match=any",
                &["example.com", "example.org"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn records_are_filtered_and_ordered() {
    check(
        &format!("/zones/{ZONE}/dns_records"),
        &[
            ("name=a.example.com", &["a.example.com"]),
            ("name.exact=A.example.com", &["a.example.com"]),
            ("name.startswith=a", &["a.example.com", "ab.example.com"]),
            ("name.endswith=b.example.com", &["b.example.com", "ab.example.com"]),
            ("content.exact=192.0.2.2", &["ab.example.com"]),
            ("content.contains=192.0.2", &["a.example.com", "ab.example.com"]),
            ("proxied=true", &["a.example.com"]),
            ("proxied=True", &["a.example.com"]),
            ("type=A&type=CNAME&order=name", &["a.example.com", "ab.example.com", "b.example.com"]),
            ("tag.startswith=team:a", &[]),
            ("proxied=false", &["b.example.com", "ab.example.com"]),
            ("type=CNAME", &["b.example.com"]),
            ("comment.present", &[]),
            ("tag=team:a", &[]),
            ("order=content&direction=desc", &["b.example.com", "ab.example.com", "a.example.com"]),
            ("name=nobody.example.com", &[]),
        ],
    )
    .await;
}

#[tokio::test]
async fn networks_and_routes_are_filtered() {
    check(
        &format!("/accounts/{ACCOUNT}/teamnet/virtual_networks"),
        &[
            ("is_default=true", &["home"]),
            ("is_default=false", &["office"]),
            ("is_deleted=true", &[]),
            ("is_deleted=false", &["home", "office"]),
            ("name=office", &["office"]),
        ],
    )
    .await;
    check(
        &format!("/accounts/{ACCOUNT}/teamnet/routes"),
        &[
            ("network_superset=10.1.2.3/32", &["10.0.0.0/8", "10.1.0.0/16"]),
            ("network_subset=10.1.0.0/16", &["10.1.0.0/16"]),
            ("is_deleted=true", &[]),
            (&format!("virtual_network_id={}", NETWORKS[0]), &["10.0.0.0/8"]),
            ("existed_at=2000-01-01T00:00:00Z", &[]),
            ("tun_types=warp_connector", &[]),
            ("tun_types=warp_connector&tun_types=cfd_tunnel", &["10.0.0.0/8", "10.1.0.0/16"]),
            ("tun_types=warp_connector,cfd_tunnel", &["10.0.0.0/8", "10.1.0.0/16"]),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_value_that_a_filter_cannot_have_is_refused() {
    let api = Api::of(world()).await;
    for path in [
        "/zones?match=some".to_owned(),
        "/zones?order=colour".to_owned(),
        "/zones?name=like:example".to_owned(),
        "/zones?type=whole".to_owned(),
        format!("/zones/{ZONE}/dns_records?proxied=perhaps"),
        format!("/zones/{ZONE}/dns_records?name=nobody.example.com&proxied=perhaps"),
        format!("/accounts/{ACCOUNT}/teamnet/routes?network_subset=everywhere"),
    ] {
        let reply = api.get(&path).await;
        assert_eq!((reply.status, reply.code()), (400, 1004), "{path}");
    }
}

#[tokio::test]
async fn answers_have_the_members_that_the_schema_requires() {
    let api = Api::of(world()).await;
    let cases: [(String, &[&str]); 3] = [
        (
            "/zones".to_owned(),
            &[
                "id",
                "name",
                "development_mode",
                "owner",
                "account",
                "meta",
                "name_servers",
                "original_name_servers",
                "original_registrar",
                "original_dnshost",
                "created_on",
                "modified_on",
                "activated_on",
            ],
        ),
        (
            format!("/zones/{ZONE}/dns_records"),
            &["id", "type", "name", "content", "proxiable", "created_on", "modified_on"],
        ),
        (
            format!("/accounts/{ACCOUNT}/teamnet/virtual_networks"),
            &["id", "name", "is_default_network", "comment", "created_at"],
        ),
    ];
    for (path, members) in cases {
        let reply = api.get(&path).await;
        for entry in reply.list() {
            let lacks: Vec<_> = members.iter().filter(|name| entry.get(name).is_none()).collect();
            assert!(lacks.is_empty(), "{path} lacks {lacks:?}");
        }
    }
}

#[tokio::test]
async fn pages_take_whole_numbers_however_they_are_written() {
    let api = Api::of(world()).await;
    for (query, expected) in [
        ("page=1.0&per_page=2.0", &["example.com", "example.org"][..]),
        ("page=2&per_page=2", &["sample.net"]),
        ("page=9", &[]),
    ] {
        assert_eq!(names(api.get(&format!("/zones?{query}")).await.list()), expected, "{query}");
    }
    for query in ["page=0", "page=1.5", "page=-1", "page=one", "per_page=51", "per_page=0"] {
        assert_eq!(api.get(&format!("/zones?{query}")).await.status, 400, "{query}");
    }
}
