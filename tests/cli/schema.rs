//! `schema`: what is right is valid by it, what the program prints is too, and what is wrong is not.

use std::path::Path;

use jsonschema::Validator;
use serde_json::{Value as Json, json};

use super::Room;
use crate::support::{Sandbox, folders, repository};

fn validator(room: &Room, subject: &str) -> Validator {
    let schema: Json = serde_json::from_str(&room.done(&["schema", subject])).unwrap();
    jsonschema::draft202012::meta::validate(&schema)
        .unwrap_or_else(|error| panic!("{subject} is no schema: {error}"));
    jsonschema::validator_for(&schema).unwrap()
}

#[track_caller]
fn must_be_valid(validator: &Validator, value: &Json, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{what}");
}

/// A YAML text as a schema sees it, merge keys taken in.
fn yaml(text: &str) -> Json {
    let mut value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    value.apply_merge().unwrap();
    serde_json::to_value(value).unwrap()
}

fn configurations(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() && name != "state" {
            configurations(&path, found);
        } else if name.ends_with(".yaml") && !name.starts_with('_') && !name.ends_with("sim.yaml") {
            found.push(path);
        }
    }
}

/// Everything that a configuration can say.
const FULL: &str = r#"
version: 1
account: 01a7362d577a6c3019a474fd6f485823
ipv4_quota: 20
edge_prefixes: [198.51.100.0/24]
variables:
  ENV: {allowed: [prod, staging], default: staging, description: "where this is"}
  HOSTS: {type: list, sensitive: true, default: [a, b]}
x-origins: &ssh {origin_direct: ["tcp://${ORIGIN}:22"]}
settings:
  name: edge
  state: state/
  adopt: false
  on_drift: repair
  on_error: continue
  parallelism: 8
  limits: {max_deletes: 10, max_delete_percent: 30, max_replaces: 5, max_updates: 100}
  checks: {udp-argo: off, 11018: warn}
zones:
  example.com:
    id: 023e105f4ecef8ad9ca31a8372d0c353
    account: 01a7362d577a6c3019a474fd6f485823
    plan: enterprise
    entitlements: [byoip, argo, ftp]
    edge_prefixes: [198.51.100.0/24, "2001:db8::/32"]
    ipv4_quota: 10
    unmanaged: report
    on_drift: hold
    defaults: {edge_ips: {type: dynamic, connectivity: all}, tls: "${TLS:-off}"}
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        <<: *ssh
        ip_firewall: true
        edge_ips: ~
        labels: {team: payments, tier: 1}
        note: "ticket 4711"
        on_drift: refuse
        lifecycle:
          protect: strict
          replace: {until: 2026-12-31}
          ignore_changes: [{field: origin_direct, reason: "failover script", until: 2026-12-31}]
          allow: [{check: live-overlap, reason: "known", until: 2026-12-31}, {check: 11018, reason: "known"}]
      ftp:
        each: {port: [21, 50000-50010], host: 7000-7001}
        protocol: tcp/${each.port}
        dns: {type: CNAME, name: "${each.host}.${zone}"}
        origin_direct: ["tcp://192.0.2.1:${each.port}"]
      db:
        each: [{key: main, port: 5432, guard: strict}, {key: copy, port: 5433, guard: true}]
        protocol: tcp/${each.port}
        dns: {type: CNAME, name: "${each.key}.db.${zone}"}
        origin_direct: ["tcp://192.0.2.1:${each.port}"]
        lifecycle: {protect: "${each.guard}"}
      range:
        protocol: tcp/1000-2000
        dns: {type: CNAME, name: range.example.com}
        origin_dns: {name: origin.example.com, type: "", ttl: 600}
        origin_port: 1000-2000
  example.net:
    entitlements: {byoip: true, argo: true, ftp: false}
moved: [{from: example.com/old, to: example.com/ssh}]
removed: [{app: example.com/legacy, keep: true}, {zone: example.org}, {file: old.yaml}]
"#;

#[test]
fn every_example_and_everything_that_can_be_said_is_valid() {
    let room = Room { sandbox: Sandbox::new() };
    let validator = validator(&room, "configuration");
    let mut files = Vec::new();
    for folder in folders(&repository().join("examples")) {
        configurations(&folder, &mut files);
    }
    assert!(files.len() >= 14, "only {} configurations", files.len());
    for path in files {
        must_be_valid(
            &validator,
            &yaml(&std::fs::read_to_string(&path).unwrap()),
            &path.display().to_string(),
        );
    }
    must_be_valid(&validator, &yaml(FULL), "everything");
    room.write("spectrum.yaml", &FULL.replace("tcp://${ORIGIN}", "tcp://192.0.2.1"));
    let findings = room.sandbox.json(&["validate"]).1;
    let of_form = |finding: &&Json| {
        ["unknown-key", "wrong-type", "missing-field"].contains(&finding["code"].as_str().unwrap())
    };
    assert_eq!(
        findings["findings"].as_array().unwrap().iter().find(of_form),
        None,
        "the program reads everything that is said"
    );
    room.done(&["init", "-f", "started.yaml"]);
    must_be_valid(&validator, &yaml(&room.sandbox.read("started.yaml")), "what init writes");
}

#[test]
fn a_wrong_configuration_is_not_valid() {
    let validator = validator(&Room { sandbox: Sandbox::new() }, "configuration");
    let wrong = [
        ("tcp/22", "tcp22"),
        ("type: CNAME", "type: CNAM"),
        ("ip_firewall: true", "ip_firewall: yes please"),
        ("ip_firewall: true", "ip_firewal: true"),
        ("plan: enterprise", "plan: enterprse"),
        ("[byoip, argo, ftp]", "[byop]"),
        ("ftp: false", "ftp: maybe"),
        ("port: [21, 50000-50010]", "port: []"),
        ("host: 7000-7001", "host: seven"),
        ("key: main", "kee: main"),
        ("protect: \"${each.guard}\"", "protect: \"${GUARD}\""),
        ("type: list", "type: lists"),
        ("sensitive: true", "secret: true"),
        ("[198.51.100.0/24]", "198.51.100.0/24"),
        ("name: edge", "name: [edge]"),
        ("unmanaged: report", "unmanaged: keep"),
        ("defaults: {", "defaults: {protocol: tcp/22, "),
        ("protect: strict", "protect: maybe"),
        ("field: origin_direct", "field: origin"),
        ("max_deletes: 10", "max_deletes: many"),
        ("on_error: continue", "on_error: go on"),
        ("replace: {until: 2026-12-31}", "replace: {until: soon}"),
        ("        dns: {type: CNAME, name: range.example.com}\n", ""),
        ("reason: \"failover script\", ", ""),
        ("ttl: 600", "ttl: long"),
        ("tcp://${ORIGIN}:22", "192.0.2.1:22"),
    ];
    for (right, mistake) in wrong {
        let text = FULL.replacen(right, mistake, 1);
        assert_ne!(text, FULL, "{right} stands in the configuration");
        assert!(!validator.is_valid(&yaml(&text)), "{mistake:?} in place of {right:?} is valid");
    }
}

#[test]
fn what_the_program_prints_is_valid_by_its_schema() {
    let room = Room::new();
    let mut printed: Vec<(&str, Json)> =
        vec![("plan", room.json(&["--sim", "plan"])), ("findings", room.json(&["validate"]))];
    printed.push(("report", room.json(&["--sim", "apply", "--auto-approve"])));
    printed.push(("plan", room.json(&["--sim", "plan"])));
    printed.push(("drift", room.json(&["--sim", "drift"])));
    printed.push(("state", serde_json::from_str(&room.done(&["--sim", "state", "pull"])).unwrap()));
    room.sandbox.edit("spectrum.yaml", "tcp/443", "tcp/8443");
    printed.push(("plan", room.json(&["--sim", "plan"])));
    room.sandbox.edit("spectrum.yaml", "plan: enterprise", "plan: pro");
    printed.push(("plan", room.sandbox.json(&["--sim", "plan"]).1));
    printed.push(("findings", room.sandbox.json(&["validate"]).1));
    printed.push(("report", room.sandbox.json(&["--sim", "apply", "--auto-approve"]).1));
    for (subject, value) in printed {
        let validator = validator(&room, subject);
        must_be_valid(&validator, &value, subject);
        let mut without = value.clone();
        without.as_object_mut().unwrap().remove("format_version");
        assert!(!validator.is_valid(&without), "{subject} needs its version");
        let mut other = value;
        other["format_version"] = json!({"major": 1});
        assert!(!validator.is_valid(&other), "the version of {subject} is no object");
    }
}

/// The names that a struct is written with, from its source: every public field but those that are flattened.
fn stored_names(source: &str, name: &str) -> Vec<String> {
    let start = source.find(&format!("pub struct {name} {{")).unwrap();
    let body = &source[start..start + source[start..].find("\n}").unwrap()];
    let lines: Vec<&str> = body.lines().map(str::trim).collect();
    let fields = lines.windows(2).filter(|pair| pair[0] != "#[serde(flatten)]");
    let name = |pair: &[&str]| pair[1].strip_prefix("pub ")?.split_once(':').map(|it| it.0.into());
    fields.filter_map(name).collect()
}

#[test]
fn the_schema_of_the_state_has_every_key_that_a_state_can_have() {
    let room = Room { sandbox: Sandbox::new() };
    let schema: Json = serde_json::from_str(&room.done(&["schema", "state"])).unwrap();
    let source = std::fs::read_to_string(repository().join("src/ledger/format.rs")).unwrap();
    let mut stored = stored_names(&source, "State");
    assert!(stored.len() >= 18, "{stored:?}");
    stored.sort();
    let described: Vec<String> =
        schema["properties"].as_object().unwrap().keys().cloned().collect();
    let mut described = described;
    described.sort();
    assert_eq!(described, stored);
}
