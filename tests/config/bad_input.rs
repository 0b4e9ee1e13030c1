//! Input that cannot be used: a finding with its place, or one clear sentence; never a panic, and the right exit code.

use std::time::Duration;

use serde_json::Value as Json;

use crate::support::{ONE_APP, Ran, Sandbox};

/// Code, file, line and column of each finding.
type Told = Vec<(String, Option<String>, Option<u64>)>;

/// What each command says of the working folder's configuration: the same findings, the same exit code, and neither panic nor backtrace.
fn told(sandbox: &Sandbox, arguments: &[&str], code: i32) -> Told {
    let mut told = None;
    for command in [&["validate"][..], &["--sim", "plan"], &["--sim", "apply", "--auto-approve"]] {
        let all: Vec<&str> = arguments.iter().chain(command).copied().collect();
        let ran = is_clear(sandbox.run(&all).ends_with(code));
        assert!(ran.stdout.contains("error["), "{all:?}: {}", ran.all());
        let (_, json) = sandbox.json(&all);
        let found = findings(if command.contains(&"apply") { &json["plan"] } else { &json });
        if command.contains(&"apply") && found.is_empty() {
            continue;
        }
        assert!(
            told.is_none_or(|told: Told| told == found),
            "{all:?} finds something else: {found:?}"
        );
        told = Some(found);
    }
    assert!(!sandbox.path("state/sim/state.json").exists(), "nothing was written");
    told.expect("validate has findings")
}

fn findings(json: &Json) -> Told {
    let of = |finding: &Json| {
        let text = |key: &str| finding[key].as_str().map(str::to_owned);
        (text("code").expect("a finding has a code"), text("file"), finding["line"].as_u64())
    };
    json["findings"].as_array().into_iter().flatten().map(of).collect()
}

/// Asserts that a run ended like a program that knows what it says.
fn is_clear(ran: Ran) -> Ran {
    let never = ["panicked", "backtrace", "RUST_BACKTRACE", "os error", "called `"];
    assert!(!never.iter().any(|word| ran.all().contains(word)), "{}", ran.all());
    assert!(ran.took < Duration::from_secs(20), "it took {:?}", ran.took);
    ran
}

/// What is said of a `spectrum.yaml` with this text.
fn of_text(text: impl AsRef<[u8]>) -> Told {
    let sandbox = Sandbox::new();
    sandbox.write("spectrum.yaml", text);
    told(&sandbox, &[], 3)
}

fn at(code: &str, line: u64) -> (String, Option<String>, Option<u64>) {
    (code.to_owned(), Some("spectrum.yaml".to_owned()), Some(line))
}

fn nowhere(code: &str) -> (String, Option<String>, Option<u64>) {
    (code.to_owned(), None, None)
}

#[test]
fn a_file_that_does_not_exist_is_named() {
    let sandbox = Sandbox::new();
    assert_eq!(told(&sandbox, &["-f", "missing.yaml"], 1), [nowhere("unreadable-file")]);
    let ran = sandbox.run(&["-f", "missing.yaml", "validate"]);
    assert!(ran.all().contains("missing.yaml: there is no such file or folder"), "{}", ran.all());
}

#[test]
fn a_folder_without_any_configuration_is_told() {
    let sandbox = Sandbox::new();
    assert_eq!(told(&sandbox, &[], 1), [nowhere("no-configuration")]);
    sandbox.write("configuration/notes.txt", "nothing");
    sandbox.write("configuration/_draft.yaml", ONE_APP);
    sandbox.write("configuration/.hidden.yaml", ONE_APP);
    assert_eq!(told(&sandbox, &["-f", "configuration"], 3), [nowhere("no-configuration")]);
}

#[test]
fn two_roots_are_told() {
    let sandbox = Sandbox::with(ONE_APP);
    sandbox.write("spectrum/spectrum.yaml", ONE_APP);
    assert_eq!(told(&sandbox, &[], 3), [nowhere("two-roots")]);
}

#[test]
fn bytes_that_are_not_utf8_are_told_with_their_place() {
    let text = [ONE_APP.as_bytes(), b"        note: caf\xe9\n"].concat();
    assert_eq!(of_text(text), [at("not-utf8", 9)]);
    assert_eq!(of_text([0xff, 0xfe, b'v', 0]), [at("not-utf8", 1)]);
}

#[test]
fn a_tab_is_told_with_its_place() {
    assert_eq!(of_text(ONE_APP.replace("        dns:", "\tdns:")), [at("yaml-syntax", 7)]);
    assert_eq!(of_text(ONE_APP.replace("    apps:", "  \tapps:")), [at("yaml-syntax", 4)]);
    let sandbox = Sandbox::with(&ONE_APP.replace("        dns:", "\tdns:"));
    assert!(sandbox.run(&["validate"]).all().contains("indent with spaces"));
}

#[test]
fn a_file_that_holds_nothing_is_told() {
    for text in ["", "\n\n", "# nothing but a comment\n", "---\n", "~\n"] {
        assert_eq!(of_text(text), [at("empty-file", 1)], "{text:?}");
    }
}

#[test]
fn an_unknown_key_is_told_at_every_level() {
    assert_eq!(of_text(format!("zone: {{}}\n{ONE_APP}")), [at("unknown-key", 1)]);
    assert_eq!(
        of_text(ONE_APP.replace("    apps:", "    plam: pro\n    apps:")),
        [at("unknown-key", 4)]
    );
    assert_eq!(of_text(format!("{ONE_APP}        trafic_type: direct\n")), [at("unknown-key", 9)]);
    assert_eq!(
        of_text(format!("{ONE_APP}        edge_ips: {{typ: dynamic}}\n")),
        [at("unknown-key", 9)]
    );
    assert_eq!(of_text(format!("settings: {{adapt: true}}\n{ONE_APP}")), [at("unknown-key", 1)]);
}

#[test]
fn a_value_of_a_wrong_type_is_told() {
    assert_eq!(of_text("- a\n- list\n"), [at("wrong-type", 1)]);
    assert_eq!(of_text("just a text\n"), [at("wrong-type", 1)]);
    assert_eq!(of_text("version: 1\nzones: [example.com]\n"), [at("wrong-type", 2)]);
    assert_eq!(
        of_text("version: 1\nzones:\n  example.com:\n    apps: many\n"),
        [at("wrong-type", 4)]
    );
    assert_eq!(
        of_text(ONE_APP.replace("protocol: tcp/22", "protocol: [tcp/22]")),
        [at("wrong-type", 6)]
    );
    assert_eq!(
        of_text(ONE_APP.replace("[\"tcp://192.0.2.1:22\"]", "tcp://192.0.2.1:22")),
        [at("wrong-type", 8)]
    );
}

#[test]
fn every_bad_field_is_a_finding_of_its_own() {
    let text = format!(
        "{ONE_APP}        tls: strickt\n        ip_firewall: yes\n        proxy_protocol: v3\n        colour: red\n"
    );
    let found = of_text(text);
    assert_eq!(
        found.iter().map(|(_, _, line)| line.expect("each has a place")).collect::<Vec<_>>(),
        [9, 10, 11, 12],
        "{found:?}"
    );
}

#[test]
fn two_documents_in_one_file_are_told() {
    let found = of_text(format!("{ONE_APP}---\n{ONE_APP}"));
    assert_eq!(found.iter().map(|(_, _, line)| *line).collect::<Vec<_>>(), [Some(9)], "{found:?}");
}

#[test]
fn a_key_that_is_written_twice_is_told() {
    let found = of_text(format!("{ONE_APP}        protocol: tcp/23\n"));
    assert_eq!(found.iter().map(|(_, _, line)| *line).collect::<Vec<_>>(), [Some(9)], "{found:?}");
    let app = ONE_APP.split_once("    apps:\n").expect("it has apps").1;
    let found = of_text(format!("{ONE_APP}{app}"));
    assert_eq!(found.iter().map(|(_, _, line)| *line).collect::<Vec<_>>(), [Some(9)], "{found:?}");
}

#[test]
fn broken_yaml_is_told_with_its_place() {
    for (text, line) in [
        ("version: [1\n", 1..=2),
        ("zones: {example.com: {apps: }\n", 1..=2),
        ("a: b: c\n", 1..=1),
        ("'open\n", 1..=2),
    ] {
        let found = of_text(text);
        assert!(
            matches!(found.as_slice(), [(_, Some(_), Some(at))] if line.contains(at)),
            "{text:?}: {found:?}"
        );
    }
}

#[test]
fn a_line_of_a_megabyte_is_told_and_never_printed_whole() {
    let long = "x".repeat(1 << 20);
    let sandbox = Sandbox::with(&format!("{ONE_APP}        tls: {long}\n"));
    assert_eq!(told(&sandbox, &[], 3), [at("too-large", 9)]);
    let ran = sandbox.run(&["validate"]);
    assert!(ran.all().len() < 4096, "{} bytes are printed of one bad value", ran.all().len());
    let sandbox = Sandbox::with(&format!("{ONE_APP}        {long}: 1\n"));
    let found = told(&sandbox, &[], 3);
    assert!(matches!(found.as_slice(), [(_, Some(_), Some(9))]), "{found:?}");
    assert!(sandbox.run(&["validate"]).all().len() < 4096, "a long key is not printed whole");
}

#[test]
fn aliases_that_multiply_are_refused_soon() {
    let mut text = "x-0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("x-{level}: &a{level} [{before}]\n");
    }
    let found = of_text(text + ONE_APP);
    assert!(matches!(found.as_slice(), [(_, Some(_), Some(1..=13))]), "{found:?}");
}

#[test]
fn nesting_without_end_is_refused() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let found =
            of_text(format!("x-deep: {}{}\n{ONE_APP}", open.repeat(20_000), close.repeat(20_000)));
        assert!(matches!(found.as_slice(), [(_, Some(_), Some(1))]), "{found:?}");
    }
}

#[test]
fn an_alias_of_itself_or_of_nothing_is_refused() {
    for text in ["x-a: &a [*a]\n", "x-a: *nothing\n", "x-a: &a {<<: *a}\n"] {
        let found = of_text(format!("{text}{ONE_APP}"));
        assert!(matches!(found.as_slice(), [(_, Some(_), Some(1))]), "{text:?}: {found:?}");
    }
}

#[test]
fn odd_keys_and_characters_are_told_or_taken_but_never_a_panic() {
    for text in [
        "? [a, b]\n: 1\n",
        "1: 2\n",
        "version: 1\n\u{0}\n",
        "\u{feff}version: 1\nzones: {}\n",
        "%YAML 9.9\n---\nversion: 1\n",
        "!!binary abc\n",
        "version: !!int 1\n",
        "zones:\n  \u{202e}moc.elpmaxe: {}\n",
        "zones:\n  ..: {apps: {}}\n",
        "zones:\n  example.com: {apps: {../../etc: {}}}\n",
        "version: 1\r\nzones: {}\r\n",
        "version: 99999999999999999999999999\n",
    ] {
        let sandbox = Sandbox::with(text);
        let ran = is_clear(sandbox.run(&["validate"]));
        assert!([0, 3].contains(&ran.code), "{text:?}: {ran:?}");
        is_clear(sandbox.run(&["--sim", "plan"]));
    }
}

#[test]
fn wrong_usage_ends_with_64() {
    let sandbox = Sandbox::with(ONE_APP);
    for arguments in [
        &["nonsense"][..],
        &["plan", "--nonsense"],
        &["plan", "--format", "yaml"],
        &["plan", "--sim", "--allow", "everything"],
        &[],
    ] {
        is_clear(sandbox.run(arguments).ends_with(64));
    }
    let ran = is_clear(sandbox.run(&["--sim", "apply"]).ends_with(64));
    assert!(ran.all().contains("--auto-approve"), "{}", ran.all());
}

#[test]
fn a_code_that_does_not_exist_cannot_be_explained() {
    let ran = is_clear(Sandbox::new().run(&["explain", "11005"]));
    assert_ne!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.all().contains("11004") || ran.all().contains("--list"),
        "it says where to style: {}",
        ran.all()
    );
}

/// A text of aliases of aliases, each level ten times the one before it.
fn bomb(levels: usize) -> String {
    let mut text = "version: 1\nx-0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n".to_owned();
    for level in 1..levels {
        let before = vec![format!("*a{}", level - 1); 10].join(", ");
        text += &format!("x-{level}: &a{level} [{before}]\n");
    }
    text + "zones: {}\n"
}

#[test]
fn a_few_aliases_that_write_out_to_a_million_values_are_refused() {
    let text = bomb(6);
    assert!(text.len() < 400, "{}", text.len());
    assert_eq!(of_text(&text), [at("too-large", 5)]);
    let sandbox = Sandbox::with(&text);
    let formatted = is_clear(sandbox.run(&["fmt", "--check"]).ends_with(3));
    assert!(formatted.all().contains("too-large"), "{}", formatted.all());
    Sandbox::with(&bomb(3)).run(&["validate"]).ends_with(0);
}

#[test]
fn many_applications_that_share_a_list_are_no_bomb() {
    let shared = (1..=40).map(|last| format!("\"tcp://192.0.2.{last}:22\"")).collect::<Vec<_>>();
    let mut text =
        format!("version: 1\nx-o: &o [{}]\nzones:\n  example.com:\n    apps:\n", shared.join(", "));
    for port in 1..=2000 {
        text += &format!(
            "      p{port}: {{protocol: tcp/{port}, dns: {{type: CNAME, name: a.example.com}}, origin_direct: *o}}\n"
        );
    }
    Sandbox::with(&text).run(&["validate"]).ends_with(0);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_in_the_place_of_the_configuration_is_called_what_it_is() {
    let pipe = Sandbox::new();
    let made = std::process::Command::new("mkfifo").arg(pipe.path("spectrum.yaml")).status();
    assert!(made.unwrap().success());
    let folder = Sandbox::new();
    std::fs::create_dir(folder.path("spectrum.yaml")).unwrap();
    for (sandbox, what) in [(pipe, "a pipe"), (folder, "a folder")] {
        let ran = is_clear(sandbox.run(&["validate"]).ends_with(1));
        let words = format!("failed to read spectrum.yaml: it is {what}");
        assert!(ran.all().contains(&words), "{}", ran.all());
    }
}

#[test]
fn an_application_that_is_no_mapping_is_one_finding_and_hides_no_other() {
    let zone = "version: 1\nzones:\n  example.com:\n    apps:\n";
    let good = "      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: [\"tcp://192.0.2.1:22\"]}\n";
    for value in ["hello", "[]", "5", "true", "[{protocol: tcp/23}]"] {
        let sandbox = Sandbox::new();
        sandbox.write("spectrum.yaml", format!("{zone}{good}"));
        sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
        sandbox.write("spectrum.yaml", format!("{zone}{good}      web: {value}\n"));
        let (code, plan) = sandbox.json(&["--sim", "plan"]);
        assert_eq!((code, findings(&plan)), (3, vec![at("wrong-type", 6)]), "{value}");
        assert_eq!(plan["findings"][0]["address"], "example.com/web");
        assert_eq!(plan["unread"], serde_json::json!([]), "{value}");
        assert_eq!(plan["summary"]["unchanged"], 1, "{plan:#}");
    }
}

#[test]
fn what_was_applied_of_an_application_that_is_no_mapping_any_more_is_left_alone() {
    let sandbox = Sandbox::with(ONE_APP);
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    let key = "      ssh:";
    let text = sandbox.read("spectrum.yaml");
    let (before, _) = text.split_once(key).unwrap();
    sandbox.write("spectrum.yaml", format!("{before}{key} hello\n"));
    let (code, plan) = sandbox.json(&["--sim", "plan"]);
    assert_eq!(code, 3);
    assert_eq!(plan["changes"], serde_json::json!([]), "{plan:#}");
    sandbox.run(&["--sim", "apply", "--auto-approve", "--max-deletes", "5"]).ends_with(3);
    sandbox.write("spectrum.yaml", text);
    sandbox.run(&["--sim", "plan", "--detailed-exitcode"]).ends_with(0);
}
