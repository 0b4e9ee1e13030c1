//! A page to read: a title, facts in a word or two, and sections; written as text, as Markdown and as JSON.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value as Json;

use crate::render::findings_json::{FORMAT_VERSION, write_json};
use crate::render::fitted;
use crate::render::layout::{padded, width, wrapped};
use crate::render::markdown::prose;
use crate::render::style::{self, TermStyle};

/// A page about one thing.
#[derive(Debug)]
pub struct Page {
    pub(super) title: String,
    pub(super) facts: Vec<Line>,
    pub(super) sections: Vec<Section>,
    /// What other programs read of it.
    pub(super) data: Json,
}

/// A name and what is said of it.
pub(super) type Line = (String, String);

/// A part of a page under a heading.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) title: String,
    /// A remark on the heading.
    pub(super) note: String,
    pub(super) lines: Vec<Line>,
    /// Texts to copy, each with what it is.
    pub(super) blocks: Vec<Line>,
}

/// What every page in JSON has.
#[derive(Serialize)]
struct Versioned<'a> {
    format_version: &'a str,
    #[serde(flatten)]
    data: &'a Json,
}

/// A line of names and texts.
pub(super) fn line(name: impl Into<String>, text: impl Into<String>) -> Line {
    (name.into(), text.into())
}

impl Page {
    /// Writes the page as text.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write, style: TermStyle) -> io::Result<()> {
        let title = style.paint(style::STRONG, &self.title);
        writeln!(out, "{}", fitted(&title, style.width))?;
        if !self.facts.is_empty() {
            writeln!(out)?;
        }
        let names = self.facts.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
        for (name, text) in &self.facts {
            let head = format!("  {} ", padded(name, names.max(6)));
            write_wrapped(out, &head, &head, text, style.width)?;
        }
        self.sections.iter().try_for_each(|section| section.write(out, style))
    }

    /// Writes the page as Markdown.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "# {}", prose(&self.title))?;
        if !self.facts.is_empty() {
            writeln!(out)?;
        }
        for (name, text) in &self.facts {
            writeln!(out, "- {name}: {text}")?;
        }
        self.sections.iter().try_for_each(|section| section.write_markdown(out))
    }

    /// Writes the page as JSON.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        write_json(out, &Versioned { format_version: FORMAT_VERSION, data: &self.data })
    }
}

impl Section {
    fn write(&self, out: &mut dyn Write, style: TermStyle) -> io::Result<()> {
        let note = if self.note.is_empty() { String::new() } else { format!(" ({})", self.note) };
        let title = format!("  {}{note}", style.paint(style::STRONG, &self.title));
        writeln!(out, "\n{}", fitted(&title, style.width))?;
        for (name, text) in &self.lines {
            let head = format!("    {name}: ");
            let shown = format!("    {} ", style.paint(style::FAINT, format!("{name}:")));
            write_wrapped(out, &head, &shown, text, style.width)?;
        }
        for (name, text) in &self.blocks {
            writeln!(out, "    {}", style.paint(style::FAINT, format!("{name}:")))?;
            for line in text.lines() {
                writeln!(out, "{}", format!("      {line}").trim_end())?;
            }
        }
        Ok(())
    }

    fn write_markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "\n## {}\n", prose(&self.title))?;
        let mut note = self.note.chars();
        if let Some(first) = note.next() {
            writeln!(out, "{}{}.\n", first.to_uppercase(), prose(note.as_str()))?;
        }
        for (name, text) in &self.lines {
            writeln!(out, "- {name}: {}", prose(text))?;
        }
        for (name, text) in &self.blocks {
            let block = if text.is_empty() { String::new() } else { fenced(text) };
            writeln!(out, "\n{}:\n{block}", prose(name))?;
        }
        Ok(())
    }
}

/// A text as a block of YAML.
fn fenced(text: &str) -> String {
    format!("\n```yaml\n{}\n```", text.trim_end())
}

/// Writes a text behind a head, and its further lines below the text. `shown` is the head with its colours.
fn write_wrapped(
    out: &mut dyn Write,
    head: &str,
    shown: &str,
    text: &str,
    most: usize,
) -> io::Result<()> {
    let indent = width(head);
    for (index, line) in wrapped(text, most.saturating_sub(indent)).iter().enumerate() {
        match index {
            0 => writeln!(out, "{shown}{line}")?,
            _ => writeln!(out, "{}{line}", " ".repeat(indent))?,
        }
    }
    Ok(())
}
