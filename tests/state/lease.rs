//! The lock of a bucket is a lease: what becomes of it when its holder dies, is slow, or is not the only one who believes that he holds it.

use std::time::Duration;

use spectrumctl::ledger::JournalEntry;
use spectrumctl::state::{StoreError, Terms};

use super::bench::{
    address, began, done, keys, locked, owner, put, run, terms, variables, written,
};
use super::bucket::Bucket;

/// A lease that a test can wait for. Nobody renews unless the test says so.
const SHORT: Terms = Terms {
    lease: Duration::from_secs(1),
    grace: Duration::from_millis(300),
    renew_every: Duration::from_secs(3600),
    trust: Duration::from_millis(700),
    look_every: Duration::from_millis(20),
};

#[test]
fn a_lock_whose_holder_died_is_taken_after_lease_and_grace_and_its_open_steps_are_known() {
    let bucket = Bucket::start();
    let store = bucket.remote(SHORT, None);
    run(written(&store));
    let dead = run(locked(&store));
    run(store.append(&dead, &began(0, "b"))).unwrap();
    run(store.append(&dead, &done(0, put("b", 'b')))).unwrap();
    run(store.append(&dead, &began(1, "c"))).unwrap();
    let (id, begun) = (dead.id(), std::time::Instant::now());
    drop(dead);
    let refused = run(store.lock(&owner("apply"), Duration::ZERO)).unwrap_err();
    assert!(
        matches!(&refused, StoreError::Locked { holder: Some(holder), .. } if holder.id == id),
        "{refused:?}"
    );
    std::thread::sleep(Duration::from_millis(1100));
    let next = run(store.lock(&owner("apply"), Duration::ZERO)).unwrap();
    assert!(
        begun.elapsed() >= Duration::from_millis(1100) + SHORT.lease + SHORT.grace,
        "{:?}",
        begun.elapsed()
    );
    let found = run(store.read()).unwrap();
    assert_eq!(keys(&found.state), ["b=b", "ssh=a"]);
    assert_eq!(
        found
            .open_steps
            .iter()
            .map(|open| (open.run, open.began.address.clone()))
            .collect::<Vec<_>>(),
        [(id, address("c"))]
    );
    run(store.append(&next, &JournalEntry::Settled { of_run: id, step: 1 })).unwrap();
    assert!(run(store.read()).unwrap().open_steps.is_empty());
}

#[test]
fn a_holder_that_has_not_renewed_in_time_starts_nothing_more_even_before_somebody_else_has_the_lock()
 {
    let bucket = Bucket::start();
    let store = bucket.remote(SHORT, None);
    let token = run(locked(&store));
    store.trust(&token).unwrap();
    let before = bucket.names();
    std::thread::sleep(SHORT.trust);
    assert!(matches!(store.trust(&token), Err(StoreError::LostLock { .. })));
    assert!(matches!(run(store.append(&token, &began(0, "b"))), Err(StoreError::LostLock { .. })));
    let state = run(store.read()).unwrap().state;
    assert!(matches!(run(store.write(&token, &state)), Err(StoreError::LostLock { .. })));
    assert_eq!(bucket.names(), before);
    run(store.renew(&token)).unwrap();
    store.trust(&token).unwrap();
}

#[test]
fn a_holder_that_lost_its_lease_stops_writing() {
    let bucket = Bucket::start();
    // The holder trusts its lease for ever, so that only the store can tell it.
    let store = bucket.remote(Terms { trust: Duration::from_secs(3600), ..SHORT }, None);
    let state = run(written(&store));
    let first = run(locked(&store));
    std::thread::sleep(Duration::from_millis(1100));
    let second = run(store.lock(&owner("apply"), Duration::ZERO)).unwrap();
    assert!(matches!(run(store.append(&first, &began(0, "b"))), Err(StoreError::LostLock { .. })));
    assert!(matches!(run(store.write(&first, &state)), Err(StoreError::LostLock { .. })));
    assert!(matches!(run(store.renew(&first)), Err(StoreError::LostLock { .. })));
    assert!(matches!(store.trust(&first), Err(StoreError::LostLock { .. })));
    run(store.append(&second, &began(0, "b"))).unwrap();
    assert_eq!(
        run(store.write(&second, &run(store.read()).unwrap().state)).unwrap(),
        state.serial + 2
    );
}

#[test]
fn a_holder_that_lives_renews_by_itself_and_keeps_the_lock() {
    let bucket = Bucket::start();
    let store = bucket.remote(Terms { renew_every: Duration::from_millis(200), ..SHORT }, None);
    let token = run(locked(&store));
    let patient = run(store.lock(&owner("apply"), Duration::from_millis(2500)));
    assert!(matches!(patient, Err(StoreError::Locked { .. })), "{patient:?}");
    store.trust(&token).unwrap();
    run(store.append(&token, &began(0, "b"))).unwrap();
    run(store.release(token)).unwrap();
    run(store.lock(&owner("apply"), Duration::ZERO)).unwrap();
}

#[test]
fn a_damaged_lock_is_no_lock_for_ever() {
    let bucket = Bucket::start();
    bucket.put("lock.json", b"{\"format_vers");
    run(bucket.remote(SHORT, None).lock(&owner("apply"), Duration::ZERO)).unwrap();
}

#[test]
fn a_lock_of_a_later_program_is_refused() {
    let bucket = Bucket::start();
    bucket.put("lock.json", b"{\"format_version\": 2}");
    let refused = run(bucket.store().lock(&owner("apply"), Duration::ZERO)).unwrap_err();
    assert!(matches!(refused, StoreError::Newer { version: 2, .. }), "{refused:?}");
}

#[test]
fn a_bucket_that_ignores_conditions_is_refused_before_the_first_write() {
    let bucket = Bucket::start();
    bucket.ignore_conditions();
    let refused = run(bucket.store().lock(&owner("apply"), Duration::ZERO)).unwrap_err();
    assert!(matches!(refused, StoreError::Unconditional { .. }), "{refused:?}");
    let text = refused.to_string();
    assert!(
        text.contains("s3://bucket/team/state")
            && text.contains("a create over what exists succeeds"),
        "{text}"
    );
    assert!(matches!(run(bucket.store().probe()), Err(StoreError::Unconditional { .. })));
    assert_eq!(bucket.names(), [""; 0], "nothing is left there");
}

#[test]
fn a_bucket_that_keeps_to_conditions_passes_the_probe_and_keeps_nothing_of_it() {
    let bucket = Bucket::start();
    run(bucket.store().probe()).unwrap();
    assert_eq!(bucket.names(), [""; 0]);
}

#[test]
fn a_server_that_does_not_answer_is_no_absent_state() {
    let nobody = spectrumctl::state::RemoteSettings {
        variables: variables("http://127.0.0.1:9"),
        ..Default::default()
    };
    let store =
        spectrumctl::state::Remote::open("s3://bucket/state", &nobody).unwrap().with_terms(terms());
    let refused = run(store.read()).unwrap_err();
    assert!(matches!(refused, StoreError::Unreadable { .. }), "{refused:?}");
}

#[test]
fn urls_that_name_no_bucket_or_hold_too_much_are_refused() {
    for url in [
        "s3://",
        "ftp://bucket/state",
        "s3://key:secret@bucket/state",
        "s3://bucket/state?region=x",
        "s3:bucket",
        "s3://bucket/../../state",
        "s3://bucket/team/./state",
        "s3://bucket/team//state",
        "s3://bucket/%2e%2e/state",
        "s3://bucket/team\\state",
        "s3://bu cket/state",
        "s3://bucket:443/state",
    ] {
        let refused = spectrumctl::state::Remote::open(url, &Default::default()).unwrap_err();
        assert!(matches!(refused, StoreError::Unusable { .. }), "{url}: {refused:?}");
    }
}

/// The same number of requests, whatever there is.
#[test]
fn recording_a_step_in_a_bucket_takes_as_many_requests_among_many_applications_as_among_few() {
    let cost = |applications: usize| {
        let bucket = Bucket::start();
        let store = bucket.store();
        let token = run(locked(&store));
        let mut state = run(store.read()).unwrap().state;
        (0..applications).for_each(|number| state.apply(&put(&format!("app-{number}"), 'a')));
        run(store.write(&token, &state)).unwrap();
        let before = bucket.requests();
        run(store.append(&token, &began(0, "b"))).unwrap();
        bucket.requests() - before
    };
    assert_eq!((cost(1), cost(3000)), (2, 2));
}
