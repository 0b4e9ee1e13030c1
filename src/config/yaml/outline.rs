//! How a YAML text is laid out: what each line is, which comments there are, and where the keys of the applications stand. Read from the
//! parser's events; the text must parse.

use granit_parser::{Event, Parser, ScalarStyle, Span, StructureStyle};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum Line {
    /// Nothing, or spaces only, where they mean nothing.
    Blank,
    /// A comment and nothing else.
    Comment,
    /// The beginning of an entry: a key, a dash, or a value on a line of its own.
    Start,
    /// A further line of a flow collection, or of a plain or quoted scalar.
    Inner,
    /// A line of a block scalar, whose text begins at `indent` and is to begin `step` columns behind its key.
    Block {
        /// The column at which the text begins.
        indent: usize,
        /// How far it is to stand from its key: two, or what its header says.
        step: usize,
    },
    /// `---`, `...` or a directive.
    Marker,
}

/// An application whose fields stand on lines of their own.
#[derive(Debug, Default)]
pub(in crate::config) struct Entries {
    /// The keys with their lines, from 0.
    pub(in crate::config) keys: Vec<(String, usize)>,
    /// The first line behind the mapping, comments and blank lines before the next key included in what is before it.
    pub(in crate::config) end: usize,
    /// Whether an anchor is defined among them, so that their order may matter.
    pub(in crate::config) has_anchor: bool,
}

/// A text's layout.
#[derive(Debug)]
pub(in crate::config) struct Outline {
    /// What each line is.
    pub(in crate::config) lines: Vec<Line>,
    /// The comments, without the spaces around them.
    pub(in crate::config) comments: Vec<String>,
    /// The applications in block style.
    pub(in crate::config) apps: Vec<Entries>,
}

/// A collection that is not closed yet.
struct Frame {
    is_map: bool,
    /// The key whose value is yet to come, or to end.
    key: Option<String>,
    /// Whether the collection stands where a key belongs.
    is_key: bool,
    is_app: bool,
    entries: Entries,
}

/// Reads the layout of a text with line feeds only.
pub(in crate::config) fn outline(text: &str) -> Outline {
    let lines = text
        .lines()
        .map(|line| if line.trim().is_empty() { Line::Blank } else { from_text(line) })
        .collect();
    let begins = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let texts = text.lines().collect();
    let mut walk = Walk {
        text,
        texts,
        begins,
        outline: Outline { lines, comments: Vec::new(), apps: Vec::new() },
        frames: Vec::new(),
        flow: Vec::new(),
    };
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        walk.take(event, span);
    }
    walk.outline
}

fn from_text(line: &str) -> Line {
    let begins = |marker: &str| {
        line.strip_prefix(marker)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    };
    let is_marker = begins("---") || begins("...") || line.starts_with('%');
    match is_marker {
        true => Line::Marker,
        false if line.trim_start().starts_with('#') => Line::Comment,
        false => Line::Start,
    }
}

/// The walk over the events.
struct Walk<'t> {
    text: &'t str,
    texts: Vec<&'t str>,
    /// The byte at which each line begins.
    begins: Vec<usize>,
    outline: Outline,
    frames: Vec<Frame>,
    /// The first lines of the flow collections that are open.
    flow: Vec<usize>,
}

/// The line of a marker, from 0.
fn line_of(marker: granit_parser::Marker) -> usize {
    marker.line().saturating_sub(1)
}

impl Walk<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) {
        match event {
            Event::Comment(text, _) => self.outline.comments.push(text.trim().to_owned()),
            Event::Scalar(text, style, anchor, _) => {
                self.note_anchor(anchor);
                self.note_lines(style, span);
                self.note_node(Some(&text), span);
            }
            Event::Alias(_) => self.note_node(None, span),
            Event::SequenceStart(style, anchor, _) => self.open(false, style, anchor, span),
            Event::MappingStart(style, anchor, _) => self.open(true, style, anchor, span),
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            _ => {}
        }
    }

    fn open(&mut self, is_map: bool, style: StructureStyle, anchor: usize, span: Span) {
        self.note_anchor(anchor);
        let is_block = style == StructureStyle::Block && self.flow.is_empty();
        let is_app = is_map && is_block && self.is_app();
        let is_key = self.frames.last().is_some_and(|frame| frame.is_map && frame.key.is_none());
        if is_key {
            self.note_node(None, span);
        }
        if !is_block {
            self.flow.push(line_of(span.start));
        }
        self.frames.push(Frame { is_map, key: None, is_key, is_app, entries: Entries::default() });
    }

    fn close(&mut self, span: Span) {
        if let Some(first) = self.flow.pop() {
            self.mark(first + 1, line_of(span.end) + 1, Line::Inner);
        }
        let Some(Frame { is_app, is_key, mut entries, .. }) = self.frames.pop() else { return };
        if let Some(around) = self.frames.last_mut().filter(|_| !is_key) {
            around.key = None;
        }
        if is_app {
            entries.end = line_of(span.start).min(self.outline.lines.len());
            self.outline.apps.push(entries);
        }
    }

    /// Whether what opens now is the value of `zones.*.apps.*`.
    fn is_app(&self) -> bool {
        let path: Vec<Option<&str>> =
            self.frames.iter().map(|frame| frame.key.as_deref().filter(|_| frame.is_map)).collect();
        matches!(path.as_slice(), [Some("zones"), Some(_), Some("apps"), Some(_)])
    }

    /// A node is the next key of the mapping around it, or the value of the last one.
    fn note_node(&mut self, text: Option<&str>, span: Span) {
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.is_map) else { return };
        if frame.key.take().is_none() {
            let name = text.unwrap_or_default().to_owned();
            frame.entries.keys.push((name.clone(), line_of(span.start)));
            frame.key = Some(name);
        }
    }

    fn note_anchor(&mut self, anchor: usize) {
        if anchor != 0 {
            self.frames.iter_mut().for_each(|frame| frame.entries.has_anchor = true);
        }
    }

    fn note_lines(&mut self, style: ScalarStyle, span: Span) {
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        match span.byte_range() {
            Some(bytes) if is_block => self.note_block(bytes.start, bytes.end, span),
            _ => self.mark(line_of(span.start) + 1, line_of(span.end) + 1, Line::Inner),
        }
    }

    /// Marks the lines of a block scalar: from the one behind its header up to where the next thing stands. Blank lines at its end are
    /// its own only where the header keeps them.
    fn note_block(&mut self, start: usize, end: usize, span: Span) {
        let header = self.line_at(self.text[..start].trim_end().len());
        let open_end = end == self.text.len() && !self.text.ends_with('\n');
        let mut last = line_of(span.end) + usize::from(open_end);
        let (step, keeps) = read_header(self.texts.get(header).copied().unwrap_or_default());
        let is_blank = |line: usize| self.texts.get(line).is_none_or(|text| text.trim().is_empty());
        while !keeps && last > header + 1 && is_blank(last - 1) {
            last -= 1;
        }
        let indent_of =
            |line: usize| self.texts[line].len() - self.texts[line].trim_start_matches(' ').len();
        let first = (header + 1..last).find(|line| !is_blank(*line));
        let indent = match (step, first) {
            (None, Some(first)) => indent_of(first),
            _ => span.start.col(),
        };
        self.mark(header + 1, last, Line::Block { indent, step: step.unwrap_or(2) });
    }

    /// The line of a byte, from 0.
    fn line_at(&self, byte: usize) -> usize {
        self.begins.partition_point(|begin| *begin <= byte).saturating_sub(1)
    }

    fn mark(&mut self, from: usize, to: usize, line: Line) {
        let to = to.min(self.outline.lines.len());
        if let Some(lines) = self.outline.lines.get_mut(from..to) {
            lines.fill(line);
        }
    }
}

/// The indentation that the header of a block scalar says, if it says one, and whether it keeps blank lines at the end.
fn read_header(line: &str) -> (Option<usize>, bool) {
    let indicators = line
        .char_indices()
        .filter(|(_, letter)| matches!(letter, '|' | '>'))
        .map(|(at, _)| &line[at + 1..]);
    let headers = indicators.map(|rest| rest.split('#').next().unwrap_or_default().trim());
    let header = headers.into_iter().find(|rest| {
        rest.chars().all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-'))
    });
    let header = header.unwrap_or_default();
    (
        header.chars().find_map(|letter| letter.to_digit(10)).map(|digit| digit as usize),
        header.contains('+'),
    )
}
