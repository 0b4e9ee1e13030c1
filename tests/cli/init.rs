//! `init`: what it writes is valid and can be planned at once, and nothing is ever overwritten.

use super::Room;
use crate::support::Sandbox;

fn empty() -> Room {
    Room { sandbox: Sandbox::new() }
}

#[test]
fn what_init_writes_is_valid_without_a_warning_and_plans_at_once() {
    let room = empty();
    assert!(room.done(&["init"]).starts_with("Wrote spectrum.yaml.\nNext:\n"));
    let findings = room.json(&["validate", "--strict"]);
    assert_eq!(findings["findings"], serde_json::json!([]));
    let plan = room.json(&["--sim", "plan"]);
    assert_eq!(
        (&plan["summary"]["create"], &plan["findings"]),
        (&serde_json::json!(1), &serde_json::json!([]))
    );
    room.done(&["--sim", "apply", "--auto-approve"]);
}

#[test]
fn init_overwrites_nothing() {
    let room = empty();
    room.write("spectrum.yaml", "version: 1\n");
    assert!(room.refused(1, &["init"]).contains("file-exists"));
    room.done(&["init", "--ci", "github"]);
    assert_eq!(room.sandbox.read("spectrum.yaml"), "version: 1\n");
    room.write(".gitlab-ci.yml", "default: {}\n");
    assert!(
        room.refused(1, &["-f", "other.yaml", "init", "--ci", "gitlab"])
            .contains(".gitlab-ci.yml exists already")
    );
    assert!(
        !room.sandbox.path("other.yaml").exists(),
        "nothing is written where one of the files is refused"
    );
    let folder = empty();
    folder.write("spectrum/zone.yaml", "version: 1\n");
    assert!(folder.refused(1, &["init"]).contains("file-exists"));
    assert!(!folder.sandbox.path("spectrum.yaml").exists());
}
