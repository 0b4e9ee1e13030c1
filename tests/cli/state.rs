//! `state …`: what it shows, what it changes, what it refuses, and that a plan afterwards is what it should be.

use super::Room;

/// The addresses that the state has.
fn addresses(room: &Room) -> Vec<String> {
    let listing = room.json(&["--sim", "state", "list"]);
    listing["apps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|app| app["address"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_state_is_listed_and_shown_with_masks_and_without_origins_where_asked() {
    let room = Room::applied();
    let list = room.done(&["--sim", "state", "list"]);
    assert!(list.starts_with("ADDRESS"), "{list}");
    assert!(list.contains("example.com/ssh  tcp/22    ssh.example.com"), "{list}");
    assert_eq!(room.done(&["--sim", "state", "list", "label:team=payments"]).lines().count(), 2);
    let ssh = room.done(&["--sim", "state", "show", "example.com/ssh"]);
    assert!(ssh.contains("‹ORIGIN›") && !ssh.contains("192.0.2.1"), "{ssh}");
    let web = room.json(&["--sim", "state", "show", "example.com/web"]);
    assert_eq!(web["fields"]["origin_direct"], serde_json::json!(["tcp://192.0.2.2:443"]));
    let hidden = room.done(&["--sim", "--redact", "origins", "state", "show", "example.com/web"]);
    assert!(hidden.contains("‹redacted›") && !hidden.contains("192.0.2.2"), "{hidden}");
    assert!(
        room.refused(1, &["--sim", "state", "show", "example.com/none"])
            .contains("the state has no application example.com/none")
    );
}

#[test]
fn a_moved_record_goes_with_a_renamed_key_and_nothing_is_planned() {
    let room = Room::applied();
    assert!(
        room.refused(1, &["--sim", "state", "mv", "example.com/ssh", "example.com/web"])
            .contains("already has")
    );
    assert!(
        room.refused(1, &["--sim", "state", "mv", "example.com/ssh", "example.org/ssh"])
            .contains("cannot change its zone")
    );
    room.done(&["--sim", "state", "mv", "example.com/ssh", "example.com/shell"]);
    assert_eq!(addresses(&room), ["example.com/shell", "example.com/web"]);
    room.write("spectrum.yaml", &super::CONFIGURATION.replace("      ssh:", "      shell:"));
    room.done(&["--sim", "plan", "--detailed-exitcode"]);
}

#[test]
fn what_is_removed_from_the_state_keeps_running_and_is_never_deleted_as_unmanaged() {
    let room = Room::applied();
    assert!(
        room.refused(64, &["--sim", "state", "rm", "example.com/x*"])
            .contains("the pattern 'example.com/x*' matches no address of the state")
    );
    room.done(&["--sim", "state", "rm", "example.com/w*"]);
    assert_eq!(addresses(&room), ["example.com/ssh"]);
    let without_web = super::CONFIGURATION
        .split("      web:")
        .next()
        .unwrap()
        .replace("plan: enterprise", "plan: enterprise\n    unmanaged: delete");
    room.write("spectrum.yaml", &without_web);
    room.done(&["--sim", "apply", "--auto-approve"]);
    let plan = room.json(&["--sim", "plan"]);
    assert_eq!(
        (&plan["summary"]["delete"], &plan["summary"]["unmanaged"]),
        (&serde_json::json!(0), &serde_json::json!(1))
    );
}

#[test]
fn a_pulled_state_can_be_pushed_unless_it_is_older_or_of_another_lineage() {
    let room = Room::applied();
    room.write("old.json", &room.done(&["--sim", "state", "pull"]));
    room.done(&["--sim", "state", "push", "old.json"]);
    room.done(&["--sim", "state", "rm", "example.com/web"]);
    assert!(room.refused(1, &["--sim", "state", "push", "old.json"]).contains("state-older"));
    let other = room.sandbox.read("old.json").replacen("\"lineage\": \"", "\"lineage\": \"9", 1);
    let lineage = other.find("\"lineage\": \"9").unwrap() + "\"lineage\": \"".len();
    let other = format!("{}{}", &other[..lineage + 8], &other[lineage + 9..]);
    room.write("other.json", &other);
    assert!(room.refused(1, &["--sim", "state", "push", "other.json"]).contains("state-lineage"));
    assert_eq!(addresses(&room), ["example.com/ssh"]);
    room.done(&["--sim", "state", "push", "--force", "old.json"]);
    assert_eq!(addresses(&room), ["example.com/ssh", "example.com/web"]);
    let serial = |room: &Room| room.json(&["--sim", "state", "pull"])["serial"].as_u64().unwrap();
    let before = serial(&room);
    room.done(&["--sim", "state", "push", "--force", "other.json"]);
    assert_eq!(serial(&room), before + 1);
    assert!(
        room.refused(1, &["--sim", "state", "push", "spectrum.yaml"])
            .contains("failed to read spectrum.yaml as a state")
    );
}

#[test]
fn an_earlier_version_comes_back() {
    let room = Room::applied();
    room.done(&["--sim", "state", "rm", "example.com/*"]);
    assert_eq!(addresses(&room), Vec::<String>::new());
    let history = room.json(&["--sim", "state", "history"]);
    let versions = history["versions"].as_array().unwrap();
    assert_eq!(
        versions.iter().map(|version| version["apps"].as_u64().unwrap()).collect::<Vec<_>>(),
        [2, 0]
    );
    assert_eq!(versions[1]["current"], true);
    let number = versions[0]["serial"].to_string();
    assert!(
        room.done(&["--sim", "state", "show", "example.com/ssh", "--version", &number])
            .contains("tcp/22")
    );
    room.done(&["--sim", "state", "rollback", &number]);
    assert_eq!(addresses(&room), ["example.com/ssh", "example.com/web"]);
    let confirmed = |room: &Room| {
        room.json(&["--sim", "state", "show", "example.com/ssh"])["confirmed"].clone()
    };
    assert_eq!(confirmed(&room), false);
    room.done(&["--sim", "apply", "--auto-approve"]);
    assert_eq!(confirmed(&room), true);
    assert!(room.refused(1, &["--sim", "state", "rollback", "4711"]).contains("no version 4711"));
    assert!(room.done(&["--sim", "state", "history"]).contains("(current)"));
}

#[test]
fn a_lost_state_is_rebuilt_from_what_is_live() {
    let room = Room::applied();
    assert!(room.refused(1, &["--sim", "state", "rebuild"]).contains("holds 2 applications"));
    room.sandbox.remove("state/sim/state.json");
    assert!(room.refused(1, &["--sim", "state", "pull"]).contains("there is no state yet"));
    assert!(
        room.done(&["--sim", "state", "rebuild"])
            .contains("The state holds 2 applications now. Configured and not live: 0.")
    );
    assert_eq!(addresses(&room), ["example.com/ssh", "example.com/web"]);
    let shown = room.json(&["--sim", "state", "show", "example.com/ssh"]);
    assert_eq!(
        (&shown["provenance"], &shown["applied"]),
        (&serde_json::json!("adopted"), &serde_json::json!(false))
    );
    room.done(&["--sim", "plan", "--detailed-exitcode"]);
}

#[test]
fn a_damaged_state_is_not_edited_and_can_be_brought_back() {
    let room = Room::applied();
    room.done(&["--sim", "state", "mv", "example.com/ssh", "example.com/shell"]);
    let number = room.json(&["--sim", "state", "history"])["versions"][0]["serial"].to_string();
    room.write("state/sim/state.json", "{\"format_version\": 1, \"lin");
    assert!(
        room.refused(1, &["--sim", "state", "rm", "example.com/*"])
            .contains("the state is damaged")
    );
    room.done(&["--sim", "state", "rollback", &number]);
    assert_eq!(addresses(&room), ["example.com/ssh", "example.com/web"]);
}

#[test]
fn nothing_is_unlocked_or_forgotten_that_is_not_there() {
    let room = Room::applied();
    let id = "00000000-0000-4000-8000-000000000000";
    assert!(room.refused(1, &["--sim", "state", "unlock", id]).contains("is not locked by"));
    let serial = || room.json(&["--sim", "state", "history"])["versions"].as_array().unwrap().len();
    let before = serial();
    let none = room.done(&["--sim", "state", "forget-learned"]);
    assert_eq!(none, "No refusal is cached. Nothing was changed.\n");
    let none = room.done(&["--sim", "state", "forget-learned", "11018"]);
    assert_eq!(none, "No refusal of 11018 is cached. Nothing was changed.\n");
    assert_eq!(serial(), before, "nothing is written where nothing is forgotten");
    let mut state: serde_json::Value =
        serde_json::from_str(&room.done(&["--sim", "state", "pull"])).unwrap();
    let lesson = |code: &str| serde_json::json!({"code": code, "subject": "tcp/22", "date": "2026-01-01T00:00:00Z"});
    state["learned"] = serde_json::json!([lesson("13002"), lesson("11018")]);
    room.write("taught.json", &state.to_string());
    room.done(&["--sim", "state", "push", "taught.json"]);
    assert!(
        room.done(&["--sim", "state", "forget-learned", "11018"]).contains("Forgot 1 refusal.")
    );
    assert!(room.done(&["--sim", "state", "forget-learned"]).contains("Forgot 1 refusal."));
}

#[test]
fn a_state_is_not_looked_for_where_the_configuration_cannot_tell_its_place() {
    let room = Room::new();
    room.write("spectrum.yaml", "zones: [\n");
    assert!(room.refused(1, &["state", "list"]).contains("yaml-syntax"));
    assert!(room.done(&["--state", "elsewhere", "state", "list"]).contains("no application"));
}

#[test]
fn a_lock_that_a_dead_run_left_behind_is_taken_away_by_its_id() {
    let room = Room::applied();
    let id = "00000000-0000-4000-8000-000000000000";
    let owner = r#"{"user": "ada", "host": "desk", "pid": 1, "operation": "apply"}"#;
    room.write(
        "state/sim/lock.json",
        &format!(r#"{{"id": "{id}", "owner": {owner}, "since": "2026-01-01T00:00:00Z"}}"#),
    );
    assert!(room.done(&["--sim", "state", "unlock", id]).contains("is gone"));
    assert!(!room.sandbox.path("state/sim/lock.json").exists());
}

#[test]
fn what_a_rollback_brings_back_is_not_deleted_for_having_left_the_configuration() {
    let room = Room::applied();
    let number = room.json(&["--sim", "state", "pull"])["serial"].to_string();
    room.done(&["--sim", "state", "rm", "example.com/web"]);
    room.write("spectrum.yaml", super::CONFIGURATION.split("      web:").next().unwrap());
    room.done(&["--sim", "apply", "--auto-approve"]);
    room.done(&["--sim", "state", "rollback", &number]);
    let (_, plan) = room.sandbox.json(&["--sim", "plan"]);
    let deletes = plan["changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["action"] == "delete")
        .count();
    let is_stopped =
        plan["findings"].as_array().unwrap().iter().any(|finding| finding["severity"] == "error");
    assert!(deletes == 0 || is_stopped, "{plan}");
    assert!(
        room.sandbox.json(&["--sim", "apply", "--auto-approve"]).1["steps"]
            .as_array()
            .unwrap()
            .iter()
            .all(|step| step["action"] != "delete")
    );
}

#[test]
fn each_refusal_says_what_it_is_about_and_how_to_see_more() {
    let room = Room::applied();
    for (arguments, summary, fix) in [
        (
            &["mv", "example.com/a", "example.com/b"][..],
            "has no application example.com/a",
            "state list",
        ),
        (
            &["mv", "example.com/ssh", "example.com/web"],
            "already has an application",
            "move or remove",
        ),
        (&["show", "example.com/x"], "has no application example.com/x", "state list"),
        (&["rollback", "9"], "no version 9 of the state is kept", "state history"),
        (&["rebuild"], "the state can be read and holds 2 applications", "--force"),
    ] {
        let text = room.refused(1, &[&["--sim", "state"][..], arguments].concat());
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(summary) && flat.contains(fix), "{arguments:?}: {text}");
        assert!(!flat.contains("fix: `state"), "a command is printed as it is run: {text}");
    }
}
