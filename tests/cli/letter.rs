//! Sentences of the contract, each to the letter.

use serde_json::{Value as Json, json};

use crate::support::{Sandbox, Simulator};

pub(super) fn configuration(settings: &str, apps: &str) -> String {
    format!(
        "version: 1\nsettings: {settings}\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n{apps}"
    )
}

pub(super) fn app(key: &str, more: &str) -> String {
    format!(
        "      {key}: {{protocol: tcp/22, dns: {{type: CNAME, name: {key}.example.com}}, origin_direct: [\"tcp://192.0.2.1:22\"]{more}}}\n"
    )
}

/// A sandbox in which these applications are live and recorded.
fn begun(text: &str, faults: &str) -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(text);
    sandbox.write("faults.yaml", faults);
    let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
    sandbox.connect(&simulator.base_url);
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    (sandbox, simulator)
}

fn path(simulator: &Simulator, key: &str) -> String {
    let id = simulator.app_id("example.com", &format!("{key}.example.com"), "tcp/22");
    format!("/zones/{}/spectrum/apps/{id}", simulator.zone("example.com"))
}

fn add(simulator: &Simulator, key: &str) {
    let body = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": format!("{key}.example.com")},
        "origin_direct": ["tcp://192.0.2.1:22"]});
    let zone = simulator.zone("example.com");
    simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&body));
}

fn state(sandbox: &Sandbox) -> Json {
    serde_json::from_str(&sandbox.read("state/state.json")).unwrap()
}

#[test]
fn a_saved_plan_is_its_own_approval_and_another_one_does_no_harm() {
    let sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    sandbox.run(&["--sim", "plan", "--out", "p.json"]).ends_with(0);
    sandbox.run(&["--sim", "apply", "p.json", "--auto-approve"]).ends_with(0);
}

#[test]
fn every_bad_setting_is_its_own_finding() {
    let settings =
        "{name: '', state: 'ftp://host/path', parallelism: 0, limits: {max_delete_percent: 101}}";
    let sandbox = Sandbox::with(&configuration(settings, &app("ssh", "")));
    let (code, report) = sandbox.json(&["validate"]);
    let paths: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["path"].as_str())
        .collect();
    let wanted = [
        "settings.name",
        "settings.state",
        "settings.parallelism",
        "settings.limits.max_delete_percent",
    ];
    assert_eq!((code, paths), (3, wanted.to_vec()), "{report:#}");
}

#[test]
fn a_misspelt_key_of_removed_is_one_finding() {
    let text = configuration("{}", &app("ssh", ""))
        + "removed: [{app: example.com/x, kep: true}, {ap: example.com/y}]\n";
    let (code, report) = Sandbox::with(&text).json(&["validate"]);
    let codes: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|it| it["code"].as_str())
        .collect();
    assert_eq!((code, codes), (3, vec!["unknown-key"; 2]));
}

#[test]
fn the_report_is_printed_although_a_file_beside_it_cannot_be_written() {
    let sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    let command = [
        "--sim",
        "apply",
        "--auto-approve",
        "--format",
        "markdown",
        "--format",
        "json=none/x.json",
    ];
    let ran = sandbox.run(&command).ends_with(1);
    assert!(ran.stdout.contains("1 done"), "{ran:?}");
    sandbox.run(&["--sim", "plan", "--format", "json=a", "--format", "sarif=a"]).ends_with(64);
}

#[test]
fn the_folder_of_the_configuration_has_one_state_however_it_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("spectrum/a.yaml", configuration("{name: e}", &app("ssh", "")));
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    for named in [&[][..], &["-f", "spectrum"], &["-f", "spectrum/a.yaml"]] {
        sandbox.run(&[&["--sim", "plan", "--detailed-exitcode"], named].concat()).ends_with(0);
    }
}

#[test]
fn a_state_that_was_left_in_the_working_folder_is_not_forgotten() {
    let (sandbox, _simulator) =
        begun(&configuration("{name: e}", &app("ssh", ", lifecycle: {protect: true}")), "[]");
    sandbox.write("spectrum/a.yaml", sandbox.read("spectrum.yaml"));
    sandbox.remove("spectrum.yaml");
    for (command, exit) in [
        (&["plan"][..], 4),
        (&["apply", "--auto-approve"], 4),
        (&["state", "list"], 4),
        (&["drift"], 1),
    ] {
        let refused = sandbox.run(command).ends_with(exit).all();
        let words: Vec<_> = refused.split_whitespace().collect();
        assert!(words.join(" ").contains("`mv state spectrum/state`"), "{refused}");
    }
    std::fs::rename(sandbox.path("state"), sandbox.path("spectrum/state")).unwrap();
    // The file has another name, and nothing else is new.
    let plan = sandbox.run(&["plan"]).ends_with(0).all();
    assert!(plan.contains("Plan: 1 to record.\n"), "{plan}");
}

#[test]
fn what_the_api_dropped_is_not_somebody_elses_change() {
    let (sandbox, _simulator) = begun(
        &configuration("{}", &app("ssh", "")),
        "[{method: PUT, effect: {ignore_field: tls}}]",
    );
    sandbox.write("spectrum.yaml", configuration("{}", &app("ssh", ", tls: full")));
    sandbox.run(&["apply", "--auto-approve"]).ends_with(6);
    let (_, plan) = sandbox.json(&["plan"]);
    assert_eq!(plan["changes"][0]["fields"][0]["cause"], "config", "{plan:#}");
    assert_eq!(plan["summary"]["drifted"], 0, "{plan:#}");
    sandbox.run(&["drift"]).ends_with(0);
}

#[test]
fn a_selection_that_withholds_a_delete_is_not_complete() {
    let text = configuration("{}", &app("ssh", ""));
    let (sandbox, simulator) = begun(&text, "[]");
    add(&simulator, "stray");
    sandbox.edit("spectrum.yaml", "    apps:", "    unmanaged: delete\n    apps:");
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let limits = ["plan", "--detailed-exitcode", "--max-deletes", "3"];
    let (code, plan) = sandbox.json(&limits);
    assert_eq!((code, &plan["summary"]["delete"]), (2, &json!(1)), "{plan:#}");
    let (_, plan) = sandbox.json(&[&limits[..], &["--zone", "example.com"]].concat());
    assert_eq!((&plan["complete"], &plan["selection"]["left_out"]), (&json!(false), &json!(1)));
}

#[test]
fn labels_and_notes_are_not_in_the_digest() {
    let (sandbox, _simulator) = begun(&configuration("{}", &app("ssh", "")), "[]");
    let digest = |text: &str| {
        sandbox.write("spectrum.yaml", text);
        let (_, plan) = sandbox.json(&["plan"]);
        (plan["digest"].clone(), plan["summary"]["record"].clone())
    };
    let (before, _) = digest(&configuration("{}", &app("ssh", "")));
    let described = app("ssh", ", labels: {team: payments}, note: \"ticket 4711\"");
    assert_eq!(digest(&configuration("{}", &described)), (before.clone(), json!(1)));
    let protected = app("ssh", ", lifecycle: {protect: true}");
    assert_ne!(digest(&configuration("{}", &protected)).0, before);
}

#[test]
fn a_zone_that_nothing_has_matches_nothing_in_the_simulator_too() {
    let sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    for command in [&["export"][..], &["show", "--live"]] {
        let ran =
            sandbox.run(&[&["--sim"], command, &["--zone", "exmaple.com"]].concat()).ends_with(64);
        assert!(ran.stderr.contains("did you mean example.com?"), "{ran:?}");
    }
}

#[test]
fn the_simulator_has_the_addresses_that_the_configuration_declares() {
    let text = "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    edge_prefixes: [203.0.113.0/24]\n    apps:\n      ssh: {protocol: tcp/22, \
                dns: {type: ADDRESS, name: ssh.example.com}, edge_ips: {type: static, ips: [203.0.113.9]}, origin_direct: [\"tcp://192.0.2.1:22\"]}\n";
    Sandbox::with(text).run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
}

#[test]
fn an_import_says_whose_the_state_is() {
    let (mut sandbox, simulator) = begun(&configuration("{name: one}", &app("other", "")), "[]");
    add(&simulator, "ssh");
    sandbox = {
        let mut fresh = Sandbox::with(&configuration("{name: edge}", &app("ssh", "")));
        fresh.connect(&simulator.base_url);
        drop(sandbox);
        fresh
    };
    sandbox.run(&["import", "--all"]).ends_with(0);
    assert_eq!(state(&sandbox)["owner"], "edge");
    std::fs::remove_dir_all(sandbox.path("state")).unwrap();
    sandbox.run(&["state", "rebuild"]).ends_with(0);
    assert_eq!(state(&sandbox)["owner"], "edge");
    sandbox.write("spectrum.yaml", configuration("{name: foreign}", &app("new", "")));
    sandbox.run(&["plan"]).ends_with(4);
}

#[test]
fn what_an_import_asks_to_add_can_be_added_as_it_is_printed() {
    let (sandbox, simulator) = begun(&configuration("{}", &app("ssh", "")), "[]");
    add(&simulator, "mail");
    let path = path(&simulator, "mail");
    let id = path.rsplit('/').next().unwrap();
    let refused = sandbox.run(&["import", "example.com/mail", id]).ends_with(3);
    let yaml = refused.stderr.split("--write:\n").nth(1).unwrap();
    let lines = yaml.lines().take_while(|line| line.starts_with("        "));
    let yaml: String = lines.map(|line| format!("{}\n", &line[8..])).collect();
    sandbox.write("spectrum/base.yaml", sandbox.read("spectrum.yaml"));
    sandbox.write("spectrum/mail.yaml", format!("version: 1\n{yaml}"));
    sandbox.remove("spectrum.yaml");
    sandbox.run(&["validate"]).ends_with(0);
    assert!(sandbox.run(&["show", "--expand"]).all().contains("mail"), "{yaml}");
}

#[test]
fn drift_of_what_was_never_recorded_has_no_id() {
    let mut sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    let simulator = Simulator::start(&sandbox, &[]);
    sandbox.connect(&simulator.base_url);
    let (code, drift) = sandbox.json(&["drift"]);
    assert_eq!((code, &drift["missing"][0]["app_id"]), (2, &Json::Null), "{drift:#}");
}

#[test]
fn a_row_of_each_that_has_drifted_is_told_and_the_others_are_edited() {
    let text = configuration(
        "{}",
        &(app("ssh", "")
            + "      g:\n        each: {r: [eu, us]}\n        protocol: tcp/22\n        \
        dns: {type: CNAME, name: \"${each.r}.example.com\"}\n        origin_direct: [\"tcp://192.0.2.1:22\"]\n"),
    );
    let (sandbox, simulator) = begun(&text, "[]");
    for key in ["ssh", "eu"] {
        simulator.must("PATCH", &path(&simulator, key), Some(&json!({"tls": "full"})));
    }
    let ran = sandbox.run(&["drift", "--write", "ignore"]).ends_with(2);
    assert!(ran.all().contains("not-edited"), "{ran:?}");
    assert!(
        sandbox.read("spectrum.yaml").contains("field: tls"),
        "{}",
        sandbox.read("spectrum.yaml")
    );
}

#[test]
fn an_answer_that_a_script_spoils_has_an_id_too() {
    let sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    sandbox.write("faults.yaml", "[{method: POST, effect: {error: 10002}}]");
    let simulator = Simulator::start(&sandbox, &["--faults", "faults.yaml"]);
    let mut sandbox = sandbox;
    sandbox.connect(&simulator.base_url);
    let (_, report) = sandbox.json(&["apply", "--auto-approve"]);
    assert!(report["steps"][0]["error"]["ray_id"].is_string(), "{report:#}");
}

#[test]
fn a_name_in_other_letters_is_the_nearest() {
    let sandbox = Sandbox::with(&configuration("{}", &app("ssh", "")));
    let ran = sandbox.run(&["--sim", "plan", "--target", "EXAMPLE.com/ssh"]).ends_with(64);
    assert!(ran.stderr.contains("example.com/ssh"), "{ran:?}");
}

#[test]
fn of_several_faults_the_first_in_the_documented_order_answers() {
    let sandbox = Sandbox::new();
    sandbox.write("seed.yaml", "zones: [{name: pro.example, plan: pro}, {name: free.example, plan: free}, {name: big.example}]");
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    let code = |zone: &str, more: Json| {
        let mut body = json!({"protocol": "tcp/22", "dns": {"type": "CNAME", "name": format!("a.{zone}")},
            "origin_direct": ["tcp://192.0.2.1:22"]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let path = format!("/zones/{}/spectrum/apps", simulator.zone(zone));
        let (_, answer) = simulator.send("POST", &path, Some(&body));
        let error = &answer["errors"][0];
        (error["code"].as_u64().unwrap(), error["message"].as_str().unwrap().to_owned())
    };
    // A field that the zone does not have comes before what is in it, and before every other field.
    assert_eq!(code("pro.example", json!({"tls": 5})).0, 10012);
    assert_eq!(code("pro.example", json!({"bogus": 1, "protocol": 5})).0, 10012);
    for (more, first) in [
        (json!({"dns": 5, "origin_direct": "x"}), "`dns`"),
        (json!({"edge_ips": 5, "origin_direct": []}), "origin"),
        (json!({"protocol": 5, "dns": 5}), "`protocol`"),
    ] {
        let (_, message) = code("big.example", more.clone());
        assert!(message.contains(first), "{more}: {message}");
    }
    assert_eq!(code("free.example", json!({})).0, 13002);
}

#[test]
fn drift_counts_as_a_plan_does() {
    let (sandbox, simulator) = begun(&configuration("{on_drift: hold}", &app("ssh", "")), "[]");
    simulator.must("PATCH", &path(&simulator, "ssh"), Some(&json!({"tls": "full"})));
    let (_, plan) = sandbox.json(&["plan"]);
    assert_eq!(plan["summary"]["drifted"], 1, "{plan:#}");
    let said = sandbox.run(&["plan"]).ends_with(0).stdout;
    assert!(
        said.contains("1 application was changed outside") && !said.contains("is as configured"),
        "{said}"
    );
    let (code, drift) = sandbox.json(&["drift"]);
    let keys: Vec<&String> = plan["summary"].as_object().unwrap().keys().collect();
    assert!(keys.iter().all(|key| drift["summary"].get(key).is_some()), "{drift:#}");
    assert_eq!(code, 2);
}

#[test]
fn what_is_destroyed_was_asked_for_and_what_never_was_is_not_deleted_outside() {
    let (sandbox, _simulator) = begun(&configuration("{}", &app("ssh", "")), "[]");
    let shown = sandbox.run(&["plan", "--destroy"]).ends_with(0).stdout;
    assert!(shown.contains("was requested with --destroy"), "{shown}");
    let (_, plan) = sandbox.json(&["plan", "--destroy"]);
    assert_eq!(plan["changes"][0]["reason"], "not_in_configuration", "{plan:#}");
    sandbox.run(&["plan", "--destroy", "--out", "p.json"]).ends_with(0);
    sandbox.run(&["apply", "p.json"]).ends_with(0);
    std::fs::remove_dir_all(sandbox.path("state")).unwrap();
    let shown = sandbox.run(&["drift"]).ends_with(2).stdout;
    assert!(
        shown.contains("configured and not live") && !shown.contains("deleted outside"),
        "{shown}"
    );
}

#[test]
fn what_is_wrong_with_a_member_of_a_list_is_at_its_line() {
    let text = "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    edge_prefixes: [198.51.100.0/24]\n    apps:\n      ssh:\n        protocol: tcp/22\n        \
                dns: {type: ADDRESS, name: ssh.example.com}\n        edge_ips:\n          type: static\n          ips:\n            - 198.51.100.7\n            - 203.0.113.9\n        \
                origin_direct:\n          - tcp://192.0.2.1:22\n          - tcp://127.0.0.1:22\n          - tcp://192.0.2.2:22-23\n";
    let (_, report) = Sandbox::with(text).json(&["--sim", "plan"]);
    let places: Vec<(&str, u64)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["code"].as_str().unwrap(), it["line"].as_u64().unwrap()))
        .collect();
    for wanted in [("11002", 17), ("port-count", 18), ("11019", 14)] {
        assert!(places.contains(&wanted), "{wanted:?}: {places:?}");
    }
}
