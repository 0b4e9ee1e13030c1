//! A file with many mistakes gives all of them in one run, each at the line on which it stands.

use std::collections::BTreeSet;

use spectrumctl::config::{self, Sources, Vars};
use spectrumctl::validate;

const TEXT: &str = include_str!("many_mistakes.yaml");

/// Line and code of each mark `# <- CODE CODE`.
fn marked() -> BTreeSet<(u32, String)> {
    let lines = (1..).zip(TEXT.lines());
    let marks = lines.filter_map(|(number, line)| Some((number, line.split_once("# <- ")?.1)));
    marks
        .flat_map(|(number, codes)| codes.split(' ').map(move |code| (number, code.to_owned())))
        .collect()
}

#[test]
fn every_mistake_is_found_at_its_line_and_nothing_else() {
    let loaded = config::load(&Sources::new([("spectrum.yaml", TEXT)]), &Vars::default());
    let validated =
        validate::validate(&loaded.configuration, loaded.findings, jiff::civil::date(2026, 8, 1));
    let found = validated.findings.iter().map(|finding| {
        (finding.place.as_ref().map_or(0, |place| place.line), finding.code.clone())
    });
    let found: BTreeSet<(u32, String)> = found.collect();
    let marked = marked();
    assert!(marked.len() >= 50, "the file has {} mistakes", marked.len());
    let missed: Vec<_> = marked.difference(&found).collect();
    let extra: Vec<_> = found.difference(&marked).collect();
    assert!(missed.is_empty() && extra.is_empty(), "missed {missed:?}\nextra {extra:?}");
}

#[test]
fn every_mistake_says_what_to_do() {
    let loaded = config::load(&Sources::new([("spectrum.yaml", TEXT)]), &Vars::default());
    let validated =
        validate::validate(&loaded.configuration, loaded.findings, jiff::civil::date(2026, 8, 1));
    for finding in &validated.findings {
        let says_why = finding.why.as_ref().is_none_or(|why| !why.is_empty());
        assert!(says_why && !finding.fix.is_empty(), "{finding:?}");
        assert!(!finding.summary.ends_with('.') && !finding.summary.contains('\n'), "{finding:?}");
    }
}
