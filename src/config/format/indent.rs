//! Indentation: two columns for each level, lists under their key, one space behind a dash. A line that goes on from another one moves
//! with it; a comment stands where what follows it stands, or where it stood beside what is above it.

use std::sync::Arc;

use crate::config::yaml::outline::{Line, outline};

/// A level of nesting that is open.
#[derive(Debug, Clone, Copy)]
struct Level {
    /// The column it has.
    old: usize,
    /// The column it is to have.
    new: usize,
    /// Whether it is that of a list's dashes.
    dash: bool,
}

/// Comments whose column is known once the line behind them is.
#[derive(Default)]
struct Waiting {
    lines: Vec<usize>,
    /// The levels above the comments.
    above: Vec<Level>,
}

/// The lines as they are to be.
struct Indenting {
    levels: Vec<Level>,
    waiting: Waiting,
    done: Vec<String>,
    /// By how much the last entry moved, and how deep it stands now.
    shift: isize,
}

/// The text with two columns of indentation for each level.
pub(super) fn indented(_: &Arc<str>, text: &str) -> String {
    let mut indenting =
        Indenting { levels: Vec::new(), waiting: Waiting::default(), done: Vec::new(), shift: 0 };
    for (line, kind) in text.lines().zip(outline(text).lines) {
        indenting.take(line, kind);
    }
    indenting.resolve(None);
    let end = if text.ends_with('\n') { "\n" } else { "" };
    format!("{}{end}", indenting.done.join("\n"))
}

/// How many spaces a line begins with.
fn column(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// What stands behind a dash, if the text begins with one that makes a list.
fn behind_dash(text: &str) -> Option<&str> {
    text.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

impl Indenting {
    fn take(&mut self, line: &str, kind: Line) {
        match kind {
            Line::Start => {
                let text = self.start(line);
                self.done.push(text);
            }
            Line::Comment => {
                if self.waiting.lines.is_empty() {
                    self.waiting.above = self.levels.clone();
                }
                self.waiting.lines.push(self.done.len());
                self.done.push(line.to_owned());
            }
            Line::Inner => {
                let text = self.inner(line);
                self.done.push(text);
            }
            Line::Block { indent, step } => {
                let text = self.block(line, indent, step);
                self.done.push(text);
            }
            Line::Marker => {
                self.levels.clear();
                self.done.push(line.to_owned());
            }
            Line::Blank => self.done.push(line.to_owned()),
        }
    }

    /// A line that begins an entry: its dashes and its content are levels of their own.
    fn start(&mut self, line: &str) -> String {
        let first = column(line);
        let mut rest = &line[first..];
        let mut at = first;
        let mut written = String::new();
        while let Some(behind) = behind_dash(rest) {
            self.enter(at, true);
            let content = behind.trim_start_matches([' ', '\t']);
            written.push_str(if content.is_empty() { "-" } else { "- " });
            at += rest.len() - content.len();
            rest = content;
        }
        let dashes = !written.is_empty();
        let new = match self.levels.iter().find(|level| dashes && level.old == first && level.dash)
        {
            Some(level) => level.new,
            None => self.enter(first, false),
        };
        if dashes && !rest.is_empty() && !rest.starts_with('#') {
            self.enter(at, false);
        }
        self.shift = new.cast_signed() - first.cast_signed();
        self.resolve(Some((first, new)));
        format!("{}{written}{rest}", " ".repeat(new))
    }

    /// Goes to the level of a column, which is opened if it is not there, and gives the column it is to have.
    fn enter(&mut self, old: usize, dash: bool) -> usize {
        while self
            .levels
            .last()
            .is_some_and(|level| level.old > old || (level.old == old && level.dash && !dash))
        {
            self.levels.pop();
        }
        if let Some(level) =
            self.levels.last().filter(|level| level.old == old && level.dash == dash)
        {
            return level.new;
        }
        let new = self.levels.last().map_or(0, |level| level.new + 2);
        self.levels.push(Level { old, new, dash });
        new
    }

    /// The column of the innermost level.
    fn depth(&self) -> usize {
        self.levels.last().map_or(0, |level| level.new)
    }

    /// A line that goes on from another one keeps its distance to it, and stays deeper than its key.
    fn inner(&self, line: &str) -> String {
        let text = line.trim_start_matches([' ', '\t']);
        let least = if text.starts_with([']', '}']) { self.depth() } else { self.depth() + 2 };
        let column = column(line).saturating_add_signed(self.shift).max(least);
        if text.is_empty() { line.to_owned() } else { format!("{}{text}", " ".repeat(column)) }
    }

    /// A line of a block scalar: what stands behind its indentation is its text.
    fn block(&self, line: &str, indent: usize, step: usize) -> String {
        match line.get(indent..) {
            Some(text) if !line.trim().is_empty() || !text.is_empty() => {
                format!("{}{text}", " ".repeat(self.depth() + step))
            }
            _ => String::new(),
        }
    }

    /// Gives the comments that wait their columns: that of the line behind them where they stood level with it, else that of the level
    /// above that they stood level with or next to.
    fn resolve(&mut self, behind: Option<(usize, usize)>) {
        let Waiting { lines, above } = std::mem::take(&mut self.waiting);
        for line in lines {
            let old = column(&self.done[line]);
            let level = above
                .iter()
                .rev()
                .find(|level| level.old == old)
                .or_else(|| above.iter().rev().find(|level| level.old <= old));
            let new = match behind {
                Some((column, new)) if column == old => new,
                _ => level.map_or(0, |level| level.new),
            };
            self.done[line] = format!("{}{}", " ".repeat(new), &self.done[line][old..]);
        }
    }
}
