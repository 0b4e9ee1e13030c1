//! A bucket on loopback that speaks as much of S3 as the state needs. It can be told to ignore the conditions of a write, as some servers
//! do, and to deny an object.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use spectrumctl::state::{Remote, RemoteSettings, StateKey, Store, Terms};

use super::bench::{run, terms};

#[derive(Default)]
struct Shelf {
    objects: BTreeMap<String, Vec<u8>>,
    denied: BTreeSet<String>,
    ignores_conditions: bool,
    requests: usize,
}

/// A bucket that is served for as long as the tests run.
#[derive(Clone)]
pub(super) struct Bucket {
    shelf: Arc<Mutex<Shelf>>,
    endpoint: String,
}

impl Bucket {
    pub(super) fn start() -> Bucket {
        let shelf = Arc::<Mutex<Shelf>>::default();
        let router = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shelf));
        let endpoint = run(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            tokio::spawn(async move { axum::serve(listener, router).await });
            format!("http://{address}")
        });
        Bucket { shelf, endpoint }
    }

    /// The variables by which a program finds it.
    pub(super) fn variables(&self) -> BTreeMap<String, String> {
        super::bench::variables(&self.endpoint)
    }

    pub(super) fn remote(&self, terms: Terms, state_key: Option<StateKey>) -> Store {
        let variables = self.variables();
        let settings = RemoteSettings { variables, state_key, ..RemoteSettings::default() };
        Remote::open("s3://bucket/team/state", &settings).unwrap().with_terms(terms).into()
    }

    pub(super) fn store(&self) -> Store {
        self.remote(terms(), None)
    }

    pub(super) fn ignore_conditions(&self) {
        self.shelf.lock().unwrap().ignores_conditions = true;
    }

    pub(super) fn deny(&self, name: &str) {
        self.shelf.lock().unwrap().denied.insert(format!("team/state/{name}"));
    }

    /// How many requests it has answered.
    pub(super) fn requests(&self) -> usize {
        self.shelf.lock().unwrap().requests
    }

    pub(super) fn put(&self, name: &str, bytes: &[u8]) {
        self.shelf.lock().unwrap().objects.insert(format!("team/state/{name}"), bytes.to_vec());
    }

    pub(super) fn remove(&self, name: &str) {
        self.shelf.lock().unwrap().objects.remove(&format!("team/state/{name}"));
    }

    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.shelf.lock().unwrap().objects.get(&format!("team/state/{name}")).cloned()
    }

    pub(super) fn names(&self) -> Vec<String> {
        let shelf = self.shelf.lock().unwrap();
        shelf
            .objects
            .keys()
            .map(|key| key.strip_prefix("team/state/").unwrap().to_owned())
            .collect()
    }
}

fn tag(bytes: &[u8]) -> String {
    let digest: String =
        Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digest}\"")
}

async fn answer(
    State(shelf): State<Arc<Mutex<Shelf>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut shelf = shelf.lock().unwrap();
    shelf.requests += 1;
    let key = uri.path().trim_start_matches("/bucket").trim_start_matches('/').to_owned();
    if shelf.denied.contains(&key) {
        return (StatusCode::FORBIDDEN, "<Error><Code>AccessDenied</Code></Error>").into_response();
    }
    match (method, key.is_empty()) {
        (Method::GET, true) => shelf.list(&uri).into_response(),
        (Method::POST, true) => shelf.remove_all(&String::from_utf8_lossy(&body)).into_response(),
        (Method::GET, false) => shelf.get(&key),
        (Method::PUT, false) => shelf.put(key, &headers, &body),
        (Method::DELETE, false) => {
            shelf.objects.remove(&key);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

impl Shelf {
    fn list(&self, uri: &Uri) -> String {
        let query: BTreeMap<String, String> =
            url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes())
                .into_owned()
                .collect();
        let prefix = &query["prefix"];
        let entry = |(key, bytes): (&String, &Vec<u8>)| {
            let date = "2026-11-22T10:00:00.000Z";
            let (size, tag) = (bytes.len(), tag(bytes).replace('"', ""));
            format!(
                "<Contents><Key>{key}</Key><LastModified>{date}</LastModified><ETag>{tag}</ETag><Size>{size}</Size></Contents>"
            )
        };
        let entries: String = self
            .objects
            .iter()
            .filter(|(key, _)| key.starts_with(prefix.as_str()))
            .map(entry)
            .collect();
        format!("<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>")
    }

    fn remove_all(&mut self, body: &str) -> String {
        let mut removed = String::new();
        for part in body.split("<Key>").skip(1) {
            let key = part.split("</Key>").next().unwrap();
            self.objects.remove(key);
            removed += &format!("<Deleted><Key>{key}</Key></Deleted>");
        }
        format!("<DeleteResult>{removed}</DeleteResult>")
    }

    fn get(&self, key: &str) -> Response {
        let Some(bytes) = self.objects.get(key) else {
            return (StatusCode::NOT_FOUND, "<Error><Code>NoSuchKey</Code></Error>")
                .into_response();
        };
        let headers =
            [("etag", tag(bytes)), ("last-modified", "Sun, 22 Nov 2026 10:00:00 GMT".to_owned())];
        (headers, bytes.clone()).into_response()
    }

    fn put(&mut self, key: String, headers: &HeaderMap, body: &Bytes) -> Response {
        let header = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        let found = self.objects.get(&key).map(|bytes| tag(bytes));
        let exists = header("if-none-match").is_some() && found.is_some();
        let differs = header("if-match").is_some_and(|wanted| found.as_ref() != Some(&wanted));
        if (exists || differs) && !self.ignores_conditions {
            return (
                StatusCode::PRECONDITION_FAILED,
                "<Error><Code>PreconditionFailed</Code></Error>",
            )
                .into_response();
        }
        self.objects.insert(key, body.to_vec());
        [("etag", tag(body))].into_response()
    }
}
