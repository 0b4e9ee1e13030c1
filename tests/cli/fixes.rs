//! Fixes that print what is to be written: taken as they are, they leave nothing to fix.

use serde_json::Value as Json;

use crate::support::{Sandbox, Simulator};

/// The fix of the one finding with a code.
fn fix(sandbox: &Sandbox, arguments: &[&str], code: &str) -> String {
    let (exit, report) = sandbox.json(arguments);
    assert_eq!(exit, 3, "{report:#}");
    let findings = report["findings"].as_array().unwrap();
    let with_code = |finding: &&Json| finding["code"] == code;
    let found: Vec<_> = findings.iter().filter(with_code).collect();
    assert_eq!(found.len(), 1, "{report:#}");
    found[0]["fix"].as_str().unwrap().to_owned()
}

const NETWORK: &str = "version: 1
zones:
  example.com:
    plan: enterprise
    apps:
      files:
        protocol: tcp/EDGE
        dns: {type: CNAME, name: files.example.com}
        origin_direct: [\"tcp://10.0.0.1:ORIGIN\"]
        virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415
";

#[test]
fn a_range_into_a_virtual_network_becomes_the_rows_that_the_fix_prints() {
    for (edge, origin, address, to) in [
        ("5000-5002", "5000-5002", "example.com/files/5001", "tcp://10.0.0.1:5001"),
        ("5000-5002", "6000-6002", "example.com/files/5001", "tcp://10.0.0.1:6001"),
    ] {
        let text = NETWORK.replace("EDGE", edge).replace("ORIGIN", origin);
        let sandbox = Sandbox::with(&text);
        let fix = fix(&sandbox, &["validate"], "11043");
        let mut fixed = text;
        for line in fix.lines().skip(1) {
            let (key, _) = line.split_once(':').unwrap();
            let old = fixed.lines().find(|old| old.trim().starts_with(&format!("{key}:")));
            let new = format!("        {line}");
            fixed = match old.map(str::to_owned) {
                Some(old) => fixed.replace(&old, &new),
                None => fixed.replace("      files:\n", &format!("      files:\n{new}\n")),
            };
        }
        sandbox.write("spectrum.yaml", &fixed);
        sandbox.run(&["validate"]).ends_with(0);
        let written = sandbox.run(&["show", "--expand"]).ends_with(0).stdout;
        let key = address.strip_prefix("example.com/").unwrap();
        assert!(written.contains(&format!("      {key}:\n")) && written.contains(to), "{written}");
    }
}

const ORIGIN: &str = "version: 1
zones:
  example.com:
    plan: enterprise
    apps:
      game:
        protocol: udp/7777
        dns: {type: CNAME, name: game.example.com}
        origin_dns: {name: origin-eu.example.com}
        origin_port: 7777
";

#[test]
fn a_missing_record_is_printed_for_the_dashboard_and_for_every_tool() {
    let sandbox = Sandbox::with(ORIGIN);
    let other =
        "{zone: example.com, type: A, name: other.example.com, content: 192.0.2.9, proxied: false}";
    sandbox.write("sim.yaml", format!("dns_records:\n  - {other}\n"));
    let fix = fix(&sandbox, &["--sim", "plan"], "11050");
    let lines: Vec<&str> = fix.lines().collect();
    assert_eq!(
        lines,
        [
            "create this record, DNS only, with the origin's own values for the words in capitals",
            "dashboard: type A, name origin-eu, content ADDRESS, proxy status DNS only",
            "octoDNS: origin-eu: {type: A, value: ADDRESS, octodns: {cloudflare: {proxied: false}}}",
            "dnscontrol: A(\"origin-eu\", \"ADDRESS\", CF_PROXY_OFF)",
            "Terraform:",
            "resource \"cloudflare_dns_record\" \"origin_origin_eu\" {",
            "zone_id = \"023e105f4ecef8ad9ca31a8372d0c353\"",
            "name = \"origin-eu.example.com\"",
            "type = \"A\"",
            "content = \"ADDRESS\"",
            "ttl = 1",
            "proxied = false",
            "}",
        ]
    );
    let octodns: serde_yaml::Value =
        serde_yaml::from_str(lines[2].strip_prefix("octoDNS: ").unwrap()).unwrap();
    assert_eq!(octodns["origin-eu"]["type"], "A");
    let made = other.replace("other.", "origin-eu.");
    sandbox.write("sim.yaml", format!("dns_records:\n  - {other}\n  - {made}\n"));
    sandbox.remove("state");
    sandbox.run(&["--sim", "plan"]).ends_with(0);
}

/// The application that an account has, and what somebody writes down of it.
const FOUND: &str = "apps:
  - {zone: example.com, protocol: tcp/22, dns: {type: CNAME, name: ssh.example.com}, origin_direct: [\"tcp://192.0.2.1:22\"],
     tls: full, edge_ips: {type: dynamic, connectivity: ipv4}}
";

const WRITTEN: &str = "version: 1
settings: {adopt: true}
zones:
  example.com:
    plan: enterprise
    apps:
      ssh:
        protocol: tcp/22
        dns: {type: CNAME, name: ssh.example.com}
        origin_direct: [\"tcp://192.0.2.1:22\"]
";

#[test]
fn the_lines_that_an_adopted_application_lacks_are_printed_one_on_each_line() {
    for more in ["", "        edge_ips: {type: dynamic}\n"] {
        let text = format!("{WRITTEN}{more}");
        let mut sandbox = Sandbox::with(&text);
        sandbox.write("seed.yaml", FOUND);
        let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
        sandbox.connect(&simulator.base_url);
        let (exit, report) = sandbox.json(&["plan"]);
        let findings = report["findings"].as_array().unwrap();
        assert_eq!((exit, findings.len()), (4, 1), "{report:#}");
        assert_eq!(findings[0]["code"], "adoption-resets");
        let fix = findings[0]["fix"].as_str().unwrap();
        let lines: Vec<String> =
            fix.lines().skip(1).map(|line| format!("        {line}\n")).collect();
        assert_eq!(lines.len(), 2, "{fix}");
        let fixed = format!("{}{}", text.replace(more, ""), lines.concat());
        sandbox.write(
            "spectrum.yaml",
            if more.is_empty() { format!("{text}{}", lines.concat()) } else { fixed },
        );
        let (exit, report) = sandbox.json(&["plan"]);
        assert_eq!((exit, &report["findings"]), (0, &serde_json::json!([])), "{report:#}");
        assert_eq!(report["summary"]["update"], 0, "{report:#}");
    }
}

#[test]
fn an_unmanaged_application_with_another_kind_of_record_is_one_finding() {
    let seed = FOUND
        .replace("type: CNAME", "type: ADDRESS")
        .replace("{type: dynamic, connectivity: ipv4}", "{type: static, ips: [198.51.100.7]}");
    let mut sandbox = Sandbox::with(&WRITTEN.replace("settings: {adopt: true}\n", ""));
    sandbox.write("seed.yaml", seed);
    let simulator = Simulator::start(&sandbox, &["--seed", "seed.yaml"]);
    sandbox.connect(&simulator.base_url);
    let (exit, report) = sandbox.json(&["plan"]);
    let findings = report["findings"].as_array().unwrap();
    let codes: Vec<&str> = findings.iter().map(|one| one["code"].as_str().unwrap()).collect();
    assert_eq!((exit, codes), (3, vec!["11004"]), "{report:#}");
}
