//! The fields of a change for people: paths aligned, short values beside one another, lists and long values as lines that go and come.

use super::field_diff::{Line, diff};
use super::layout::{padded, visible, width};
use super::style::{self, TermStyle};
use super::words::remarks;
use crate::plan::{Action, FieldChange, Side};

/// How far fields are indented, in characters.
const INDENT: usize = 6;

/// What stands in the place of a value that is not there.
const NOTHING: &str = "(not set)";

/// The lines that show the fields of a change.
pub(super) fn lines(action: Action, fields: &[FieldChange], style: TermStyle) -> Vec<String> {
    let longest = fields.iter().map(|field| field.field.path().len()).max().unwrap_or_default() + 1;
    fields.iter().flat_map(|field| lines_for_field(action, field, longest, style)).collect()
}

fn lines_for_field(
    action: Action,
    field: &FieldChange,
    longest: usize,
    style: TermStyle,
) -> Vec<String> {
    let label = format!("{}:", field.field.path());
    let remarks: Vec<String> =
        remarks(field).into_iter().map(|remark| format!("({remark})")).collect();
    let remarks = remarks.join(" ");
    let room = style.width.saturating_sub(INDENT + longest + 1);
    match inline(action, field, room, style) {
        Some((plain, painted)) => {
            let head = format!("{}{} ", " ".repeat(INDENT), padded(&label, longest));
            with_remarks(
                format!("{head}{painted}"),
                width(&plain) + 1 + width(&remarks) <= room,
                &remarks,
                width(&head),
                style,
            )
        }
        None => {
            let head = format!("{}{label}", " ".repeat(INDENT));
            let fits = width(&head) + 1 + width(&remarks) <= style.width;
            let mut lines = with_remarks(head, fits, &remarks, INDENT + 2, style);
            lines.extend(block(field, style));
            lines
        }
    }
}

/// A line and the remarks about it, which stand on the next one where they do not fit.
fn with_remarks(
    line: String,
    fits: bool,
    remarks: &str,
    indent: usize,
    style: TermStyle,
) -> Vec<String> {
    if remarks.is_empty() {
        return vec![line];
    }
    let remarks = style.paint(style::FAINT, remarks);
    if fits {
        vec![format!("{line} {remarks}")]
    } else {
        vec![line, format!("{}{remarks}", " ".repeat(indent))]
    }
}

/// The values on one line, plain and painted, if they fit and are no lists that differ.
fn inline(
    action: Action,
    field: &FieldChange,
    room: usize,
    style: TermStyle,
) -> Option<(String, String)> {
    let text = |side: &Option<Side>| side.as_ref().map_or_else(|| NOTHING.to_owned(), one_line);
    let (before, after) = (text(&field.before), text(&field.after));
    let (plain, painted) = match (action, &field.before, &field.after) {
        (Action::Create, None, _) => (after.clone(), after),
        (Action::Delete, _, None) => (before.clone(), before),
        _ if is_list(&field.before) || is_list(&field.after) => return None,
        _ => {
            let painted = format!(
                "{} → {}",
                style.paint(style::REMOVED, &before),
                style.paint(style::ADDED, &after)
            );
            (format!("{before} → {after}"), painted)
        }
    };
    (width(&plain) <= room).then_some((plain, painted))
}

fn one_line(side: &Side) -> String {
    visible(&side.members.as_ref().map_or_else(|| side.text.clone(), |members| members.join(", ")))
}

fn is_list(side: &Option<Side>) -> bool {
    side.as_ref().is_some_and(|side| side.members.is_some())
}

/// The values as lines that go and lines that come; members that stay are counted.
fn block(field: &FieldChange, style: TermStyle) -> Vec<String> {
    let difference = diff(field);
    let indent = " ".repeat(INDENT + 2);
    let line = |line: &Line| {
        let (colour, text) = match line {
            Line::Goes(value) => (style::REMOVED, format!("- {}", visible(value))),
            Line::Comes(value) => (style::ADDED, format!("+ {}", visible(value))),
        };
        format!("{indent}{}", style.paint(colour, text))
    };
    let unchanged = (difference.unchanged > 0).then(|| {
        let text = format!("  {} unchanged", difference.unchanged);
        format!("{indent}{}", style.paint(style::FAINT, text))
    });
    difference.lines.iter().map(line).chain(unchanged).collect()
}
