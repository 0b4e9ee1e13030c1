//! What a failure of the store says, however its place is called.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use spectrumctl::state::{Local, StoreError};

use super::bench::{Bench, Folder, owner, run};
use crate::support::Sandbox;

/// A name with the marks that a sentence is cut at.
const PLACE: &str = "team: payments; prod";

const CONFIGURATION: &str = "version: 1\nzones: {example.com: {}}\n";

fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::with(CONFIGURATION);
    sandbox.set("CLOUDFLARE_API_TOKEN", "of-no-importance");
    sandbox.set("CLOUDFLARE_BASE_URL", "http://127.0.0.1:9/client/v4");
    sandbox
}

#[test]
fn an_unreadable_state_is_named_by_its_whole_place() {
    let sandbox = sandbox();
    fs::create_dir_all(sandbox.path(PLACE).join("state.json")).unwrap();
    let (exit, plan) = sandbox.json(&["plan", "--state", PLACE]);
    let finding = &plan["findings"][0];
    assert_eq!((exit, finding["code"].as_str()), (1, Some("state-unreadable")), "{plan}");
    let summary = finding["summary"].as_str().unwrap();
    let begin = format!("failed to read the state at {PLACE}/state.json: ");
    assert!(summary.starts_with(&begin), "{summary}");
    assert_eq!(finding["why"], "without it, planning could create what exists already");
    assert!(finding["fix"].as_str().unwrap().starts_with("check that the place"), "{finding}");
}

#[test]
fn a_locked_state_names_its_whole_place_its_holder_and_how_to_unlock_it() {
    let sandbox = sandbox();
    let store = Local::new(&sandbox.path(PLACE));
    let _held = run(store.lock(&owner("apply"), Duration::ZERO)).unwrap();
    let arguments = ["apply", "--auto-approve", "--state", PLACE, "--lock-timeout", "0s"];
    let (exit, report) = sandbox.json(&arguments);
    let finding = &report["findings"][0];
    assert_eq!((exit, finding["code"].as_str()), (7, Some("state-locked")), "{report}");
    let text = |key: &str| finding[key].as_str().unwrap().to_owned();
    let summary = text("summary");
    let place = format!("{PLACE}/state.json is locked by ");
    assert!(summary.starts_with("the state at ") && summary.contains(&place), "{summary}");
    assert_eq!(text("why"), "another run is writing");
    let begin = "wait for that run, or wait longer with --lock-timeout; if it no longer runs, run \
                 `spectrumctl state unlock ";
    assert!(text("fix").starts_with(begin), "{finding}");
}

#[test]
fn the_text_of_a_failure_is_what_its_finding_begins_with() {
    let bench = Folder::new();
    let store = bench.store();
    let _held = run(store.lock(&owner("apply"), Duration::ZERO)).unwrap();
    let refused = run(store.lock(&owner("plan"), Duration::ZERO)).unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused:?}");
    let finding = refused.to_finding();
    assert_eq!(finding.summary, refused.to_string());
    assert_eq!(finding.why.as_deref(), Some("another run is writing"));
}

/// A server in the place of the machine's instance metadata service, and whether somebody has asked it.
fn metadata() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

#[test]
fn the_machines_own_identity_is_used_only_where_the_environment_says_so() {
    let (listener, url) = metadata();
    let mut sandbox = sandbox();
    sandbox.set("AWS_METADATA_ENDPOINT", &url);
    for state in ["s3://bucket/team", "gs://bucket/team", "az://bucket/team"] {
        let (exit, plan) = sandbox.json(&["plan", "--state", state]);
        let finding = plan["findings"][0].to_string();
        assert_eq!(exit, 1, "{plan}");
        assert!(finding.contains("SPECTRUMCTL_STATE_INSTANCE_ROLE=1"), "{state}: {finding}");
    }
    let asked = listener.accept().map(drop).map_err(|error| error.kind());
    assert_eq!(asked, Err(ErrorKind::WouldBlock), "the metadata service was asked");

    sandbox.set("SPECTRUMCTL_STATE_INSTANCE_ROLE", "1");
    listener.set_nonblocking(false).unwrap();
    let answering = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 64];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    sandbox.run(&["plan", "--state", "s3://bucket/team"]).ends_with(1);
    let request = answering.join().unwrap();
    assert!(request.contains("/latest/"), "{request}");
}
