//! The bar of the house, as far as a machine can keep it and clippy does not: lengths of files, floors, numbers of codes, comments.

mod circles;
mod pages;
mod roots;
mod rust;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use spectrumctl::codes::CODES;

use crate::support::{Sandbox, folders, repository};

/// The floor of each module; a module names its own floor and lower ones.
const FLOORS: [(&str, u32); 17] = [
    ("finding", 0),
    ("model", 1),
    ("codes", 2),
    ("ledger", 2),
    ("config", 3),
    ("diff", 3),
    ("validate", 4),
    ("plan", 5),
    ("api", 6),
    ("state", 6),
    ("forge", 6),
    ("webhook", 6),
    ("apply", 7),
    ("sim", 7),
    ("render", 8),
    ("cli", 9),
    ("main", 10),
];

/// What nothing below floor 9 does; clippy cannot know floors, and 6 and 7 carry a leave for clock, files and network.
const ONLY_CLI: [&str; 9] = [
    "std::env",
    "env::var",
    "std::process",
    "io::stdout",
    "io::stderr",
    "io::stdin",
    "print!(",
    "println!(",
    "signal::",
];

/// What nothing below floor 6 does, but for what clippy refuses already.
const FROM_FLOOR_SIX: [&str; 8] = [
    "std::fs",
    "fs::",
    "std::io",
    "std::thread",
    "tokio",
    "reqwest",
    "std::net::Tcp",
    "std::net::Udp",
];

/// A file of the crate: its path below the repository, and its text.
struct Source {
    path: String,
    text: String,
}

/// Every Rust file of a folder of the repository, sorted.
fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    gather(&repository().join(folder), &mut paths);
    paths.sort();
    let read = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(repository()).unwrap().to_string_lossy().replace('\\', "/"),
    };
    paths.into_iter().map(read).collect()
}

fn gather(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

impl Source {
    /// The lines above the tests, with their numbers.
    fn production(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
            .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
    }

    /// How many production lines there are at 100 columns: what is wider counts as often as it fills a line.
    fn length(&self) -> usize {
        self.production().map(|(_, line)| line.chars().count().div_ceil(100).max(1)).sum()
    }

    /// The production lines without those that are comments only.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.production().filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// The path of modules: `["plan", "body"]`.
    fn module(&self) -> Vec<&str> {
        let inside =
            self.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
        inside.split('/').collect()
    }

    fn floor(&self) -> Option<u32> {
        floor(self.module()[0])
    }

    /// The modules of the crate that a line names, by `crate::` or by enough of `super::`.
    fn named<'a>(&self, line: &'a str) -> Vec<&'a str> {
        let up = "super::".repeat(self.module().len());
        let word = |rest: &'a str| {
            rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
                .next()
                .unwrap_or_default()
        };
        ["crate::", up.as_str()]
            .into_iter()
            .flat_map(|root| line.split(root).skip(1))
            .map(word)
            .collect()
    }
}

fn floor(module: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

#[test]
fn every_module_of_the_crate_stands_on_a_floor() {
    for source in sources("src").iter().filter(|source| source.path != "src/lib.rs") {
        assert!(source.floor().is_some(), "{} stands on no floor", source.path);
    }
}

#[test]
fn no_module_names_a_higher_floor() {
    let mut named = 0;
    for source in sources("src").iter().filter(|source| source.path != "src/lib.rs") {
        for (number, line) in source.production() {
            for module in source.named(line) {
                let Some(floor) = floor(module) else {
                    panic!("{}:{number} names `{module}`, which is no module", source.path)
                };
                assert!(
                    Some(floor) <= source.floor(),
                    "{}:{number} goes up to {module}: {line}",
                    source.path
                );
                named += 1;
            }
        }
    }
    assert!(named > 200, "only {named} names of modules were found");
}

#[test]
fn nothing_below_the_command_line_prints_reads_the_environment_or_ends_the_run() {
    must_not_stand(|floor| floor < 9, &ONLY_CLI);
}

#[test]
fn nothing_below_floor_six_touches_files_threads_or_the_network() {
    must_not_stand(|floor| floor < 6, &FROM_FLOOR_SIX);
}

fn must_not_stand(on: impl Fn(u32) -> bool, banned: &[&str]) {
    for source in sources("src").iter().filter(|source| source.floor().is_some_and(&on)) {
        for (number, line) in source.code() {
            let found = banned.iter().find(|word| line.contains(**word));
            assert_eq!(found, None, "{}:{number}: {line}", source.path);
        }
    }
}

/// The files that are too long. This list only shrinks: whoever splits a file deletes its entry.
const TOO_LONG: &[&str] = &["tests/support/forge.rs"];

#[test]
fn files_are_short() {
    for folder in ["src", "tests"] {
        let mut lengths: Vec<(usize, String)> =
            sources(folder).into_iter().map(|source| (source.length(), source.path)).collect();
        lengths.sort();
        for (length, path) in &lengths {
            let listed = TOO_LONG.contains(&path.as_str());
            assert!(*length <= 400 || listed, "{path} has {length} lines, and 400 are the most");
            assert!(*length > 400 || !listed, "{path} is short: delete it from TOO_LONG");
        }
        let median = lengths[lengths.len() / 2].0;
        assert!(
            median <= 120 || folder == "tests",
            "the median of {folder} is {median} lines, and 120 are the most"
        );
    }
}

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    for source in sources("src").into_iter().chain(sources("tests")) {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! ") && first.len() > 20,
            "{} begins with {first:?}",
            source.path
        );
    }
}

#[test]
fn no_lint_is_allowed_and_no_comment_is_left_for_later() {
    // Put together, so that this file does not hold what it forbids.
    let later = [("TO", "DO"), ("FIX", "ME")].map(|(one, two)| format!("{one}{two}"));
    let allows = ["#[", "#!["].map(|open| format!("{open}{}(", "allow"));
    for source in sources("src") {
        for (number, line) in source.production() {
            let mut forbidden = later.iter().chain(&allows);
            assert!(!forbidden.any(|text| line.contains(text)), "{}:{number}: {line}", source.path);
        }
    }
}

/// The numbers in a line that stand by themselves; one with underscores is an amount, and no code.
fn numbers(line: &str) -> impl Iterator<Item = u32> {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter_map(|word| word.parse().ok())
}

#[test]
fn the_number_of_a_code_stands_in_its_own_file_only() {
    let known: BTreeSet<u32> = CODES.iter().filter_map(|code| code.number).collect();
    for source in sources("src") {
        let home: Option<u32> = source
            .path
            .strip_prefix("src/codes/c")
            .and_then(|rest| rest.split('_').next()?.parse().ok());
        for (number, line) in source.code() {
            let stranger =
                numbers(line).find(|number| known.contains(number) && Some(*number) != home);
            assert_eq!(stranger, None, "{}:{number}: {line}", source.path);
        }
    }
}

#[test]
fn every_file_of_a_code_is_listed_once_and_has_its_cases() {
    let homes = sources("src/codes")
        .into_iter()
        .filter(|source| source.text.contains("static CODE: Code"))
        .count();
    assert_eq!(homes, CODES.len(), "each file that declares a code is listed, and nothing else is");
    let mut names = BTreeMap::new();
    for code in CODES {
        assert_eq!(names.insert(code.name(), code.slug), None, "{} is listed twice", code.name());
        let cases = repository().join("tests/codes").join(code.name());
        assert!(cases.is_dir() && !folders(&cases).is_empty(), "{} has no case", code.name());
        assert!(
            code.causes.iter().all(|cause| cause.why != Some("") && !cause.fix.is_empty()),
            "{}",
            code.name()
        );
    }
    for folder in folders(&repository().join("tests/codes")) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(names.contains_key(&name), "{name} has cases, but is no code");
    }
}

#[test]
fn explain_lists_every_code_and_explains_each() {
    let mut sandbox = Sandbox::new();
    sandbox.set("COLUMNS", "400");
    let list = sandbox.run(&["explain", "--list"]).ends_with(0).stdout;
    for code in CODES {
        let (name, title) = (code.name(), code.title);
        let row = list.lines().find(|line| line.split_whitespace().next() == Some(&name));
        assert!(row.is_some_and(|row| row.contains(title)), "{name} is not listed: {row:?}");
        let told =
            sandbox.run(&["explain", &name]).ends_with(0).stdout.replace(char::is_whitespace, "");
        for cause in code.causes {
            let flat = |text: &str| text.replace(char::is_whitespace, "");
            assert!(
                cause.why.is_none_or(|why| told.contains(&flat(why)))
                    && told.contains(&flat(cause.fix)),
                "{name} does not tell {}",
                cause.slug
            );
        }
    }
}

#[test]
fn every_file_of_tests_is_part_of_a_test_binary() {
    let files = sources("tests");
    for file in files.iter().filter(|file| !file.path.starts_with("tests/bench/")) {
        let path = file.path.trim_end_matches("/mod.rs").trim_end_matches(".rs");
        let (folder, name) = path.rsplit_once('/').expect("it lies in tests");
        if folder == "tests" && ["main", "cases"].contains(&name) {
            continue;
        }
        let by_name = format!("mod {name};");
        let by_path = format!("#[path = \"{}.rs\"]", path.trim_start_matches("tests/"));
        let folders =
            [format!("{folder}/mod.rs"), format!("{folder}/cases.rs"), format!("{folder}.rs")];
        let is_run = files.iter().any(|parent| {
            let of_root = folder == "tests" && parent.path == "tests/main.rs";
            (of_root || folders.contains(&parent.path)) && parent.text.contains(&by_name)
                || parent.path == "tests/cases.rs" && parent.text.contains(&by_path)
        });
        assert!(is_run, "{} is never run: no module declares it", file.path);
    }
}
