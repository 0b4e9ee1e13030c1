//! As much of Rust's grammar as tidy needs: code, string literals and comments apart, and the paths that code names.

use std::iter::Peekable;
use std::str::Chars;

/// The text of a file, taken apart. Lines keep their numbers.
#[derive(Default)]
pub(super) struct Parts {
    /// The text without comments, every string literal empty.
    pub(super) code: String,
    /// Each string literal with the line on which it begins, white space run together.
    pub(super) literals: Vec<(usize, String)>,
    /// Each `///` line with its number: help of the command line where a struct holds arguments.
    pub(super) docs: Vec<(usize, String)>,
}

impl Parts {
    pub(super) fn of(text: &str) -> Parts {
        let mut lexer = Lexer { rest: text.chars().peekable(), line: 1, parts: Parts::default() };
        while lexer.step() {}
        lexer.parts
    }
}

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    line: usize,
    parts: Parts,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let letter = self.rest.next()?;
        self.line += usize::from(letter == '\n');
        Some(letter)
    }

    /// Whether the text goes on like this.
    fn is_at(&self, text: &str) -> bool {
        let mut ahead = self.rest.clone();
        text.chars().all(|letter| ahead.next() == Some(letter))
    }

    /// Takes one comment, literal or letter; no more at the end.
    fn step(&mut self) -> bool {
        if self.is_at("//") {
            self.line_comment();
        } else if self.is_at("/*") {
            self.block_comment();
        } else if let Some(hashes) = self.raw_string() {
            self.literal(Some(hashes));
        } else if self.is_at("\"") {
            self.literal(None);
        } else if self.is_at("'") {
            self.quote();
        } else {
            let Some(letter) = self.next() else { return false };
            self.parts.code.push(letter);
        }
        true
    }

    fn line_comment(&mut self) {
        let (line, mut text) = (self.line, String::new());
        while let Some(letter) = self.rest.next_if(|letter| *letter != '\n') {
            text.push(letter);
        }
        if let Some(doc) = text.strip_prefix("///") {
            self.parts.docs.push((line, doc.trim().to_owned()));
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        loop {
            let (opens, closes) = (self.is_at("/*"), self.is_at("*/"));
            depth += i32::from(opens) - i32::from(closes);
            let Some(letter) = self.next() else { return };
            if opens || closes {
                self.next();
            } else if letter == '\n' {
                self.parts.code.push('\n');
            }
            if depth == 0 {
                return;
            }
        }
    }

    /// How many `#` a raw string has that begins here; its `r` and `#` are taken.
    fn raw_string(&mut self) -> Option<usize> {
        let before = self.parts.code.chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            return None;
        }
        let mut ahead = self.rest.clone();
        if ahead.peek() == Some(&'b') {
            ahead.next();
        }
        ahead.next_if_eq(&'r')?;
        let mut hashes = 0;
        while ahead.next_if_eq(&'#').is_some() {
            hashes += 1;
        }
        (ahead.peek() == Some(&'"')).then(|| {
            self.rest = ahead;
            hashes
        })
    }

    /// Takes a string literal from its quote on; a raw one ends with its number of `#`.
    fn literal(&mut self, raw: Option<usize>) {
        let (line, mut text) = (self.line, String::new());
        let end = format!("\"{}", "#".repeat(raw.unwrap_or_default()));
        self.next();
        while !self.is_at(&end) {
            let Some(letter) = self.next() else { break };
            if letter == '\\' && raw.is_none() {
                match self.next() {
                    Some('n' | 't' | '\n') => text.push(' '),
                    Some(escaped) => text.push(escaped),
                    None => break,
                }
            } else {
                text.push(letter);
            }
        }
        for _ in end.chars() {
            self.next();
        }
        self.parts.code.push_str("\"\"");
        (line..self.line).for_each(|_| self.parts.code.push('\n'));
        let words: Vec<&str> = text.split_whitespace().collect();
        self.parts.literals.push((line, words.join(" ")));
    }

    /// Takes a character literal, or the quote of a lifetime.
    fn quote(&mut self) {
        self.next();
        let mut ahead = self.rest.clone();
        let (first, second) = (ahead.next(), ahead.next());
        if first == Some('\\') {
            self.next();
            self.next();
            while self.next().is_some_and(|letter| letter != '\'') {}
        } else if second == Some('\'') {
            self.next();
            self.next();
        }
        self.parts.code.push(' ');
    }
}

/// One `use` declaration.
pub(super) struct Use {
    /// Whether it gives the names on: `pub use`, `pub(crate) use`, …
    pub(super) is_public: bool,
    /// Each path that it names, with the name under which it is known here.
    pub(super) paths: Vec<(Vec<String>, String)>,
}

/// The `use` declarations of code without comments, and the code without them.
pub(super) fn uses(code: &str) -> (Vec<Use>, String) {
    let (mut found, mut other) = (Vec::new(), String::new());
    for statement in code.split_inclusive(';') {
        let start = statement.rfind("use ").filter(|at| {
            let before = statement[..*at].trim_end_matches("pub(crate) ");
            let before = before.trim_end_matches("pub(super) ").trim_end_matches("pub ");
            before.is_empty() || before.ends_with(['\n', ' ', ']', '}'])
        });
        let Some(at) = start else {
            other += statement;
            continue;
        };
        let declaration = statement[at + 4..].trim_end_matches(';');
        if declaration.contains(['(', '=', '<', '"']) {
            other += statement;
            continue;
        }
        let mut paths = Vec::new();
        expand(&[], &declaration.split_whitespace().collect::<Vec<_>>().join(" "), &mut paths);
        let is_public = statement[..at].trim_end().ends_with("pub")
            || statement[..at].trim_end().ends_with("pub(crate)")
            || statement[..at].trim_end().ends_with("pub(super)");
        found.push(Use { is_public, paths });
        other += &statement[..at];
    }
    (found, other)
}

/// Writes each path of a tree such as `super::{a, b::{C, D as E}}` out.
fn expand(before: &[String], tree: &str, paths: &mut Vec<(Vec<String>, String)>) {
    let tree = tree.trim();
    if let Some((head, rest)) = tree.split_once('{') {
        let before = [before, &segments(head)].concat();
        let inner = rest.trim_end().strip_suffix('}').unwrap_or(rest);
        for branch in branches(inner) {
            expand(&before, branch, paths);
        }
    } else if !tree.is_empty() {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = [before, &segments(path)].concat();
        let last = path.last().cloned().unwrap_or_default();
        paths.push((path, if name.is_empty() { last } else { name.trim().to_owned() }));
    }
}

fn segments(path: &str) -> Vec<String> {
    path.split("::").map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The parts of a tree between its outer commas.
fn branches(tree: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, letter) in tree.char_indices() {
        depth += i32::from(letter == '{') - i32::from(letter == '}');
        if letter == ',' && depth == 0 {
            found.push(&tree[start..at]);
            start = at + 1;
        }
    }
    found.push(&tree[start..]);
    found
}

/// The paths in code, such as `super::order::order`: words that `::` joins.
pub(super) fn paths(code: &str) -> Vec<Vec<String>> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    code.split(|letter: char| !is_part(letter))
        .filter(|word| word.contains("::"))
        .map(segments)
        .collect()
}
