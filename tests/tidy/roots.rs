//! Module roots: a `mod.rs` declares its modules and re-exports from them, so that it reads as the list of what is there.

use regex::Regex;

use super::rust::{self, Parts};
use super::{Source, sources};

/// The roots that still hold code of their own. This list only shrinks: whoever moves the code of a root into a
/// module with a name deletes its entry.
const WITH_CODE: &[&str] = &[];

/// What a root holds beside declarations and re-exports.
fn other_code(source: &Source) -> String {
    let text: String = source.production().map(|(_, line)| format!("{line}\n")).collect();
    let (_, other) = rust::uses(&Parts::of(&text).code);
    let declarations = r"#!?\[[^\]]*\]|\b(pub(\(\w+\))?\s+)?mod\s+\w+;";
    let other = Regex::new(declarations).unwrap().replace_all(&other, "").into_owned();
    // Of a re-export only the word that makes it public is left.
    let words = other.split_whitespace().filter(|word| !word.starts_with("pub"));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_module_root_only_declares_and_re_exports() {
    let roots: Vec<Source> =
        sources("src").into_iter().filter(|source| source.path.ends_with("/mod.rs")).collect();
    assert!(roots.len() > 10, "only {} roots were found", roots.len());
    for root in &roots {
        let (code, listed) = (other_code(root), WITH_CODE.contains(&root.path.as_str()));
        assert!(code.is_empty() || listed, "{} holds code: {code:.200}", root.path);
        assert!(!code.is_empty() || !listed, "{} is clean: delete it from WITH_CODE", root.path);
    }
    for listed in WITH_CODE {
        assert!(roots.iter().any(|root| root.path == *listed), "{listed} is no root: delete it");
    }
}
