//! The hand-written cases of every code as whole configurations: read and validated as the program does it, each finding of a case is told with its code,
//! severity, address, path and line, and what stands beside it is not told.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use serde_json::Value as Json;
use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::finding::Finding;
use spectrumctl::validate;

use crate::support::{folders, read_json, repository};

/// Cases that validation alone must tell, and does not yet.
const PENDING: [&str; 0] = [];

/// Code, severity, address, path and line.
type Told = (String, String, String, String, u64);

/// Every case: its name, such as `11000/no-origin`, and its folder.
fn cases() -> Vec<(String, PathBuf)> {
    let root = repository().join("tests/codes");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    folders(&root).iter().flat_map(|code| folders(code)).map(|path| (name(&path), path)).collect()
}

/// What is found in a configuration without asking anybody.
fn offline(text: &str) -> Vec<Finding> {
    let sources = Sources::new([("spectrum.yaml", text)]);
    let config::Loaded { configuration, findings } = config::load(&sources, &Vars::default());
    validate::validate(&configuration, findings, date(2026, 8, 1)).findings
}

fn told(finding: &Finding) -> Told {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let line = finding.place.as_ref().map_or(0, |place| u64::from(place.line));
    (
        finding.code.clone(),
        finding.severity.to_string(),
        text(&finding.address),
        text(&finding.path),
        line,
    )
}

/// What the case says that is to be told.
fn wanted(case: &Path) -> (Json, BTreeSet<Told>) {
    let expected = read_json(&case.join("expected.json"));
    let of = |finding: &Json| {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        (
            text("code"),
            text("severity"),
            text("address"),
            text("path"),
            finding["line"].as_u64().unwrap_or_default(),
        )
    };
    let findings =
        expected["findings"].as_array().expect("a case has findings").iter().map(of).collect();
    (expected["known"].clone(), findings)
}

#[test]
fn every_case_that_is_known_offline_is_told_at_its_place() {
    let (mut right, mut wrong) = (0, Vec::new());
    for (name, case) in cases() {
        let (known, wanted) = wanted(&case);
        let found: BTreeSet<Told> =
            offline(&std::fs::read_to_string(case.join("spectrum.yaml")).unwrap())
                .iter()
                .map(told)
                .collect();
        // What only the account or the API can tell may be told early, where the configuration happens to hold enough.
        let as_wished = if known == "offline" { found == wanted } else { found.is_subset(&wanted) };
        if as_wished == PENDING.contains(&name.as_str()) {
            wrong.push(format!("{name} ({known}): {found:#?} in place of {wanted:#?}"));
        }
        right += usize::from(as_wished && known == "offline");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(right > 50, "only {right} cases are known offline");
}

#[test]
fn what_stands_beside_a_case_is_valid() {
    let mut right = 0;
    for (name, case) in cases() {
        let Ok(text) = std::fs::read_to_string(case.join("beside.yaml")) else { continue };
        let found: Vec<Told> = offline(&text).iter().map(told).collect();
        assert_eq!(found, [], "{name}");
        right += 1;
    }
    assert!(right > 70, "only {right} cases have something beside them");
}
