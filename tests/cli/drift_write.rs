//! `drift --write`: what somebody changed outside goes into the YAML, one field at a time, and the plan is empty afterwards.

use serde_json::{Value as Json, json};

use crate::support::room::{Room, Run};

/// How the application is written: the files, and which of them is edited.
struct Style {
    name: &'static str,
    files: &'static [(&'static str, &'static str)],
    edited: &'static str,
}

const STYLES: [Style; 6] = [
    Style {
        name: "canonical",
        files: &[(
            "spectrum.yaml",
            "version: 1\nzones:\n  example.com:\n    apps:\n      app:\n        protocol: tcp/22\n        dns: {type: CNAME, name: app.example.com}\n        origin_direct: [\"tcp://192.0.2.1:22\", \"tcp://192.0.2.2:22\"]\n        labels: {team: a}  # ours\n",
        )],
        edited: "spectrum.yaml",
    },
    Style {
        name: "block",
        files: &[(
            "spectrum.yaml",
            "# all of it\nversion: 1\nzones:\n  example.com:\n    apps:\n      app:  # the one\n        protocol: tcp/22\n        dns:\n          type: CNAME  # static would be ADDRESS\n          name: app.example.com\n        origin_direct:\n          - tcp://192.0.2.1:22  # old\n          - tcp://192.0.2.2:22\n        tls: off\n        # the end\n",
        )],
        edited: "spectrum.yaml",
    },
    Style {
        name: "flow",
        files: &[(
            "spectrum.yaml",
            "version: 1\nzones:\n  example.com:\n    apps:\n      # one line\n      app: {protocol: tcp/22, dns: {type: CNAME, name: app.example.com}, origin_direct: [\"tcp://192.0.2.1:22\", \"tcp://192.0.2.2:22\"], tls: off}  # ends here\n",
        )],
        edited: "spectrum.yaml",
    },
    Style {
        name: "defaults",
        files: &[(
            "spectrum.yaml",
            "version: 1\nzones:\n  example.com:\n    defaults: {tls: off, proxy_protocol: off, edge_ips: {type: dynamic, connectivity: all}}\n    apps:\n      app:\n        protocol: tcp/22\n        dns: {type: CNAME, name: app.example.com}\n        origin_direct: [\"tcp://192.0.2.1:22\", \"tcp://192.0.2.2:22\"]\n",
        )],
        edited: "spectrum.yaml",
    },
    Style {
        name: "anchors",
        files: &[(
            "spectrum.yaml",
            "version: 1\nx-origins: &origins [\"tcp://192.0.2.1:22\", \"tcp://192.0.2.2:22\"]\nx-base: &base\n  tls: off\n  ip_firewall: false\nzones:\n  example.com:\n    apps:\n      app:\n        <<: *base\n        protocol: tcp/22\n        dns: {type: CNAME, name: app.example.com}\n        origin_direct: *origins\n",
        )],
        edited: "spectrum.yaml",
    },
    Style {
        name: "files",
        files: &[
            ("spectrum/a.yaml", "version: 1\nzones: {example.com: {plan: enterprise}}\n"),
            (
                "spectrum/b.yaml",
                "zones:\n  example.com:\n    apps:\n      app:\n        protocol: tcp/22\n        dns: {type: CNAME, name: app.example.com}\n        origin_direct:\n        - tcp://192.0.2.1:22\n        - tcp://192.0.2.2:22\n",
            ),
        ],
        edited: "spectrum/b.yaml",
    },
];

/// What somebody changes outside.
fn changes() -> Vec<Json> {
    vec![
        json!({"tls": "full"}),
        json!({"proxy_protocol": "v1"}),
        json!({"ip_firewall": true}),
        json!({"argo_smart_routing": true}),
        json!({"edge_ips": {"type": "dynamic", "connectivity": "ipv4"}}),
        json!({"dns": {"type": "CNAME", "name": "other.example.com"}}),
        json!({"origin_direct": ["tcp://192.0.2.1:22", "tcp://192.0.2.9:22"]}),
        json!({"origin_direct": ["tcp://192.0.2.2:22"]}),
        json!({"origin_direct": ["tcp://192.0.2.1:22", "tcp://192.0.2.2:22", "tcp://[2001:db8::1]:22"]}),
        json!({"protocol": "tcp/2022", "origin_direct": ["tcp://192.0.2.1:2022"]}),
        json!({"tls": "strict", "proxy_protocol": "v2"}),
    ]
}

async fn applied(style: &Style) -> Room {
    let room = Room::new().await;
    for (name, text) in style.files {
        room.write(name, text);
    }
    blocking(&room, &["apply", "--auto-approve"]).exits(0);
    room
}

fn blocking(room: &Room, arguments: &[&str]) -> Run {
    tokio::task::block_in_place(|| room.run(arguments))
}

/// Whether the comment is that of the first origin, and the change has none such.
fn is_of_gone(comment: &str, change: &Json) -> bool {
    let origins = change["origin_direct"].as_array();
    comment == " old"
        && origins.is_some_and(|origins| origins.len() == 1 && origins[0] == "tcp://192.0.2.2:22")
}

fn comments(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.split_once('#').map(|(_, comment)| comment)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_outside_is_a_small_edit_after_which_nothing_is_to_do() {
    for style in &STYLES {
        for change in changes() {
            let room = applied(style).await;
            let read = || std::fs::read_to_string(room.path(style.edited)).unwrap();
            let before = read();
            let is_canonical = blocking(&room, &["fmt", "--check"]).code == 0;
            room.patch(room.app()["id"].as_str().unwrap(), &change);
            let written = blocking(&room, &["drift", "--write", "accept"]).exits(2);
            let what = format!("{} {change}:\n{}\n{}", style.name, written.stdout, written.stderr);
            let after = read();
            assert_ne!(before, after, "{what}");
            let stays = !is_canonical || blocking(&room, &["fmt", "--check"]).code == 0;
            assert!(stays, "{what}{after}");
            // Only the comment of a member that is gone goes with it.
            let lost = comments(&before).into_iter().filter(|one| !comments(&after).contains(one));
            assert!(
                lost.eq(comments(&before).into_iter().filter(|one| is_of_gone(one, &change))),
                "{what}{after}"
            );
            let kept =
                before.lines().filter(|line| after.lines().any(|other| other == *line)).count();
            assert!(before.lines().count() - kept <= 3, "{what}{after}");
            for (name, text) in style.files.iter().filter(|(name, _)| *name != style.edited) {
                assert_eq!(std::fs::read_to_string(room.path(name)).unwrap(), *text);
            }
            let plan = blocking(&room, &["plan", "--format", "json"]).exits(0).json();
            let changes = plan["changes"].as_array().unwrap();
            let is_noted =
                |change: &Json| change["action"] == "record" && change["fields"] == json!([]);
            assert!(changes.iter().all(is_noted), "{what}{after}{plan:#}");
            blocking(&room, &["drift"]).exits(0);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_ignored_is_no_drift_any_more() {
    let room = applied(&STYLES[1]).await;
    room.patch(room.app()["id"].as_str().unwrap(), &json!({"tls": "full"}));
    blocking(&room, &["drift", "--write", "ignore"]).exits(2);
    let text = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    assert!(text.contains("lifecycle: {ignore_changes: [{field: tls, reason: "), "{text}");
    blocking(&room, &["drift"]).exits(0);
    blocking(&room, &["validate", "--strict"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_canonical_stays_so_whatever_is_written_into_it() {
    let room = applied(&STYLES[0]).await;
    blocking(&room, &["fmt", "--check"]).exits(0);
    let id = room.app()["id"].as_str().unwrap().to_owned();
    room.patch(&id, &json!({"tls": "full"}));
    blocking(&room, &["drift", "--write", "ignore"]).exits(2);
    blocking(&room, &["fmt", "--check"]).exits(0);
    room.delete(&id);
    room.create(
        &json!({"protocol": "tcp/25", "dns": {"type": "CNAME", "name": "mail.example.com"},
        "origin_direct": ["tcp://192.0.2.5:25"], "tls": "full"}),
    );
    blocking(&room, &["drift", "--write", "accept"]).exits(2);
    blocking(&room, &["fmt", "--check"]).exits(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_gone_leaves_and_what_appeared_is_added() {
    let room = applied(&STYLES[1]).await;
    room.delete(room.app()["id"].as_str().unwrap());
    room.create(
        &json!({"protocol": "tcp/25", "dns": {"type": "CNAME", "name": "mail.example.com"},
        "origin_direct": ["tcp://192.0.2.5:25"]}),
    );
    let written = blocking(&room, &["drift", "--write", "accept"]).exits(2);
    let text = std::fs::read_to_string(room.path("spectrum.yaml")).unwrap();
    assert!(
        text.contains("mail.example.com") && !text.contains("app.example.com"),
        "{text}{}",
        written.stderr
    );
    assert!(text.contains("removed: [{app: example.com/app}]"), "{text}");
    blocking(&room, &["validate"]).exits(0);
    blocking(&room, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(room.apps().len(), 1, "nothing is created and nothing is deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_applied_is_not_gone_and_stays_in_the_configuration() {
    let room = Room::new().await;
    let text = STYLES[1].files[0].1;
    room.write("spectrum.yaml", text);
    let drift = blocking(&room, &["drift", "--write", "accept"]).exits(2);
    assert_eq!(std::fs::read_to_string(room.path("spectrum.yaml")).unwrap(), text);
    let said = format!("{}{}", drift.stdout, drift.stderr);
    assert!(said.contains("example.com/app stays in the configuration"), "{said}");
    // Nor is it where the state was lost.
    blocking(&room, &["apply", "--auto-approve"]).exits(0);
    std::fs::remove_dir_all(room.path("state")).unwrap();
    room.delete(room.app()["id"].as_str().unwrap());
    blocking(&room, &["drift", "--write", "accept"]).exits(2);
    assert_eq!(std::fs::read_to_string(room.path("spectrum.yaml")).unwrap(), text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_is_named_and_nothing_is_written() {
    let room = Room::new().await;
    let text = STYLES[1].files[0].1.replace("tls: off", "tls: ${TLS:-off}");
    room.write("spectrum.yaml", &text);
    blocking(&room, &["apply", "--auto-approve"]).exits(0);
    room.patch(room.app()["id"].as_str().unwrap(), &json!({"tls": "full"}));
    let written = blocking(&room, &["drift", "--write", "accept"]).exits(2);
    assert!(written.stdout.contains("change the variable TLS"), "{}", written.stdout);
    assert_eq!(std::fs::read_to_string(room.path("spectrum.yaml")).unwrap(), text);
}
