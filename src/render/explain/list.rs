//! The list of all codes: an aligned table, a Markdown table, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::code::{CodeEntry, retry};
use crate::codes;
use crate::render::findings_json::{FORMAT_VERSION, write_json};
use crate::render::layout::{padded, width, wrapped};
use crate::render::markdown::{code as as_code, prose};
use crate::render::style::{self, TermStyle};

#[derive(Serialize)]
struct List<'a> {
    format_version: &'a str,
    codes: Vec<CodeEntry<'a>>,
}

/// Writes all codes as an aligned table.
///
/// # Errors
/// Those of the writer.
pub fn write_list(out: &mut dyn Write, style: TermStyle) -> io::Result<()> {
    let names = codes::all().map(|code| width(&code.name())).max().unwrap_or_default().max(4);
    let known = "on the call".len();
    let titles = codes::all().map(|code| width(code.title)).max().unwrap_or_default().max(5);
    let titles = titles.min(style.width.saturating_sub(names + known + 11).max(20));
    let head = format!(
        "{}  {}  {}  RETRY",
        padded("CODE", names),
        padded("TITLE", titles),
        padded("FOUND", known)
    );
    writeln!(out, "{}", style.paint(style::STRONG, head))?;
    for code in codes::all() {
        let (name, known) = (padded(&code.name(), names), padded(code.known().text(), known));
        for (index, line) in wrapped(code.title, titles).iter().enumerate() {
            match index {
                0 => writeln!(out, "{name}  {}  {known}  {}", padded(line, titles), retry(code))?,
                _ => writeln!(out, "{}  {line}", " ".repeat(names))?,
            }
        }
    }
    Ok(())
}

/// Writes all codes as a Markdown table.
///
/// # Errors
/// Those of the writer.
pub fn write_list_markdown(out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Code | Title | Found | Retry |\n|---|---|---|---|")?;
    for code in codes::all() {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            as_code(&code.name()),
            prose(code.title),
            code.known().text(),
            retry(code)
        )?;
    }
    Ok(())
}

/// Writes all codes as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_list_json(out: &mut dyn Write) -> io::Result<()> {
    write_json(
        out,
        &List { format_version: FORMAT_VERSION, codes: codes::all().map(CodeEntry::new).collect() },
    )
}
