//! Selections: a part of one that matches nothing is a slip of the pen, in every command that takes one.

use crate::support::{Sandbox, Simulator};

const APPS: &str = r#"version: 1
zones:
  example.com:
    apps:
      ssh: {protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: ["tcp://192.0.2.1:22"], labels: {team: a}}
      mail: {protocol: tcp/25, dns: {type: CNAME, name: mail.example.com}, origin_direct: ["tcp://192.0.2.2:25"]}
"#;

fn begun() -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::with(APPS);
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    sandbox.connect(&simulator.base_url);
    (sandbox, simulator)
}

#[test]
fn a_pattern_that_matches_nothing_is_a_usage_error_with_the_nearest_name() {
    let (sandbox, simulator) = begun();
    for (flag, pattern, near) in [
        ("--exclude", "mail", "example.com/mail"),
        ("--target", "ssh", "example.com/ssh"),
        ("--target", "example.com/shs", "example.com/ssh"),
        ("--zone", "exmaple.com", "example.com"),
        ("--target", "", ""),
        ("--target", "label:team=b", ""),
    ] {
        for command in [&["plan"][..], &["apply", "--auto-approve"], &["drift"]] {
            let ran = sandbox.run(&[command, &[flag, pattern]].concat()).ends_with(64);
            assert!(ran.stderr.contains("matches no"), "{command:?} {flag} {pattern}: {ran:?}");
            assert!(
                near.is_empty() || ran.stderr.contains(&format!("did you mean {near}?")),
                "{ran:?}"
            );
        }
    }
    assert!(simulator.apps("example.com").is_empty(), "nothing was written");
    sandbox.run(&["apply", "--auto-approve", "--exclude", "example.com/mail"]).ends_with(0);
    assert_eq!(simulator.apps("example.com").len(), 1);
}

/// What `terraform show -json` says of an application of example.com.
const TERRAFORM: &str = r#"{"format_version": "1.0", "values": {"root_module": {"resources": [
  {"type": "cloudflare_zone", "values": {"id": "023e105f4ecef8ad9ca31a8372d0c353", "name": "example.com"}},
  {"type": "cloudflare_spectrum_application", "address": "cloudflare_spectrum_application.ssh",
   "values": {"id": "af93687c10dc4ebfa7d1e89595fade22", "zone_id": "023e105f4ecef8ad9ca31a8372d0c353", "protocol": "tcp/22",
   "dns": {"type": "CNAME", "name": "ssh.example.com"}, "origin_direct": ["tcp://192.0.2.1:22"]}}]}}}"#;

/// The options that select, each with what is written a little wrong.
const OPTIONS: [(&str, &str); 3] =
    [("--zone", "exmaple.com"), ("--target", "example.com/shs"), ("--exclude", "example.com/shs")];

/// Every command, with arguments with which it could run, and which of the options it takes.
const COMMANDS: [(&[&str], &[&str]); 31] = [
    (&["validate"], &[]),
    (&["plan"], &["--zone", "--target", "--exclude"]),
    (&["plan", "--destroy"], &["--zone", "--target", "--exclude"]),
    (&["plan", "--refresh-only"], &["--zone", "--target", "--exclude"]),
    (&["plan", "--out", "never"], &["--zone", "--target", "--exclude"]),
    (&["apply", "--auto-approve"], &["--zone", "--target", "--exclude"]),
    (&["apply", "--auto-approve", "--destroy"], &["--zone", "--target", "--exclude"]),
    (&["apply", "--auto-approve", "--refresh-only"], &["--zone", "--target", "--exclude"]),
    (&["apply", "saved"], &[]),
    (&["apply", "--auto-approve", "--restore", "example.com/ssh"], &[]),
    (&["destroy", "--auto-approve"], &["--zone", "--target", "--exclude"]),
    (&["drift"], &["--zone", "--target", "--exclude"]),
    (&["drift", "--write", "accept"], &["--zone", "--target", "--exclude"]),
    (&["import", "--all"], &[]),
    (&["export"], &["--zone"]),
    (&["export", "--from", "terraform", "terraform.json"], &["--zone"]),
    (&["ci", "plan"], &[]),
    (&["explain", "11004"], &[]),
    (&["sim"], &[]),
    (&["completions", "bash"], &[]),
    (&["man"], &[]),
    (&["init"], &[]),
    (&["migrate", "terraform", "terraform.json", "--out", "edge"], &["--zone"]),
    (&["fmt"], &[]),
    (&["show", "--live"], &["--zone"]),
    (&["show", "--expand"], &[]),
    (&["show", "example.com/ssh"], &[]),
    (&["version"], &[]),
    (&["schema"], &[]),
    (&["doctor"], &[]),
    (&["state", "list"], &[]),
];

/// The commands that the help lists.
fn listed(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.run(&["--help"]).ends_with(0).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let names = commands.lines().take_while(|line| !line.trim().is_empty());
    let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn every_command_refuses_what_matches_nothing_or_the_option_itself() {
    let (sandbox, simulator) = begun();
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    sandbox.run(&["plan", "--destroy", "--out", "saved"]).ends_with(0);
    sandbox.write("terraform.json", TERRAFORM);
    for name in listed(&sandbox).iter().filter(|name| *name != "help") {
        assert!(COMMANDS.iter().any(|(command, _)| command[0] == name), "{name} is not listed");
    }
    for (command, takes) in COMMANDS {
        for (flag, pattern) in OPTIONS {
            // The zone of a configuration that `init` writes need not be anywhere yet.
            if command == ["init"] && flag == "--zone" {
                continue;
            }
            let ran = sandbox.run(&[command, &[flag, pattern]].concat()).ends_with(64);
            let said = match (takes.contains(&flag), flag) {
                (false, _) => flag,
                (true, "--zone") => "did you mean example.com?",
                (true, _) => "did you mean example.com/ssh?",
            };
            assert!(ran.stderr.contains(said), "{command:?} {flag}: {ran:?}");
        }
    }
    assert_eq!(simulator.apps("example.com").len(), 2, "nothing was deleted");
    assert!(!sandbox.path("edge").exists() && !sandbox.path("never").exists());
}

#[test]
fn a_pattern_or_address_of_the_state_that_is_not_there_is_answered_with_the_nearest() {
    let (sandbox, _simulator) = begun();
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    for (code, command) in [
        (64, &["state", "list", "example.com/shs"][..]),
        (64, &["state", "list", "shs*"]),
        (64, &["state", "rm", "example.com/shs"]),
        (64, &["show", "example.com/shs"]),
        (1, &["state", "show", "example.com/shs"]),
        (1, &["state", "mv", "example.com/shs", "example.com/new"]),
    ] {
        let ran = sandbox.run(command).ends_with(code);
        assert!(ran.stderr.contains("did you mean example.com/ssh?"), "{command:?}: {ran:?}");
    }
    let ran = sandbox.run(&["state", "list", "label:team=b"]).ends_with(64);
    assert!(ran.stderr.contains("'label:team=b' matches no address of the state"), "{ran:?}");
    sandbox.run(&["state", "list", "label:team=a"]).ends_with(0);
}

#[test]
fn a_zone_that_only_the_token_sees_is_the_nearest_name() {
    let sandbox = Sandbox::new();
    let simulator = Simulator::start(&sandbox, &["--world", "cloudflare.json"]);
    let mut sandbox = sandbox;
    sandbox.connect(&simulator.base_url);
    for command in [&["export"][..], &["show", "--live"]] {
        let ran = sandbox.run(&[command, &["--zone", "exmaple.com"]].concat()).ends_with(64);
        assert!(ran.stderr.contains("did you mean example.com?"), "{ran:?}");
        sandbox.run(&[command, &["--zone", "example.com"]].concat()).ends_with(0);
    }
}

#[test]
fn what_only_the_state_or_the_zone_has_can_be_selected() {
    let (sandbox, simulator) = begun();
    sandbox.run(&["apply", "--auto-approve"]).ends_with(0);
    let mail = APPS.lines().find(|line| line.contains("mail:")).unwrap();
    sandbox.write("spectrum.yaml", APPS.replace(mail, ""));
    sandbox.run(&["plan", "--target", "example.com/mail"]).ends_with(0);
    let id = simulator.app_id("example.com", "ssh.example.com", "tcp/22");
    sandbox.run(&["plan", "--exclude", &format!("example.com/[?]{id}")]).ends_with(0);
}
