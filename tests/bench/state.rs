//! What it costs to record one step: the same among a hundred applications and ten thousand, in a folder and in a bucket.
//!
//! `cargo bench --bench state`. The bucket is in memory, so that what is measured is the program's own work.
#![expect(clippy::unwrap_used, reason = "a bench that cannot run fails")]

use std::sync::Arc;
use std::time::Duration;

use divan::Bencher;
use object_store::memory::InMemory;
use serde_json::{Map, Value as Json, json};
use spectrumctl::ledger::{JournalEntry, StateChange};
use spectrumctl::model::{Address, AppId, Protect, Provenance, Recorded, ZoneId};
use spectrumctl::state::{Local, LockToken, Owner, Remote, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

fn main() {
    divan::main();
}

#[divan::bench(args = [100, 10_000])]
fn record_a_step_in_a_folder(bencher: Bencher<'_, '_>, applications: usize) {
    let home = TempDir::new().unwrap();
    record(bencher, &Store::Folder(Local::new(home.path())), applications);
}

#[divan::bench(args = [100, 10_000])]
fn record_a_step_in_a_bucket(bencher: Bencher<'_, '_>, applications: usize) {
    let remote = Remote::over(Arc::new(InMemory::new()), "state".into(), "memory", None);
    record(bencher, &Store::Bucket(Box::new(remote)), applications);
}

fn record(bencher: Bencher<'_, '_>, store: &Store, applications: usize) {
    let runtime = Runtime::new().unwrap();
    let token = runtime.block_on(filled(store, applications));
    let entry = JournalEntry::Done { step: Some(0), edit: put(0) };
    bencher.bench_local(|| runtime.block_on(store.append(&token, &entry)).unwrap());
}

/// A store that holds so many applications, locked.
async fn filled(store: &Store, applications: usize) -> LockToken {
    let owner = Owner {
        user: "ada".to_owned(),
        host: "desk".to_owned(),
        pid: 1,
        operation: "bench".to_owned(),
    };
    let token = store.lock(&owner, Duration::ZERO).await.unwrap();
    let mut state = store.read().await.unwrap().state;
    (0..applications).for_each(|number| state.apply(&put(number)));
    store.write(&token, &state).await.unwrap();
    token
}

fn put(number: usize) -> StateChange {
    let fields: Map<String, Json> = json!({
        "protocol": "tcp/22", "dns": {"name": format!("app-{number}.example.com"), "type": "CNAME"}, "origin_direct": ["tcp://192.0.2.1:22"],
    })
    .as_object()
    .unwrap()
    .clone();
    let recorded = Recorded {
        id: AppId::from_api(format!("{number:032x}")),
        zone_id: ZoneId::from_api("023e105f4ecef8ad9ca31a8372d0c353"),
        file: "spectrum.yaml".to_owned(),
        fields,
        labels: Default::default(),
        note: None,
        masks: Default::default(),
        protect: Protect::Off,
        provenance: Provenance::Created,
        applied: true,
        confirmed: true,
    };
    StateChange::Put {
        address: Address::new("example.com", format!("app-{number}").as_str()),
        recorded: Box::new(recorded),
    }
}
