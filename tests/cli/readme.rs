//! What the README shows is what happens: the main command, the walk from an empty folder to a drift report, and each shown output.

use std::path::Path;
use std::process::{Command, Stdio};

use regex::Regex;
use serde_json::json;

use crate::support::{Sandbox, Simulator, repository};

fn readme() -> String {
    std::fs::read_to_string(repository().join("README.md")).unwrap()
}

/// The first block of a language after a heading.
fn block(heading: &str, language: &str) -> String {
    let readme = readme();
    let section = readme.split(&format!("\n## {heading}\n")).nth(1).unwrap();
    let block = section.split(&format!("```{language}\n")).nth(1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

/// A sandbox with a copy of the first example.
fn with_quickstart() -> Sandbox {
    let sandbox = Sandbox::new();
    let example = repository().join("examples/quickstart");
    for entry in std::fs::read_dir(example).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if name.ends_with(".yaml") {
            let bytes = std::fs::read(entry.path()).unwrap();
            sandbox.write(&format!("examples/quickstart/{name}"), bytes);
        }
    }
    sandbox
}

/// Every line that is shown is printed; ids and times are another run's.
#[track_caller]
fn shows(shown: &str, printed: &str) {
    let id = Regex::new(r"[0-9a-f]{32,64}").unwrap();
    let time = Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").unwrap();
    let plain = |text: &str| time.replace_all(&id.replace_all(text, "ID"), "TIME").into_owned();
    let printed = plain(printed);
    for line in shown.lines().filter(|line| line.trim() != "…") {
        let line = plain(line);
        assert!(printed.lines().any(|printed| printed == line), "{line:?} is not in\n{printed}");
    }
}

#[test]
fn the_readme_shows_what_the_main_command_prints() {
    let command = "cargo run -- -f examples/quickstart --sim apply --auto-approve";
    assert_eq!(block("Two commands", "sh"), format!("{command}\n"));
    let sandbox = with_quickstart();
    let arguments = ["-f", "examples/quickstart", "--sim", "apply", "--auto-approve"];
    let printed = sandbox.run(&arguments).ends_with(0).stdout;
    let shown = block("Two commands", "text");
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(printed.lines().any(|printed| printed == line), "{line:?} is not in\n{printed}");
    }
    let again = sandbox.run(&arguments).ends_with(0).stdout;
    let second = "No changes. 4 applications are as configured.";
    assert!(again.contains(second) && readme().contains(second), "{again}");
}

/// Runs a line as it is written, in a shell, against a simulator.
fn line(sandbox: &Sandbox, simulator: &Simulator, line: &str) -> (i32, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_spectrumctl")).parent().unwrap();
    let path = format!("{}:{}", binary.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(sandbox.path(""))
        .env_clear()
        .env("PATH", path)
        .env("HOME", sandbox.path(""))
        .env("CLOUDFLARE_BASE_URL", &simulator.base_url)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn the_walk_to_ones_own_zone_can_be_walked() {
    let walk = block("Your own zone in five commands", "sh");
    let lines: Vec<&str> =
        walk.lines().map(|line| line.split("  #").next().unwrap().trim()).collect();
    let commands = ["init", "plan", "apply", "drift"].map(|name| format!("spectrumctl {name}"));
    assert_eq!(lines[0], "export CLOUDFLARE_API_TOKEN=…");
    assert_eq!(lines[1..], commands);
    let sandbox = Sandbox::new();
    let simulator = Simulator::start(&sandbox, &[]);
    // Without a terminal nobody can type yes, so the flag says it.
    let walk = walk
        .replace("CLOUDFLARE_API_TOKEN=…", "CLOUDFLARE_API_TOKEN=a-token-of-the-tests")
        .replace("spectrumctl apply ", "spectrumctl apply --auto-approve ");
    let (code, text) = line(&sandbox, &simulator, &format!("set -e\n{walk}"));
    assert_eq!(code, 0, "{text}");
    for said in ["Wrote spectrum.yaml.", "Plan: 1 to create.", "1 done.", "No drift"] {
        assert!(text.contains(said), "{said} is not in\n{text}");
    }
    // Somebody changes something outside.
    let id = simulator.app_id("example.com", "ssh.example.com", "tcp/22");
    let zone = simulator.zone("example.com");
    let path = format!("/zones/{zone}/spectrum/apps/{id}");
    simulator.must("PATCH", &path, Some(&json!({"tls": "full"})));
    let drift = "CLOUDFLARE_API_TOKEN=any-token-will-do spectrumctl drift";
    let (code, text) = line(&sandbox, &simulator, drift);
    assert_eq!(code, 2, "the README says so: {text}");
    assert!(text.contains("tls: off → full"), "{text}");
}

#[test]
fn the_readme_shows_what_drift_prints() {
    let shown = block("Drift", "text");
    let (command, shown) = shown.split_once("\n").unwrap();
    assert_eq!(command, "$ spectrumctl drift --who");
    let mut sandbox = with_quickstart();
    let simulator = Simulator::start(&sandbox, &[]);
    sandbox.connect(&simulator.base_url);
    let quickstart = ["-f", "examples/quickstart"];
    sandbox.run(&[&quickstart[..], &["apply", "--auto-approve"]].concat()).ends_with(0);
    let zone = simulator.zone("example.com");
    let app = |hostname: &str, protocol: &str| {
        format!(
            "/zones/{zone}/spectrum/apps/{}",
            simulator.app_id("example.com", hostname, protocol)
        )
    };
    let database = json!({"origin_direct": ["tcp://192.0.2.20:5432", "tcp://192.0.2.99:5432"], "proxy_protocol": "off"});
    simulator.must("PATCH", &app("db.example.com", "tcp/5432"), Some(&database));
    simulator.must("PATCH", &app("shop.example.com", "tcp/443"), Some(&json!({"tls": "off"})));
    simulator.must("DELETE", &app("game.example.com", "udp/27015-27030"), None);
    let mail = json!({"protocol": "tcp/25", "dns": {"type": "CNAME", "name": "mail.example.com"}, "origin_direct": ["tcp://192.0.2.50:25"]});
    simulator.must("POST", &format!("/zones/{zone}/spectrum/apps"), Some(&mail));
    let drift = sandbox.run(&[&quickstart[..], &["drift", "--who"]].concat()).ends_with(2);
    shows(shown, &drift.stdout);
}
