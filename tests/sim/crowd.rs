//! Fifty clients at once, for a minute: the world is what they made it, and the simulator does not grow. Too long for every run:
//!
//! `cargo test --release --test main -- sim::crowd --ignored --nocapture`

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::support::{Sandbox, Simulator};

const CLIENTS: usize = 50;
const TIME: Duration = Duration::from_secs(60);

/// How many applications a client keeps at most; what comes beyond it replaces the oldest.
const KEPT: usize = 20;

/// A client with the applications that it made, by id.
struct Client {
    http: reqwest::Client,
    base_url: String,
    zone: String,
    number: usize,
    made: BTreeMap<String, Json>,
    requests: u64,
}

impl Client {
    async fn send(&mut self, method: Method, path: &str, body: Option<&Json>) -> (u16, Json) {
        self.requests += 1;
        let url = format!("{}/zones/{}/spectrum/apps{path}", self.base_url, self.zone);
        let mut request = self.http.request(method, url).bearer_auth("any");
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the simulator answers");
        (response.status().as_u16(), response.json().await.expect("the answer is JSON"))
    }

    fn body(&self, turn: usize, port: u16) -> Json {
        json!({
            "protocol": format!("tcp/{port}"), "origin_direct": [format!("tcp://192.0.2.1:{port}")],
            "dns": {"type": "CNAME", "name": format!("app-{}-{turn}.example.com", self.number)},
        })
    }

    /// Creates, reads, changes and lists one application; deletes the oldest where there are enough.
    async fn turn(&mut self, turn: usize) {
        let (status, created) = self.send(Method::POST, "", Some(&self.body(turn, 22))).await;
        assert_eq!(status, 200, "{created}");
        let id = created["result"]["id"].as_str().unwrap().to_owned();
        let (status, read) = self.send(Method::GET, &format!("/{id}"), None).await;
        assert_eq!((status, &read["result"]), (200, &created["result"]));
        let (status, changed) =
            self.send(Method::PUT, &format!("/{id}"), Some(&self.body(turn, 23))).await;
        assert_eq!(status, 200, "{changed}");
        self.made.insert(id, changed["result"].clone());
        let (status, refused) = self.send(Method::POST, "", Some(&self.body(turn, 23))).await;
        assert_ne!(status, 200, "a second one is refused: {refused}");
        self.send(Method::GET, "?page=1&per_page=5", None).await;
        if self.made.len() > KEPT {
            let oldest = self.made.keys().next().unwrap().clone();
            let (status, _) = self.send(Method::DELETE, &format!("/{oldest}"), None).await;
            assert_eq!(status, 200);
            self.made.remove(&oldest);
        }
    }
}

/// How much memory a process holds, in KiB.
fn memory_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "takes a minute, and all of the machine"]
#[expect(clippy::print_stderr, reason = "what was measured is shown")]
fn fifty_clients_for_a_minute_leave_the_world_that_they_made() {
    let sandbox = Sandbox::new();
    let simulator = Simulator::start(&sandbox, &["--world", "world.json", "--rate-limit", "none"]);
    let (zone, base_url) = (simulator.zone("example.com"), simulator.base_url.clone());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (made, requests, early, late) = runtime.block_on(async {
        let begun = Instant::now();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let clients = (0..CLIENTS).map(|number| {
            let mut client = Client {
                http: http.clone(),
                base_url: base_url.clone(),
                zone: zone.clone(),
                number,
                made: BTreeMap::new(),
                requests: 0,
            };
            tokio::spawn(async move {
                let mut turn = 0;
                while begun.elapsed() < TIME {
                    client.turn(turn).await;
                    turn += 1;
                }
                (client.made, client.requests)
            })
        });
        let clients: Vec<_> = clients.collect();
        // The audit log is full and every client keeps as much as it ever will by then.
        tokio::time::sleep(TIME / 2).await;
        let early = memory_of(simulator.process_id());
        let (mut made, mut requests) = (BTreeMap::new(), 0);
        for client in clients {
            let (own, sent) = client.await.unwrap();
            made.extend(own);
            requests += sent;
        }
        (made, requests, early, memory_of(simulator.process_id()))
    });
    let listed = simulator.must("GET", &format!("/zones/{zone}/spectrum/apps"), None);
    let id = |app: &Json| app["id"].as_str().unwrap().to_owned();
    let listed: BTreeMap<String, Json> =
        listed.as_array().unwrap().iter().map(|app| (id(app), app.clone())).collect();
    eprintln!(
        "{requests} requests, {} applications, {early} KiB after half, {late} KiB",
        made.len()
    );
    assert_eq!(listed, made, "the world is what the clients made");
    assert!(late < early + early / 4, "memory grows: {early} KiB, then {late} KiB");
}
