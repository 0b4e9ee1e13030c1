//! Words that text for users does not use: what the program prints, the READMEs, the examples, the list of changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use super::rust::Parts;
use super::sources;
use crate::support::repository;

/// Words with a plainer one beside them.
const WORDS: [(&str, &str); 38] = [
    (r"told", "reported, shown"),
    (r"mend(s|ed|ing)?", "fix"),
    (r"heed(s|ed)?", "use, respect"),
    (r"unsaid", "not set"),
    (r"carried out", "applied, run"),
    (r"brought back", "restored"),
    (r"met before", "seen before"),
    (r"such ones", "name them"),
    (r"stands", "is"),
    (r"c[ao]me(s)? about", "say what happened"),
    (r"carr(y|ies|ied) (it|this|them|the plan) out", "apply it, run it"),
    (r"is known to", "say who knows, or leave it out"),
    // Phrases, and what the last line is not.
    (r"no changes are planned, but", "Plan failed: 1 error. Nothing will be applied."),
    (r"(report|plan) is not complete", "Drift unknown: example.com could not be read."),
    (r"carry this out", "Apply these 4 changes to example.com?"),
    (r"the plan was not confirmed", "Cancelled. Nothing was changed."),
    (r"running calls are finished", "Interrupted: waiting for 8 running calls."),
    (r"once more ends at once", "Press Ctrl-C again to quit now."),
    (r"nothing new is begun", "Interrupted: waiting for 8 running calls."),
    (r"nothing serves it", "OUTAGE: X was deleted and could not be created again."),
    (r"the run ended before it", "284 steps were not started."),
    (r"has another protection", "protect false → true (state only)"),
    (r"(record|update) [^ ]*: differs", "update X"),
    (r"things? to fix", "2 problems"),
    (r"no connection came", "could not connect to H"),
    (r"(fixed form|list of words)", "allowed values: off, flexible, full, strict"),
    (r"takes one kind of value", "expected a list, found a string"),
    (r"gives? no verdict", "this check was skipped"),
    (r"is not known to be", "the zone may exist, but this token has no access to it"),
    (r"nobody (has said|knows)", "taking it over has not been allowed; it is unknown"),
    (r"let go wrong", "inject the faults listed in FILE"),
    (r"costs deletions", "deletions wait until they are adopted again"),
    // Names of the past.
    (r"strangers?", "unmanaged applications"),
    (r"deeds?", "entries of the audit log"),
    (r"lessons?|teachings?", "cached refusals"),
    (r"streaks?", "equal refusals in a row"),
    (r"settled by", "recovered by"),
    (r"what it is to be", "say which value is unknown"),
];

/// The files that still use such words. This list only shrinks: whoever writes the text of a file anew deletes its
/// entry.
const STILL_ODD: &[&str] = &[];

/// The pieces of text for users, by file, each with its line.
fn texts() -> BTreeMap<String, Vec<(usize, String)>> {
    let mut texts = BTreeMap::new();
    let place = Regex::new(r"\{[^{}]*\}").unwrap();
    for source in sources("src") {
        let production: String = source.production().map(|(_, line)| format!("{line}\n")).collect();
        let parts = Parts::of(&production);
        let without_names = |text: String| place.replace_all(&text, "{}").into_owned();
        let mut pieces: Vec<_> =
            parts.literals.into_iter().map(|(line, text)| (line, without_names(text))).collect();
        // The doc comments of arguments are their help.
        if production.contains("clap") {
            pieces.extend(parts.docs);
        }
        texts.insert(source.path, pieces);
    }
    for path in documents() {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(repository()).unwrap().to_string_lossy().replace('\\', "/");
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
        texts.insert(name, lines.collect());
    }
    texts
}

/// What users read beside the program.
fn documents() -> Vec<PathBuf> {
    let mut found = vec![repository().join("README.md"), repository().join("CHANGELOG.md")];
    gather(&repository().join("examples"), &mut found);
    found
}

fn gather(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() {
            if name != "state" {
                gather(&path, found);
            }
        } else if std::fs::read_to_string(&path).is_ok() {
            found.push(path);
        }
    }
}

/// Each odd word of a text with what to write.
fn odd(text: &str, pattern: &Regex) -> Vec<String> {
    let found = pattern.find_iter(text).filter(|word| {
        // What a letter or a mark stands for is said with this word, and with no other.
        !(word.as_str().eq_ignore_ascii_case("stands") && text[word.end()..].starts_with(" for "))
    });
    found.map(|word| word.as_str().to_lowercase()).collect()
}

#[test]
fn text_for_users_is_plain() {
    let any: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
    let pattern = Regex::new(&format!(r"(?i)\b({})\b", any.join("|"))).unwrap();
    let texts = texts();
    assert!(texts.values().map(Vec::len).sum::<usize>() > 2000, "the text is not found");
    let mut wrong = BTreeMap::new();
    for (file, pieces) in &texts {
        for (line, text) in pieces {
            for word in odd(text, &pattern) {
                wrong.entry(file.as_str()).or_insert_with(Vec::new).push((line, word, text));
            }
        }
    }
    let listed = STILL_ODD.iter().copied().collect::<BTreeSet<_>>();
    let new: Vec<String> = wrong
        .iter()
        .filter(|(file, _)| !listed.contains(*file))
        .flat_map(|(file, found)| {
            found
                .iter()
                .map(move |(line, word, text)| format!("{file}:{line}: {word:?} in {text:?}"))
        })
        .collect();
    let gone: Vec<&str> = listed.into_iter().filter(|file| !wrong.contains_key(file)).collect();
    assert!(new.is_empty(), "write {WORDS:?}\n{}", new.join("\n"));
    assert!(gone.is_empty(), "these files are plain, so delete them from STILL_ODD: {gone:?}");
}
