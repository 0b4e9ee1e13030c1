//! Backends under test and what they are tested with.

use std::collections::BTreeMap;
use std::fs;
use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value as Json, json};
use spectrumctl::ledger::{JournalEntry, State, StateChange, StepStarted};
use spectrumctl::model::{Address, AppId, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::state::{Local, LockToken, Owner, Store, Terms};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;

use super::bucket::Bucket;

/// Longer than any test may wait.
pub(super) const SOON: Duration = Duration::from_secs(60);

/// A backend under test, with a way to its bytes past the port.
pub(super) trait Bench {
    /// How often each of eight threads takes the lock in a hurry; fewer where an attempt is slow.
    const HURRY: u32 = 25;
    fn new() -> Self;
    fn store(&self) -> Store;
    fn put(&self, name: &str, bytes: &[u8]);
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    fn names(&self) -> Vec<String>;
    /// Removes a name.
    fn remove(&self, _name: &str) {
        unreachable!("only objects are removed")
    }
    /// The names as they are stored, where the journal is not one file.
    fn names_of_objects(&self) -> Vec<String> {
        self.names()
    }
    /// Makes a name unreadable although something is there.
    fn spoil(&self, name: &str);
}

/// A state folder that does not exist yet, in a temporary one.
pub(super) struct Folder(pub(super) TempDir);

impl Folder {
    pub(super) fn path(&self) -> std::path::PathBuf {
        self.0.path().join("state")
    }
}

impl Bench for Folder {
    fn new() -> Folder {
        Folder(TempDir::new().unwrap())
    }
    fn store(&self) -> Store {
        Local::new(&self.path()).into()
    }
    fn put(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path()).unwrap();
        fs::write(self.path().join(name), bytes).unwrap();
    }
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.path().join(name)).ok()
    }
    fn names(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path()) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
    fn spoil(&self, name: &str) {
        fs::create_dir_all(self.path().join(name)).unwrap();
    }
}

/// A state in a bucket on loopback.
impl Bench for Bucket {
    fn new() -> Bucket {
        Bucket::start()
    }
    fn store(&self) -> Store {
        Bucket::store(self)
    }
    fn put(&self, name: &str, bytes: &[u8]) {
        apart::put(self, name, bytes, &|name, bytes| Bucket::put(self, name, bytes));
    }
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        apart::get(&self.names_of_objects(), name, &|name| Bucket::get(self, name))
    }
    fn remove(&self, name: &str) {
        Bucket::remove(self, name);
    }
    fn names_of_objects(&self) -> Vec<String> {
        Bucket::names(self)
    }
    fn names(&self) -> Vec<String> {
        apart::names(self)
    }
    fn spoil(&self, name: &str) {
        self.deny(name);
    }
}

/// A bucket's objects under the names of a folder: `journal.jsonl` stands for all the entries, and a lock that is free for none.
pub(super) mod apart {
    use super::{Bench, Json, Uuid};

    /// An entry's name can be read once and for all, so that each put has one of its own.
    pub(in super::super) fn put(
        bench: &impl Bench,
        name: &str,
        bytes: &[u8],
        put: &dyn Fn(&str, &[u8]),
    ) {
        if name != "journal.jsonl" {
            return put(name, bytes);
        }
        for name in bench.names_of_objects().iter().filter(|name| name.starts_with("journal/")) {
            bench.remove(name);
        }
        put(&format!("journal/{:020}-{}.jsonl", 0, Uuid::new_v4()), bytes);
    }

    pub(in super::super) fn get(
        names: &[String],
        name: &str,
        get: &dyn Fn(&str) -> Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        if name != "journal.jsonl" {
            return get(name);
        }
        let entries: Vec<Vec<u8>> = names
            .iter()
            .filter(|name| name.starts_with("journal/"))
            .filter_map(|name| get(name))
            .collect();
        (!entries.is_empty()).then(|| entries.concat())
    }

    pub(in super::super) fn names(bench: &impl Bench) -> Vec<String> {
        let free =
            |lock: Vec<u8>| serde_json::from_slice::<Json>(&lock).unwrap()["holder"].is_null();
        let mut names: Vec<String> = bench
            .names_of_objects()
            .into_iter()
            .filter(|name| name != "lock.json" || !bench.get(name).is_some_and(free))
            .collect();
        names
            .iter_mut()
            .filter(|name| name.starts_with("journal/"))
            .for_each(|name| *name = "journal.jsonl".to_owned());
        names.dedup();
        names
    }
}

/// Runs work to its end. All tests share the runtime, because a client's open connections belong to the one that it was used in.
pub(super) fn run<T>(work: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let build = || {
        tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
    };
    RUNTIME.get_or_init(build).block_on(work)
}

/// The same from within work that is running.
pub(super) fn apart_run<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    std::thread::spawn(|| run(work)).join().unwrap()
}

/// The usual terms, with looks at the lock as quick as a server on this machine allows.
pub(super) fn terms() -> Terms {
    Terms { look_every: Duration::from_millis(20), ..Terms::default() }
}

/// By which variables a program finds a server on this machine.
pub(super) fn variables(endpoint: &str) -> BTreeMap<String, String> {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_REGION", "us-east-1"),
    ];
    variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

pub(super) fn owner(operation: &str) -> Owner {
    Owner {
        user: "ada".to_owned(),
        host: "desk".to_owned(),
        pid: std::process::id(),
        operation: operation.to_owned(),
    }
}

pub(super) fn address(key: &str) -> Address {
    Address::new("example.com", key)
}

pub(super) fn recorded(digit: char) -> Recorded {
    let Json::Object(fields) =
        json!({"protocol": "tcp/22", "dns": {"name": "ssh.example.com", "type": "CNAME"}})
    else {
        unreachable!()
    };
    Recorded {
        id: app_id(digit),
        zone_id: ZoneId::from_api("023e105f4ecef8ad9ca31a8372d0c353"),
        file: "spectrum.yaml".to_owned(),
        fields,
        labels: [("team".to_owned(), "payments".to_owned())].into(),
        note: None,
        masks: Default::default(),
        protect: Protect::On,
        provenance: Provenance::Created,
        applied: true,
        confirmed: true,
    }
}

pub(super) fn app_id(digit: char) -> AppId {
    AppId::from_api(String::from(digit).repeat(32))
}

pub(super) fn put(key: &str, digit: char) -> StateChange {
    StateChange::Put { address: address(key), recorded: Box::new(recorded(digit)) }
}

pub(super) fn done(step: u32, edit: StateChange) -> JournalEntry {
    JournalEntry::Done { step: Some(step), edit }
}

pub(super) fn began(step: u32, key: &str) -> JournalEntry {
    let at = "2026-11-22T10:00:00Z".parse().unwrap();
    JournalEntry::StepStarted(StepStarted {
        step,
        address: address(key),
        action: "create".to_owned(),
        app_id: None,
        body_hash: None,
        meant: None,
        at,
    })
}

pub(super) async fn locked(store: &Store) -> LockToken {
    store.lock(&owner("apply"), SOON).await.unwrap()
}

/// A store that was written once, with one application.
pub(super) async fn written(store: &Store) -> State {
    let token = locked(store).await;
    let mut state = store
        .read()
        .await
        .unwrap()
        .state
        .stamped("spectrumctl test", "2026-11-22T09:00:00Z".parse().unwrap());
    state.apply(&put("ssh", 'a'));
    store.write(&token, &state).await.unwrap();
    store.release(token).await.unwrap();
    store.read().await.unwrap().state
}

pub(super) fn keys(state: &State) -> Vec<String> {
    state
        .apps
        .iter()
        .map(|(address, recorded)| format!("{}={}", address.key, &recorded.id.as_str()[..1]))
        .collect()
}
