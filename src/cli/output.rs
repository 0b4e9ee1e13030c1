//! Where the output goes: one format on stdout, any number beside it in files.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::args::{Colour, Global};
use crate::finding::Finding;
use crate::render::TermStyle;

/// A format of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Human,
    Json,
    Markdown,
    Sarif,
    Github,
    Junit,
}

impl Format {
    const ALL: [(&'static str, Format); 6] = [
        ("human", Format::Human),
        ("json", Format::Json),
        ("markdown", Format::Markdown),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("junit", Format::Junit),
    ];
}

/// Where the output goes.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Format,
    files: Vec<(Format, PathBuf)>,
}

impl Output {
    /// Reads `--format`; `Err` says what cannot be used.
    pub(super) fn of(global: &Global, allowed: &[Format]) -> Result<Output, String> {
        let mut output = Output { stdout: Format::Human, files: Vec::new() };
        let mut plan_source = false;
        for text in &global.format {
            let (name, file) = text
                .split_once('=')
                .map_or((text.as_str(), None), |(name, file)| (name, Some(file)));
            let known = Format::ALL.iter().filter(|(_, format)| allowed.contains(format));
            let Some((_, format)) = known.clone().find(|(known, _)| *known == name) else {
                let names: Vec<&str> = known.map(|(name, _)| *name).collect();
                return Err(format!(
                    "--format {name} is not known here; write one of {}",
                    names.join(", ")
                ));
            };
            match file {
                Some("") => return Err(format!("--format {name}= names no file")),
                Some(file) => output.files.push((*format, PathBuf::from(file))),
                None if plan_source => {
                    return Err(
                        "--format names two formats for stdout; write FORMAT=FILE for one of them"
                            .to_owned(),
                    );
                }
                None => {
                    output.stdout = *format;
                    plan_source = true;
                }
            }
        }
        Ok(output)
    }

    /// Whether stdout is for people.
    pub(super) fn is_human(&self) -> bool {
        self.stdout == Format::Human
    }

    /// Writes each format to where it goes. A reader that went away early is no failure.
    pub(super) fn write(
        &self,
        global: &Global,
        mut render: impl FnMut(Format, TermStyle, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Box<Finding>> {
        for (format, path) in &self.files {
            let written = File::create(path).and_then(|file| {
                let mut out = BufWriter::new(file);
                render(*format, TermStyle::default(), &mut out)?;
                out.flush()
            });
            written.map_err(|error| unwritable(&path.display().to_string(), &error))?;
        }
        let mut out = BufWriter::new(io::stdout().lock());
        match render(self.stdout, style_for(global, io::stdout().is_terminal()), &mut out)
            .and_then(|()| out.flush())
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable("stdout", &error))
            }
            _ => Ok(()),
        }
    }
}

fn unwritable(place: &str, error: &io::Error) -> Box<Finding> {
    let summary = format!("failed to write {place}: {}", super::load::describe_io_error(error));
    Box::new(Finding::error(
        "unwritable-output",
        summary,
        "the output is what the run is for",
        "check the path, its permissions, and the room on the disk",
    ))
}

/// How text for people looks on a stream.
pub(super) fn style_for(global: &Global, terminal: bool) -> TermStyle {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let colour = match global.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && !set("NO_COLOR") && !dumb,
    };
    let columns = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .filter(|columns| (40..=400).contains(columns));
    TermStyle { colour, width: columns.unwrap_or(80) }
}

/// Says something on stderr; that nobody reads it there is no failure.
pub(super) fn say(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
