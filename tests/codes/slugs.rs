//! What a finding can be called: every slug that the sources hold is known to `explain`, and what has no check cannot be switched off.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use spectrumctl::codes;
use spectrumctl::config::{self, Sources, Vars};

/// What a finding begins with in the sources.
const BEGINNINGS: [&str; 3] = ["Finding::error(", "Finding::warning(", "SetupError::new("];

/// The files in which a slug is computed, and the slugs that come out of it.
const COMPUTED: [(&str, &[&str]); 7] = [
    ("cli/import.rs", &["not-live", "already-managed", "unread-value", "not-configured"]),
    (
        "api/advice.rs",
        &[
            "refused",
            "not-an-envelope",
            "unreachable",
            "timed-out",
            "incomplete-list",
            "odd-answer",
        ],
    ),
    ("api/settings.rs", &["base-url", "ca-file"]),
    ("codes/fault.rs", &[]),
    ("plan/guard.rs", &["max-deletes", "max-replaces", "max-updates"]),
    (
        "state/error.rs",
        &[
            "state-unreadable",
            "state-unwritable",
            "state-locked",
            "state-newer",
            "state-lock-lost",
            "state-stale",
            "state-unconditional",
            "state-backend",
        ],
    ),
    ("finding.rs", &[]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The slugs that a text holds behind the beginnings, and how many findings are called by something else than a literal.
fn slugs(text: &str) -> (BTreeSet<String>, usize) {
    let mut computed = 0;
    let mut found = BTreeSet::new();
    for beginning in BEGINNINGS {
        for rest in text.split(beginning).skip(1) {
            match rest.trim_start().strip_prefix('"').and_then(|rest| rest.split_once('"')) {
                Some((slug, _)) => drop(found.insert(slug.to_owned())),
                None => computed += 1,
            }
        }
    }
    (found, computed)
}

#[test]
fn every_slug_in_the_sources_is_known_to_explain() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut told = 0;
    for path in files {
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let (mut found, computed) = slugs(&std::fs::read_to_string(&path).unwrap());
        match COMPUTED.iter().find(|(file, _)| *file == name) {
            Some((_, listed)) => found.extend(listed.iter().map(|slug| (*slug).to_owned())),
            None => assert_eq!(
                computed, 0,
                "{name} calls a finding by something else than a literal: list it in COMPUTED"
            ),
        }
        told += found.len();
        for slug in found {
            assert!(
                codes::find(&slug).is_some(),
                "{name} tells of `{slug}`, which `explain` does not know: give it a line in src/codes/of_….rs"
            );
        }
    }
    assert!(told > 60, "only {told} slugs were found");
}

#[test]
fn each_entry_of_a_room_is_whole_and_named_once() {
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
        for cause in code.causes {
            assert!(
                cause.why.len() > 20 && cause.fix.len() > 5 && cause.why != cause.fix,
                "{}",
                cause.slug
            );
            assert!(!cause.why.ends_with('.') && !cause.fix.ends_with('.'), "{}", cause.slug);
        }
    }
}

fn told(text: &str) -> Vec<String> {
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
    let findings =
        told("version: 1\nsettings: {checks: {max-deletes: off, udp-argo: off, 11018: warn}}\n");
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
    assert_eq!(told(&app("live-overlap")), Vec::<String>::new());
    assert!(
        told(&app("protected"))[0]
            .starts_with("invalid-value lifecycle.allow.check: `protected` is not a check")
    );
}
