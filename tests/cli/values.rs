//! Sentences of the contract about values: variables and their masks, labels, notes.

use serde_json::{Value as Json, json};

use super::letter::{app, configuration};
use crate::support::Sandbox;

#[test]
fn a_masked_list_is_a_list_and_a_label_is_masked() {
    let text = configuration(
        "{}",
        "      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, \
         origin_direct: [\"tcp://${IP}:22\", \"tcp://192.0.2.2:22\"], labels: {owner: \"${OWNER}\"}, note: \"for ${OWNER}\"}\n",
    );
    let mut sandbox = Sandbox::with(&text);
    sandbox.set("SPECTRUM_VAR_IP", "203.0.113.77");
    sandbox.set("SPECTRUM_VAR_OWNER", "the-owner");
    let (_, plan) = sandbox.json(&["--sim", "plan"]);
    let fields = plan["changes"][0]["fields"].as_array().unwrap();
    let origins = fields.iter().find(|field| field["path"] == "origin_direct").unwrap();
    assert_eq!(origins["after"], json!(["tcp://‹IP›:22", "tcp://192.0.2.2:22"]), "{origins:#}");
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    for command in
        [&["plan"][..], &["drift"], &["state", "list"], &["state", "show", "example.com/ssh"]]
    {
        let (_, shown) = sandbox.json(&[&["--sim"], command].concat());
        assert!(!shown.to_string().contains("the-owner"), "{command:?}: {shown:#}");
    }
}

#[test]
fn a_quoted_reference_has_the_type_of_its_field() {
    let text = "version: 1\nvariables: {T: {type: number, default: 600}, B: {default: \"true\"}}\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      \
                ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_dns: {name: o.example.com, ttl: \"${T}\"}, origin_port: 22, ip_firewall: \"${B}\"}\n";
    let (code, report) = Sandbox::with(text).json(&["validate"]);
    assert_eq!((code, &report["findings"]), (0, &json!([])), "{report:#}");
}

#[test]
fn a_value_of_a_variable_is_masked_in_the_list_of_what_is_live() {
    let text = configuration(
        "{}",
        "      ssh: {protocol: tcp/22, dns: {type: CNAME, name: \"${HOST}.example.com\"}, origin_direct: [\"tcp://${IP}:22\"]}\n",
    );
    let mut sandbox = Sandbox::with(&text);
    sandbox.set("SPECTRUM_VAR_IP", "203.0.113.77");
    sandbox.set("SPECTRUM_VAR_HOST", "secret-host");
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    for format in ["human", "json"] {
        let shown =
            sandbox.run(&["--sim", "show", "--live", "--format", format]).ends_with(0).all();
        assert!(!shown.contains("203.0.113.77") && !shown.contains("secret-host"), "{shown}");
        assert!(shown.contains("‹HOST›"), "{shown}");
    }
}

#[test]
fn labels_and_a_note_may_be_defaults_and_are_replaced_whole() {
    let apps = app("a", "")
        + &app("b", ", labels: {tier: low}, note: own")
        + &app("c", ", labels: ~, note: ~");
    let text = configuration("{}", &apps).replace(
        "    apps:",
        "    defaults: {labels: {team: payments}, note: \"of ${zone}\", tls: \"off\"}\n    apps:",
    );
    let sandbox = Sandbox::with(&text);
    sandbox.run(&["fmt"]).ends_with(0);
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    let (_, shown) = sandbox.json(&["--sim", "state", "list"]);
    let labels = |key: &str| {
        let apps = shown["apps"].as_array().unwrap();
        let app = apps.iter().find(|it| it["address"] == format!("example.com/{key}")).unwrap();
        (app["labels"].clone(), app["note"].clone())
    };
    assert_eq!(labels("a"), (json!({"team": "payments"}), json!("of example.com")), "{shown:#}");
    assert_eq!(labels("b"), (json!({"tier": "low"}), json!("own")));
    assert_eq!(labels("c"), (json!({}), Json::Null));
}

#[test]
fn a_variable_where_none_is_allowed_is_one_finding() {
    let lifecycle =
        ", lifecycle: {protect: \"${P}\", ignore_changes: [{field: tls, reason: \"${R}\"}]}";
    let text = configuration("{name: \"${N}\", parallelism: \"${M}\"}", &app("ssh", lifecycle));
    let (_, report) = Sandbox::with(&text).json(&["validate"]);
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["code"].as_str())
        .collect();
    assert_eq!(codes, ["variable-not-allowed"; 4], "{report:#}");
}
