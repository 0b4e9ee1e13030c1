//! Reads the events of a file's text into a tree.

use std::sync::Arc;

use granit_parser::{Event, Parser, ScanError, Span};

use super::builder::Builder;
use super::tree::{MAX_FILE, Read};
use crate::codes;
use crate::finding::{Finding, Place};
use crate::model::{Kind, Node};

/// Reads one file's text.
pub fn read(file: &Arc<str>, text: &str) -> Read {
    if text.len() > MAX_FILE {
        return refused(too_large(file, "the file", MAX_FILE));
    }
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut source = Source { file: file.clone(), offset: text.len() - body.len() };
    let mut builder = Builder::new();
    let mut documents = 0;
    for event in Parser::new_from_str(body) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                builder.findings.push(source.syntax(&error, body));
                break;
            }
        };
        if matches!(event, Event::DocumentStart(..)) {
            documents += 1;
            if documents == 2 {
                builder.findings.push(several_documents(&source.place(span)));
                break;
            }
        }
        let place = source.place(span);
        if let Err(finding) = builder.take(event, place) {
            return refused(*finding);
        }
    }
    builder.finish()
}

fn refused(finding: Finding) -> Read {
    Read { root: Node::new(Kind::Null), findings: vec![finding] }
}

/// Where the events come from.
struct Source {
    file: Arc<str>,
    /// Bytes in front of the text that the parser reads: a byte order mark.
    offset: usize,
}

impl Source {
    fn place(&mut self, span: Span) -> Place {
        let bytes = span.byte_range().unwrap_or(0..0);
        Place {
            file: self.file.clone(),
            line: u32::try_from(span.start.line()).unwrap_or(u32::MAX),
            column: u32::try_from(span.start.col() + 1).unwrap_or(u32::MAX),
            start: bytes.start + self.offset,
            end: bytes.end + self.offset,
        }
    }

    fn syntax(&mut self, error: &ScanError, text: &str) -> Finding {
        let place = self.place(Span::empty(*error.marker()));
        let told = error.info();
        if told.to_lowercase().contains("tab")
            && let Some(tab) = self.indenting_tab(text, place.line)
        {
            return Finding::new(&codes::YAML_SYNTAX, "this is not YAML: a tab indents the line")
                .fix("indent with spaces")
                .at(Some(&tab));
        }
        let finding = Finding::new(&codes::YAML_SYNTAX, format!("this is not YAML: {told}"));
        let line =
            usize::try_from(place.line).ok().and_then(|line| text.lines().nth(line.max(1) - 1));
        let variable = line.and_then(unquoted_variable);
        match variable {
            Some(variable) => finding.fix(format!("put the variable in quotes: \"{variable}\"")),
            None => finding,
        }
        .at(Some(&place))
    }

    /// The first tab that indents a line, from this line on; the parser tells the line of the value before it.
    fn indenting_tab(&self, text: &str, from: u32) -> Option<Place> {
        let mut start = self.offset;
        for (line, content) in (1..).zip(text.split_inclusive('\n')) {
            let indentation = content.len() - content.trim_start_matches([' ', '\t']).len();
            if let Some(at) = content[..indentation].find('\t').filter(|_| line >= from) {
                let column = u32::try_from(at + 1).unwrap_or(u32::MAX);
                return Some(Place {
                    file: self.file.clone(),
                    line,
                    column,
                    start: start + at,
                    end: start + at + 1,
                });
            }
            start += content.len();
        }
        None
    }
}

/// A variable without quotes in a flow mapping or list, where its braces mean a mapping.
fn unquoted_variable(line: &str) -> Option<&str> {
    let (before, rest) = line.split_once("${")?;
    let is_quoted = before.ends_with(['"', '\'']);
    let in_flow = before.contains(['{', '[']);
    let end = rest.find('}')?;
    (in_flow && !is_quoted).then(|| &line[before.len()..before.len() + 2 + end + 1])
}

fn several_documents(place: &Place) -> Finding {
    Finding::new(&codes::SEVERAL_DOCUMENTS, "a second document begins here").at(Some(place))
}

fn too_large(file: &Arc<str>, what: &str, most: usize) -> Finding {
    Finding::new(&codes::TOO_LARGE, format!("{what} is larger than {most} bytes"))
        .at(Some(&Place::top_of(file)))
}
