//! `init`: what it writes is valid and can be planned at once, and nothing is ever overwritten.

use spectrumctl::model::field::ATTRIBUTES;

use super::Room;
use crate::support::{Sandbox, Simulator};

fn empty() -> Room {
    Room { sandbox: Sandbox::new() }
}

/// A zone with a live application, in an account.
const SEED: &str = r#"zones: [{name: example.net, account: 01a7362d577a6c3019a474fd6f485823}]
apps: [{zone: example.net, protocol: tcp/25, dns: {type: CNAME, name: mail.example.net}, origin_direct: ["tcp://192.0.2.5:25"], tls: full}]
"#;

#[test]
fn what_init_writes_is_valid_without_a_warning_and_plans_at_once() {
    let room = empty();
    let said = room.done(&["init"]);
    let files = "Wrote spectrum.yaml.\nWrote .spectrum.schema.json.\nWrote .gitignore.\nNext:\n";
    assert!(said.starts_with(files), "{said}");
    let findings = room.json(&["validate", "--strict"]);
    assert_eq!(findings["findings"], serde_json::json!([]));
    room.done(&["fmt", "--check"]);
    let plan = room.json(&["--sim", "plan"]);
    assert_eq!(
        (&plan["summary"]["create"], &plan["findings"]),
        (&serde_json::json!(1), &serde_json::json!([]))
    );
    room.done(&["--sim", "apply", "--auto-approve"]);
    room.done(&["fmt", "--check"]);
    assert_eq!(room.sandbox.read(".gitignore"), "state/\n");
    // The first application can be deleted again.
    room.done(&["--sim", "destroy", "--auto-approve"]);
}

#[test]
fn the_zone_and_the_account_are_those_of_the_flags() {
    let room = empty();
    let account = "01a7362d577a6c3019a474fd6f485823";
    room.done(&["init", "--zone", "Edge.Example.NET.", "--account", account]);
    let text = room.sandbox.read("spectrum.yaml");
    assert!(
        text.contains("\n  edge.example.net:\n") && text.contains("name: ssh.edge.example.net")
    );
    assert!(text.contains(&format!("\naccount: {account}\n")), "{text}");
    assert!(!text.contains("example.com") && !text.contains('@'), "{text}");
    assert_eq!(room.json(&["--sim", "plan"])["changes"][0]["address"], "edge.example.net/ssh");
    for wrong in [
        &["--zone", "no zone"][..],
        &["--zone", "localhost"],
        &["--account", "acme"],
        &["--from-live"],
    ] {
        let room = empty();
        room.refused(64, &[&["init"], wrong].concat());
        assert!(!room.sandbox.path("spectrum.yaml").exists(), "{wrong:?}");
    }
}

#[test]
fn the_defaults_that_are_listed_are_those_of_the_table() {
    let room = empty();
    room.done(&["init"]);
    let text = room.sandbox.read("spectrum.yaml");
    for row in ATTRIBUTES.iter().filter(|row| !row.origin) {
        let Some(default) = row.default else { continue };
        let key = row.path.rsplit('.').next().unwrap();
        assert!(text.contains(&format!("{key}: {default}")), "{key} is {default}:\n{text}");
    }
    // Each of them is what holds without it: taken out of its comment it changes nothing.
    room.done(&["--sim", "apply", "--auto-approve"]);
    let with_defaults = text
        .lines()
        .map(|line| match line.split_once("        # ") {
            Some(("", rest))
                if rest.contains(": ")
                    && rest.contains("  # ")
                    && !rest.starts_with("lifecycle") =>
            {
                format!("        {rest}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect::<String>();
    assert!(with_defaults.contains("\n        tls: off  # "), "{with_defaults}");
    room.write("spectrum.yaml", &with_defaults);
    room.done(&["validate", "--strict"]);
    room.done(&["--sim", "plan", "--detailed-exitcode"]);
}

#[test]
fn the_schema_is_where_the_first_line_points() {
    let room = empty();
    room.done(&["init", "-f", "edge/edge.yaml"]);
    let text = room.sandbox.read("edge/edge.yaml");
    let first = text.lines().next().unwrap();
    let path =
        first.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{first}"));
    let schema: serde_json::Value =
        serde_json::from_str(&room.sandbox.read(&format!("edge/{path}"))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: serde_json::Value = serde_yaml::from_str(&text).unwrap();
    assert!(validator.is_valid(&value));
    assert!(!validator.is_valid(&serde_json::json!({"version": 1, "zone": {}})));
    assert_eq!(room.sandbox.read("edge/.gitignore"), "state/\n");
    room.done(&["-f", "edge", "validate", "--strict"]);
}

#[test]
fn what_is_live_is_the_beginning_where_it_is_asked_for() {
    let Room { mut sandbox } = empty();
    sandbox.write("seed/one.sim.yaml", SEED);
    let seed = sandbox.path("seed/one.sim.yaml").display().to_string();
    let simulator = Simulator::start(&sandbox, &["--seed", &seed]);
    sandbox.connect(&simulator.base_url);
    let said = sandbox.run(&["init", "--zone", "example.net", "--from-live"]).ends_with(0);
    assert!(said.stdout.contains("  spectrumctl import --all  "), "{}", said.stdout);
    let text = sandbox.read("spectrum.yaml");
    assert!(text.starts_with("# yaml-language-server: ") && text.contains("tls: full"), "{text}");
    sandbox.run(&["import", "--all"]).ends_with(0);
    let plan = sandbox.run(&["plan", "--detailed-exitcode"]).ends_with(0);
    assert!(plan.stdout.contains("No changes. 1 application is as configured."), "{}", plan.stdout);
}

#[test]
fn a_zone_that_cannot_be_read_writes_nothing() {
    let Room { mut sandbox } = empty();
    let simulator = Simulator::start(&sandbox, &[]);
    sandbox.connect(&simulator.base_url);
    let ran = sandbox.run(&["init", "--zone", "absent.example", "--from-live"]);
    assert_ne!(ran.code, 0, "{ran:?}");
    assert!(ran.stderr.contains("absent.example"), "{ran:?}");
    assert!(!sandbox.path("spectrum.yaml").exists() && !sandbox.path(".gitignore").exists());
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

#[test]
fn files_beside_the_configuration_are_left_as_they_are() {
    let room = empty();
    room.write(".gitignore", "target/\n");
    room.write(".spectrum.schema.json", "{}\n");
    let said = room.done(&["init"]);
    assert!(said.starts_with("Wrote spectrum.yaml.\nNext:\n"), "{said}");
    assert!(said.contains("  name state/ in .gitignore"), "{said}");
    assert_eq!(room.sandbox.read(".gitignore"), "target/\n");
    assert_eq!(room.sandbox.read(".spectrum.schema.json"), "{}\n");
    let named = empty();
    named.write(".gitignore", "target/\n/state/\n");
    assert!(!named.done(&["init"]).contains("in .gitignore"));
}

#[test]
fn without_a_configuration_init_is_what_is_offered() {
    let text = empty().refused(1, &["show", "--sim", "example.com/ssh"]);
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("error[no-configuration]") && flat.contains("run `spectrumctl init`"),
        "{text}"
    );
}
