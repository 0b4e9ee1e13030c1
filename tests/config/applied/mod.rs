//! Every fix that prints YAML can be applied as it is: a finding of the corpus, its fix applied by a machine that knows no codes, and
//! validated again. The finding is gone and no new one came, and what it prints is written as `fmt` writes it.

mod edit;
mod instruction;
mod mistakes;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use spectrumctl::config::{self, Sources, Vars, format};
use spectrumctl::finding::Finding;
use spectrumctl::validate;

use self::instruction::Edit;
use crate::support::{folders, repository};

/// How fixes begin that say what to do and print no YAML: the choice is somebody's who knows the service.
const NO_YAML: [&str; 27] = [
    "add origin_worker_id with",
    "ask the account team to enable Spectrum",
    "begin with a letter or digit",
    "correct the line",
    "create a",
    "declare what the account has",
    "keep a single entry",
    "list the same addresses",
    "move the application",
    "put several applications",
    "put the address in brackets",
    "remove one of",
    "remove the second",
    "set SPECTRUM_VAR",
    "set the variable",
    "use",
    "write a single port",
    "write a text",
    "write an application for each port",
    "write an id of",
    "write it into each",
    "write protocol and origin_port",
    "write ranges of",
    "write the UUID",
    "write the Worker",
    "write the address of the origin",
    "write the same",
];

/// What is found in a configuration.
fn findings(text: &str) -> Vec<Finding> {
    let loaded = config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default());
    validate::validate(&loaded.configuration, loaded.findings, date(2026, 8, 1)).findings
}

/// What a finding is about.
type About = (String, Option<String>, Option<String>);

fn about(finding: &Finding) -> About {
    (finding.code.clone(), finding.address.clone(), finding.path.clone())
}

/// How many findings there are about each thing.
fn counted(findings: &[Finding]) -> BTreeMap<About, usize> {
    findings.iter().fold(BTreeMap::new(), |mut counted, finding| {
        *counted.entry(about(finding)).or_default() += 1;
        counted
    })
}

/// Whether one of the alternatives of a fix takes the finding away and brings no new one; what went wrong otherwise.
fn is_fixed(text: &str, before: &[Finding], finding: &Finding) -> Result<bool, String> {
    let alternatives = instruction::alternatives(finding);
    if alternatives.is_empty() {
        let is_known = NO_YAML.iter().any(|begin| finding.fix.starts_with(begin));
        return if is_known { Ok(false) } else { Err("prints no YAML".to_owned()) };
    }
    let mut expected = counted(before);
    *expected.get_mut(&about(finding)).expect("it is one of them") -= 1;
    let mut failed = Vec::new();
    for edits in alternatives {
        let Some(fixed) = edit::apply(text, finding, &edits) else {
            failed.push(format!("{edits:?} cannot be applied"));
            continue;
        };
        let after = counted(&findings(&fixed));
        let new: Vec<_> = after
            .iter()
            .filter(|(key, count)| **count > expected.get(key).copied().unwrap_or(0))
            .collect();
        if new.is_empty() {
            return is_canonical(text, &fixed, &edits, &after).map(|()| true);
        }
        failed.push(format!("{edits:?} gives {new:?} in\n{fixed}"));
    }
    Err(failed.join("\n"))
}

/// Whether `fmt` leaves what a fix prints as it is, and takes nothing from it. A file that it refuses as a whole says nothing.
fn is_canonical(
    text: &str,
    fixed: &str,
    edits: &[Edit],
    found: &BTreeMap<About, usize>,
) -> Result<(), String> {
    if format::format("spectrum.yaml", text).is_err() {
        return Ok(());
    }
    let formatted = format::format("spectrum.yaml", fixed)
        .map_err(|error| format!("fmt refuses it: {}\n{fixed}", error.summary))?;
    if counted(&findings(&formatted)) != *found {
        return Err(format!("fmt changes what it says:\n{formatted}"));
    }
    for edit in edits {
        let printed = match edit {
            Edit::Set(name, value) => {
                format!("{}: {value}", name.rsplit('.').next().unwrap_or(name))
            }
            Edit::Replace(value) | Edit::Quote(value) => format!("note: {value}"),
            Edit::Rename(_) | Edit::Remove(_) | Edit::Move(..) => continue,
        };
        // Alone in an application, where nothing but `fmt` decides how it is written.
        let alone = "version: 1\nzones:\n  example.com:\n    apps:\n      one:\n";
        let alone = format!("{alone}        {printed}\n");
        let written = format::format("spectrum.yaml", &alone).map_err(|error| error.summary)?;
        if written != alone {
            return Err(format!("fmt writes {printed:?} in another way:\n{written}"));
        }
    }
    Ok(())
}

/// Tries the fix of each finding of each text; the number of fixes that were applied.
fn try_all(texts: impl IntoIterator<Item = String>) -> usize {
    let mut applied = 0;
    let mut failed = BTreeSet::new();
    for text in texts {
        let found = findings(&text);
        for finding in &found {
            match is_fixed(&text, &found, finding) {
                Ok(is_applied) => applied += usize::from(is_applied),
                Err(why) => {
                    let head = format!("{} {}: {}", finding.code, finding.summary, finding.fix);
                    failed.insert(format!(
                        "{head}\n    {}",
                        why.chars().take(1500).collect::<String>()
                    ));
                }
            }
        }
    }
    let heads: Vec<_> = failed.iter().filter_map(|text| text.lines().next()).collect();
    let shown: Vec<_> = failed.iter().take(4).cloned().collect();
    assert!(failed.is_empty(), "fixes fail:\n{}\n\n{}", heads.join("\n"), shown.join("\n"));
    applied
}

/// The configurations of the hand-written cases.
fn cases() -> Vec<String> {
    let faces =
        folders(&repository().join("tests/codes")).into_iter().flat_map(|code| folders(&code));
    let read = faces.map(|face| std::fs::read_to_string(face.join("spectrum.yaml")));
    read.filter_map(Result::ok).collect()
}

#[test]
fn every_fix_of_the_cases_can_be_applied() {
    let applied = try_all(cases());
    assert!(applied >= 45, "only {applied} fixes were applied");
}

#[test]
fn every_fix_of_a_file_with_many_mistakes_can_be_applied() {
    let text = include_str!("../many_mistakes.yaml");
    // A variable that is not set and a key that is there twice say nothing about what else is wrong.
    let text = text
        .replace("${ORIGIN}", "192.0.2.1")
        .replace("protocol: tcp/19", "note: twice")
        .replace("acount:", "x-account:")
        .replace("udp-argoo:", "udp-tlss:")
        .replace("version: 2", "ipv4_quota: 99\nversion: 2");
    let applied = try_all([text]);
    assert!(applied >= 40, "only {applied} fixes were applied");
}

#[test]
fn every_fix_of_a_common_mistake_can_be_applied() {
    let applied = try_all(mistakes::common());
    assert!(applied >= 20, "only {applied} fixes were applied");
}

#[test]
fn every_fix_of_a_random_mistake_can_be_applied() {
    let applied = try_all(mistakes::random());
    assert!(applied >= 900, "only {applied} fixes were applied");
}
