//! Where the values of a text are written, from the first to the last byte: the tree of what is really there, with aliases and merge
//! keys as they are written. For edits that leave everything else as it is.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

/// A value where it is written.
#[derive(Debug, Clone)]
pub(in crate::config) struct Spot {
    /// The first byte.
    pub(in crate::config) start: usize,
    /// The byte behind the last one.
    pub(in crate::config) end: usize,
    /// What is written.
    pub(in crate::config) kind: SpotKind,
}

/// What is written.
#[derive(Debug, Clone)]
pub(in crate::config) enum SpotKind {
    /// A value on its own, on one line or in quotes.
    Scalar(String),
    /// A list, and whether it is in brackets.
    List(Vec<Spot>, bool),
    /// A mapping, and whether it is in braces.
    Map(Vec<Pair>, bool),
    /// A text of several lines, an alias, or anything else that is not edited.
    Other,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(in crate::config) struct Pair {
    pub(in crate::config) key: String,
    /// The first byte of the key, and the byte behind its last one.
    pub(in crate::config) start: usize,
    pub(in crate::config) key_end: usize,
    pub(in crate::config) value: Spot,
}

impl Pair {
    /// The byte behind the last one of key and value.
    pub(in crate::config) fn end(&self) -> usize {
        self.value.end.max(self.key_end + 1)
    }
}

impl Spot {
    /// The pair of a key, where this is a mapping that has it itself.
    pub(in crate::config) fn pair(&self, key: &str) -> Option<&Pair> {
        match &self.kind {
            SpotKind::Map(pairs, _) => pairs.iter().find(|pair| pair.key == key),
            _ => None,
        }
    }
}

/// A collection that is not closed yet.
struct Frame {
    start: usize,
    is_map: bool,
    is_flow: bool,
    members: Vec<Spot>,
}

/// The tree of a text that parses; none where there is nothing, or where it is not understood.
pub(in crate::config) fn spots(text: &str) -> Option<Spot> {
    let (mut frames, mut root) = (Vec::<Frame>::new(), None);
    for event in Parser::new_from_str(text) {
        let (event, span) = event.ok()?;
        let spot = match event {
            Event::Scalar(text, style, ..) => {
                let is_line = !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let kind = if is_line { SpotKind::Scalar(text.into()) } else { SpotKind::Other };
                Some(spot(span, kind)?)
            }
            Event::Alias(_) => Some(spot(span, SpotKind::Other)?),
            Event::SequenceStart(style, ..) | Event::MappingStart(style, ..) => {
                let is_map = matches!(event, Event::MappingStart(..));
                let is_flow = style == StructureStyle::Flow;
                let start = span.byte_range()?.start;
                frames.push(Frame { start, is_map, is_flow, members: Vec::new() });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => Some(closed(frames.pop()?, span)?),
            _ => None,
        };
        match (spot, frames.last_mut()) {
            (Some(spot), Some(frame)) => frame.members.push(spot),
            (Some(spot), None) => root = Some(spot),
            (None, _) => {}
        }
    }
    root
}

fn spot(span: Span, kind: SpotKind) -> Option<Spot> {
    let bytes = span.byte_range()?;
    Some(Spot { start: bytes.start, end: bytes.end, kind })
}

/// A collection in brackets or braces ends with them, another one with its last member.
fn closed(frame: Frame, span: Span) -> Option<Spot> {
    let Frame { start, is_map, is_flow, members } = frame;
    let last = members.last().map_or(start, |member| member.end);
    let end = if is_flow { span.byte_range()?.end } else { last };
    if !is_map {
        return Some(Spot { start, end, kind: SpotKind::List(members, is_flow) });
    }
    let mut pairs = Vec::new();
    let mut members = members.into_iter();
    while let (Some(key), Some(value)) = (members.next(), members.next()) {
        let text = match key.kind {
            SpotKind::Scalar(text) => text,
            _ => String::new(),
        };
        pairs.push(Pair { key: text, start: key.start, key_end: key.end, value });
    }
    let end = if is_flow { end } else { pairs.last().map_or(end, Pair::end) };
    Some(Spot { start, end, kind: SpotKind::Map(pairs, is_flow) })
}
