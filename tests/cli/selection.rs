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
