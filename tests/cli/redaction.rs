//! Where the traffic goes is hidden in everything that is written: an address and a name that occur nowhere else are looked for in
//! the output of every command.

use crate::support::{Ran, Sandbox};

/// The origins that must not be seen.
const CANARIES: [&str; 4] =
    ["203.0.113.77", "2001:db8::77", "2001:0db8:0::0077", "canary-origin.example.com"];

const CONFIGURATION: &str = "\
version: 1
zones:
  example.com:
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: [\"tcp://203.0.113.77:22\", \"tcp://[2001:0db8:0::0077]:22\"]
      web:
        protocol: tcp/443
        dns: {type: CNAME, name: web.example.com}
        origin_dns: {name: canary-origin.example.com, ttl: 600}
        origin_port: 443
";

fn hides_canaries(what: &str, text: &str) {
    let text = text.to_ascii_lowercase();
    for canary in CANARIES {
        for spelling in
            [canary.to_owned(), canary.replace(':', "%3a"), canary.replace(':', "&#58;")]
        {
            assert!(!text.contains(&spelling), "{what} shows {canary}:\n{text}");
        }
    }
}

fn hidden(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    let whole = [&["--redact", "origins", "-vv", "--sim"], arguments].concat();
    let ran = sandbox.run(&whole);
    hides_canaries(&format!("{arguments:?} on stdout"), &ran.stdout);
    hides_canaries(&format!("{arguments:?} on stderr"), &ran.stderr);
    ran
}

const FORMATS: [&str; 6] = ["human", "json", "markdown", "sarif", "github", "junit"];

#[test]
fn no_command_shows_an_origin_that_is_to_be_hidden() {
    let sandbox = Sandbox::with(CONFIGURATION);
    sandbox.write("sim.yaml", "dns_records: [{zone: example.com, name: canary-origin.example.com, type: A, content: 203.0.113.77}]\n");
    for format in FORMATS {
        hidden(&sandbox, &["--format", format, "plan"]);
    }
    for format in ["human", "json", "sarif", "github", "junit"] {
        hidden(&sandbox, &["--format", format, "validate"]);
    }
    let applied = hidden(&sandbox, &["apply", "--auto-approve"]);
    assert_eq!(applied.code, 0, "{}", applied.stderr);
    sandbox.edit("spectrum.yaml", "203.0.113.77:22\"", "203.0.113.77:2222\"");
    sandbox.edit("spectrum.yaml", "ttl: 600", "ttl: 900");
    for format in FORMATS {
        hidden(&sandbox, &["--format", format, "plan"]);
        hidden(&sandbox, &["--format", format, "drift"]);
    }
    for format in ["json", "markdown"] {
        hidden(&sandbox, &["--format", format, "apply", "--auto-approve"]);
    }
    for arguments in [
        &["state", "list"][..],
        &["--format", "json", "state", "list"],
        &["state", "show", "example.com/ssh"],
        &["state", "pull"],
        &["state", "history"],
        &["export", "--zone", "example.com"],
        &["doctor"],
    ] {
        hidden(&sandbox, arguments);
    }
}

#[test]
fn no_finding_about_an_origin_shows_it() {
    let sandbox = Sandbox::with(CONFIGURATION);
    for (from, to) in [
        ("\"tcp://203.0.113.77:22\"", "\"tcp//203.0.113.77:22\""),
        ("tcp://[2001:0db8:0::0077]:22", "tcp://2001:0db8:0::0077:22"),
        ("origin_port: 443", "origin_port: no"),
        ("name: canary-origin.example.com", "nme: canary-origin.example.com"),
    ] {
        sandbox.edit("spectrum.yaml", from, to);
    }
    for format in FORMATS {
        let ran = hidden(&sandbox, &["--format", format, "plan"]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
    }
    let ran = sandbox.run(&["--redact", "origins", "-vv", "fmt", "--diff"]);
    hides_canaries("fmt", &ran.all());
    assert_ne!(ran.code, 64, "{}", ran.stderr);
}

#[test]
fn what_is_posted_in_public_hides_origins_unless_the_repository_is_private() {
    let mut sandbox = Sandbox::with(CONFIGURATION);
    let shows = |sandbox: &Sandbox, arguments: &[&str]| {
        let ran = sandbox.run(&[&["--sim", "plan", "--format"], arguments].concat());
        ran.stdout.contains("203.0.113.77")
    };
    for format in ["markdown", "sarif", "github", "junit"] {
        assert!(!shows(&sandbox, &[format]), "{format} shows an origin by default");
    }
    for format in ["human", "json"] {
        assert!(shows(&sandbox, &[format]), "{format} hides origins although nobody asked for it");
    }
    assert!(shows(&sandbox, &["markdown", "--redact", "none"]));
    sandbox.run(&["--sim", "plan", "--format", "markdown=plan.md"]);
    hides_canaries("the file plan.md", &sandbox.read("plan.md"));
    sandbox.write("event.json", "{\"repository\": {\"private\": true}}");
    let event = sandbox.path("event.json");
    sandbox.set("GITHUB_EVENT_PATH", event.to_str().unwrap());
    assert!(shows(&sandbox, &["markdown"]));
    sandbox.write("event.json", "{\"repository\": {\"private\": false}}");
    assert!(!shows(&sandbox, &["markdown"]));
    sandbox.set("CI_PROJECT_VISIBILITY", "private");
    assert!(shows(&sandbox, &["markdown"]));
}

#[test]
fn a_hostname_on_the_line_of_an_origin_is_shown_and_a_malformed_origin_is_not() {
    let text = |name: &str, origin: &str| {
        format!(
            "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      ssh: {{protocol: tcp/22, dns: {{type: CNAME, name: {name}.example.com}}, origin_direct: [\"{origin}\"]}}\n"
        )
    };
    let sandbox = Sandbox::with(&text("one", "tcp://203.0.113.7:22"));
    sandbox.run(&["--sim", "apply", "--auto-approve"]).ends_with(0);
    sandbox.write("spectrum.yaml", text("two", "tcp://203.0.113.7:22"));
    let shown = sandbox.run(&["--sim", "plan", "--format", "markdown"]).ends_with(0).stdout;
    assert!(shown.contains("+ dns.name: two.example.com"), "{shown}");
    for origin in ["tcp://203.0.113.7:22/x", "tcp://203.0.113.777:22", "tcp://a_b!.example.com:22"]
    {
        sandbox.write("spectrum.yaml", text("two", origin));
        let refused = sandbox.run(&["validate", "--format", "github"]).ends_with(3).all();
        assert!(!refused.contains("203.0.113") && !refused.contains("a_b!"), "{refused}");
        assert!(refused.contains("example.com/ssh"), "{refused}");
    }
}
