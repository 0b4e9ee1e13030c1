//! `--replace ADDRESS`: an application is deleted and created again because somebody asks for it.

use super::Room;

fn id(room: &Room, key: &str) -> String {
    let shown = room.json(&["--sim", "state", "show", &format!("example.com/{key}")]);
    shown["app_id"]
        .as_str()
        .or(shown["id"].as_str())
        .unwrap_or_else(|| panic!("{shown}"))
        .to_owned()
}

#[test]
fn what_is_asked_for_is_replaced_and_nothing_else() {
    let room = Room::applied();
    let (ssh, web) = (id(&room, "ssh"), id(&room, "web"));
    let plan = room.done(&["--sim", "plan", "--replace", "example.com/ssh"]);
    assert!(plan.contains("replace example.com/ssh: was requested with --replace\n"), "{plan}");
    assert!(plan.contains("Plan: 1 to replace, 1 unchanged."), "{plan}");
    let json = room.json(&["--sim", "plan", "--replace", "example.com/ssh"]);
    let change = &json["changes"][0];
    assert_eq!((&change["action"], &change["reason"]), (&"replace".into(), &"requested".into()));
    room.done(&["--sim", "apply", "--replace", "example.com/ssh", "--auto-approve"]);
    assert_ne!(id(&room, "ssh"), ssh);
    assert_eq!(id(&room, "web"), web);
    let after = room.done(&["--sim", "plan", "--detailed-exitcode"]);
    assert!(after.contains("No changes."), "{after}");
}

#[test]
fn a_saved_plan_holds_it_and_an_approved_digest_means_it() {
    let room = Room::applied();
    let ssh = id(&room, "ssh");
    let json = room.json(&["--sim", "plan", "--replace", "example.com/ssh", "--out", "plan.json"]);
    let digest = json["digest"].as_str().unwrap();
    let stale = room.sandbox.run(&["--sim", "apply", "--approve", digest]).ends_with(5);
    assert!(stale.stdout.contains("stale-digest"), "{}", stale.stdout);
    room.done(&["--sim", "apply", "plan.json"]);
    assert_ne!(id(&room, "ssh"), ssh);
    let json = room.json(&["--sim", "plan", "--replace", "example.com/ssh"]);
    let digest = json["digest"].as_str().unwrap();
    room.done(&["--sim", "apply", "--replace", "example.com/ssh", "--approve", digest]);
}

#[test]
fn a_protected_application_is_not_replaced_and_a_slip_of_the_pen_is_no_plan() {
    let room = Room::applied();
    room.sandbox.edit(
        "spectrum.yaml",
        "        labels: {team: payments}",
        "        labels: {team: payments}\n        lifecycle: {protect: true}",
    );
    let ran = room.sandbox.run(&["--sim", "plan", "--replace", "example.com/ssh"]).ends_with(4);
    assert!(ran.stdout.contains("error[protected]"), "{}", ran.stdout);
    let slip = room.refused(64, &["--sim", "plan", "--replace", "example.com/shh"]);
    let expected = "--replace example.com/shh is no application of the configuration; did you mean example.com/ssh?";
    assert!(slip.contains(expected), "{slip}");
    for other in ["--destroy", "--refresh-only"] {
        room.refused(64, &["--sim", "plan", "--replace", "example.com/ssh", other]);
    }
    room.refused(64, &["--sim", "apply", "plan.json", "--replace", "example.com/ssh"]);
}
