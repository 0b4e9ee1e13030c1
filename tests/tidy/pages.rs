//! The pages for the next owner: every file and every test that they name exists.

use std::collections::BTreeSet;

use regex::Regex;

use super::sources;
use crate::support::repository;

const PAGES: [&str; 2] = ["CONTRIBUTING.md", "src/lib.rs"];

/// What stands between backticks in the pages.
fn named() -> BTreeSet<(&'static str, String)> {
    let quoted = Regex::new(r"`([^`\n]+)`").unwrap();
    let mut named = BTreeSet::new();
    for page in PAGES {
        let text = std::fs::read_to_string(repository().join(page)).unwrap();
        named.extend(quoted.captures_iter(&text).map(|found| (page, found[1].to_owned())));
    }
    named
}

#[test]
fn every_file_that_the_pages_name_exists() {
    let path = Regex::new(r"^[a-z_0-9./-]+/[a-z_0-9.-]*$").unwrap();
    let is_path = |text: &str| path.is_match(text) && !text.starts_with("example.com/");
    let named: Vec<_> = named().into_iter().filter(|(_, text)| is_path(text)).collect();
    assert!(named.len() > 40, "only {} files were found", named.len());
    for (page, text) in named {
        let exists =
            ["", "src", "tests"].iter().any(|root| repository().join(root).join(&text).exists());
        assert!(exists, "{page} names {text}, which does not exist");
    }
}

#[test]
fn every_test_that_the_pages_name_exists() {
    let test = Regex::new(r"^[a-z]+(::[a-z_0-9]+)+$").unwrap();
    let files = sources("tests");
    let named: Vec<_> = named().into_iter().filter(|(_, text)| test.is_match(text)).collect();
    assert!(named.len() > 15, "only {} tests were found", named.len());
    for (page, text) in named {
        let (module, name) = text.rsplit_once("::").expect("it has a module");
        let path = module.replace("::", "/");
        let homes = [format!("tests/{path}.rs"), format!("tests/{path}/mod.rs")];
        let exists = files
            .iter()
            .any(|file| homes.contains(&file.path) && file.text.contains(&format!("fn {name}(")));
        assert!(exists, "{page} names {text}, which does not exist");
    }
}
