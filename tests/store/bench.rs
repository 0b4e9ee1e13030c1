//! Backends under test and what they are tested with.

use std::fs;
use std::future::Future;
use std::time::Duration;

use serde_json::{Value as Json, json};
use spectrumctl::model::{Address, AppId, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::state::{Began, Edit, Entry, Local, LockToken, Memory, Owner, State, Store};
use tempfile::TempDir;

/// Longer than any test may wait.
pub(super) const SOON: Duration = Duration::from_secs(60);

/// A backend under test, with a way to its bytes past the port.
pub(super) trait Bench {
    type Kind: Store + Clone + 'static;
    fn new() -> Self;
    fn store(&self) -> Self::Kind;
    fn put(&self, name: &str, bytes: &[u8]);
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    fn names(&self) -> Vec<String>;
    /// Makes a name unreadable although something is there.
    fn spoil(&self, name: &str);
}

impl Bench for Memory {
    type Kind = Memory;
    fn new() -> Memory {
        Memory::default()
    }
    fn store(&self) -> Memory {
        self.clone()
    }
    fn put(&self, name: &str, bytes: &[u8]) {
        Memory::put(self, name, bytes);
    }
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        Memory::get(self, name)
    }
    fn names(&self) -> Vec<String> {
        Memory::names(self)
    }
    fn spoil(&self, name: &str) {
        self.make_unreadable(name);
    }
}

/// A state folder that does not exist yet, in a temporary one.
pub(super) struct Folder(pub(super) TempDir);

impl Folder {
    pub(super) fn path(&self) -> std::path::PathBuf {
        self.0.path().join("state")
    }
}

impl Bench for Folder {
    type Kind = Local;
    fn new() -> Folder {
        Folder(TempDir::new().unwrap())
    }
    fn store(&self) -> Local {
        Local::new(&self.path())
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
        let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
    fn spoil(&self, name: &str) {
        fs::create_dir_all(self.path().join(name)).unwrap();
    }
}

pub(super) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap().block_on(work)
}

pub(super) fn owner(operation: &str) -> Owner {
    Owner { user: "ada".to_owned(), host: "desk".to_owned(), pid: std::process::id(), operation: operation.to_owned() }
}

pub(super) fn address(key: &str) -> Address {
    Address::new("example.com", key)
}

pub(super) fn recorded(digit: char) -> Recorded {
    let Json::Object(fields) = json!({"protocol": "tcp/22", "dns": {"name": "ssh.example.com", "type": "CNAME"}}) else { unreachable!() };
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
    }
}

pub(super) fn app_id(digit: char) -> AppId {
    AppId::from_api(String::from(digit).repeat(32))
}

pub(super) fn put(key: &str, digit: char) -> Edit {
    Edit::Put { address: address(key), recorded: Box::new(recorded(digit)) }
}

pub(super) fn done(step: u32, edit: Edit) -> Entry {
    Entry::Done { step: Some(step), edit }
}

pub(super) fn began(step: u32, key: &str) -> Entry {
    let at = "2026-11-22T10:00:00Z".parse().unwrap();
    Entry::Began(Began { step, address: address(key), action: "create".to_owned(), app_id: None, body_hash: None, meant: None, at })
}

pub(super) async fn locked(store: &impl Store) -> LockToken {
    store.lock(&owner("apply"), SOON).await.unwrap()
}

/// A store that was written once, with one application.
pub(super) async fn written(store: &impl Store) -> State {
    let token = locked(store).await;
    let mut state = store.read().await.unwrap().state.stamped("spectrumctl test", "2026-11-22T09:00:00Z".parse().unwrap());
    state.apply(&put("ssh", 'a'));
    store.write(&token, &state).await.unwrap();
    store.release(token).await.unwrap();
    store.read().await.unwrap().state
}

pub(super) fn keys(state: &State) -> Vec<String> {
    state.apps.iter().map(|(address, recorded)| format!("{}={}", address.key, &recorded.id.as_str()[..1])).collect()
}
