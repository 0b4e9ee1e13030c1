//! A small server with scripted answers, and the client that talks to it.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use secrecy::SecretString;
use serde_json::{Map, Value as Json, json};
use spectrumctl::api::{ApiError, Client, Credentials, Settings, Wait};
use spectrumctl::model::{AppId, ZoneId};

pub(super) const TOKEN: &str = "secret-token-0123456789";

/// One scripted answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
}

pub(super) fn answer(status: u16, body: impl ToString) -> Answer {
    Answer { status, headers: vec![("cf-ray", "8f00ba4-FRA".to_owned())], body: body.to_string() }
}

pub(super) fn refusal(status: u16, errors: Json) -> Answer {
    answer(status, json!({"success": false, "errors": errors, "messages": [], "result": null}))
}

pub(super) fn app_json(number: u32) -> Json {
    json!({"id": format!("{number:032x}"), "protocol": format!("tcp/{number}"), "dns": {"type": "CNAME", "name": "a.example.com"}})
}

pub(super) fn page(numbers: impl IntoIterator<Item = u32>, total: Option<u64>) -> Answer {
    let result: Vec<Json> = numbers.into_iter().map(app_json).collect();
    let mut body = json!({"success": true, "errors": [], "messages": [], "result": result});
    if let Some(total) = total {
        body["result_info"] =
            json!({"page": 1, "per_page": 100, "count": result.len(), "total_count": total});
    }
    answer(200, body)
}

/// A running server and a client of it. Each request is kept as `METHOD /path?query` with its authorization header.
pub(super) struct Stage {
    pub(super) client: Client,
    pub(super) requests: Arc<Mutex<Vec<(String, String)>>>,
    pub(super) waits: Arc<Mutex<Vec<Wait>>>,
}

impl Stage {
    /// Answers the n-th request, counted from 0, with what the script gives for it and its text.
    pub(super) async fn with(
        script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static,
    ) -> Stage {
        let requests: Arc<Mutex<Vec<(String, String)>>> = Arc::default();
        let (kept, script) = (Arc::clone(&requests), Arc::new(script));
        let serve = move |request: Request| {
            let text = format!("{} {}", request.method(), request.uri());
            let authorization = request
                .headers()
                .get("authorization")
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default();
            let mut kept = kept.lock().expect("no test panics while it holds the lock");
            let answer = script(kept.len(), &text);
            kept.push((text, authorization.to_owned()));
            let mut response = Response::builder().status(answer.status);
            for (name, value) in answer.headers {
                response = response.header(name, value);
            }
            std::future::ready(
                response.body(Body::from(answer.body)).expect("scripted answers are well formed"),
            )
        };
        let listener =
            tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        tokio::spawn(
            async move { axum::serve(listener, axum::Router::new().fallback(serve)).await },
        );
        let waits: Arc<Mutex<Vec<Wait>>> = Arc::default();
        let told = Arc::clone(&waits);
        let mut settings = settings(&format!("http://{address}/client/v4"));
        settings.on_wait = Arc::new(move |wait| {
            told.lock().expect("no test panics while it holds the lock").push(wait)
        });
        Stage {
            client: Client::new(settings).expect("a loopback address may be used"),
            requests,
            waits,
        }
    }

    /// Always the same answer.
    pub(super) async fn always(status: u16, body: impl ToString) -> Stage {
        let body = body.to_string();
        Stage::with(move |_, _| answer(status, &body)).await
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panics while it holds the lock")
            .iter()
            .map(|(text, _)| text.clone())
            .collect()
    }

    pub(super) async fn list_error(&self) -> ApiError {
        harmless(self.client.list_apps(&zone()).await.expect_err("the list must fail"))
    }

    pub(super) async fn create_error(&self) -> ApiError {
        harmless(self.client.create(&zone(), &Map::new()).await.expect_err("the create must fail"))
    }
}

/// The error, after a look whether the token is anywhere in it.
pub(super) fn harmless(error: ApiError) -> ApiError {
    let finding = error.to_finding();
    let everything = format!("{error} {error:?} {finding:?}");
    assert!(!everything.contains(TOKEN), "the token is in {everything}");
    assert!(!finding.fix.is_empty() && finding.refusal.is_some(), "{finding:?}");
    error
}

pub(super) fn settings(base_url: &str) -> Settings {
    let mut settings = Settings::new(base_url, Credentials::Token(SecretString::from(TOKEN)));
    settings.first_delay = Duration::from_millis(5);
    settings.rate_limit_patience = Duration::from_secs(2);
    settings
}

pub(super) fn zone() -> ZoneId {
    ZoneId::from_api("023e105f4ecef8ad9ca31a8372d0c353")
}

pub(super) fn app_id() -> AppId {
    AppId::from_api("af93687c10dc4ebfa7d1e89595fade22")
}

/// Runs a call that must be over soon, however often it is repeated.
pub(super) async fn soon<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), call).await.expect("the call is over soon")
}
