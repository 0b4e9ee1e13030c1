//! One field of one application is changed in the text, and nothing else: comments, anchors, order and style stay.

use serde_json::{Map, Value as Json, json};
use spectrumctl::config::edit::{NotEdited, append, remove, set};

/// A live application.
fn live(fields: Json) -> Map<String, Json> {
    fields.as_object().unwrap().clone()
}

/// A file with this text as the application `ssh` of `example.com`, whose lines begin at column 6.
fn file(app: &str) -> String {
    format!(
        "version: 1  # the first\nzones:\n  example.com:\n    apps:\n      # about ssh\n      ssh:{app}      other: {{protocol: tcp/1}}  # the last\n"
    )
}

/// Sets a field in a file, and gives the application's part of it.
fn set_in(app: &str, path: &str, fields: Json) -> Result<String, NotEdited> {
    let (before, after) =
        file("|").split_once('|').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let edited = set(&file(app), "example.com", "ssh", &live(fields), path)?;
    let inside = edited.strip_prefix(&before).and_then(|rest| rest.strip_suffix(&after));
    Ok(inside.unwrap_or_else(|| panic!("something else is touched:\n{edited}")).to_owned())
}

const BLOCK: &str = "
        protocol: tcp/22  # ssh
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct:
          - tcp://192.0.2.1:22  # the old one
          - tcp://192.0.2.2:22
        tls: off  # for now

";

#[test]
fn a_value_is_replaced_where_it_is_written() {
    let edited = set_in(BLOCK, "tls", json!({"tls": "strict"})).unwrap();
    assert_eq!(edited, BLOCK.replace("tls: off", "tls: strict"));
    let edited =
        set_in(BLOCK, "dns.name", json!({"dns": {"type": "CNAME", "name": "b.example.com"}}));
    assert_eq!(edited.unwrap(), BLOCK.replace("ssh.example.com", "b.example.com"));
    for (style, expected) in [("tls: 'off'", "tls: full"), ("tls: \"off\"", "tls: full")] {
        let app = BLOCK.replace("tls: off", style);
        let edited = set_in(&app, "tls", json!({"tls": "full"})).unwrap();
        assert_eq!(edited, app.replace(style, expected));
    }
}

#[test]
fn a_field_that_is_not_written_is_added_at_the_end() {
    let edited = set_in(BLOCK, "ip_firewall", json!({"ip_firewall": true})).unwrap();
    assert_eq!(edited, BLOCK.replace("# for now\n", "# for now\n        ip_firewall: true\n"));
    let edited = set_in(
        BLOCK,
        "edge_ips.connectivity",
        json!({"edge_ips": {"type": "dynamic", "connectivity": "ipv4"}}),
    );
    let line = "        edge_ips: {connectivity: ipv4, type: dynamic}\n";
    assert_eq!(
        edited.unwrap(),
        BLOCK.replace("# for now\n", &format!("# for now\n{line}")),
        "the whole group"
    );
    let flow = " {protocol: tcp/22, dns: {type: CNAME, name: a.example.com}}  # one line\n";
    let edited = set_in(flow, "tls", json!({"tls": "full"})).unwrap();
    assert_eq!(edited, flow.replace("example.com}}", "example.com}, tls: full}"));
}

#[test]
fn members_of_a_list_come_and_go_and_the_others_stay() {
    let set = |app: &str, members: &[&str]| {
        set_in(app, "origin_direct", json!({ "origin_direct": members })).unwrap()
    };
    let (one, two, three) = ("tcp://192.0.2.1:22", "tcp://192.0.2.2:22", "tcp://192.0.2.3:22");
    assert_eq!(set(BLOCK, &[one, three]), BLOCK.replace(two, "\"tcp://192.0.2.3:22\""));
    assert_eq!(set(BLOCK, &[one]), BLOCK.replace("          - tcp://192.0.2.2:22\n", ""));
    let added = BLOCK.replace(
        "- tcp://192.0.2.2:22\n",
        "- tcp://192.0.2.2:22\n          - \"tcp://192.0.2.3:22\"\n",
    );
    assert_eq!(set(BLOCK, &[one, two, three]), added);
    let flow =
        " {protocol: tcp/22, origin_direct: [\"tcp://192.0.2.1:22\", 'tcp://192.0.2.2:22']}\n";
    assert_eq!(set(flow, &[two]), flow.replace("\"tcp://192.0.2.1:22\", ", ""));
    assert_eq!(set(flow, &[one]), flow.replace(", 'tcp://192.0.2.2:22'", ""));
    assert_eq!(set(flow, &[one, two, three]), flow.replace("22'", "22', \"tcp://192.0.2.3:22\""));
}

#[test]
fn an_alias_is_replaced_and_what_it_refers_to_stays() {
    let text = "version: 1\nx-tls: &tls strict\nx-base: &base {ip_firewall: true, tls: off}\nzones:\n  example.com:\n    apps:\n      ssh:\n        <<: *base\n        protocol: tcp/22\n        tls: *tls\n";
    let edited = set(text, "example.com", "ssh", &live(json!({"tls": "full"})), "tls").unwrap();
    assert_eq!(edited, text.replace("tls: *tls", "tls: full"));
    let edited =
        set(text, "example.com", "ssh", &live(json!({"ip_firewall": false})), "ip_firewall");
    assert_eq!(
        edited.unwrap(),
        format!("{text}        ip_firewall: false\n"),
        "merge keys are overridden"
    );
    let anchored =
        text.replace("tls: *tls", "tls: &mine off\n      other: {protocol: tcp/1, tls: *mine}");
    let edited = set(&anchored, "example.com", "ssh", &live(json!({"tls": "full"})), "tls");
    assert_eq!(edited, Err(NotEdited::Form), "another application would change too");
}

#[test]
fn a_variable_is_never_overwritten() {
    let app = BLOCK.replace("tcp://192.0.2.2:22", "\"tcp://${ORIGIN:-192.0.2.2}:22\"");
    let edited = set_in(&app, "origin_direct", json!({"origin_direct": ["tcp://192.0.2.9:22"]}));
    assert_eq!(edited, Err(NotEdited::Variable("ORIGIN".to_owned())));
}

#[test]
fn a_field_that_is_gone_is_set_to_nothing() {
    let edited = set_in(BLOCK, "tls", json!({})).unwrap();
    assert_eq!(edited, BLOCK.replace("tls: off", "tls: ~"));
}

#[test]
fn a_list_gets_a_member_and_what_is_missing_around_it() {
    let entry = json!({"field": "tls", "reason": "changed outside"});
    let path = ["zones", "example.com", "apps", "ssh", "lifecycle", "ignore_changes"];
    let once = append(&file(BLOCK), &path, &entry).unwrap();
    let written =
        "        lifecycle: {ignore_changes: [{field: tls, reason: \"changed outside\"}]}\n";
    assert_eq!(once, file(&BLOCK.replace("# for now\n", &format!("# for now\n{written}"))));
    let twice = append(&once, &path, &json!({"field": "dns", "reason": "x"})).unwrap();
    assert_eq!(twice, once.replace("outside\"}]", "outside\"}, {field: dns, reason: x}]"));
    let list = format!("{}removed:\n  - app: example.com/a\n  # the end\n", file(BLOCK));
    let more = append(&list, &["removed"], &json!({"app": "example.com/b"})).unwrap();
    assert_eq!(more, list.replace("com/a\n", "com/a\n  - {app: example.com/b}\n"));
    let none = append(&file(BLOCK), &["removed"], &json!({"app": "example.com/b"})).unwrap();
    assert_eq!(none, format!("{}removed: [{{app: example.com/b}}]\n", file(BLOCK)));
}

#[test]
fn an_application_is_taken_out_with_its_lines_only() {
    let edited = remove(&file(BLOCK), "example.com", "ssh").unwrap();
    assert!(
        edited.contains("# about ssh\n") && edited.contains("other: {protocol: tcp/1}  # the last")
    );
    assert!(!edited.contains("      ssh:") && !edited.contains("tls"), "{edited}");
    let alone = edited.replace(
        "      other: {protocol: tcp/1}  # the last\n",
        "      ssh:\n        protocol: tcp/22\n",
    );
    let none = remove(&alone, "example.com", "ssh").unwrap();
    assert!(
        none.contains("apps:\n      # about ssh\n") && none.ends_with("\n      {}\n"),
        "{none}"
    );
    let flow = "zones: {example.com: {apps: {ssh: {protocol: tcp/22}}}}\n";
    assert_eq!(remove(flow, "example.com", "ssh"), Err(NotEdited::Form));
}
