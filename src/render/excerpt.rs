//! The line of a file that a finding is about, cut to what fits on a screen.

use std::ops::Range;

use super::layout::visible;
use crate::finding::Place;

/// How far from a place the ends of its line are looked for, in bytes; what lies beyond is cut off without being read.
const REACH: usize = 4096;

/// What a line that holds an origin has in it.
const ORIGIN_SIGNS: [&str; 4] = ["origin_", "tcp://", "udp://", "virtual_network_id"];

/// A line, or the part of it around a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The text, fit for a terminal, with `…` where it was cut.
    pub(super) text: String,
    /// The bytes of `text` that are meant.
    pub(super) span: Range<usize>,
    /// Whether the beginning of the line was cut off, so that columns of `text` are not those of the file.
    pub(super) shifted: bool,
    /// Whether an origin may be in it, whatever the finding is about: an application can stand on one line.
    pub(super) shows_origin: bool,
}

impl Excerpt {
    /// The excerpt of a file's text at a place, at most so many characters wide. A place that reaches over several lines is shown by
    /// its first; one that lies outside the text by its end.
    pub(super) fn new(text: &str, place: &Place, most: usize) -> Excerpt {
        let start = text.floor_char_boundary(place.start.min(text.len()));
        let end = text.floor_char_boundary(place.end.clamp(start, text.len()));
        let (before, cut_before) = line_before(text, start);
        let (after, cut_after) = line_after(text, start);
        let (meant, rest) =
            after.split_at(after.floor_char_boundary((end - start).min(after.len())));
        let meant_cut = first(meant, most / 2);
        let room = most.saturating_sub(meant_cut.chars().count() + 2);
        let rest = if meant_cut.len() < meant.len() { "" } else { rest };
        let shown_rest = first(rest, room.saturating_sub(before.chars().count()).max(room / 2));
        let shown_before = last(before, room.saturating_sub(shown_rest.chars().count()));
        let cut_after = cut_after || meant_cut.len() < meant.len() || shown_rest.len() < rest.len();
        let shifted = cut_before || shown_before.len() < before.len();
        let head = format!("{}{}", mark(shifted), visible(shown_before));
        let meant = visible(meant_cut);
        let span = head.len()..head.len() + meant.len();
        let text = format!("{head}{meant}{}{}", visible(shown_rest), mark(cut_after));
        let shows_origin = ORIGIN_SIGNS.iter().any(|sign| text.contains(sign));
        Excerpt { text, span, shifted, shows_origin }
    }
}

fn mark(cut: bool) -> &'static str {
    if cut { "…" } else { "" }
}

/// What stands before an offset on its line, and whether more does.
fn line_before(text: &str, at: usize) -> (&str, bool) {
    let reach = text.floor_char_boundary(at.saturating_sub(REACH));
    let near = &text[reach..at];
    match near.rfind('\n') {
        Some(end) => (&near[end + 1..], false),
        None => (near, reach > 0),
    }
}

/// What stands from an offset on to the end of its line, and whether more does.
fn line_after(text: &str, at: usize) -> (&str, bool) {
    let reach = text.floor_char_boundary((at + REACH).min(text.len()));
    let near = &text[at..reach];
    match near.find('\n') {
        Some(end) => (near[..end].trim_end(), false),
        None => (near.trim_end(), reach < text.len()),
    }
}

fn first(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

fn last(text: &str, most: usize) -> &str {
    let count = text.chars().count();
    text.char_indices().nth(count.saturating_sub(most)).map_or("", |(start, _)| &text[start..])
}
