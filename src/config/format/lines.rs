//! Ends of lines, and the end of the file.

use crate::config::yaml::outline::{Line, outline};

/// The text with line feeds as its only line breaks, and without a byte order mark. YAML reads every line break as one line feed, so that
/// no value changes.
pub(super) fn with_line_feeds(text: &str) -> String {
    text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n")
}

/// The text without spaces and tabs at the ends of lines, and with one newline at its end. Those that belong to a value stay: in a block
/// scalar, and behind a backslash.
pub(super) fn trimmed(text: &str) -> String {
    let kinds = outline(text).lines;
    let mut lines: Vec<&str> = text.lines().collect();
    for (line, kind) in lines.iter_mut().zip(&kinds) {
        let short = line.trim_end_matches([' ', '\t']);
        if !matches!(kind, Line::Block { .. }) && !short.ends_with('\\') {
            *line = short;
        }
    }
    let is_open = kinds.last().is_some_and(|kind| matches!(kind, Line::Block { .. }))
        && !text.ends_with('\n');
    let last = kinds.iter().rposition(|kind| *kind != Line::Blank).map_or(0, |last| last + 1);
    lines.truncate(last);
    let mut trimmed = lines.join("\n");
    if !trimmed.is_empty() && !is_open {
        trimmed.push('\n');
    }
    trimmed
}
