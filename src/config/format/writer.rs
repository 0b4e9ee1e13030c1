//! A tree as YAML in canonical form: two columns a level, what is short and has nothing but scalars on one line. Everything that this
//! program writes into a configuration, or prints for one, is written here.

use crate::model::{Entry, Kind, Node, Style};

/// The longest mapping or list that is written on one line, in characters.
const LINE: usize = 72;

/// What YAML reads as something else than a text, besides numbers.
const NOT_TEXTS: [&str; 5] = ["~", "null", "true", "false", ""];

/// A tree, each of its entries on lines of its own.
pub fn write(root: &Node) -> String {
    let mut out = String::new();
    match &root.kind {
        Kind::Map(entries) if !entries.is_empty() => write_entries(&mut out, entries, 0),
        _ => {
            out.push_str(&flow(root));
            out.push('\n');
        }
    }
    out
}

/// A text, in quotes where YAML would read something else without, and around a colon.
pub fn text(text: &str) -> Node {
    let is_other = text.parse::<f64>().is_ok()
        || text.contains(':')
        || text.starts_with("0x")
        || text.starts_with("0o")
        || NOT_TEXTS.contains(&text.to_ascii_lowercase().as_str());
    let style = if is_other { Style::Quoted } else { Style::Plain };
    Node::new(Kind::Scalar { text: text.to_owned(), style })
}

/// An entry without a place.
pub fn entry(key: impl Into<String>, value: Node) -> Entry {
    Entry { key: key.into(), key_place: None, value }
}

/// The text with so many spaces before each line that holds something.
pub fn indented(text: &str, by: usize) -> String {
    let spaces = " ".repeat(by);
    text.lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{spaces}{line}\n") })
        .collect()
}

/// A tree on one line, however long it is.
pub(in crate::config) fn flow(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "~".to_owned(),
        Kind::Scalar { text, style } => scalar(text, *style),
        Kind::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Kind::Map(entries) => {
            let pair = |entry: &Entry| format!("{}: {}", key(&entry.key), flow(&entry.value));
            format!("{{{}}}", entries.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
    }
}

fn write_entries(out: &mut String, entries: &[Entry], depth: usize) {
    for entry in entries {
        out.push_str(&"  ".repeat(depth));
        out.push_str(&key(&entry.key));
        out.push(':');
        write_value(out, &entry.value, depth);
    }
}

/// Writes what is behind a key or a dash, with the end of its line.
fn write_value(out: &mut String, node: &Node, depth: usize) {
    match (&node.kind, one_line(node)) {
        (Kind::Map(entries), None) => {
            out.push('\n');
            write_entries(out, entries, depth + 1);
        }
        (Kind::List(items), None) => {
            out.push('\n');
            for item in items {
                out.push_str(&"  ".repeat(depth + 1));
                out.push('-');
                write_value(out, item, depth + 1);
            }
        }
        (_, line) => {
            out.push(' ');
            out.push_str(&line.unwrap_or_default());
            out.push('\n');
        }
    }
}

/// The node on one line, if it is a scalar or is short and has only scalars.
fn one_line(node: &Node) -> Option<String> {
    let is_flat = match &node.kind {
        Kind::Null | Kind::Scalar { .. } => return Some(flow(node)),
        Kind::List(items) => items.iter().all(is_flat),
        Kind::Map(entries) => entries.iter().all(|entry| is_flat(&entry.value)),
    };
    let text = flow(node);
    (is_flat && text.chars().count() <= LINE).then_some(text)
}

/// Whether a node is a scalar, or a list or mapping without anything in it.
fn is_flat(node: &Node) -> bool {
    match &node.kind {
        Kind::Null | Kind::Scalar { .. } => true,
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
    }
}

fn key(text: &str) -> String {
    scalar(text, Style::Plain)
}

/// The text of a scalar; in quotes where it had some, unless it is a word of the API, or where it would be read as something else
/// without.
fn scalar(text: &str, style: Style) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-/:+@".contains(letter);
    let is_safe = text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.chars().all(is_plain)
        && !text.ends_with(':')
        && !matches!(text, "null" | "Null" | "NULL");
    if is_safe && style != Style::Quoted {
        return text.to_owned();
    }
    serde_json::to_string(text).expect("every text can be written as JSON")
}
