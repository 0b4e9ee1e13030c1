//! A simulated account behind an HTTP server that writes down every call, and runs of the real binary against it.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use jiff::Timestamp;
use serde_json::{Value as Json, json};
use spectrumctl::sim::{Fixture, Request, World};
use tempfile::TempDir;

/// An account, a configuration and a state of its own.
pub(crate) struct Account {
    pub(crate) world: Arc<Mutex<World>>,
    calls: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Refused>>,
    base_url: String,
    folder: TempDir,
    token: String,
}

/// What is answered with an error whatever the world holds.
#[derive(Default)]
struct Refused {
    /// Beginnings of paths that are answered as to a token without the permission.
    paths: Vec<String>,
    /// The status, number and message that creates and updates are answered with.
    writes: Option<(u16, u32, String)>,
    /// Beginnings of paths that are answered by something that is not the API.
    garbled: Vec<String>,
    /// The hostname for which no application is created.
    hostname: String,
}

impl Refused {
    fn answer(&self, method: &str, path: &str, body: &[u8]) -> Option<(u16, u32, String)> {
        let body: Json = serde_json::from_slice(body).unwrap_or_default();
        if method == "POST" && body["dns"]["name"].as_str() == Some(&self.hostname) {
            return Some((400, 11001, "refused by the test".to_owned()));
        }
        if self.paths.iter().any(|refused| path.starts_with(refused)) {
            return Some((403, 10000, "Authentication error".to_owned()));
        }
        self.writes.clone().filter(|_| matches!(method, "POST" | "PUT"))
    }
}

/// How a run of the binary ended.
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The calls that it made: `GET /zones/…`, ids and base path left out.
    pub(crate) calls: Vec<String>,
}

impl Account {
    /// An account that holds what a seed declares.
    pub(crate) async fn holding(seed: &str) -> Account {
        let mut world = World::default();
        world.load(&Fixture::read(seed).unwrap(), true).unwrap();
        let seeded: Json = serde_yaml::from_str::<Option<Json>>(seed).unwrap().unwrap_or_default();
        let token = seeded["tokens"][0]["token"].as_str().unwrap_or("any").to_owned();
        let (world, calls) = (Arc::new(Mutex::new(world)), Arc::new(Mutex::new(Vec::new())));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/client/v4", listener.local_addr().unwrap());
        let refused = Arc::new(Mutex::new(Refused::default()));
        let (served, written, never) = (world.clone(), calls.clone(), refused.clone());
        let service = Router::new().fallback(move |incoming| {
            answer(served.clone(), written.clone(), never.clone(), incoming)
        });
        tokio::spawn(async move { axum::serve(listener, service).await });
        Account { world, calls, refused, base_url, folder: tempfile::tempdir().unwrap(), token }
    }

    /// Answers every call of a path that begins so as to a token without the permission.
    pub(crate) fn refuse(&self, path: &str) {
        self.refused.lock().unwrap().paths.push(path.to_owned());
    }

    /// Lets a page that is none of the API's answer for every path that begins so.
    pub(crate) fn garble(&self, path: &str) {
        self.refused.lock().unwrap().garbled.push(path.to_owned());
    }

    /// Answers creates and updates with an error; none lets the world answer again.
    pub(crate) fn refuse_writes(&self, with: Option<(u16, u32, &str)>) {
        self.refused.lock().unwrap().writes =
            with.map(|(status, code, message)| (status, code, message.to_owned()));
    }

    /// Answers creates on a hostname with an error; an empty name lets the world answer again.
    pub(crate) fn refuse_creates_of(&self, hostname: &str) {
        self.refused.lock().unwrap().hostname = hostname.to_owned();
    }

    /// Sows something more.
    pub(crate) fn load(&self, seed: &str) {
        self.world.lock().unwrap().load(&Fixture::read(seed).unwrap(), true).unwrap();
    }

    /// Writes the configuration.
    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.path("spectrum.yaml"), text).unwrap();
    }

    /// A path in the folder of the configuration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the binary in the folder of the configuration, with the variable `EDGE` set to 203.0.113.77.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        self.calls.lock().unwrap().clear();
        let mut command = Command::new(env!("CARGO_BIN_EXE_spectrumctl"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).env_clear();
        command.env("CLOUDFLARE_BASE_URL", &self.base_url).env("CLOUDFLARE_API_TOKEN", &self.token);
        command.env("SPECTRUM_VAR_EDGE", "203.0.113.77");
        let Output { status, stdout, stderr } =
            tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let mut calls = self.calls.lock().unwrap().clone();
        calls.sort();
        Ran { exit: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr), calls }
    }

    /// Plans with JSON on stdout and these arguments beside it.
    pub(crate) async fn plan(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["plan", "--format", "json"], arguments].concat()).await
    }

    /// Applies without a question, with JSON on stdout.
    pub(crate) async fn apply(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["apply", "--auto-approve", "--format", "json"], arguments].concat()).await
    }
}

impl Ran {
    /// The JSON on stdout.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Code, severity, address, path and line of each finding.
    pub(crate) fn told(&self) -> Vec<(String, String, String, String, u64)> {
        let text = |finding: &Json, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let findings = self.json()["findings"].as_array().unwrap().clone();
        let one = |finding: &Json| {
            let line = finding["line"].as_u64().unwrap_or_default();
            (
                text(finding, "code"),
                text(finding, "severity"),
                text(finding, "address"),
                text(finding, "path"),
                line,
            )
        };
        findings.iter().map(one).collect()
    }

    /// The codes of the findings.
    pub(crate) fn codes(&self) -> Vec<String> {
        self.told().into_iter().map(|(code, ..)| code).collect()
    }

    /// The calls that hold a text.
    pub(crate) fn calls_of(&self, part: &str) -> usize {
        self.calls.iter().filter(|call| call.contains(part)).count()
    }
}

async fn answer(
    world: Arc<Mutex<World>>,
    calls: Arc<Mutex<Vec<String>>>,
    refused: Arc<Mutex<Refused>>,
    incoming: axum::extract::Request,
) -> axum::response::Response {
    let (head, body) = incoming.into_parts();
    let target = head.uri.path_and_query().unwrap().as_str();
    let mut request = Request::new(head.method.as_str(), target)
        .with_body(to_bytes(body, usize::MAX).await.unwrap());
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
    request.headers.extend(headers);
    let path = target.trim_start_matches("/client/v4");
    calls.lock().unwrap().push(format!("{} {path}", request.method));
    if let Some((status, code, message)) =
        refused.lock().unwrap().answer(&request.method, path, &request.body)
    {
        let error = json!({"code": code, "message": message});
        let body = json!({"success": false, "errors": [error], "messages": [], "result": null});
        let built = axum::http::Response::builder().status(status).header("CF-Ray", "8f0e0a-AMS");
        return built.body(Body::from(body.to_string())).unwrap();
    }
    if refused.lock().unwrap().garbled.iter().any(|garbled| path.starts_with(garbled)) {
        let page = Body::from("<html><title>Not here</title></html>");
        return axum::http::Response::builder().status(404).body(page).unwrap();
    }
    let response = world.lock().unwrap().answer(&request, Timestamp::now());
    let built = axum::http::Response::builder().status(response.status);
    let built =
        response.headers.iter().fold(built, |built, (name, value)| built.header(name, value));
    built.body(Body::from(response.body)).unwrap()
}

/// A configuration of `example.com` with these lines below `apps:`, from line 5 on.
pub(crate) fn configuration(apps: &str) -> String {
    format!("version: 1\nzones:\n  example.com:\n    apps:\n{apps}")
}

/// The lines of an application on a port of a hostname, six of them.
pub(crate) fn app(key: &str, protocol: &str, more: &str) -> String {
    let port = protocol.split('/').nth(1).unwrap();
    let transport = protocol.split('/').next().unwrap();
    format!(
        "      {key}:\n        protocol: {protocol}\n        dns:\n          type: CNAME\n          name: {key}.example.com\n        \
         origin_direct: [\"{transport}://192.0.2.1:{port}\"]\n{more}"
    )
}
