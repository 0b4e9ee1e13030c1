//! The simulator as a server of HTTP/1.1: methods, hosts, bodies and headers.

use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HOST};
use serde_json::json;
use spectrumctl::sim::{Options, Script, World};

use super::api::{Api, app, apps, ssh};

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let api = Api::of(World::default()).await;
    api.create(ssh("ssh.example.com", 22)).await;
    let get = api.try_send(Method::GET, &apps(), None).await.unwrap();
    let head = api.try_send(Method::HEAD, &apps(), None).await.unwrap();
    let length = |response: &reqwest::Response| response.headers()["content-length"].clone();
    assert_eq!((head.status(), length(&head)), (get.status(), length(&get)));
    assert_eq!(head.bytes().await.unwrap().len(), 0);
    assert!(get.bytes().await.unwrap().len() > 100);
}

#[tokio::test]
async fn a_method_that_a_path_does_not_take_is_told_those_it_takes() {
    let api = Api::of(World::default()).await;
    let one = app("ffffffffffffffffffffffffffffffff");
    for (method, path, allow) in [
        (Method::PUT, apps(), "GET, HEAD, POST"),
        (Method::POST, one, "GET, HEAD, PUT, PATCH, DELETE"),
        (Method::POST, "/zones".to_owned(), "GET, HEAD"),
        (Method::OPTIONS, "/zones".to_owned(), "GET, HEAD"),
    ] {
        let reply = api.send(method.clone(), &path, None).await;
        assert_eq!((reply.status, reply.code()), (405, 10405), "{method} {path}");
        assert_eq!(reply.headers["allow"], allow, "{method} {path}");
    }
}

#[tokio::test]
async fn only_the_prefix_of_the_api_leads_anywhere() {
    let api = Api::of(World::default()).await;
    let root = api.running.base_url.trim_end_matches("/client/v4").to_owned();
    for path in ["/", "/zones", "/client/v4zones", "/client/v4", "/client/v5/zones"] {
        let request = api.client.get(format!("{root}{path}")).bearer_auth("any");
        assert_eq!(request.send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test]
async fn a_body_must_be_json_and_say_nothing_else() {
    let api = Api::of(World::default()).await;
    let send = |content_type: Option<&'static str>, body: String| {
        let url = format!("{}{}", api.running.base_url, apps());
        let request = api.client.post(url).bearer_auth("any").body(body);
        match content_type {
            Some(text) => request.header(CONTENT_TYPE, text),
            None => request,
        }
        .send()
    };
    let body = || ssh("ssh.example.com", 22).to_string();
    let form = send(Some("application/x-www-form-urlencoded"), body()).await.unwrap();
    assert_eq!(form.status(), 400);
    let error = form.json::<serde_json::Value>().await.unwrap()["errors"][0].clone();
    assert_eq!((&error["code"], &error["error_chain"][0]["code"]), (&json!(6003), &json!(6105)));
    for broken in ["", "{", "[]", "\"text\"", "null", "{\"a\":1}}"] {
        let reply = send(Some("application/json"), broken.to_owned()).await.unwrap();
        assert_eq!(reply.status(), 400, "{broken}");
    }
    let typed = send(Some("application/json; charset=utf-8"), body()).await.unwrap();
    assert_eq!(typed.status(), 200);
    let untyped = send(None, ssh("other.example.com", 22).to_string()).await.unwrap();
    assert_eq!(untyped.status(), 200);
}

#[tokio::test]
async fn a_body_beyond_all_measure_is_refused() {
    let api = Api::of(World::default()).await;
    let large = "x".repeat(16 * 1024 * 1024 + 1);
    let url = format!("{}{}", api.running.base_url, apps());
    let reply = api.client.post(url).bearer_auth("any").body(large).send().await.unwrap();
    assert_eq!(reply.status(), 413);
    assert_eq!(reply.headers()["x-spectrumctl-simulated"], "1");
}

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let api = Api::of(World::default()).await;
    let status = async |host: &str| {
        let url = format!("{}/zones", api.running.base_url);
        let request = api.client.get(url).bearer_auth("any").header(HOST, host);
        request.send().await.unwrap().status().as_u16()
    };
    for host in ["localhost", "localhost:8787", "127.0.0.1:80", "[::1]:80", "api.localhost"] {
        assert_eq!(status(host).await, 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "192.0.2.1", "0.0.0.0", "[2001:db8::1]"]
    {
        assert_eq!(status(host).await, 421, "{host}");
    }
}

#[tokio::test]
async fn every_answer_says_that_it_is_simulated() {
    let faults = Script::read("[{path: '*/verify', effect: {html: 502}}]").unwrap();
    let api = Api::with(World::default(), Options::default().with_faults(faults)).await;
    for path in ["/zones", "/nowhere", "/user/tokens/verify"] {
        let reply = api.try_send(Method::GET, path, None).await.unwrap();
        assert_eq!(reply.headers()["x-spectrumctl-simulated"], "1", "{path}");
    }
}

#[tokio::test]
async fn names_in_other_scripts_are_taken_in_either_spelling() {
    let api = Api::of(World::default()).await;
    let created = api.create(ssh("bücher.example.com", 22)).await;
    assert_eq!(created.body["result"]["dns"]["name"], "xn--bcher-kva.example.com");
    assert_eq!(api.create(ssh("xn--bcher-kva.example.com", 22)).await.status, 400);
}

#[tokio::test]
async fn a_key_is_verified_as_a_user() {
    let api = Api::of(World::default()).await;
    let request = api.client.get(format!("{}/user", api.running.base_url));
    let request = request.header("X-Auth-Email", "a@example.com").header("X-Auth-Key", "key");
    let reply: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(reply["result"]["email"], "a@example.com");
}

#[tokio::test]
async fn many_clients_leave_a_consistent_world() {
    let mut world = World::default();
    world.rate_limit = None;
    let api = Api::of(world).await;
    let base = api.running.base_url.clone();
    let tasks = (0..50).map(|client: u16| {
        let url = format!("{base}{}", apps());
        tokio::spawn(async move {
            let http = reqwest::Client::new();
            let mut taken = 0;
            for port in 1..=20_u16 {
                // Every second client asks for the same hostname, which only one may have.
                let name = format!("a{}.example.com", client / 2);
                let request = http.post(&url).bearer_auth("any").json(&ssh(&name, port));
                taken += usize::from(request.send().await.unwrap().status() == 200);
            }
            taken
        })
    });
    let mut taken = 0;
    for task in tasks.collect::<Vec<_>>() {
        taken += task.await.unwrap();
    }
    assert_eq!(taken, 25 * 20);
    assert_eq!(api.get(&apps()).await.list().len(), taken);
}
