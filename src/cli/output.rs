//! Where the output goes: one format on stdout, any number beside it in files.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::context::{OutputOptions, Redact};
use super::exit::Exit;
use super::failure::Failure;
pub(super) use super::format::Format;
use super::redaction::Redaction;
use super::terminal::suspended;
pub(super) use super::terminal::{say, style_for};
use super::whole_file::{self, Readers, unwritable};
use crate::render::{TermStyle, fitted};

/// Where the output goes.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Format,
    files: Vec<(Format, PathBuf)>,
    style: TermStyle,
    redact: Option<Redact>,
    /// Whether lines for people are brought to the width of the terminal: not where they are data.
    wraps: bool,
}

impl Output {
    /// Reads `--format`, of which this command allows some.
    pub(super) fn new(options: &OutputOptions, allowed: &[Format]) -> Result<Output, Failure> {
        let mut stdout = None;
        let mut files = Vec::new();
        for text in &options.format {
            let (name, file) = text
                .split_once('=')
                .map_or((text.as_str(), None), |(name, file)| (name, Some(file)));
            let format = named(name, allowed)?;
            match file {
                Some("") => return Err(Failure::usage(format!("--format {name}= names no file"))),
                Some(file) => {
                    let path = PathBuf::from(file);
                    if files.iter().any(|(_, other)| *other == path) {
                        return Err(Failure::usage(format!("--format writes {file} twice")));
                    }
                    files.push((format, path));
                }
                None if stdout.is_some() => {
                    return Err(Failure::usage(
                        "--format names two formats for stdout; write FORMAT=FILE for one of them",
                    ));
                }
                None => stdout = Some(format),
            }
        }
        let style = style_for(options, io::stdout().is_terminal());
        // A command that does not print for people prints the one format that it has.
        let first = allowed.first().copied().unwrap_or(Format::Human);
        Ok(Output {
            stdout: stdout.unwrap_or(first),
            files,
            style,
            redact: options.redact,
            wraps: false,
        })
    }

    /// The same for text that may be broken where the terminal ends.
    pub(super) fn wrapping(self) -> Output {
        Output { wraps: io::stdout().is_terminal(), ..self }
    }

    /// The style of a table: on a terminal it keeps to the width, elsewhere a row is one line, for programs.
    pub(super) fn table_style(&self, style: TermStyle) -> TermStyle {
        TermStyle { width: if self.wraps { style.width } else { usize::MAX }, ..style }
    }

    /// Whether stdout is for people.
    pub(super) fn is_human(&self) -> bool {
        self.stdout == Format::Human
    }

    /// Refuses a format for stdout that is not written line by line.
    pub(super) fn must_be_lines(&self, command: &str, allowed: &[Format]) -> Result<(), Failure> {
        if allowed.contains(&self.stdout) {
            return Ok(());
        }
        let names = Format::ALL.iter().filter(|(_, format)| allowed.contains(format));
        let names: Vec<&str> = names.map(|(name, _)| *name).collect();
        Err(Failure::usage(format!(
            "{command} prints {}; any other format goes to a file: --format FORMAT=FILE",
            alternatives(&names)
        )))
    }

    /// Writes each format to where it goes. A reader that went away early is no failure.
    pub(super) fn write(
        &self,
        mut render: impl FnMut(Format, TermStyle, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        // A file that cannot be written keeps nobody from the report.
        let written = self.write_files(&mut render);
        self.write_stdout(render)?;
        written
    }

    /// Writes the formats that go to files.
    pub(super) fn write_files(
        &self,
        mut render: impl FnMut(Format, TermStyle, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        for (format, path) in &self.files {
            let mut bytes = Vec::new();
            Redaction::for_format(self.redact, *format)
                .write(&mut bytes, |out| render(*format, TermStyle::default(), out))
                .map_err(|error| unwritable(&path.display().to_string(), &error))?;
            whole_file::replace(path, &bytes, Readers::AsBefore)?;
        }
        Ok(())
    }

    /// Writes the format that goes to stdout.
    pub(super) fn write_stdout(
        &self,
        mut render: impl FnMut(Format, TermStyle, &mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut render = |out: &mut dyn Write| render(self.stdout, self.style, out);
        let redaction = Redaction::for_format(self.redact, self.stdout);
        let written = suspended(|| {
            let mut out = BufWriter::new(io::stdout().lock());
            if !(self.wraps && self.is_human()) {
                return redaction.write(&mut out, render).and_then(|()| out.flush());
            }
            let mut text = Vec::new();
            redaction.write(&mut text, &mut render)?;
            out.write_all(fitted(&String::from_utf8_lossy(&text), self.style.width).as_bytes())?;
            out.flush()
        });
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(unwritable("stdout", &error).into())
            }
            _ => Ok(()),
        }
    }

    /// Writes what a command has to say at its end, and ends it.
    pub(super) fn end(
        &self,
        exit: Exit,
        render: impl FnMut(Format, TermStyle, &mut dyn Write) -> io::Result<()>,
    ) -> Result<Exit, Failure> {
        self.write(render).map_err(|failure| failure.after(exit))?;
        Ok(exit)
    }
}

fn named(name: &str, allowed: &[Format]) -> Result<Format, Failure> {
    let known = Format::ALL.iter().filter(|(_, format)| allowed.contains(format));
    match known.clone().find(|(known, _)| *known == name) {
        Some((_, format)) => Ok(*format),
        None => {
            let names: Vec<&str> = known.map(|(name, _)| *name).collect();
            Err(Failure::usage(format!(
                "--format {name} is unknown here; use {}",
                alternatives(&names)
            )))
        }
    }
}

/// `human, json or markdown`.
fn alternatives(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
