//! Encryption at rest: nothing readable is stored, a wrong or missing key is an error and never an absent or damaged state, and a key can
//! be introduced at any time.

use secrecy::SecretString;
use spectrumctl::ledger::Condition;
use spectrumctl::state::{Local, StateKey, Store, StoreError};

use super::bench::{Bench, Folder, began, done, keys, locked, put, run, terms, written};
use super::bucket::Bucket;

fn seal(digit: char) -> Option<StateKey> {
    Some(StateKey::from_key(&SecretString::from(String::from(digit).repeat(64))).unwrap())
}

/// Writes, records and writes again.
async fn used(store: &Store) {
    written(store).await;
    let token = locked(store).await;
    store.append(&token, &done(0, put("b", 'b'))).await.unwrap();
    store.write(&token, &store.read().await.unwrap().state).await.unwrap();
    store.append(&token, &began(1, "c")).await.unwrap();
    store.release(token).await.unwrap();
}

fn is_unreadable(outcome: Result<spectrumctl::ledger::Snapshot, StoreError>, said: &str) {
    let refused = outcome.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Unreadable { source, .. } if source.to_string().contains(said)),
        "{refused:?}"
    );
}

#[test]
fn in_a_folder_nothing_but_the_lock_can_be_read_without_the_key() {
    let folder = Folder::new();
    let store = |seal| Store::from(Local::with_key(&folder.path(), seal));
    run(used(&store(seal('a'))));
    let version = format!("history/{}", run(store(seal('a')).history()).unwrap()[0].name);
    for name in ["state.json", "journal.jsonl", &version] {
        let text = String::from_utf8(folder.get(name).unwrap()).unwrap();
        assert!(
            text.starts_with("{\"format_version\":1,\"sealed\":\"")
                && !text.contains("example.com"),
            "{name}: {text}"
        );
    }
    let found = run(store(seal('a')).read()).unwrap();
    assert_eq!(
        (found.condition, keys(&found.state), found.open_steps.len()),
        (Condition::Read, vec!["b=b".to_owned(), "ssh=a".to_owned()], 1)
    );
    is_unreadable(run(store(seal('b')).read()), "cannot be decrypted");
    is_unreadable(run(store(None).read()), "it is encrypted, and there is no key");
}

#[test]
fn in_a_bucket_nothing_but_the_lock_can_be_read_without_the_key() {
    let bucket = Bucket::start();
    run(used(&bucket.remote(terms(), seal('a'))));
    for name in bucket.names().iter().filter(|name| *name != "lock.json") {
        let text = String::from_utf8(bucket.get(name).unwrap()).unwrap();
        assert!(
            text.starts_with("{\"format_version\":1,\"sealed\":\"")
                && !text.contains("example.com"),
            "{name}: {text}"
        );
    }
    let found = run(bucket.remote(terms(), seal('a')).read()).unwrap();
    assert_eq!(
        (found.condition, keys(&found.state).len(), found.open_steps.len()),
        (Condition::Read, 2, 1)
    );
    is_unreadable(run(bucket.remote(terms(), seal('b')).read()), "cannot be decrypted");
    is_unreadable(run(bucket.remote(terms(), None).read()), "it is encrypted, and there is no key");
}

#[test]
fn a_key_can_be_introduced_at_any_time() {
    let folder = Folder::new();
    run(used(&Local::new(&folder.path()).into()));
    let sealed = Store::from(Local::with_key(&folder.path(), seal('a')));
    let token = run(locked(&sealed));
    let state = run(sealed.read()).unwrap().state;
    assert_eq!(keys(&state), ["b=b", "ssh=a"]);
    run(sealed.write(&token, &state)).unwrap();
    assert!(folder.get("state.json").unwrap().starts_with(b"{\"format_version\":1,\"sealed\""));
}

#[test]
fn one_file_cannot_be_put_in_another_s_place() {
    let folder = Folder::new();
    let store = Store::from(Local::with_key(&folder.path(), seal('a')));
    run(used(&store));
    let version = run(store.history()).unwrap().remove(0);
    let older = folder.get(&format!("history/{}", version.name)).unwrap();
    folder.put("state.json", &older);
    is_unreadable(run(store.read()), "cannot be decrypted");
}

#[test]
fn what_is_no_key_is_refused_and_never_shown() {
    for text in ["", "secret", &"g".repeat(64), &"a".repeat(63)] {
        assert!(StateKey::from_key(&SecretString::from(text.to_owned())).is_err(), "{text}");
    }
    assert_eq!(format!("{:?}", seal('a')), "Some(StateKey(…))");
}
