//! `init` on a terminal: it asks for the zone, its account, and what to begin with, and lists the zones of the token.

use crate::support::{ACCOUNT, Sandbox, Simulator, Terminal};

const SEED: &str = r#"zones: [{name: example.com}, {name: example.net, account: 01a7362d577a6c3019a474fd6f485823}]
apps: [{zone: example.net, protocol: tcp/25, dns: {type: CNAME, name: mail.example.net}, origin_direct: ["tcp://192.0.2.5:25"]}]
"#;

fn connected() -> (Sandbox, Simulator) {
    let mut sandbox = Sandbox::new();
    sandbox.write("seed/one.sim.yaml", SEED);
    let seed = sandbox.path("seed/one.sim.yaml").display().to_string();
    let simulator = Simulator::start(&sandbox, &["--seed", &seed]);
    sandbox.connect(&simulator.base_url);
    (sandbox, simulator)
}

#[test]
fn the_zones_of_the_token_are_listed_and_what_is_live_is_the_beginning() {
    let (sandbox, _simulator) = connected();
    let terminal = Terminal::start(&sandbox, "xterm-256color", (40, 120), &["init"]);
    let screen = terminal.wait_for("Zone [example.com]:");
    assert!(screen.contains("The token has access to 2 zones:"), "{screen}");
    terminal.press("example.net\r");
    terminal.wait_for(&format!("leave it out [{ACCOUNT}]:"));
    terminal.press("\r");
    terminal.wait_for("(example, live) [example]:");
    terminal.press("perhaps\r");
    terminal.wait_for("write example or live, not perhaps");
    terminal.press("live\r");
    assert_eq!(terminal.end().code, Some(0));
    let text = sandbox.read("spectrum.yaml");
    assert!(text.contains("name: mail.example.net"), "{text}");
    assert!(text.contains(&format!("\naccount: {ACCOUNT}\n")), "{text}");
    sandbox.run(&["validate", "--strict"]).ends_with(0);
}

#[test]
fn without_a_token_nothing_is_asked_over_the_network() {
    let sandbox = Sandbox::new();
    let terminal = Terminal::start(&sandbox, "xterm-256color", (40, 120), &["init"]);
    terminal.wait_for("Zone [example.com]:");
    terminal.press("nonsense\r");
    terminal.wait_for("nonsense is no zone; write a name such as example.com");
    terminal.press("example.org\r");
    terminal.wait_for("Account id, or nothing to leave it out:");
    terminal.press("\r");
    assert_eq!(terminal.end().code, Some(0));
    let text = sandbox.read("spectrum.yaml");
    assert!(text.contains("\n  example.org:\n") && !text.contains("account:"), "{text}");
}

#[test]
fn the_end_of_the_input_writes_nothing() {
    let sandbox = Sandbox::new();
    let terminal = Terminal::start(&sandbox, "xterm-256color", (40, 120), &["init"]);
    terminal.wait_for("Zone [example.com]:");
    terminal.press("\u{4}");
    let shown = terminal.end();
    assert_eq!(shown.code, Some(1));
    assert!(shown.screen.contains("Cancelled. Nothing was changed."), "{}", shown.screen);
    assert!(!sandbox.path("spectrum.yaml").exists());
}

#[test]
fn a_zone_that_a_flag_names_is_not_asked_for() {
    let sandbox = Sandbox::new();
    let arguments = ["init", "--zone", "example.org"];
    let terminal = Terminal::start(&sandbox, "xterm-256color", (40, 120), &arguments);
    let shown = terminal.end();
    assert_eq!(shown.code, Some(0));
    assert!(!shown.screen.contains("Zone ["), "{}", shown.screen);
    assert!(sandbox.read("spectrum.yaml").contains("\n  example.org:\n"));
}
