//! What people reach for: `show` in its four forms, `destroy`, `version`, findings in one line, and Terraform's spellings.

use super::Room;
use crate::support::{Sandbox, Simulator};

#[test]
fn show_lists_what_is_live_and_whether_it_is_managed() {
    let room = Room::applied();
    let shown = room.done(&["--sim", "show", "--live"]);
    assert!(shown.starts_with("example.com: 2 applications\n"), "{shown}");
    assert!(shown.contains("tcp/443") && shown.contains("example.com/web\n"), "{shown}");
    let json = room.json(&["--sim", "show", "--live"]);
    let apps = json["apps"].as_array().unwrap();
    assert_eq!(apps.len(), 2);
    assert_eq!(apps[0]["zone"], "example.com");
    assert_eq!(json["simulated"], true);
    room.done(&["--sim", "state", "rm", "example.com/web"]);
    let shown = room.done(&["--sim", "show", "--live"]);
    assert!(shown.contains("web.example.com") && shown.contains("not managed\n"), "{shown}");
}

#[test]
fn what_is_live_is_listed_by_hostname_and_port_in_every_format() {
    let mut sandbox = Sandbox::new();
    let app = |name: &str, protocol: &str, zone: &str| {
        format!(
            "  - {{zone: {zone}, protocol: {protocol}, dns: {{type: CNAME, name: {name}.{zone}}}, origin_direct: [\"tcp://192.0.2.1:22\"]}}\n"
        )
    };
    let apps =
        [("b", "tcp/22"), ("a", "tcp/8080"), ("a", "udp/53"), ("a", "tcp/443"), ("a", "tcp/9")];
    let apps: String = ["example.net", "example.com"]
        .iter()
        .flat_map(|zone| apps.iter().map(move |(name, protocol)| app(name, protocol, zone)))
        .collect();
    let apps = apps.replace(
        "udp/53, dns: {type: CNAME, name: a.example.net}, origin_direct: [\"tcp:",
        "udp/53, dns: {type: CNAME, name: a.example.net}, origin_direct: [\"udp:",
    );
    let apps = apps.replace(
        "udp/53, dns: {type: CNAME, name: a.example.com}, origin_direct: [\"tcp:",
        "udp/53, dns: {type: CNAME, name: a.example.com}, origin_direct: [\"udp:",
    );
    sandbox.write(
        "seed.yaml",
        format!("zones: [{{name: example.com}}, {{name: example.net}}]\napps:\n{apps}"),
    );
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    sandbox.connect(&simulator.base_url);
    let zone = |zone: &str| {
        ["tcp/9 a", "udp/53 a", "tcp/443 a", "tcp/8080 a", "tcp/22 b"]
            .map(|app| format!("{app}.{zone}"))
    };
    let expected = [zone("example.com"), zone("example.net")].concat();
    let text = sandbox.run(&["show", "--live"]).ends_with(0).stdout;
    let rows = text.lines().filter(|line| line.starts_with("  "));
    let rows: Vec<String> =
        rows.map(|row| row.split_whitespace().take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rows, expected);
    let (_, json) = sandbox.json(&["show", "--live"]);
    let text = |app: &serde_json::Value, path: &str| {
        app.pointer(path).unwrap().as_str().unwrap().to_owned()
    };
    let apps = json["apps"].as_array().unwrap().iter();
    let apps: Vec<String> = apps
        .map(|app| format!("{} {}", text(app, "/fields/protocol"), text(app, "/fields/dns/name")))
        .collect();
    assert_eq!(apps, expected);
}

#[test]
fn show_puts_the_three_sides_of_an_application_beside_one_another() {
    let room = Room::applied();
    let shown = room.done(&["--sim", "show", "example.com/web"]);
    assert!(shown.contains("\n  protocol: tcp/443\n"), "{shown}");
    assert!(!shown.contains("differs"), "{shown}");
    room.sandbox.edit("spectrum.yaml", "192.0.2.2:443", "192.0.2.3:443");
    let shown = room.done(&["--sim", "show", "example.com/web"]);
    let expected = "  origin_direct: differs\n    configured  [tcp://192.0.2.3:443]\n    recorded    [tcp://192.0.2.2:443]\n    live        [tcp://192.0.2.2:443]\n";
    assert!(shown.contains(expected), "{shown}");
    let json = room.json(&["--sim", "show", "example.com/web"]);
    let fields = json["fields"].as_array().unwrap();
    let origin = fields.iter().find(|field| field["path"] == "origin_direct").unwrap();
    assert_eq!(origin["differs"], true);
    assert_eq!(origin["live"][0], "tcp://192.0.2.2:443");
    let masked = room.done(&["--sim", "show", "example.com/ssh"]);
    assert!(masked.contains("‹ORIGIN›") && !masked.contains("192.0.2.1"), "{masked}");
    let refused = room.refused(64, &["--sim", "show", "example.com/none"]);
    assert!(refused.contains("neither the configuration nor the state"), "{refused}");
}

#[test]
fn show_prints_a_saved_plan_as_plan_did() {
    let room = Room::new();
    let planned = room.done(&["--sim", "plan", "--out", "p"]);
    assert_eq!(room.done(&["show", "p"]), planned);
    assert!(room.done(&["show", "p", "--format", "markdown"]).starts_with("<!-- spectrumctl plan"));
    let refused = room.refused(64, &["show", "neither"]);
    assert!(refused.contains("neither is neither a file nor an address"), "{refused}");
}

#[test]
fn destroy_is_apply_with_destroy() {
    let room = Room::applied();
    let shown = room.done(&["--sim", "destroy", "--auto-approve"]);
    assert!(shown.contains("Plan: 2 to delete."), "{shown}");
    assert_eq!(room.json(&["--sim", "show", "--live"])["apps"].as_array().unwrap().len(), 0);
}

#[test]
fn destroy_takes_only_what_it_can_do() {
    let room = Room::applied();
    for words in [&["--refresh-only"][..], &["--restore", "example.com/web"], &["plan.json"]] {
        let words = [&["--sim", "destroy", "--auto-approve"], words].concat();
        room.refused(64, &words);
    }
    assert_eq!(room.json(&["--sim", "show", "--live"])["apps"].as_array().unwrap().len(), 2);
}

#[test]
fn findings_take_one_line_each_in_the_concise_format() {
    let room = Room::new();
    room.sandbox.edit(
        "spectrum.yaml",
        "dns: {type: CNAME, name: web.example.com}",
        "dns: {type: CNAM, name: web}",
    );
    let ran = room.sandbox.run(&["validate", "--format", "concise"]).ends_with(3);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), 2, "{}", ran.stdout);
    assert!(lines.iter().all(|line| line.starts_with("spectrum.yaml:13:")), "{}", ran.stdout);
    assert!(lines[0].contains(": error[invalid-value]: "), "{}", ran.stdout);
    let ran = room.sandbox.run(&["--sim", "plan", "--format", "concise"]).ends_with(3);
    assert!(ran.stdout.ends_with("Nothing will be applied.\n"), "{}", ran.stdout);
}

#[test]
fn version_says_how_it_was_built_when_asked() {
    let sandbox = Sandbox::new();
    let short = sandbox.run(&["version"]).ends_with(0).stdout;
    assert_eq!(short, format!("spectrumctl {}\n", env!("CARGO_PKG_VERSION")));
    let long = sandbox.run(&["version", "-v"]).ends_with(0).stdout;
    assert!(long.contains("\nformats: state 1, saved plan 2, JSON 1.0\n"), "{long}");
    assert_eq!(sandbox.run(&["--version"]).ends_with(0).stdout, short);
    assert_eq!(sandbox.run(&["--version", "--verbose"]).ends_with(0).stdout, long);
}

#[test]
fn an_option_with_one_dash_is_answered_with_the_right_one() {
    let ran = Sandbox::new().run(&["apply", "-auto-approve"]).ends_with(64);
    assert!(ran.stderr.contains("write --auto-approve instead of -auto-approve"), "{}", ran.stderr);
    let ran = Sandbox::new().run(&["plan", "-replace=example.com/ssh"]).ends_with(64);
    let expected = "write --replace=example.com/ssh instead of -replace=example.com/ssh";
    assert!(ran.stderr.contains(expected), "{}", ran.stderr);
}

#[test]
fn show_live_needs_no_configuration() {
    let mut sandbox = Sandbox::new();
    let seed = "zones: [{name: example.com}, {name: example.net}]\napps: [{zone: example.net, protocol: tcp/25, dns: {type: CNAME, name: mail.example.net}, origin_direct: [\"tcp://192.0.2.5:25\"]}]\n";
    sandbox.write("seed/one.sim.yaml", seed);
    let seed = sandbox.path("seed/one.sim.yaml").display().to_string();
    let simulator = crate::support::Simulator::start(&sandbox, &["--seed", &seed]);
    sandbox.connect(&simulator.base_url);
    let all = sandbox.run(&["show", "--live"]).ends_with(0).stdout;
    assert!(all.contains("example.com: 0 applications\n"), "{all}");
    assert!(
        all.contains("example.net: 1 application\n") && all.contains("mail.example.net"),
        "{all}"
    );
    let one = sandbox.run(&["show", "--live", "--zone", "example.net"]).ends_with(0).stdout;
    assert!(
        one.starts_with("example.net: 1 application\n") && !one.contains("example.com:"),
        "{one}"
    );
    assert!(!sandbox.path("state").exists(), "looking writes nothing");
}
