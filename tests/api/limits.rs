//! What the client does not do, whatever a server says: read without end, follow redirects, or go
//! faster than it is told.

use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Response, header};
use futures_util::stream;
use secrecy::SecretString;
use spectrumctl::api::{ApiError, Client, Credentials, ErrorKind, Outcome, Settings};
use spectrumctl::model::ZoneId;

use crate::support::ZONE;

/// A client of a server that answers everything with what this makes.
async fn client_of(make: impl Fn() -> Response<Body> + Clone + Send + Sync + 'static) -> Client {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(move || std::future::ready(make()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let token = Credentials::Token(SecretString::from("secret-token-0123456789"));
    Client::new(Settings::new(&format!("http://{address}/client/v4"), token)).unwrap()
}

async fn list_error(client: &Client) -> ApiError {
    let zone = ZoneId::from_api(ZONE);
    let list = client.list_apps(&zone);
    let list = tokio::time::timeout(Duration::from_secs(30), list).await;
    list.expect("the call is over soon").expect_err("the list must fail")
}

fn is_too_large(error: &ApiError) {
    assert!(matches!(*error.kind, ErrorKind::TooLarge { limit } if limit == 16 * 1024 * 1024));
    let finding = error.to_finding();
    assert_eq!(finding.code, "answer-too-large");
    assert!(finding.summary.contains("larger than 16 MiB"), "{}", finding.summary);
    assert_eq!(error.attempts, 1, "what is too large is not asked for again");
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let client = client_of(|| {
        let piece = || Ok::<_, std::io::Error>(vec![b' '; 64 * 1024]);
        Response::new(Body::from_stream(stream::iter(std::iter::repeat_with(piece))))
    })
    .await;
    is_too_large(&list_error(&client).await);
    let created = client.create(&ZoneId::from_api(ZONE), &serde_json::Map::new()).await;
    assert_eq!(created.unwrap_err().outcome(), Outcome::Unknown);
}

#[tokio::test]
async fn a_small_body_that_unpacks_to_a_large_one_is_counted_unpacked() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        packed.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 256 * 1024);
    let client = client_of(move || {
        let response = Response::builder().header(header::CONTENT_ENCODING, "gzip");
        response.body(Body::from(packed.clone())).unwrap()
    })
    .await;
    is_too_large(&list_error(&client).await);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_the_token_does_not_go_along() {
    let client = client_of(|| {
        let response = Response::builder().status(302);
        response
            .header(header::LOCATION, "http://127.0.0.1:1/client/v4")
            .body(Body::empty())
            .unwrap()
    })
    .await;
    let error = list_error(&client).await;
    assert_eq!(error.http_status, Some(302));
    assert!(error.to_string().contains("a redirect to another address"), "{error}");
}

#[tokio::test]
async fn a_simulator_is_known_by_its_header() {
    let list =
        r#"{"success":true,"errors":[],"messages":[],"result":[],"result_info":{"total_count":0}}"#;
    for (header, expected) in [("x-spectrumctl-simulated", true), ("x-other", false)] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answer = move || {
            std::future::ready(
                Response::builder().header(header, "1").body(Body::from(list)).unwrap(),
            )
        };
        let router = axum::Router::new().fallback(answer);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let token = Credentials::Token(SecretString::from("secret-token-0123456789"));
        let settings = Settings::new(&format!("http://{address}/client/v4"), token);
        let simulated = settings.simulated.clone();
        let client = Client::new(settings).unwrap();
        client.list_apps(&ZoneId::from_api(ZONE)).await.unwrap();
        assert_eq!(simulated.load(std::sync::atomic::Ordering::Relaxed), expected, "{header}");
    }
}
