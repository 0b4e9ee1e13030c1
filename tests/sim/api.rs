//! A running simulator and a client of it, over real HTTP.

use reqwest::Method;
use serde_json::{Value as Json, json};
use spectrumctl::sim::embedded::{Running, start};
use spectrumctl::sim::{Fixture, Options, World};

use crate::support::ZONE;

/// A running simulator and a client of it.
pub(super) struct Api {
    pub(super) running: Running,
    pub(super) client: reqwest::Client,
    pub(super) token: Option<&'static str>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: reqwest::header::HeaderMap,
    pub(super) body: Json,
}

impl Reply {
    pub(super) fn code(&self) -> u64 {
        self.body["errors"][0]["code"].as_u64().expect("a refusal carries a code")
    }

    pub(super) fn ids(&self) -> Vec<&str> {
        self.list().iter().map(|app| app["id"].as_str().expect("an app has an id")).collect()
    }

    pub(super) fn names(&self) -> Vec<&str> {
        self.list()
            .iter()
            .map(|app| app["dns"]["name"].as_str().expect("an app has a name"))
            .collect()
    }

    pub(super) fn list(&self) -> &Vec<Json> {
        self.body["result"].as_array().expect("the result is a list")
    }
}

impl Api {
    pub(super) async fn of(world: World) -> Api {
        Api::with(world, Options::default()).await
    }

    pub(super) async fn with(world: World, options: Options) -> Api {
        let running =
            start(world, options).await.expect("a port of the loopback interface is free");
        Api { running, client: reqwest::Client::new(), token: Some("any-token") }
    }

    pub(super) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Json>,
    ) -> reqwest::Result<reqwest::Response> {
        let mut request = self.client.request(method, format!("{}{path}", self.running.base_url));
        if let Some(token) = self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await
    }

    pub(super) async fn send(&self, method: Method, path: &str, body: Option<Json>) -> Reply {
        let response = self.try_send(method, path, body).await.expect("the simulator answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Reply { status, headers, body: response.json().await.expect("the body is JSON") }
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub(super) async fn create(&self, body: Json) -> Reply {
        self.send(Method::POST, &apps(), Some(body)).await
    }
}

pub(super) fn apps() -> String {
    format!("/zones/{ZONE}/spectrum/apps")
}

pub(super) fn app(id: &str) -> String {
    format!("/zones/{ZONE}/spectrum/apps/{id}")
}

pub(super) fn ssh(name: &str, port: u16) -> Json {
    json!({"protocol": format!("tcp/{port}"), "dns": {"type": "CNAME", "name": name}, "origin_direct": ["tcp://192.0.2.1:22"]})
}

pub(super) fn given(yaml: &str) -> World {
    let mut world = World::default();
    let seed = Fixture::read(yaml).expect("the seed is a seed");
    world.load(&seed, true).expect("the seed names its zones");
    world
}
