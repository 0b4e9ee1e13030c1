//! A tree as YAML text: two columns a level, what is short and has nothing but scalars on one line.

use std::io::{self, Write};

use crate::model::{Entry, Kind, Node, Style};

/// The longest mapping or list that is written on one line, in characters.
const LINE: usize = 72;

/// Writes a tree.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, root: &Node) -> io::Result<()> {
    match &root.kind {
        Kind::Map(entries) if !entries.is_empty() => write_entries(out, entries, 0),
        _ => writeln!(out, "{}", one_line(root).unwrap_or_default()),
    }
}

fn write_entries(out: &mut dyn Write, entries: &[Entry], depth: usize) -> io::Result<()> {
    for entry in entries {
        write!(out, "{}{}:", "  ".repeat(depth), key(&entry.key))?;
        write_value(out, &entry.value, depth)?;
    }
    Ok(())
}

/// Writes what is behind a key or a dash, with the end of its line.
fn write_value(out: &mut dyn Write, node: &Node, depth: usize) -> io::Result<()> {
    if let Some(text) = one_line(node) {
        return writeln!(out, " {text}");
    }
    match &node.kind {
        Kind::Map(entries) => {
            writeln!(out)?;
            write_entries(out, entries, depth + 1)
        }
        Kind::List(items) => {
            writeln!(out)?;
            items.iter().try_for_each(|item| {
                write!(out, "{}-", "  ".repeat(depth + 1))?;
                write_value(out, item, depth + 1)
            })
        }
        Kind::Null | Kind::Scalar { .. } => writeln!(out),
    }
}

/// The node on one line, if it is a scalar or is short and has only scalars.
fn one_line(node: &Node) -> Option<String> {
    let all = |parts: Vec<Option<String>>| parts.into_iter().collect::<Option<Vec<String>>>();
    let text = match &node.kind {
        Kind::Null => return Some("~".to_owned()),
        Kind::Scalar { text, style } => return Some(scalar(text, *style)),
        Kind::List(items) => {
            format!("[{}]", all(items.iter().map(nested).collect())?.join(", "))
        }
        Kind::Map(entries) => {
            let pair =
                |entry: &Entry| Some(format!("{}: {}", key(&entry.key), nested(&entry.value)?));
            format!("{{{}}}", all(entries.iter().map(pair).collect())?.join(", "))
        }
    };
    (text.chars().count() <= LINE).then_some(text)
}

/// A scalar, or a list or mapping without anything in it.
fn nested(node: &Node) -> Option<String> {
    let is_flat = match &node.kind {
        Kind::Null | Kind::Scalar { .. } => true,
        Kind::List(items) => items.is_empty(),
        Kind::Map(entries) => entries.is_empty(),
    };
    if is_flat { one_line(node) } else { None }
}

fn key(text: &str) -> String {
    scalar(text, Style::Plain)
}

/// The text of a scalar; in quotes where it had some, or where it would be read as something else without.
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
