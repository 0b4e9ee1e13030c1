//! Variables: declared and undeclared, where their values come from, what is shown of them, and what is said when one is wrong.

use serde_json::{Value as Json, json};
use spectrumctl::config::{self, Loaded, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::model::Field;
use spectrumctl::validate;

use crate::support::Sandbox;

/// A configuration with these declarations and these lines of the one application.
fn text(declared: &str, lines: &str) -> String {
    format!(
        "version: 1\nvariables:\n  {declared}\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      db:\n        {lines}\n"
    )
}

const APP: &str = "protocol: tcp/${PORT:-5432}
        dns: {type: CNAME, name: \"${ENV}-${app}.${zone}\"}
        origin_direct: [\"tcp://${ORIGINS}:5432\"]";

const DECLARED: &str = "ENV: {allowed: [prod, staging], default: staging}
  ORIGINS: {type: list, sensitive: true}
  PORT: {type: port, description: \"edge port\"}";

fn loaded(text: &str, values: &[(&str, &str)]) -> Loaded {
    let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::from_environment(values))
}

/// Everything that is wrong with a configuration, its form and what it says.
fn findings(text: &str, values: &[(&str, &str)]) -> Vec<Finding> {
    let loaded = loaded(text, values);
    let today = jiff::civil::date(2026, 8, 1);
    validate::validate(&loaded.configuration, loaded.findings, today).findings
}

/// Code and line of each finding.
fn told(text: &str, values: &[(&str, &str)]) -> Vec<(String, u32)> {
    let line = |finding: &Finding| finding.place.as_ref().map_or(0, |place| place.line);
    findings(text, values).iter().map(|finding| (finding.code.clone(), line(finding))).collect()
}

#[test]
fn built_in_names_and_declared_values_are_shown_and_a_sensitive_list_fills_a_list() {
    let text = text(DECLARED, APP);
    for origins in ["192.0.2.1 192.0.2.2", r#"["192.0.2.1", "192.0.2.2"]"#] {
        let loaded = loaded(&text, &[("ORIGINS", origins)]);
        assert_eq!(loaded.findings, []);
        let app = loaded.configuration.apps().next().unwrap();
        let shown = |field| app.draft.shown(field);
        assert_eq!(shown(Field::DnsName), "staging-db.example.com");
        assert_eq!(shown(Field::Protocol), "tcp/5432");
        assert_eq!(shown(Field::OriginDirect), "tcp://‹ORIGINS›:5432, tcp://‹ORIGINS›:5432");
        let value = app.draft.get(Field::OriginDirect).unwrap().to_json();
        assert_eq!(value, json!(["tcp://192.0.2.1:5432", "tcp://192.0.2.2:5432"]));
    }
}

#[test]
fn only_the_sensitive_part_of_a_text_is_masked() {
    let text = text("ENV: {default: prod}", "dns: {type: CNAME, name: \"${ENV}-${NODE}.${zone}\"}");
    let loaded = loaded(&text, &[("NODE", "seven")]);
    let app = loaded.configuration.apps().next().unwrap();
    assert_eq!(app.draft.shown(Field::DnsName), "prod-‹NODE›.example.com");
    assert_eq!(app.draft.hostname(Field::DnsName).unwrap().as_str(), "prod-seven.example.com");
}

#[test]
fn a_wrong_value_is_one_finding_that_names_the_variable_and_where_it_is_set() {
    let text = text(DECLARED, APP);
    let wrong = [("ENV", "prodd"), ("PORT", "70000"), ("ORIGINS", "[1, {}]")];
    let found = findings(&text, &wrong);
    let summaries: Vec<&str> = found.iter().map(|finding| finding.summary.as_str()).collect();
    assert_eq!(
        summaries,
        [
            "the variable ENV, set by SPECTRUM_VAR_ENV, cannot be \"prodd\"",
            "the variable ORIGINS, set by SPECTRUM_VAR_ORIGINS, cannot be ‹ORIGINS›",
            "the variable PORT, set by SPECTRUM_VAR_PORT, cannot be \"70000\"",
        ]
    );
    assert_eq!(told(&text, &wrong).iter().map(|told| told.1).collect::<Vec<_>>(), [3, 4, 5]);
}

#[test]
fn a_value_that_does_not_fit_where_it_is_used_names_its_variable() {
    let text = text("NAME: {default: \"a b\"}", "dns: {type: CNAME, name: \"${NAME}.${zone}\"}");
    let found = findings(&text, &[]);
    let about = found.iter().find(|finding| finding.path.as_deref() == Some("dns.name")).unwrap();
    assert!(
        about.why.as_deref().unwrap().ends_with("NAME has its default, spectrum.yaml:3:19"),
        "{about:?}"
    );
    let found = findings(&text, &[("NAME", "c d")]);
    let about = found.iter().find(|finding| finding.path.as_deref() == Some("dns.name")).unwrap();
    assert!(
        about.why.as_deref().unwrap().ends_with("NAME is set by SPECTRUM_VAR_NAME"),
        "{about:?}"
    );
}

#[test]
fn every_mistake_in_a_declaration_is_found_at_its_line() {
    let declared = "ENV: {allowed: [prod], default: staging}
  COUNT: {type: nummber}
  SIZE: {type: number, default: big}
  zone: {default: x}
  OPEN: {type: bool, allowed: [yes, true]}
  HOSTS: {type: list, default: {a: b}}
  HIDE: {sensitive: maybe, alowed: [x]}";
    let found = told(
        &text(
            declared,
            "protocol: tcp/1\n        dns: {type: CNAME, name: a.example.com}\n        origin_direct: [\"tcp://192.0.2.1:1\"]",
        ),
        &[],
    );
    let expected = [
        ("variable-value", 3),
        ("invalid-value", 4),
        ("variable-value", 5),
        ("invalid-value", 6),
        ("variable-value", 7),
        ("wrong-type", 8),
        ("wrong-type", 9),
        ("unknown-key", 9),
    ];
    assert_eq!(found, expected.map(|(code, line)| (code.to_owned(), line)));
}

#[test]
fn a_name_that_means_nothing_here_is_found_at_its_line() {
    let lines = "protocol: tcp/${each.port}
        dns: {type: CNAME, name: \"${zone:-x}.example.com\"}
        origin_direct: [\"tcp://192.0.2.1:${LIST}1\"]
        note: ${LIST}
        lifecycle: {protect: \"${GUARD}\"}";
    let found = told(&text("LIST: {type: list, default: []}\naccount: ${zone}", lines), &[]);
    let form: Vec<_> = found
        .iter()
        .filter(|(code, _)| {
            ["unknown-each", "variable-form", "variable-not-allowed"].contains(&code.as_str())
        })
        .collect();
    let expected = [
        ("variable-form", 4),
        ("unknown-each", 10),
        ("variable-form", 11),
        ("variable-form", 13),
        ("variable-not-allowed", 14),
    ];
    assert_eq!(
        form,
        expected.map(|(code, line)| (code.to_owned(), line)).iter().collect::<Vec<_>>()
    );
}

#[test]
fn what_a_template_holds_is_read_where_it_is_used_and_not_where_it_is_written() {
    let text = "version: 1
x-ssh: &ssh
  protocol: tcp/22
  dns: {type: CNAME, name: \"${app}.${zone}\"}
  origin_direct: [\"tcp://192.0.2.1:22\"]
  note: ${UNUSED_ELSEWHERE:-none}
zones:
  example.com: {plan: enterprise, apps: {ssh: *ssh}}
  example.net: {plan: enterprise, apps: {login: *ssh}}
";
    let loaded = loaded(text, &[]);
    assert_eq!(loaded.findings, []);
    let names = loaded.configuration.apps().map(|app| app.draft.shown(Field::DnsName));
    assert_eq!(names.collect::<Vec<_>>(), ["ssh.example.com", "login.example.net"]);
}

#[test]
fn a_list_variable_may_name_rows_unless_it_is_sensitive() {
    let text = |declared: &str| {
        text(
            declared,
            "each: {host: [\"${HOSTS}\", c]}
        protocol: tcp/1
        dns: {type: CNAME, name: \"${each.host}.${zone}\"}
        origin_direct: [\"tcp://192.0.2.1:1\"]",
        )
    };
    let hosts = [("HOSTS", "a b")];
    let shown = loaded(&text("HOSTS: {type: list}"), &hosts);
    assert_eq!(shown.findings, []);
    let addresses = shown.configuration.apps().map(|app| app.address.to_string());
    let expected = ["a", "b", "c"].map(|host| format!("example.com/db/{host}"));
    assert_eq!(addresses.collect::<Vec<_>>(), expected);
    let hidden = told(&text("HOSTS: {type: list, sensitive: true}"), &hosts);
    assert_eq!(hidden, [("sensitive-address".to_owned(), 9)]);
}

fn planned(sandbox: &Sandbox, arguments: &[&str]) -> (i32, Json) {
    sandbox.json(&[&["--sim", "plan"][..], arguments].concat())
}

#[test]
fn an_argument_comes_before_a_file_and_a_file_before_the_environment() {
    let mut sandbox = Sandbox::with(&text(DECLARED, APP));
    sandbox.write("prod.yaml", "ENV: prod\nPORT: 6000\nORIGINS: [192.0.2.7, 192.0.2.8]\n");
    sandbox.set("SPECTRUM_VAR_PORT", "7000");
    sandbox.set("SPECTRUM_VAR_ORIGINS", "192.0.2.9");
    let after = |plan: &Json, path: &str| {
        let fields = plan["changes"][0]["fields"].as_array().unwrap();
        fields.iter().find(|field| field["path"] == path).unwrap()["after"].clone()
    };
    let (code, plan) = planned(&sandbox, &["--var-file", "prod.yaml", "--var", "ENV=staging"]);
    assert_eq!(code, 0, "{plan:#}");
    assert_eq!(after(&plan, "dns.name"), "staging-db.example.com");
    assert_eq!(after(&plan, "protocol"), "tcp/6000");
    assert_eq!(
        after(&plan, "origin_direct"),
        json!(["tcp://‹ORIGINS›:5432", "tcp://‹ORIGINS›:5432"])
    );
    let (_, plan) = planned(&sandbox, &[]);
    assert_eq!(after(&plan, "protocol"), "tcp/7000");
    assert!(!plan.to_string().contains("192.0.2."), "{plan:#}");
}

#[test]
fn a_file_of_variables_that_is_wrong_is_found_at_its_line_and_nothing_of_it_is_shown() {
    let sandbox = Sandbox::with(&text(DECLARED, APP));
    sandbox.write("wrong.yaml", "ENV: prod\nORIGINS: {secret: 192.0.2.77}\n3D: yes\n");
    let (code, report) = sandbox.json(&["validate", "--var-file", "wrong.yaml"]);
    assert_eq!(code, 3);
    let found = report["findings"].as_array().unwrap().iter();
    let found: Vec<_> =
        found.map(|found| json!([found["code"], found["file"], found["line"]])).collect();
    assert!(found.contains(&json!(["variable-file", "wrong.yaml", 2])), "{found:?}");
    assert!(found.contains(&json!(["variable-file", "wrong.yaml", 3])), "{found:?}");
    let ran = sandbox.run(&["validate", "--var-file", "wrong.yaml"]).ends_with(3);
    assert!(!ran.all().contains("192.0.2.77"), "{}", ran.all());
    let ran = sandbox.run(&["validate", "--var-file", "none.yaml"]).ends_with(1);
    assert!(ran.all().contains("failed to read none.yaml"), "{}", ran.all());
}

#[test]
fn an_argument_that_nothing_uses_is_a_finding_and_one_without_a_value_is_usage() {
    let sandbox = Sandbox::with(&text(DECLARED, APP));
    let given = ["validate", "--var", "ORIGINS=192.0.2.1", "--var", "ENVI=prod"];
    let (code, report) = sandbox.json(&given);
    assert_eq!(code, 3);
    let found = &report["findings"][0];
    assert_eq!(
        (&found["code"], report["findings"].as_array().unwrap().len()),
        (&json!("unused-variable"), 1)
    );
    assert_eq!(found["fix"], "write `--var ENV=…`");
    sandbox.run(&["validate", "--var", "ENV"]).ends_with(64);
}

#[test]
fn a_saved_plan_holds_the_values_of_its_variables() {
    let sandbox = Sandbox::with(&text(DECLARED, APP));
    let given = ["--var", "ORIGINS=192.0.2.1", "--var", "ENV=prod"];
    sandbox.run(&[&["--sim", "plan", "--out", "plan.json"][..], &given].concat()).ends_with(0);
    sandbox.run(&["--sim", "apply", "plan.json", "--var", "ENV=staging"]).ends_with(64);
    sandbox.run(&["--sim", "apply", "plan.json"]).ends_with(0);
    let (code, plan) = planned(&sandbox, &[&["--detailed-exitcode"][..], &given].concat());
    assert_eq!((code, &plan["changes"]), (0, &json!([])), "{plan:#}");
    let (_, plan) = planned(&sandbox, &["--var", "ORIGINS=192.0.2.2", "--var", "ENV=prod"]);
    let field = &plan["changes"][0]["fields"][0];
    assert_eq!(
        (&field["before"], &field["after"]),
        (&json!(["tcp://‹ORIGINS›:5432"]), &json!(["tcp://‹ORIGINS›:5432 (changed)"]))
    );
}
