//! The canonical form: what it is, that it says the same with the same comments, and that it is its own canonical form.

use std::path::{Path, PathBuf};

use super::documents::document;
use proptest::prelude::*;
use spectrumctl::config::{self, Sources, Vars, format};

use crate::support::{Sandbox, repository};

#[track_caller]
fn formatted(text: &str) -> String {
    let once = format::format("spectrum.yaml", text)
        .unwrap_or_else(|finding| panic!("{}: {}\n{text}", finding.code, finding.summary));
    let twice = format::format("spectrum.yaml", &once).unwrap();
    assert_eq!(once, twice, "what is formatted is in canonical form\n{text}");
    once
}

/// What a configuration says, places aside.
fn meaning(text: &str) -> String {
    let loaded = config::load(&Sources::new([("spectrum.yaml", text)]), &Vars::default());
    let codes: Vec<String> = loaded.findings.into_iter().map(|finding| finding.summary).collect();
    let apps = loaded.configuration.apps().map(|app| {
        let given: Vec<String> = app
            .draft
            .given
            .iter()
            .map(|(field, given)| format!("{}={:?}", field.path(), given.value))
            .collect();
        format!("{} {given:?} {:?} {:?}", app.address, app.labels, app.note)
    });
    format!("{codes:?} {:?}", apps.collect::<Vec<String>>())
}

/// The comments of a text that has `#` in comments only.
fn comments(text: &str) -> Vec<String> {
    let mut comments: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_once("# "))
        .map(|(_, text)| text.trim().to_owned())
        .collect();
    comments.sort();
    comments
}

#[test]
fn a_configuration_is_brought_into_canonical_form() {
    let messy = include_str!("messy.yaml");
    assert_eq!(formatted(messy), include_str!("canonical.yaml"));
    assert_eq!(meaning(messy), meaning(include_str!("canonical.yaml")));
    let windows = format!("\u{feff}{}", messy.replace('\n', "\r\n"));
    assert_eq!(formatted(&windows), include_str!("canonical.yaml"));
}

#[test]
fn what_cannot_be_read_is_not_formatted() {
    for (text, code) in [
        ("zones: [\n", "yaml-syntax"),
        ("a: 1\na: 2\n", "duplicate-key"),
        ("a: 1\n---\nb: 2\n", "several-documents"),
    ] {
        assert_eq!(format::format("spectrum.yaml", text).unwrap_err().code, code);
    }
}

#[test]
fn a_text_of_several_lines_keeps_every_character() {
    for text in [
        "note: |\n      kept  \n        deeper\n\n      end\nversion: 1\n",
        "note: |+\n  kept\n\n\nversion: 1\n",
        "note: |+\n  kept\n\n\n",
        "note: |-\n  no newline",
        "note: |\n  no newline",
        "note: |4\n      two more\n    none\n",
        "note: >\n    folded\n    text\n\n    more\n",
        "note: \"two  \n   lines\\   \n   more\"\n",
        "note: plain\n        text\n  goes on\n",
        "note:\n  # why\n  - |\n    a\n  -   |\n      b\n  - - c\n    - d\n",
        "? complex\n: value\n",
        "",
        "# only a comment",
        "\n\n",
        "--- # begins\nversion: 1\n...\n",
        "a:\n-   b: 1\n    c:\n    - 2\n-\n    d: 3\n- # why\n    e: 4\n",
    ] {
        let once = formatted(text);
        let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).unwrap();
        assert_eq!(read(&once), read(text), "{text:?} became {once:?}");
    }
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn every_configuration_of_the_repository_says_the_same_when_it_is_formatted() {
    let mut files = Vec::new();
    ["examples", "tests/codes", "tests/plan"]
        .iter()
        .for_each(|folder| yaml_files(&repository().join(folder), &mut files));
    let mut tried = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        match format::format(&path.to_string_lossy(), &text) {
            Ok(_) => assert_eq!(meaning(&formatted(&text)), meaning(&text), "{}", path.display()),
            Err(finding) => assert_ne!(finding.code, "format-refused", "{}", path.display()),
        }
        tried += 1;
    }
    assert!(tried > 100, "only {tried} files");
}

#[test]
fn the_examples_are_in_canonical_form() {
    let mut files = Vec::new();
    yaml_files(&repository().join("examples"), &mut files);
    for path in files.iter().filter(|path| !path.ends_with("sim.yaml")) {
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(formatted(&text), text, "{}", path.display());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_document_says_the_same_with_the_same_comments_in_canonical_form(seed in any::<u64>()) {
        let text = document(seed);
        let once = formatted(&text);
        prop_assert_eq!(meaning(&once), meaning(&text), "{}", text);
        prop_assert_eq!(comments(&once), comments(&text));
        prop_assert!(once.ends_with('\n') && !once.ends_with("\n\n") && !once.contains('\r'));
        prop_assert!(once.lines().all(|line| line.trim_end() == line), "{}", once);
        let orders = once.lines().filter(|line| line.starts_with("        ") && !line.starts_with("         "));
        let keys: Vec<&str> = orders.filter_map(|line| line.trim().split_once(':')).map(|(key, _)| key).collect();
        let names = ["protocol", "dns", "origin_direct", "edge_ips", "tls", "ip_firewall", "labels", "note", "lifecycle"];
        let rank = |key: &str| names.iter().position(|name| *name == key);
        let falls = keys.windows(2).filter(|pair| rank(pair[0]) > rank(pair[1])).count();
        let apps = keys.iter().filter(|key| **key == "protocol").count();
        prop_assert!(falls < apps, "the keys of each application are in order\n{}", once);
    }
}

#[test]
fn fmt_writes_lists_and_shows_what_changes() {
    let sandbox = Sandbox::with(include_str!("messy.yaml"));
    let check = sandbox.run(&["fmt", "--check"]).ends_with(1);
    assert_eq!(check.stdout, "spectrum.yaml\n");
    let diff = sandbox.run(&["fmt", "--diff"]).ends_with(0);
    assert!(
        diff.stdout.starts_with("--- spectrum.yaml\n+++ spectrum.yaml\n@@ "),
        "{}",
        diff.stdout
    );
    assert!(
        diff.stdout.contains("\n-                tls: \"off\"\n")
            && diff.stdout.contains("\n+        tls: off\n"),
        "{}",
        diff.stdout
    );
    sandbox.run(&["fmt", "--check", "--diff"]).ends_with(1);
    assert_eq!(
        sandbox.read("spectrum.yaml"),
        include_str!("messy.yaml"),
        "nothing was written so far"
    );
    assert_eq!(sandbox.run(&["fmt"]).ends_with(0).stdout, "spectrum.yaml\n");
    assert_eq!(sandbox.read("spectrum.yaml"), include_str!("canonical.yaml"));
    assert_eq!(sandbox.run(&["fmt", "--check"]).ends_with(0).all(), "");
}

#[test]
fn a_file_that_cannot_be_read_keeps_no_other_from_being_formatted() {
    let sandbox = Sandbox::new();
    sandbox.write("spectrum/broken.yaml", "zones: [\n");
    sandbox.write("spectrum/fine.yaml", "version:   1  \n\n\n");
    let ran = sandbox.run(&["fmt"]).ends_with(3);
    assert!(ran.stderr.contains("yaml-syntax") && ran.stdout == "spectrum/fine.yaml\n", "{ran:?}");
    assert_eq!(
        (sandbox.read("spectrum/fine.yaml"), sandbox.read("spectrum/broken.yaml")),
        ("version:   1\n".to_owned(), "zones: [\n".to_owned())
    );
    assert!(
        sandbox.run(&["-f", "none.yaml", "fmt"]).ends_with(1).stderr.contains("unreadable-file")
    );
}
