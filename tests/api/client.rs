//! The client against a small server with scripted answers, over real HTTP: lists, failures, repetitions, secrets.

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use secrecy::SecretString;
use serde_json::{Map, Value as Json, json};
use spectrumctl::api::{
    ApiError, Client, Credentials, Deleted, ErrorKind, Outcome, Settings, Wait, WaitReason,
};
use spectrumctl::model::{AppId, Field, ZoneId};

const TOKEN: &str = "secret-token-0123456789";

/// One scripted answer.
struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

fn answer(status: u16, body: impl ToString) -> Answer {
    Answer { status, headers: vec![("cf-ray", "8f00ba4-FRA".to_owned())], body: body.to_string() }
}

fn refusal(status: u16, errors: Json) -> Answer {
    answer(status, json!({"success": false, "errors": errors, "messages": [], "result": null}))
}

fn app_json(number: u32) -> Json {
    json!({"id": format!("{number:032x}"), "protocol": format!("tcp/{number}"), "dns": {"type": "CNAME", "name": "a.example.com"}})
}

fn page(numbers: impl IntoIterator<Item = u32>, total: Option<u64>) -> Answer {
    let result: Vec<Json> = numbers.into_iter().map(app_json).collect();
    let mut body = json!({"success": true, "errors": [], "messages": [], "result": result});
    if let Some(total) = total {
        body["result_info"] =
            json!({"page": 1, "per_page": 100, "count": result.len(), "total_count": total});
    }
    answer(200, body)
}

/// A running server and a client of it. Each request is kept as `METHOD /path?query` with its authorization header.
struct Stage {
    client: Client,
    requests: Arc<Mutex<Vec<(String, String)>>>,
    waits: Arc<Mutex<Vec<Wait>>>,
}

impl Stage {
    /// Answers the n-th request, counted from 0, with what the script gives for it and its text.
    async fn with(script: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> Stage {
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
    async fn always(status: u16, body: impl ToString) -> Stage {
        let body = body.to_string();
        Stage::with(move |_, _| answer(status, &body)).await
    }

    fn requests(&self) -> Vec<String> {
        self.requests
            .lock()
            .expect("no test panics while it holds the lock")
            .iter()
            .map(|(text, _)| text.clone())
            .collect()
    }

    async fn list_error(&self) -> ApiError {
        harmless(self.client.list_apps(&zone()).await.expect_err("the list must fail"))
    }

    async fn create_error(&self) -> ApiError {
        harmless(self.client.create(&zone(), &Map::new()).await.expect_err("the create must fail"))
    }
}

/// The error, after a look whether the token is anywhere in it.
fn harmless(error: ApiError) -> ApiError {
    let finding = error.to_finding();
    let everything = format!("{error} {error:?} {finding:?}");
    assert!(!everything.contains(TOKEN), "the token is in {everything}");
    assert!(!finding.fix.is_empty() && finding.refusal.is_some(), "{finding:?}");
    error
}

fn settings(base_url: &str) -> Settings {
    let mut settings = Settings::new(base_url, Credentials::Token(SecretString::from(TOKEN)));
    settings.first_delay = Duration::from_millis(5);
    settings
}

fn zone() -> ZoneId {
    ZoneId::from_api("023e105f4ecef8ad9ca31a8372d0c353")
}

fn app_id() -> AppId {
    AppId::from_api("af93687c10dc4ebfa7d1e89595fade22")
}

/// Runs a call that must be over soon, however often it is repeated.
async fn soon<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), call).await.expect("the call is over soon")
}

#[tokio::test]
async fn a_list_is_read_over_all_its_pages_in_an_order_that_does_not_shift() {
    let stage = Stage::with(|number, _| {
        page(
            (0..100).map(|n| number as u32 * 100 + n).take(if number == 2 { 30 } else { 100 }),
            Some(230),
        )
    })
    .await;
    let apps = stage.client.list_apps(&zone()).await.unwrap();
    assert_eq!(apps.len(), 230);
    let path = "GET /client/v4/zones/023e105f4ecef8ad9ca31a8372d0c353/spectrum/apps?order=app_id&direction=asc";
    assert_eq!(
        stage.requests(),
        (1..=3).map(|number| format!("{path}&page={number}&per_page=100")).collect::<Vec<_>>()
    );
    assert_eq!(stage.requests.lock().unwrap()[0].1, format!("Bearer {TOKEN}"));
    assert_eq!(stage.client.calls(), 3);
}

#[tokio::test]
async fn a_list_without_a_count_ends_with_an_empty_page() {
    let stage =
        Stage::with(|_, text| page(if text.contains("&page=1&") { 0..5 } else { 0..0 }, None))
            .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 5);
    assert_eq!(stage.requests().len(), 2);
}

#[tokio::test]
async fn a_list_that_says_it_is_empty_is_empty() {
    for total in [Some(0), None] {
        let stage = Stage::with(move |_, _| page([], total)).await;
        assert_eq!(stage.client.list_apps(&zone()).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_list_that_stays_short_is_read_three_times_and_is_then_an_error() {
    let stage =
        Stage::with(|_, text| page(if text.contains("&page=1&") { 0..5 } else { 0..0 }, Some(9)))
            .await;
    let error = stage.list_error().await;
    assert_eq!(*error.kind, ErrorKind::Incomplete { expected: Some(9), got: 5 });
    assert_eq!(error.to_finding().code, "incomplete-list");
    assert_eq!(stage.requests().len(), 6);
    let empty = Stage::with(|_, _| page([], Some(9))).await;
    assert_eq!(*empty.list_error().await.kind, ErrorKind::Incomplete { expected: Some(9), got: 0 });
}

#[tokio::test]
async fn a_list_that_changes_while_it_is_read_is_read_again() {
    let script = |number, _: &str| match number {
        0 => page(0..100, Some(101)),
        1 => page([99], Some(101)),
        2 => page(0..100, Some(102)),
        3 => page([100], Some(101)),
        4 => page(0..100, Some(101)),
        _ => page([100], Some(101)),
    };
    let stage = Stage::with(script).await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 101);
    assert_eq!(stage.requests().len(), 6);
}

#[tokio::test]
async fn ids_that_repeat_on_every_reading_are_an_error() {
    let stage = Stage::with(|_, _| page(0..5, None)).await;
    assert!(matches!(
        *stage.list_error().await.kind,
        ErrorKind::Incomplete { expected: None, got: 5 }
    ));
}

#[tokio::test]
async fn a_success_without_a_list_is_never_an_empty_list() {
    let without_id = json!([{"protocol": "tcp/22"}]);
    for result in [json!(null), json!({}), json!("x"), json!(["x"]), without_id] {
        let total = result.as_array().map_or(0, Vec::len);
        let stage = Stage::always(
            200,
            json!({"success": true, "result": result, "result_info": {"total_count": total}}),
        )
        .await;
        let error = stage.list_error().await;
        assert!(matches!(*error.kind, ErrorKind::UnexpectedShape { .. }), "{result}: {error}");
    }
    let stage = Stage::always(200, json!({"success": true, "errors": []})).await;
    assert!(stage.list_error().await.to_string().contains("it is missing"));
}

#[tokio::test]
async fn what_is_no_envelope_is_tried_four_times_and_told_as_what_it_is() {
    let page = "<html><head><title>example.com | 502: Bad gateway</title></head></html>";
    for (status, body, what) in [
        (502, page, "an HTML page"),
        (200, "", "an empty body"),
        (404, "404 page not found", "text that is not JSON"),
    ] {
        let stage = Stage::always(status, body).await;
        let error = stage.list_error().await;
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(
            (error.http_status, error.attempts, stage.requests().len()),
            (Some(status), 4, 4)
        );
        assert_eq!(error.ray_id.as_deref(), Some("8f00ba4-FRA"));
        assert_eq!(error.to_finding().code, "not-an-envelope");
        assert_eq!(stage.waits.lock().unwrap()[0].reason, WaitReason::Repeat);
    }
    let stage = Stage::always(502, page).await;
    assert!(stage.list_error().await.to_string().contains("\"example.com | 502: Bad gateway\""));
}

#[tokio::test]
async fn a_server_that_recovers_is_asked_until_it_does() {
    let stage = Stage::with(
        |number, _| if number < 3 { answer(502, "<html>") } else { page(0..2, Some(2)) },
    )
    .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn bad_credentials_are_told_with_the_variable_and_the_permission() {
    let stage = Stage::with(|_, _| {
        refusal(401, json!([{"code": 10000, "message": "Authentication error"}]))
    })
    .await;
    let finding = stage.list_error().await.to_finding();
    assert_eq!((finding.code.as_str(), stage.requests().len()), ("10000", 1));
    assert!(finding.fix.contains("CLOUDFLARE_API_TOKEN"));
    assert!(
        finding.summary.ends_with("HTTP 401, 10000: Authentication error (Ray ID 8f00ba4-FRA)"),
        "{}",
        finding.summary
    );
    let stage = Stage::with(|_, _| {
        refusal(403, json!([{"code": 10000, "message": "Authentication error"}]))
    })
    .await;
    let error = stage.list_error().await;
    assert!(error.is_about_credentials() && error.to_finding().fix.contains("Zone Settings: Read"));
    assert_eq!(stage.requests().len(), 3, "a 403 may pass, but not after long");
}

#[tokio::test]
async fn a_403_without_a_code_is_about_credentials_and_one_from_a_page_is_not() {
    assert!(
        Stage::with(|_, _| refusal(403, json!([]))).await.list_error().await.is_about_credentials()
    );
    assert!(!Stage::always(403, "<html>").await.list_error().await.is_about_credentials());
}

#[tokio::test]
async fn a_passing_403_does_not_fail_a_read() {
    let stage =
        Stage::with(
            |number, _| if number == 0 { refusal(403, json!([])) } else { page(0..2, Some(2)) },
        )
        .await;
    assert_eq!(stage.client.list_apps(&zone()).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_as_long_as_the_server_says_by_writes_too() {
    let script = |number, _: &str| match number {
        0 => Answer {
            headers: vec![("retry-after", "1".to_owned())],
            ..refusal(429, json!([{"code": 971, "message": "slow down"}]))
        },
        _ => answer(200, json!({"success": true, "result": app_json(1)})),
    };
    let (stage, begun) = (Stage::with(script).await, Instant::now());
    stage.client.create(&zone(), &Map::new()).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(990), "{:?}", begun.elapsed());
    let waits = stage.waits.lock().unwrap().clone();
    assert_eq!((waits[0].reason, waits[0].time), (WaitReason::RateLimited, Duration::from_secs(1)));
}

#[tokio::test]
async fn a_rate_limit_that_stays_is_an_error_that_may_pass() {
    let stage = Stage::always(429, "error code: 1015").await;
    let error = soon(stage.create_error()).await;
    assert_eq!(
        (error.outcome(), error.is_retryable(), error.attempts),
        (Outcome::Refused, true, 8)
    );
    assert!(error.to_finding().why.unwrap().contains("1,200"));
}

#[tokio::test]
async fn a_refused_connection_is_told_without_path_and_query() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = Client::new(settings(&format!("http://{address}/client/v4"))).unwrap();
    let error = harmless(client.create(&zone(), &Map::new()).await.unwrap_err());
    assert!(
        error.to_string().contains(&address.to_string()) && !error.to_string().contains("/client"),
        "{error}"
    );
    assert_eq!((error.outcome(), error.attempts, error.http_status), (Outcome::Refused, 4, None));
    assert_eq!(error.to_finding().code, "unreachable");
}

#[tokio::test]
async fn an_answer_that_does_not_come_leaves_the_outcome_of_a_write_open() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(&format!("http://{}", listener.local_addr().unwrap()));
    settings.request_timeout = Duration::from_millis(300);
    let client = Client::new(settings).unwrap();
    let error = client.create(&zone(), &Map::new()).await.unwrap_err();
    assert_eq!(*error.kind, ErrorKind::TimedOut { seconds: 0, sent: true });
    assert_eq!(
        (error.outcome(), error.attempts, error.to_finding().code.as_str()),
        (Outcome::Unknown, 1, "timed-out")
    );
}

#[tokio::test]
async fn every_error_of_a_refusal_is_told() {
    let errors = json!([{"code": 4711, "message": "first."}, {"code": 11000, "message": "second", "source": {"pointer": "/origin_dns/name"}}]);
    let stage = Stage::with(move |_, _| refusal(200, errors.clone())).await;
    let error = stage.create_error().await;
    assert_eq!((error.outcome(), error.attempts), (Outcome::Refused, 1));
    let finding = error.to_finding();
    assert_eq!(
        (finding.code.as_str(), finding.path.as_deref()),
        ("11000", Some("origin_dns.name"))
    );
    assert!(finding.summary.contains("4711: first.; 11000: second"), "{}", finding.summary);
    assert!(finding.why.unwrap().contains("never to both") && finding.docs.is_some());
}

#[tokio::test]
async fn a_create_is_made_once_when_its_end_is_unknown() {
    let refused = json!({"success": false, "errors": [{"code": 1, "message": "x"}]});
    for (status, body) in [
        (500, refused.to_string()),
        (503, refused.to_string()),
        (502, "<html>".to_owned()),
        (200, "{\"success\":true}".to_owned()),
    ] {
        let stage = Stage::always(status, body).await;
        assert_eq!(
            (stage.create_error().await.outcome(), stage.requests().len()),
            (Outcome::Unknown, 1),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_vanished_app_is_none_to_read_and_already_gone_to_delete() {
    let stage = Stage::with(|_, _| {
        refusal(404, json!([{"code": 10006, "message": "application not found"}]))
    })
    .await;
    assert_eq!(stage.client.app(&zone(), &app_id()).await.unwrap(), None);
    assert_eq!(stage.client.delete(&zone(), &app_id()).await.unwrap(), Deleted::AlreadyGone);
    assert!(stage.client.update(&zone(), &app_id(), &Map::new()).await.unwrap_err().says_gone());
}

#[tokio::test]
async fn any_other_404_is_an_error() {
    let other =
        json!({"success": false, "errors": [{"code": 7003, "message": "no route for that URI"}]})
            .to_string();
    let empty = json!({"success": false, "errors": []}).to_string();
    for body in [other, empty, "404 page not found".to_owned(), String::new()] {
        let stage = Stage::always(404, &body).await;
        harmless(
            stage
                .client
                .app(&zone(), &app_id())
                .await
                .expect_err("only the right code says that it is gone"),
        );
        harmless(
            stage
                .client
                .delete(&zone(), &app_id())
                .await
                .expect_err("only the right code says that it is gone"),
        );
    }
}

#[tokio::test]
async fn a_secret_that_the_server_echoes_is_hidden() {
    let stage = Stage::with(|_, _| {
        refusal(400, json!([{"code": 6003, "message": format!("bad header Bearer {TOKEN}")}]))
    })
    .await;
    assert!(stage.list_error().await.to_string().contains("‹hidden›"));
    assert!(!format!("{:?}", Credentials::Token(SecretString::from(TOKEN))).contains(TOKEN));
}

#[test]
fn an_address_that_would_show_the_credentials_is_refused() {
    let refusal = |url: &str| Client::new(settings(url)).err().map(|error| error.into_finding());
    for url in [
        "http://api.cloudflare.com/client/v4",
        "http://10.0.0.1",
        "https://user:secret@example.com",
        "ftp://127.0.0.1",
        "nonsense",
    ] {
        let finding = refusal(url).expect("it is refused");
        assert_eq!(finding.code, "base-url");
        assert!(!format!("{finding:?}").contains("secret@"), "{finding:?}");
    }
    for url in [
        "http://127.0.0.1:1/v4",
        "http://[::1]:1",
        "http://localhost/",
        "https://api.cloudflare.com/client/v4",
    ] {
        assert_eq!(refusal(url), None, "{url}");
    }
}

#[test]
fn certificates_and_credentials_that_cannot_be_used_are_told() {
    let code = |settings| Client::new(settings).err().map(|error| error.into_finding().code);
    for pem in ["no certificate", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
        let settings = Settings {
            ca_pem: Some(pem.into()),
            ..settings("https://api.cloudflare.com/client/v4")
        };
        assert_eq!(code(settings).as_deref(), Some("ca-file"), "{pem}");
    }
    let broken = Credentials::Key {
        email: "a@example.com".to_owned(),
        key: SecretString::from("two\nlines"),
    };
    assert_eq!(code(Settings::new("http://127.0.0.1:1", broken)).as_deref(), Some("credentials"));
}

#[tokio::test]
async fn a_recorded_answer_of_old_spelling_is_read() {
    let recorded = json!({"errors": [], "messages": [], "result": [{"created_on": "2025-04-15T18:11:22.484548Z",
        "dns": {"name": "ledfaootii.terraform.cfapi.net", "type": "CNAME"}, "edge_ips": {"connectivity": "all", "type": "dynamic"},
        "id": "af93687c10dc4ebfa7d1e89595fade22", "ip_firewall": false, "modified_on": "2025-04-15T18:11:22.484548Z",
        "origin_direct": ["tcp://128.66.0.4:3389"], "protocol": "rdp", "proxy_protocol": false, "tls": "off", "traffic_type": "direct",
        "ipv4": true}], "success": true, "result_info": {"total_count": 1}});
    let stage = Stage::always(200, recorded).await;
    let apps = stage.client.list_apps(&zone()).await.unwrap();
    assert_eq!((apps[0].id.clone(), apps[0].unread().count()), (app_id(), 0));
    assert_eq!(
        apps[0].spec.get(Field::ProxyProtocol).map(ToString::to_string).as_deref(),
        Some("off")
    );
    assert_eq!(apps[0].unknown.get("ipv4"), Some(&json!(true)));
}

#[tokio::test]
async fn zones_are_found_by_their_exact_name_and_named_in_later_errors() {
    let found = json!([{"id": zone().as_str(), "name": "example.com", "plan": {"legacy_id": "pro"}, "status": 7},
        {"id": "1", "name": "other.example.com"}]);
    let zones = json!({"success": true, "result": found, "result_info": {"total_count": 2}});
    let script = move |_, text: &str| {
        if text.contains("/zones?") { answer(200, &zones) } else { refusal(400, json!([])) }
    };
    let stage = Stage::with(script).await;
    let zones = stage.client.find_zones("example.com", None).await.unwrap();
    assert_eq!(zones.len(), 1);
    assert_eq!(
        (zones[0].tier().map(|tier| tier.text()), zones[0].status.clone()),
        (Some("pro"), None)
    );
    assert!(
        stage
            .list_error()
            .await
            .to_string()
            .starts_with("failed to list the applications of zone example.com: HTTP 400, refused")
    );
}
