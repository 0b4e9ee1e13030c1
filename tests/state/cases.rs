//! The cases of the conformance list, each for any backend.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::{Value as Json, json};
use spectrumctl::ledger::{Condition, JournalEntry, State, StateChange};
use spectrumctl::state::{Store, StoreError};
use uuid::Uuid;

use super::bench::{Bench, SOON, address, began, done, keys, locked, owner, put, run, written};

pub(super) async fn an_absent_state_is_no_error_and_reading_creates_nothing(bench: &impl Bench) {
    let found = bench.store().read().await.unwrap();
    assert_eq!((found.condition, found.state), (Condition::Absent, State::empty()));
    assert!(bench.store().history().await.unwrap().is_empty());
    assert_eq!(bench.names(), [""; 0]);
}

pub(super) async fn the_first_write_draws_a_lineage_and_reads_back_the_same_bytes(
    bench: &impl Bench,
) {
    let state = written(&bench.store()).await;
    assert_eq!((state.serial, keys(&state)), (1, vec!["ssh=a".to_owned()]));
    assert!(!state.lineage.is_nil());
    let bytes = bench.get("state.json").unwrap();
    assert_eq!(State::read(&bytes).unwrap(), state);
    assert_eq!(
        String::from_utf8(state.to_bytes()).unwrap(),
        String::from_utf8(bytes.clone()).unwrap()
    );
    assert!(bytes.ends_with(b"\n}\n"));
    assert_eq!(bench.names(), ["state.json"]);
}

pub(super) async fn the_serial_grows_with_each_entry_and_each_write(bench: &impl Bench) {
    let store = bench.store();
    let first = written(&store).await;
    let token = locked(&store).await;
    store.append(&token, &done(0, put("b", 'b'))).await.unwrap();
    let folded = store.read().await.unwrap().state;
    assert_eq!(store.write(&token, &folded).await.unwrap(), 3);
    let last = store.read().await.unwrap().state;
    assert_eq!((folded.serial, last.serial, last.lineage), (2, 3, first.lineage));
    assert_eq!(keys(&last), ["b=b", "ssh=a"]);
}

pub(super) async fn a_held_lock_excludes_a_second_and_names_its_owner(bench: &impl Bench) {
    let store = bench.store();
    let token = locked(&store).await;
    let refused =
        bench.store().lock(&owner("destroy"), Duration::from_millis(150)).await.unwrap_err();
    let text = format!("{refused}; {}", refused.to_finding().fix);
    let StoreError::Locked { holder: Some(holder), .. } = refused else { panic!("{text}") };
    assert_eq!((holder.id, holder.owner), (token.id(), owner("apply")));
    assert!(
        text.contains("ada@desk") && text.contains(&format!("state unlock {}", token.id())),
        "{text}"
    );
    store.renew(&token).await.unwrap();
    store.release(token).await.unwrap();
    store.lock(&owner("destroy"), Duration::ZERO).await.unwrap();
}

pub(super) async fn of_eight_threads_in_a_hurry_one_at_a_time_holds_the_lock<B: Bench>(bench: &B) {
    let inside = Arc::new(AtomicU32::new(0));
    let work = |store, inside: Arc<AtomicU32>| move || run(hurry(&store, &inside, B::HURRY));
    let threads: Vec<_> =
        (0..8).map(|_| std::thread::spawn(work(bench.store(), Arc::clone(&inside)))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Tries without a pause, so the moment between two holders of the lock is met often.
async fn hurry(store: &Store, inside: &AtomicU32, most: u32) {
    let mut rounds = 0;
    while rounds < most {
        match store.lock(&owner("apply"), Duration::ZERO).await {
            Ok(token) => {
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0, "two hold the lock");
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
                store.release(token).await.unwrap();
                rounds += 1;
            }
            Err(refused) => assert!(matches!(refused, StoreError::Locked { .. }), "{refused:?}"),
        }
    }
}

pub(super) async fn eight_threads_that_each_add_one_lose_nothing(bench: &impl Bench) {
    let work = |store| move || (0..3).for_each(|_| run(count_up(&store)));
    let threads: Vec<_> = (0..8).map(|_| std::thread::spawn(work(bench.store()))).collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert_eq!(bench.store().read().await.unwrap().state.rest["count"], json!(24));
}

async fn count_up(store: &Store) {
    let token = locked(store).await;
    let mut state = store.read().await.unwrap().state;
    let count = state.rest.get("count").and_then(Json::as_u64).unwrap_or(0);
    tokio::task::yield_now().await;
    state.rest.insert("count".to_owned(), json!(count + 1));
    store.write(&token, &state).await.unwrap();
    store.release(token).await.unwrap();
}

pub(super) async fn entries_appended_before_a_crash_are_folded_by_the_next_read(
    bench: &impl Bench,
) {
    let store = bench.store();
    written(&store).await;
    let token = locked(&store).await;
    for entry in [began(0, "b"), done(0, put("b", 'b')), began(1, "c"), began(2, "d")] {
        store.append(&token, &entry).await.unwrap();
    }
    store
        .append(&token, &JournalEntry::Failed { step: 2, code: None, why: "refused".to_owned() })
        .await
        .unwrap();
    let run = token.id();
    drop(token);
    let found = bench.store().read().await.unwrap();
    assert_eq!(
        (found.condition, keys(&found.state)),
        (Condition::Read, vec!["b=b".to_owned(), "ssh=a".to_owned()])
    );
    let open: Vec<_> =
        found.open_steps.iter().map(|open| (open.run, open.began.address.key.as_str())).collect();
    assert_eq!(open, [(run, "c")]);
}

pub(super) async fn a_journal_that_outlived_the_write_is_not_replayed(bench: &impl Bench) {
    let store = bench.store();
    written(&store).await;
    let token = locked(&store).await;
    let moved = StateChange::Move { from: address("ssh"), to: address("new"), id: None };
    store.append(&token, &done(0, moved)).await.unwrap();
    store.append(&token, &done(1, put("ssh", 'b'))).await.unwrap();
    let journal = bench.get("journal.jsonl").unwrap();
    let folded = store.read().await.unwrap().state;
    store.write(&token, &folded).await.unwrap();
    assert_eq!(bench.get("journal.jsonl"), None);
    bench.put("journal.jsonl", &journal);
    assert_eq!(keys(&store.read().await.unwrap().state), ["new=a", "ssh=b"]);
}

pub(super) async fn an_open_step_outlives_a_write_and_ends_when_it_is_settled(bench: &impl Bench) {
    let store = bench.store();
    let token = locked(&store).await;
    store.append(&token, &began(7, "ssh")).await.unwrap();
    store.write(&token, &store.read().await.unwrap().state).await.unwrap();
    let (of_run, open) = (token.id(), store.read().await.unwrap().open_steps);
    assert_eq!((open.len(), open[0].began.step, open[0].run), (1, 7, of_run));
    store.release(token).await.unwrap();
    let later = locked(&store).await;
    store.append(&later, &done(7, put("other", 'b'))).await.unwrap();
    assert_eq!(
        store.read().await.unwrap().open_steps,
        open,
        "the same number in another run is another step"
    );
    store.append(&later, &JournalEntry::Settled { of_run, step: 7 }).await.unwrap();
    assert_eq!(store.read().await.unwrap().open_steps, []);
}

pub(super) async fn the_end_of_a_step_that_outlived_a_write_comes_after_its_beginning(
    bench: &impl Bench,
) {
    let store = bench.store();
    // The id of a run decides nothing, so whichever of two is the smaller one.
    for round in 0..12 {
        let token = locked(&store).await;
        store.append(&token, &began(7, "ssh")).await.unwrap();
        store.write(&token, &store.read().await.unwrap().state).await.unwrap();
        let of_run = token.id();
        store.release(token).await.unwrap();
        let later = locked(&store).await;
        store.append(&later, &JournalEntry::Settled { of_run, step: 7 }).await.unwrap();
        assert_eq!(store.read().await.unwrap().open_steps, [], "round {round}");
        store.release(later).await.unwrap();
    }
}

pub(super) async fn a_torn_last_line_is_passed_over_and_cut_off_by_the_next_append(
    bench: &impl Bench,
) {
    let store = bench.store();
    let token = locked(&store).await;
    store.append(&token, &done(0, put("a", 'a'))).await.unwrap();
    let whole = bench.get("journal.jsonl").unwrap();
    bench.put("journal.jsonl", &[&whole[..], &whole[..whole.len() / 2]].concat());
    let found = store.read().await.unwrap();
    assert_eq!((found.condition, keys(&found.state)), (Condition::Absent, vec!["a=a".to_owned()]));
    store.append(&token, &done(1, put("b", 'b'))).await.unwrap();
    assert_eq!(keys(&store.read().await.unwrap().state), ["a=a", "b=b"]);
    assert!(bench.get("journal.jsonl").unwrap().starts_with(&whole));
}

pub(super) async fn what_follows_a_damaged_line_is_unknown_and_holds_every_delete_back(
    bench: &impl Bench,
) {
    let store = bench.store();
    written(&store).await;
    let token = locked(&store).await;
    store.append(&token, &done(0, put("b", 'b'))).await.unwrap();
    let first = bench.get("journal.jsonl").unwrap();
    let edit = StateChange::Drop { address: address("b"), released: None };
    store.append(&token, &done(1, edit)).await.unwrap();
    let both = bench.get("journal.jsonl").unwrap();
    let damaged = [&first[..], b"\0\0\0\n", &both[first.len()..]].concat();
    bench.put("journal.jsonl", &damaged);
    let found = store.read().await.unwrap();
    let Condition::Broken { why } = found.condition else { panic!("{:?}", found.condition) };
    assert!(why.contains("line 2 of the journal"), "{why}");
    assert_eq!(keys(&found.state), ["b=b", "ssh=a"]);
    assert!(found.state.apps.values().all(|recorded| !recorded.confirmed));
    store
        .write(&token, &found.state.stamped("t", "2026-11-22T11:00:00Z".parse().unwrap()))
        .await
        .unwrap();
    assert_eq!(bench.get("journal.broken-20261122T110000Z.jsonl").unwrap(), damaged);
    assert_eq!(store.read().await.unwrap().condition, Condition::Read);
}

pub(super) async fn a_broken_state_is_read_as_broken_and_set_aside_by_the_next_write(
    bench: &impl Bench,
) {
    let store = bench.store();
    for (round, bytes) in
        [&b"{\"format_version\": 1, \"lin"[..], b"", b"[]", b"{\"format_version\": 0}"]
            .into_iter()
            .enumerate()
    {
        bench.put("state.json", bytes);
        let token = locked(&store).await;
        let found = store.read().await.unwrap();
        assert!(
            matches!(&found.condition, Condition::Broken { why } if !why.is_empty()),
            "{:?}",
            found.condition
        );
        assert_eq!(found.state, State::empty());
        store
            .write(&token, &found.state.stamped("t", "2026-11-22T11:00:00Z".parse().unwrap()))
            .await
            .unwrap();
        let number = if round == 0 { String::new() } else { format!("-{}", round + 1) };
        assert_eq!(
            bench.get(&format!("state.broken-20261122T110000Z{number}.json")).unwrap(),
            bytes
        );
        store.release(token).await.unwrap();
    }
    assert_eq!(store.read().await.unwrap().condition, Condition::Read);
}

pub(super) async fn a_later_format_is_refused_by_read_and_lock(bench: &impl Bench) {
    for name in ["journal.jsonl", "state.json"] {
        bench.put(name, b"{\"format_version\": 2, \"apps\": \"of another shape\"}\n");
        let refused = bench.store().read().await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::Newer { version: 2, place } if place.contains(name.trim_end_matches(".jsonl"))),
            "{refused:?}"
        );
        assert!(matches!(
            bench.store().lock(&owner("apply"), SOON).await,
            Err(StoreError::Newer { .. })
        ));
        bench.put("journal.jsonl", b"");
    }
}

pub(super) async fn keys_of_a_later_program_survive_a_write(bench: &impl Bench) {
    let store = bench.store();
    let mut object: Json = serde_json::from_slice(&written(&store).await.to_bytes()).unwrap();
    object["zz_from_tomorrow"] = json!({"deep": [1, null, "x"]});
    bench.put("state.json", object.to_string().as_bytes());
    let token = locked(&store).await;
    store.write(&token, &store.read().await.unwrap().state).await.unwrap();
    let kept: Json = serde_json::from_slice(&bench.get("state.json").unwrap()).unwrap();
    assert_eq!(kept["zz_from_tomorrow"], object["zz_from_tomorrow"]);
}

pub(super) async fn the_history_keeps_the_last_twenty_versions_whole(bench: &impl Bench) {
    let store = bench.store();
    let token = locked(&store).await;
    for _ in 0..25 {
        store.write(&token, &store.read().await.unwrap().state).await.unwrap();
    }
    let versions = store.history().await.unwrap();
    assert_eq!(
        versions.iter().map(|version| version.serial).collect::<Vec<_>>(),
        (5..25).collect::<Vec<_>>()
    );
    let oldest = store.recall(&versions[0]).await.unwrap().unwrap();
    assert_eq!((oldest.serial, oldest.lineage), (5, store.read().await.unwrap().state.lineage));
}

pub(super) async fn a_state_that_cannot_be_read_is_an_error(bench: &impl Bench) {
    bench.spoil("state.json");
    let refused = bench.store().read().await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Unreadable { place, .. } if place.ends_with("state.json")),
        "{refused:?}"
    );
    assert!(matches!(
        bench.store().lock(&owner("apply"), SOON).await,
        Err(StoreError::Unreadable { .. })
    ));
}

pub(super) async fn a_state_made_from_an_older_one_is_not_written(bench: &impl Bench) {
    let store = bench.store();
    let older = written(&store).await;
    let token = locked(&store).await;
    store.append(&token, &done(0, put("b", 'b'))).await.unwrap();
    let before = bench.get("state.json");
    let refused = store.write(&token, &older).await.unwrap_err();
    assert!(matches!(refused, StoreError::Stale { found: 2, given: 1, .. }), "{refused:?}");
    assert_eq!(
        (bench.get("state.json"), keys(&store.read().await.unwrap().state).len()),
        (before, 2)
    );
}

pub(super) async fn a_holder_whose_lock_was_taken_away_writes_nothing_more(bench: &impl Bench) {
    let store = bench.store();
    let state = written(&store).await;
    let token = locked(&store).await;
    assert!(!store.unlock(Uuid::nil()).await.unwrap());
    store.renew(&token).await.unwrap();
    assert!(store.unlock(token.id()).await.unwrap());
    let second = locked(&bench.store()).await;
    assert!(matches!(store.append(&token, &began(0, "b")).await, Err(StoreError::LostLock { .. })));
    assert!(matches!(store.write(&token, &state).await, Err(StoreError::LostLock { .. })));
    assert!(matches!(store.renew(&token).await, Err(StoreError::LostLock { .. })));
    assert!(matches!(store.release(token).await, Err(StoreError::LostLock { .. })));
    store.append(&second, &began(0, "b")).await.unwrap();
    assert_eq!(store.read().await.unwrap().state.serial, state.serial + 1);
}

pub(super) async fn recording_a_step_costs_the_same_with_two_thousand_applications(
    bench: &impl Bench,
) {
    let store = bench.store();
    let token = locked(&store).await;
    let mut state = store.read().await.unwrap().state;
    (0..2000).for_each(|number| state.apply(&put(&format!("app-{number}"), 'a')));
    store.write(&token, &state).await.unwrap();
    let before = bench.get("state.json");
    store.append(&token, &done(0, put("b", 'b'))).await.unwrap();
    assert_eq!(bench.get("state.json"), before);
    assert!(bench.get("journal.jsonl").unwrap().len() < 1000);
    assert_eq!(store.read().await.unwrap().state.apps.len(), 2001);
}

pub(super) async fn twenty_thousand_applications_are_written_and_read(bench: &impl Bench) {
    let store = bench.store();
    let token = locked(&store).await;
    let mut state = store.read().await.unwrap().state;
    (0..20_000).for_each(|number| state.apply(&put(&format!("app-{number}"), 'a')));
    store.write(&token, &state).await.unwrap();
    store.append(&token, &done(0, put("one-more", 'b'))).await.unwrap();
    let folded = bench.store().read().await.unwrap().state;
    assert_eq!(folded.apps.len(), 20_001);
    assert_eq!(store.write(&token, &folded).await.unwrap(), 3);
    assert_eq!(
        store.recall(&store.history().await.unwrap()[0]).await.unwrap().unwrap().apps,
        state.apps
    );
}

/// Each round puts one application and writes, so that the serial tells how many there must be.
pub(super) async fn a_reader_beside_a_writer_sees_whole_states_in_their_order(bench: &impl Bench) {
    let (written, read) = (bench.store(), bench.store());
    let writer = std::thread::spawn(move || run(put_and_write(&written)));
    let mut last = 0;
    while last < 80 {
        let found = read.read().await.unwrap();
        assert!(!matches!(found.condition, Condition::Broken { .. }), "{:?}", found.condition);
        assert!(found.state.serial >= last, "{} after {last}", found.state.serial);
        last = found.state.serial;
        assert_eq!(found.state.apps.len() as u64, last.div_ceil(2));
        assert!(
            last == 80 || !writer.is_finished() || read.read().await.unwrap().state.serial == 80,
            "the writer stopped early"
        );
    }
    writer.join().unwrap();
}

async fn put_and_write(store: &Store) {
    let token = locked(store).await;
    for number in 0..40 {
        store.append(&token, &done(number, put(&format!("app-{number}"), 'a'))).await.unwrap();
        store.write(&token, &store.read().await.unwrap().state).await.unwrap();
    }
}
