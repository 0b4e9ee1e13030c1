//! The difference of a field's two values, member by member: what text and Markdown show as lines that go and lines that come.

use similar::{Algorithm, ChangeTag, capture_diff_slices};

use crate::plan::{FieldChange, Side};

/// A line that goes or comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// It was there and goes.
    Goes(String),
    /// It was not there and comes.
    Comes(String),
}

/// The difference of the two values of a field.
#[derive(Debug, Default)]
pub(super) struct FieldDiff {
    /// What goes and comes, in order; a value that is no list is one line.
    pub(super) lines: Vec<Line>,
    /// How many members stay.
    pub(super) unchanged: usize,
}

/// Compares the two values of a field. Every value that differs is one of the lines, however many there are.
pub(super) fn diff(field: &FieldChange) -> FieldDiff {
    let (before, after) = (members(&field.before), members(&field.after));
    let mut found = FieldDiff::default();
    for operation in capture_diff_slices(Algorithm::Myers, &before, &after) {
        for change in operation.iter_changes(&before, &after) {
            match change.tag() {
                ChangeTag::Delete => found.lines.push(Line::Goes(change.value())),
                ChangeTag::Insert => found.lines.push(Line::Comes(change.value())),
                ChangeTag::Equal => found.unchanged += 1,
            }
        }
    }
    found
}

fn members(side: &Option<Side>) -> Vec<String> {
    match side {
        None => Vec::new(),
        Some(Side { members: Some(members), .. }) => members.clone(),
        Some(side) => vec![side.text.clone()],
    }
}
