//! Where the output goes: one format on stdout, any number beside it in files.

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use super::context::{Colour, OutputOptions, Redact};
use super::exit::Exit;
use super::failure::Failure;
pub(super) use super::format::Format;
use super::redaction::Redaction;
use super::whole_file::{self, Readers, unwritable};
use crate::render::TermStyle;

/// Where the output goes.
#[derive(Debug)]
pub(super) struct Output {
    stdout: Format,
    files: Vec<(Format, PathBuf)>,
    style: TermStyle,
    redact: Option<Redact>,
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
                Some(file) => files.push((format, PathBuf::from(file))),
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
        Ok(Output { stdout: stdout.unwrap_or(first), files, style, redact: options.redact })
    }

    /// Whether stdout is for people.
    pub(super) fn is_human(&self) -> bool {
        self.stdout == Format::Human
    }

    /// Writes each format to where it goes. A reader that went away early is no failure.
    pub(super) fn write(
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
        let mut out = BufWriter::new(io::stdout().lock());
        match Redaction::for_format(self.redact, self.stdout)
            .write(&mut out, |out| render(self.stdout, self.style, out))
            .and_then(|()| out.flush())
        {
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

/// How text for people is styled on a stream.
pub(super) fn style_for(options: &OutputOptions, terminal: bool) -> TermStyle {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let colour = match options.color {
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
    let text = text.to_string();
    let _ = writeln!(io::stderr().lock(), "{}", Redaction::for_messages().apply(&text));
}
