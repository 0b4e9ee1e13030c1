//! The conformance list of the state's backends: each case is run against a folder, a bucket that the tests serve themselves, and
//! a real S3-compatible server where one is installed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a case needs and does not get is its failure"
)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bench::{
    Bench, Folder, SOON, address, app_id, began, done, keys, locked, owner, put, run, written,
};
use jiff::Timestamp;
use spectrumctl::ledger::journal::{Journal, Line};
use spectrumctl::ledger::{Snapshot, State, StateChange};
use spectrumctl::model::facts::CachedRefusal;
use spectrumctl::state::{Local, StoreError};
use uuid::Uuid;

mod bench;
mod bucket;
mod cases;
mod errors;
#[cfg(unix)]
mod interrupt;
mod lease;
mod processes;
mod s3;
mod seal;

/// Runs every case against every backend.
macro_rules! conformance {
    ($($case:ident)*) => {
        mod local { $(#[test] fn $case() { super::bench::run(super::cases::$case(&<super::bench::Folder as super::bench::Bench>::new())); })* }
        mod in_a_bucket { $(#[test] fn $case() { super::bench::run(super::cases::$case(&<super::bucket::Bucket as super::bench::Bench>::new())); })* }
        mod s3_server { $(#[test] fn $case() {
            let Some(bench) = super::s3::Moto::find(concat!("s3_server::", stringify!($case))) else { return };
            super::bench::run(super::cases::$case(&bench));
        })* }
    };
}

conformance! {
    an_absent_state_is_no_error_and_reading_creates_nothing
    the_first_write_draws_a_lineage_and_reads_back_the_same_bytes
    the_serial_grows_with_each_entry_and_each_write
    a_held_lock_excludes_a_second_and_names_its_owner
    of_eight_threads_in_a_hurry_one_at_a_time_holds_the_lock
    eight_threads_that_each_add_one_lose_nothing
    entries_appended_before_a_crash_are_folded_by_the_next_read
    a_journal_that_outlived_the_write_is_not_replayed
    an_open_step_outlives_a_write_and_ends_when_it_is_settled
    the_end_of_a_step_that_outlived_a_write_comes_after_its_beginning
    a_torn_last_line_is_passed_over_and_cut_off_by_the_next_append
    what_follows_a_damaged_line_is_unknown_and_holds_every_delete_back
    a_broken_state_is_read_as_broken_and_set_aside_by_the_next_write
    a_later_format_is_refused_by_read_and_lock
    keys_of_a_later_program_survive_a_write
    the_history_keeps_the_last_twenty_versions_whole
    a_state_that_cannot_be_read_is_an_error
    a_state_made_from_an_older_one_is_not_written
    a_holder_whose_lock_was_taken_away_writes_nothing_more
    a_reader_beside_a_writer_sees_whole_states_in_their_order
    recording_a_step_costs_the_same_with_two_thousand_applications
    twenty_thousand_applications_are_written_and_read
}

#[test]
fn files_are_for_the_owner_alone() {
    let bench = Folder::new();
    let store = bench.store();
    run(written(&store));
    let token = run(locked(&store));
    let state = run(store.read()).unwrap().state;
    run(store.write(&token, &state)).unwrap();
    run(store.append(&token, &began(0, "ssh"))).unwrap();
    let history = bench.path().join("history");
    let version = history.join(&run(store.history()).unwrap()[0].name);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&bench.path()), mode(&history), mode(&version)), (0o700, 0o700, 0o600));
    for name in ["state.json", "journal.jsonl", "lock.json"] {
        assert_eq!(mode(&bench.path().join(name)), 0o600, "{name}");
    }
}

#[test]
fn links_are_not_followed_out_of_the_folder() {
    for name in ["state.json", "journal.jsonl", "lock.json"] {
        let bench = Folder::new();
        let outside = bench.0.path().join("outside");
        fs::write(&outside, "").unwrap();
        fs::create_dir(bench.path()).unwrap();
        symlink(&outside, bench.path().join(name)).unwrap();
        let refused = run(bench.store().lock(&owner("apply"), Duration::ZERO)).unwrap_err();
        assert!(
            matches!(refused, StoreError::Unreadable { .. } | StoreError::Unwritable { .. }),
            "{name}: {refused:?}"
        );
        assert_eq!(fs::metadata(&outside).unwrap().size(), 0, "{name}");
    }
}

/// The child is this very test, told by a variable which folder to lock; it is killed while it holds the lock.
#[test]
#[expect(clippy::print_stdout, reason = "the child tells its parent so")]
fn a_lock_excludes_another_process_and_dies_with_it() {
    if let Ok(folder) = std::env::var("SPECTRUMCTL_TEST_LOCK") {
        let _token = run(locked(&Local::new(Path::new(&folder)).into()));
        println!("\nthe lock is held");
        std::thread::sleep(SOON);
        return;
    }
    let bench = Folder::new();
    let name = "a_lock_excludes_another_process_and_dies_with_it";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([name, "--nocapture", "--test-threads=1"])
        .env("SPECTRUMCTL_TEST_LOCK", bench.path());
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "the lock is held"));
    let refused = run(bench.store().lock(&owner("apply"), Duration::ZERO)).unwrap_err();
    let StoreError::Locked { holder: Some(holder), .. } = refused else { panic!("{refused:?}") };
    assert_eq!(holder.owner.pid, child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    run(bench.store().lock(&owner("apply"), Duration::ZERO)).unwrap();
}

#[test]
fn edits_do_what_they_say() {
    let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let mut state = State::empty();
    state.apply(&StateChange::Unmanaged {
        zone: "example.com".to_owned(),
        ids: vec![app_id('a'), app_id('b')],
    });
    state.apply(&put("ssh", 'a'));
    assert_eq!(state.unmanaged_seen.keys().collect::<Vec<_>>(), [&app_id('b')]);
    state.apply(&StateChange::Unmanaged { zone: "example.net".to_owned(), ids: vec![app_id('c')] });
    state.apply(&StateChange::Unmanaged { zone: "example.com".to_owned(), ids: vec![] });
    assert_eq!(state.unmanaged_seen.keys().collect::<Vec<_>>(), [&app_id('c')]);
    state.apply(&StateChange::Drop { address: address("ssh"), released: Some(at) });
    assert_eq!(
        (state.apps.len(), state.released[&app_id('a')].address.clone()),
        (0, address("ssh"))
    );
    state.apply(&put("again", 'a'));
    assert!(state.released.is_empty());
    state.apply(&StateChange::Drop { address: address("again"), released: None });
    assert!(state.apps.is_empty() && state.released.is_empty());
    let learned = |evidence: &str| CachedRefusal {
        shown: None,
        code: "13002".to_owned(),
        account: None,
        zone: None,
        subject: "tcp/25".to_owned(),
        at: None,
        date: at,
        evidence: evidence.to_owned(),
        ray_id: None,
    };
    state.apply(&StateChange::Learned(learned("first")));
    state.apply(&StateChange::Learned(learned("second")));
    assert_eq!(state.learned, [learned("second")]);
    let unlearned = |subject: &str| StateChange::Unlearned {
        code: "13002".to_owned(),
        account: None,
        zone: None,
        subject: subject.to_owned(),
    };
    state.apply(&unlearned("tcp/26"));
    assert_eq!(state.learned.len(), 1);
    state.apply(&unlearned("tcp/25"));
    assert!(state.learned.is_empty());
}

#[test]
fn lines_of_another_lineage_are_left_out() {
    let (ours, theirs, run) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
    let state = State { lineage: ours, ..State::empty() };
    let lines = vec![
        Line::new(theirs, 1, run, done(0, put("theirs", 'b'))),
        Line::new(ours, 1, run, done(1, put("ours", 'a'))),
    ];
    let found = Snapshot::new(Some(&state.to_bytes()), Journal { lines, broken: None }).unwrap();
    assert_eq!(keys(&found.state), ["ours=a"]);
}

/// The two files stay as they are, for as long as there are states of version 1.
#[test]
fn version_1_is_read_and_gives_the_same_bytes_again() {
    let (stored, journal) = (include_str!("state-v1.json"), include_str!("journal-v1.jsonl"));
    let state = State::read(stored.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(state.to_bytes()).unwrap(), stored);
    let read = Journal::read(journal.as_bytes()).unwrap();
    assert_eq!(read.broken, None);
    let again: Vec<u8> = read.lines.iter().flat_map(Line::to_bytes).collect();
    assert_eq!(String::from_utf8(again).unwrap(), journal);
    let Snapshot { state, open_steps, .. } = Snapshot::new(Some(stored.as_bytes()), read).unwrap();
    assert_eq!(
        (state.serial, state.zones.len(), state.apps.len(), state.released.len()),
        (48, 2, 0, 2)
    );
    assert_eq!(open_steps.iter().map(|open| open.began.step).collect::<Vec<_>>(), [0]);
}
