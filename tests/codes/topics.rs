//! `explain` beside codes: fields, exit codes, statuses, and the files of the simulator.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use spectrumctl::codes::{self, CODES};
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::model::Field;
use spectrumctl::model::field::{Impact, Mutability, top_names};
use spectrumctl::sim::{Fixture, Script};
use spectrumctl::validate;

use crate::support::Sandbox;

fn page(sandbox: &Sandbox, words: &[&str]) -> String {
    sandbox.run(&[&["explain"], words].concat()).ends_with(0).stdout
}

/// The text on one line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_field_is_explained_from_the_attribute_table() {
    let sandbox = Sandbox::new();
    for field in Field::all() {
        let row = field.row();
        let page = page(&sandbox, &["field", field.path()]);
        let said = plain(&page);
        let default = row.default.map_or_else(|| "none".to_owned(), ToString::to_string);
        let change = match row.change {
            Mutability::InPlace => "change in place",
            Mutability::ForcesReplace => "change only by a replace",
        };
        let impact = match row.impact {
            Impact::None => "impact none",
            Impact::NewConnections => "impact new connections",
            Impact::Outage => "impact outage",
        };
        let plans = if row.pay_as_you_go { "plans every plan" } else { "plans enterprise;" };
        for part in [row.about, &format!("default {default}"), change, impact, plans, "values "] {
            assert!(said.contains(part), "{}: {part:?} in {page}", field.path());
        }
        for line in row.example.lines() {
            assert!(page.contains(line), "{}: {line:?} in {page}", field.path());
        }
        for code in codes::judging(field) {
            assert!(page.contains(&format!("{}: ", code.name())), "{}: {page}", field.path());
        }
    }
}

#[test]
fn every_field_has_a_code_that_judges_it_and_every_rule_a_field() {
    let without: Vec<&str> = Field::all()
        .filter(|field| codes::judging(*field).next().is_none())
        .map(Field::path)
        .collect();
    assert_eq!(without, ["origin_dns.type"]);
    let general = ["invalid-value", "unknown-key", "wrong-type", "pay-as-you-go-fields"];
    for code in CODES.iter().filter(|code| code.causes.iter().any(|cause| cause.check.is_some())) {
        let has_field = Field::all().any(|field| code.judges(field));
        assert!(has_field || general.contains(&code.slug), "{}", code.slug);
    }
}

#[test]
fn the_example_of_a_field_is_valid() {
    for field in Field::all() {
        let example = field.row().example;
        let has = |key: &str| example.lines().any(|line| line.starts_with(&format!("{key}:")));
        let origin = ["origin_direct", "origin_dns", "origin_worker_id"].iter().any(|key| has(key));
        let base = [
            (has("protocol"), "protocol: tcp/22"),
            (has("dns"), "dns: {type: CNAME, name: ssh.example.com}"),
            (origin, "origin_direct: [\"tcp://192.0.2.1:22\"]"),
        ];
        let base = base.into_iter().filter(|(is_there, _)| !is_there).map(|(_, line)| line);
        let lines: String =
            base.chain(example.lines()).map(|line| format!("        {line}\n")).collect();
        let text = format!(
            "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      ssh:\n{lines}"
        );
        let loaded =
            config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
        let today = jiff::civil::date(2026, 8, 1);
        let found = validate::validate(&loaded.configuration, loaded.findings, today).findings;
        assert_eq!(found, Vec::new(), "{}: {text}", field.path());
        let app = &loaded.configuration.zones["example.com"].apps["ssh"];
        assert!(app.draft.given.contains_key(&field), "{} is in its example", field.path());
    }
}

#[test]
fn an_object_is_explained_with_its_fields_and_a_word_is_a_field_first() {
    let sandbox = Sandbox::new();
    for top in top_names() {
        let page = plain(&page(&sandbox, &[top]));
        for field in Field::under(top) {
            assert!(page.contains(field.row().about), "{top}: {page}");
        }
    }
    let tls = page(&sandbox, &["TLS"]);
    assert!(tls.starts_with("tls: where TLS ends\n"), "{tls}");
    for pointer in ["udp-tls: TLS on UDP", "tls: TLS cannot be set up", "525: "] {
        assert!(tls.contains(pointer), "{pointer} in {tls}");
    }
    assert!(page(&sandbox, &["code", "tls"]).starts_with("tls: TLS cannot be set up\n"));
    assert!(page(&sandbox, &["connectivity"]).starts_with("edge_ips.connectivity: "));
    let (exit, json) = sandbox.json(&["explain", "edge_ips.ips"]);
    let field = &json["fields"][0];
    assert_eq!((exit, &json["field"]), (0, &Json::from("edge_ips.ips")));
    assert_eq!((&field["in_place"], &field["impact"]), (&true.into(), &"outage".into()));
    assert!(json["codes"].as_array().unwrap().iter().any(|code| code["code"] == "11033"));
}

#[test]
fn an_exit_code_and_a_status_are_explained_with_their_codes() {
    let sandbox = Sandbox::new();
    for (words, begin) in [
        (&["exit", "5"][..], "exit code 5: stale plan or digest: something changed"),
        (&["5"], "exit code 5: "),
        (&["Exit", "Code", "130"], "exit code 130: interrupted"),
        (&["403"], "HTTP status 403"),
        (&["http", "status", "429"], "HTTP status 429"),
        (&["status", "521"], "521: Event status 521"),
        (&["Zone", "Mismatch"], "16001: Zone mismatch"),
    ] {
        let page = page(&sandbox, words);
        assert!(page.starts_with(begin), "{words:?}: {page}");
    }
    assert!(page(&sandbox, &["exit", "7"]).contains("state-locked: "));
    assert!(page(&sandbox, &["403"]).contains("11014: FTP not enabled"));
    for (exit, _) in EXITS {
        page(&sandbox, &["exit", exit]);
    }
    sandbox.run(&["explain", "exit", "9"]).ends_with(64);
    sandbox.run(&["explain", "status", "299"]).ends_with(64);
    let (_, json) = sandbox.json(&["explain", "exit", "7"]);
    assert_eq!((&json["exit"], &json["codes"][0]["code"]), (&7.into(), &"state-locked".into()));
}

/// The exit codes of the README, by hand, with a word of each.
const EXITS: [(&str, &str); 10] = [
    ("0", "done"),
    ("1", "failed"),
    ("2", "pending"),
    ("3", "finding"),
    ("4", "guard"),
    ("5", "stale"),
    ("6", "incomplete"),
    ("7", "locked"),
    ("64", "usage"),
    ("130", "interrupted"),
];

#[test]
fn each_exit_code_says_what_the_list_of_exit_codes_says() {
    let sandbox = Sandbox::new();
    for (exit, word) in EXITS {
        let title = page(&sandbox, &["exit", exit]);
        assert!(title.lines().next().unwrap().contains(word), "{title}");
    }
}

/// Every path of keys that a schema allows; what is under a reference is looked at once for each place.
fn keys(schema: &Json, part: &Json, path: &str, found: &mut BTreeSet<String>) {
    if let Some(pointer) = part["$ref"].as_str().and_then(|name| name.strip_prefix('#')) {
        return keys(
            schema,
            schema.pointer(pointer).expect("the reference leads somewhere"),
            path,
            found,
        );
    }
    for (name, key) in part["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        keys(schema, key, &path, found);
        found.insert(path);
    }
    keys_if_there(schema, &part["items"], path, found);
    for way in ["anyOf", "oneOf"].iter().flat_map(|way| part[*way].as_array().into_iter().flatten())
    {
        if let Some(word) = way["const"].as_str() {
            found.insert(format!("{path}={word}"));
        }
        keys_if_there(schema, way, path, found);
    }
}

fn keys_if_there(schema: &Json, part: &Json, path: &str, found: &mut BTreeSet<String>) {
    if part.is_object() {
        keys(schema, part, path, found);
    }
}

/// Every path of keys in a value.
fn written(value: &Json, path: &str, found: &mut BTreeSet<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        written(inner, &path, found);
        found.insert(path);
    }
    for inner in value.as_array().into_iter().flatten() {
        written(inner, path, found);
    }
}

/// The keys that serde names when it meets one that it does not know.
fn named_by_serde(error: &str) -> BTreeSet<String> {
    let names = error.split("expected").nth(1).unwrap_or_default();
    names.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn schema(sandbox: &Sandbox, subject: &str) -> Json {
    let text = sandbox.run(&["schema", subject]).ends_with(0).stdout;
    let schema: Json = serde_json::from_str(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).expect("it is a schema");
    schema
}

#[test]
fn the_page_of_a_seed_is_complete_and_its_example_is_a_seed() {
    let sandbox = Sandbox::new();
    let schema = schema(&sandbox, "sim-seed");
    let (_, json) = sandbox.json(&["explain", "sim-seed"]);
    let example = json["example"].as_str().unwrap();
    let seed = Fixture::read(example).expect("the example is a seed");
    spectrumctl::sim::World::default().load(&seed, true).expect("each zone is declared");
    let value: Json = serde_yaml::from_str(example).unwrap();
    jsonschema::validate(&schema, &value).expect("the example is valid by the schema");
    let (mut allowed, mut used) = (BTreeSet::new(), BTreeSet::new());
    keys(&schema, &schema, "", &mut allowed);
    written(&value, "", &mut used);
    let unused: Vec<_> = allowed.difference(&used).filter(|path| !path.contains('=')).collect();
    assert_eq!(unused, Vec::<&String>::new(), "the example uses every key");
    let page = page(&sandbox, &["SIM-SEED"]);
    for path in &allowed {
        let name = path.rsplit(['.', '=']).next().unwrap();
        assert!(page.contains(name), "{path}");
    }
    let error = Fixture::read("nothing: 1").unwrap_err().to_string();
    let tops: BTreeSet<String> = allowed
        .iter()
        .filter_map(|path| path.strip_prefix('.'))
        .filter(|path| !path.contains('.'))
        .map(str::to_owned)
        .collect();
    assert_eq!(named_by_serde(&error), tops);
}

#[test]
fn the_page_of_faults_is_complete_and_its_example_is_a_script() {
    let sandbox = Sandbox::new();
    let schema = schema(&sandbox, "sim-faults");
    let (_, json) = sandbox.json(&["explain", "sim-faults"]);
    let example = json["example"].as_str().unwrap();
    Script::read(example).expect("the example is a script");
    let value: Json = serde_yaml::from_str(example).unwrap();
    jsonschema::validate(&schema, &value).expect("the example is valid by the schema");
    let (mut allowed, mut used) = (BTreeSet::new(), BTreeSet::new());
    keys(&schema, &schema, "", &mut allowed);
    written(&value, "", &mut used);
    let keys_only = allowed.iter().filter(|path| !path.contains('='));
    let unused: Vec<_> =
        keys_only.filter(|path| !used.contains(*path) && !path.ends_with("seconds")).collect();
    assert_eq!(unused, Vec::<&String>::new(), "the example uses every key");
    let page = page(&sandbox, &["sim-faults"]);
    for path in &allowed {
        let name = path.rsplit(['.', '=']).next().unwrap();
        assert!(page.contains(name), "{path}");
    }
    let error = Script::read("[{nothing: 1}]").unwrap_err().to_string();
    let of_fault: BTreeSet<String> = allowed
        .iter()
        .filter_map(|path| path.strip_prefix('.'))
        .filter(|path| !path.contains(['.', '=']))
        .map(str::to_owned)
        .collect();
    assert_eq!(named_by_serde(&error), of_fault);
    for word in allowed.iter().filter_map(|path| path.strip_prefix(".effect=")) {
        Script::read(&format!("[{{effect: {word}}}]"))
            .unwrap_or_else(|error| panic!("{word}: {error}"));
    }
}
