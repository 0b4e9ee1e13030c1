//! A real S3-compatible server, `moto_server`, started on loopback by the tests themselves. Where it is not installed its tests are
//! skipped, each by its name; with `SPECTRUMCTL_REQUIRE_S3` set a skip is a failure.

use std::collections::BTreeMap;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt, PutOptions};
use spectrumctl::state::{Remote, RemoteSettings, Store};
use tempfile::TempDir;
use uuid::Uuid;

use super::bench::{Bench, apart, apart_run, terms, variables};

/// The server, which ends with the tests: its shell waits for the end of a pipe that they hold.
struct Server {
    endpoint: String,
    _shell: Child,
}

static SERVER: OnceLock<Option<Server>> = OnceLock::new();

fn start() -> Option<Server> {
    let program =
        std::env::var("SPECTRUMCTL_MOTO_SERVER").unwrap_or_else(|_| "moto_server".to_owned());
    let found =
        Command::new(&program).arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // The server checks a condition and writes in two steps, with a thread for each request. A real store does both in one, so its threads
    // are kept from taking turns in between: they change only where they wait for the network.
    let home = TempDir::new().unwrap().keep();
    std::fs::write(home.join("sitecustomize.py"), "import sys\nsys.setswitchinterval(3600)\n")
        .unwrap();
    let script = r#""$0" -H 127.0.0.1 -p "$1" >/dev/null 2>&1 & server=$!; cat >/dev/null; kill $server; rm -r "$PYTHONPATH""#;
    let mut command = Command::new("sh");
    command
        .args(["-c", script, &program, &port.to_string()])
        .env("PYTHONPATH", &home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null());
    let shell = command.spawn().unwrap();
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{program} does not answer");
        std::thread::sleep(Duration::from_millis(100));
    }
    let endpoint = format!("http://127.0.0.1:{port}");
    let bucket = format!("{endpoint}/bucket");
    let _ = rustls::crypto::ring::default_provider().install_default();
    let made =
        apart_run(async move { reqwest::Client::new().put(bucket).send().await.unwrap().status() });
    assert!(made.is_success(), "{made}");
    Some(Server { endpoint, _shell: shell })
}

/// A prefix of its own on the server.
pub(super) struct Moto {
    prefix: String,
    variables: BTreeMap<String, String>,
    raw: Arc<dyn ObjectStore>,
}

impl Moto {
    /// The server's bench; nothing, and a line that says so, where the server is not installed.
    #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
    pub(super) fn find(test: &str) -> Option<Moto> {
        match SERVER.get_or_init(start) {
            Some(server) => Some(Moto::at(&server.endpoint)),
            None => {
                assert!(
                    std::env::var_os("SPECTRUMCTL_REQUIRE_S3").is_none(),
                    "{test} was skipped: moto_server is not installed"
                );
                eprintln!(
                    "skipped: {test} (moto_server is not installed: pip install 'moto[server]')"
                );
                None
            }
        }
    }

    fn at(endpoint: &str) -> Moto {
        let mut builder = AmazonS3Builder::new().with_allow_http(true).with_bucket_name("bucket");
        for (name, value) in variables(endpoint) {
            builder = builder.with_config(name.to_ascii_lowercase().parse().unwrap(), value);
        }
        Moto {
            prefix: Uuid::new_v4().to_string(),
            variables: variables(endpoint),
            raw: Arc::new(builder.build().unwrap()),
        }
    }

    pub(super) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    pub(super) fn url(&self) -> String {
        format!("s3://bucket/{}", self.prefix)
    }

    fn path(&self, name: &str) -> Path {
        Path::from(format!("{}/{name}", self.prefix))
    }
}

impl Bench for Moto {
    const HURRY: u32 = 4;
    fn new() -> Moto {
        unreachable!("it is found, not made")
    }
    fn store(&self) -> Store {
        let settings =
            RemoteSettings { variables: self.variables.clone(), ..RemoteSettings::default() };
        Remote::open(&self.url(), &settings).unwrap().with_terms(terms()).into()
    }
    fn put(&self, name: &str, bytes: &[u8]) {
        apart::put(self, name, bytes, &|name, bytes| {
            let (raw, path, bytes) = (Arc::clone(&self.raw), self.path(name), bytes.to_vec());
            apart_run(async move { raw.put(&path, bytes.into()).await.unwrap() });
        });
    }
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        apart::get(&self.names_of_objects(), name, &|name| {
            let (raw, path) = (Arc::clone(&self.raw), self.path(name));
            apart_run(
                async move { Some(raw.get(&path).await.ok()?.bytes().await.unwrap().to_vec()) },
            )
        })
    }
    fn remove(&self, name: &str) {
        let (raw, path) = (Arc::clone(&self.raw), self.path(name));
        apart_run(async move { raw.delete(&path).await.unwrap() });
    }
    fn names_of_objects(&self) -> Vec<String> {
        let (raw, prefix) = (Arc::clone(&self.raw), Path::from(self.prefix.clone()));
        let found =
            apart_run(
                async move { raw.list(Some(&prefix)).try_collect::<Vec<_>>().await.unwrap() },
            );
        let start = self.prefix.len() + 1;
        let mut names: Vec<String> =
            found.iter().map(|object| object.location.as_ref()[start..].to_owned()).collect();
        names.sort();
        names
    }
    fn names(&self) -> Vec<String> {
        apart::names(self)
    }
    /// An archived object is listed and cannot be read.
    fn spoil(&self, name: &str) {
        let (raw, path) = (Arc::clone(&self.raw), self.path(name));
        let attributes = Attributes::from_iter([(Attribute::StorageClass, "GLACIER")]);
        let options = PutOptions { attributes, ..PutOptions::default() };
        apart_run(async move { raw.put_opts(&path, "archived".into(), options).await.unwrap() });
    }
}
