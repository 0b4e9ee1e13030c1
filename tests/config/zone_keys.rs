//! What a zone declares of itself, and what follows from it.

use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::validate;

/// The codes of what is wrong with an application that uses Argo in a zone with these entitlements.
fn codes(entitlements: &str) -> Vec<String> {
    let text = format!(
        "version: 1
settings: {{name: edge}}
edge_prefixes: [198.51.100.0/24]
zones:
  example.com:
    plan: enterprise
    entitlements: {entitlements}
    edge_prefixes: [198.51.100.0/25, \"2001:db8::/32\"]
    apps:
      ssh:
        protocol: tcp/22
        dns: {{type: CNAME, name: ssh.example.com}}
        origin_direct: [\"tcp://192.0.2.1:22\"]
        argo_smart_routing: true
"
    );
    let loaded = config::load(&Sources::new([("spectrum.yaml", text.as_str())]), &Vars::default());
    let configuration = &loaded.configuration;
    assert_eq!(configuration.settings.name.as_deref(), Some("edge"));
    let shown = |prefixes: &Option<Vec<_>>| {
        prefixes.iter().flatten().map(ToString::to_string).collect::<Vec<String>>()
    };
    assert_eq!(shown(&configuration.edge_prefixes), ["198.51.100.0/24"]);
    let zone = &configuration.zones["example.com"];
    assert_eq!(shown(&zone.edge_prefixes), ["198.51.100.0/25", "2001:db8::/32"]);
    let today = jiff::civil::date(2026, 8, 1);
    let validated = validate::validate(configuration, loaded.findings, today);
    validated.findings.iter().map(|finding| finding.code.to_string()).collect()
}

#[test]
fn an_entitlement_that_is_denied_is_known_to_be_missing_and_one_that_is_not_named_is_unknown() {
    assert_eq!(codes("{argo: false}"), ["11026"]);
    assert_eq!(codes("{argo: true, ftp: false}"), Vec::<String>::new());
    assert_eq!(codes("{ftp: false}"), Vec::<String>::new());
    assert_eq!(codes("[byoip]"), Vec::<String>::new());
}
