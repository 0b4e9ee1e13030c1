//! Each fix can be pasted: what is written wrong, the fix that is printed, and the same with the fix, which is valid. By hand.

use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::validate;

/// What is written below an application, a part of the fix, and what is written after it.
const FIXES: &[(&str, &str, &str)] = &[
    (
        "protocol: udp/1000-2000|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}",
        "add origin_port: \"1000-2000\"",
        "protocol: udp/1000-2000|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|origin_port: \"1000-2000\"",
    ),
    (
        "protocol: udp/53|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}",
        "add origin_port: 53",
        "protocol: udp/53|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|origin_port: 53",
    ),
    (
        "protocol: tcp/22|dns: {type: ADDRESS, name: a.example.com}|edge_ips: {type: static, ips: \"198.51.100.7,198.51.100.8\"}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "write [\"198.51.100.7\", \"198.51.100.8\"]",
        "protocol: tcp/22|dns: {type: ADDRESS, name: a.example.com}|edge_ips: {type: static, ips: [\"198.51.100.7\", \"198.51.100.8\"]}|origin_direct: [\"tcp://192.0.2.1:22\"]",
    ),
    (
        "protocol: tcp/3000-3001|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|origin_port: {start: 4000, end: 4001}",
        "write \"4000-4001\"",
        "protocol: tcp/3000-3001|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|origin_port: \"4000-4001\"",
    ),
    (
        "protocol: tcp/22|dns: {type: CNAME, nme: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
        "write name",
        "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_direct: [\"tcp://192.0.2.1:22\"]",
    ),
];

fn findings(fields: &str) -> Vec<Finding> {
    let fields = fields.replace('|', "\n        ");
    let yaml = format!(
        "version: 1\nzones:\n  example.com:\n    plan: enterprise\n    apps:\n      a:\n        {fields}\n"
    );
    let loaded = config::load(&Sources::new([("spectrum.yaml", yaml.as_str())]), &Vars::default());
    let today = jiff::civil::date(2026, 8, 1);
    validate::validate(&loaded.configuration, loaded.findings, today).findings
}

#[test]
fn a_fix_is_valid_and_a_mistake_is_one_finding() {
    for (wrong, fix, right) in FIXES {
        let found = findings(wrong);
        let fixes: Vec<&str> = found.iter().map(|finding| finding.fix.as_str()).collect();
        assert_eq!(fixes.len(), 1, "{wrong}: {found:?}");
        assert!(fixes[0].contains(fix), "{wrong}: {fixes:?}");
        assert_eq!(findings(right), Vec::new(), "{right}");
    }
}

#[test]
fn a_range_into_a_virtual_network_is_one_finding() {
    let fields = "protocol: tcp/22|dns: {type: CNAME, name: a.example.com}|origin_dns: {name: o.example.com}|\
                  origin_port: \"22-23\"|virtual_network_id: f70ff985-a4ef-4643-bbbc-4a0ed4fc8415";
    let codes: Vec<String> = findings(fields).into_iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["11041", "11043"]);
}

#[test]
fn a_variable_without_quotes_in_a_flow_mapping_is_told_to_be_quoted() {
    let found = findings("protocol: tcp/22|dns: {type: CNAME, name: ${HOST}}");
    let fix = &found.first().expect("a finding").fix;
    assert_eq!(fix, "put the variable in quotes: \"${HOST}\"", "{found:?}");
}
