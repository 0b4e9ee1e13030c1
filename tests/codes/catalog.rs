//! The catalog: each code is whole, named once, in our own words, and what has no check cannot be switched off.

use std::collections::BTreeSet;

use spectrumctl::codes::{self, Cause};
use spectrumctl::config::{self, Sources, Vars};

#[test]
fn each_code_is_whole_and_named_once() {
    let mut named = BTreeSet::new();
    for code in codes::all() {
        assert!(named.insert(code.slug), "{} is there twice", code.slug);
        for cause in code.causes.iter().filter(|cause| cause.slug != code.slug) {
            assert!(named.insert(cause.slug), "{} names two things", cause.slug);
        }
        assert!(
            !code.title.is_empty() && !code.title.ends_with('.') && !code.causes.is_empty(),
            "{}",
            code.slug
        );
        code.causes.iter().for_each(is_well_said);
    }
}

fn is_well_said(cause: &Cause) {
    let why = cause.why.unwrap_or("nothing to add to the title");
    assert!(why.len() > 20 && cause.fix.len() > 5 && why != cause.fix, "{}", cause.slug);
    for text in [why, cause.fix] {
        assert!(!text.ends_with('.') && !text.contains("  "), "{}: {text}", cause.slug);
    }
}

#[test]
fn no_two_codes_have_one_why_or_one_fix() {
    let mut texts = BTreeSet::new();
    for cause in codes::all().flat_map(|code| code.causes) {
        for text in cause.why.into_iter().filter(|why| why.len() > 40) {
            assert!(texts.insert(text), "{}: {text}", cause.slug);
        }
    }
    assert!(texts.len() > 80, "only {} whys", texts.len());
}

fn findings_of(text: &str) -> Vec<String> {
    let loaded = config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default());
    loaded
        .findings
        .into_iter()
        .map(|finding| {
            format!(
                "{} {}: {}; {}",
                finding.code,
                finding.path.unwrap_or_default(),
                finding.summary,
                finding.fix
            )
        })
        .collect()
}

#[test]
fn a_guard_cannot_be_switched_off_as_a_check() {
    let findings = findings_of(
        "version: 1\nsettings: {checks: {max-deletes: off, udp-argo: off, 11018: warn}}\n",
    );
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(
        findings[0].starts_with("invalid-value settings.checks.max-deletes: `max-deletes` is not a check that can be switched off"),
        "{findings:?}"
    );
    assert!(findings[0].contains("--max-deletes N"), "{findings:?}");
}

#[test]
fn a_guard_cannot_be_excepted_as_a_check() {
    let app = |check: &str| {
        format!(
            "version: 1\nzones:\n  example.com:\n    apps:\n      ssh:\n        protocol: tcp/22\n        dns: {{type: CNAME, name: ssh.example.com}}\n        origin_direct: [\"tcp://192.0.2.1:22\"]\n        lifecycle:\n          allow: [{{check: {check}, reason: tried}}]\n"
        )
    };
    assert_eq!(findings_of(&app("live-overlap")), Vec::<String>::new());
    assert!(
        findings_of(&app("protected"))[0]
            .starts_with("invalid-value lifecycle.allow.check: `protected` is not a check")
    );
}
