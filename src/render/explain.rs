//! The page of an error code or rule, and the list of them all, as text, Markdown and JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::findings_json::{FORMAT_VERSION, write_json};
use super::layout::{padded, width, wrapped};
use super::markdown::{code as as_code, prose};
use super::style::{self, TermStyle};
use crate::codes::{self, Cause, Code, Retry};
use crate::model::{Need, PERMISSIONS, Permission};

#[derive(Serialize)]
struct Page<'a> {
    format_version: &'a str,
    #[serde(flatten)]
    code: CodeEntry<'a>,
}

#[derive(Serialize)]
struct List<'a> {
    format_version: &'a str,
    codes: Vec<CodeEntry<'a>>,
}

#[derive(Serialize)]
struct CodeEntry<'a> {
    code: String,
    slug: &'a str,
    title: &'a str,
    http_status: &'a [u16],
    retryable: bool,
    known: &'a str,
    severity: crate::finding::Severity,
    exit: Option<u8>,
    docs: Option<String>,
    causes: Vec<CauseEntry<'a>>,
}

#[derive(Serialize)]
struct CauseEntry<'a> {
    slug: &'a str,
    why: Option<&'a str>,
    fix: &'a str,
    known: &'a str,
}

impl<'a> CodeEntry<'a> {
    fn new(code: &'a Code) -> Self {
        let cause = |cause: &'a Cause| CauseEntry {
            slug: cause.slug,
            why: cause.why,
            fix: cause.fix,
            known: cause.known.text(),
        };
        CodeEntry {
            code: code.name(),
            slug: code.slug,
            title: code.title,
            http_status: code.http_status,
            retryable: code.retry == Retry::Later,
            known: code.known().text(),
            severity: code.severity,
            exit: code.exit,
            docs: Some(code.page()).filter(|docs| !docs.is_empty()),
            causes: code.causes.iter().map(cause).collect(),
        }
    }
}

/// Writes a code's page as text.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, code: &Code, style: TermStyle) -> io::Result<()> {
    writeln!(out, "{}", style.paint(style::STRONG, format!("{}: {}", code.name(), code.title)))?;
    writeln!(out)?;
    for (name, text) in facts(code) {
        writeln!(out, "  {} {text}", padded(name, 6))?;
    }
    for cause in code.causes {
        writeln!(
            out,
            "\n  {} (found {})",
            style.paint(style::STRONG, cause.slug),
            cause.known.text()
        )?;
        let why = cause.why.map(|why| ("why", why));
        for (name, text) in why.into_iter().chain([("fix", cause.fix)]) {
            for (index, line) in wrapped(text, style.width.saturating_sub(9)).iter().enumerate() {
                writeln!(
                    out,
                    "    {} {line}",
                    if index == 0 {
                        style.paint(style::FAINT, format!("{name}:"))
                    } else {
                        "    ".to_owned()
                    }
                )?;
            }
        }
    }
    Ok(())
}

/// What can be said of a code in a word or two.
fn facts(code: &Code) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if code.number.is_some() {
        facts.push(("slug", code.slug.to_owned()));
    }
    if !code.http_status.is_empty() {
        let status: Vec<String> = code.http_status.iter().map(ToString::to_string).collect();
        facts.push(("HTTP", status.join(", ")));
    }
    facts.push(("found", code.known().text().to_owned()));
    facts.push(("retry", retry(code).to_owned()));
    facts.extend(code.exit.map(|exit| ("exit", exit.to_string())));
    facts.push(("docs", code.page()));
    if code.slug == "access-denied" {
        facts.extend(PERMISSIONS.iter().map(|permission| ("token", permission_fact(permission))));
    }
    facts.retain(|(_, text)| !text.is_empty());
    facts
}

/// A permission with the commands that use it and what is lost without it.
fn permission_fact(permission: &Permission) -> String {
    let commands =
        [("plan", permission.plan), ("apply", permission.apply), ("drift", permission.drift)];
    let used: Vec<&str> =
        commands.iter().filter(|(_, need)| *need != Need::Unused).map(|(name, _)| *name).collect();
    format!("{} ({}): without it {}", permission.text(), used.join(", "), permission.cost)
}

fn retry(code: &Code) -> &'static str {
    match code.retry {
        Retry::Never => "never",
        Retry::Later => "later",
    }
}

/// Writes a code's page as Markdown.
///
/// # Errors
/// Those of the writer.
pub fn write_markdown(out: &mut dyn Write, code: &Code) -> io::Result<()> {
    writeln!(out, "# {}: {}\n", code.name(), prose(code.title))?;
    for (name, text) in facts(code) {
        writeln!(out, "- {name}: {text}")?;
    }
    for cause in code.causes {
        writeln!(
            out,
            "\n## {}\n\nFound {}.\n\n{}- fix: {}",
            cause.slug,
            cause.known.text(),
            cause.why.map(|why| format!("- why: {}\n", prose(why))).unwrap_or_default(),
            prose(cause.fix)
        )?;
    }
    Ok(())
}

/// Writes a code's page as JSON.
///
/// # Errors
/// Those of the writer.
pub fn write_json_page(out: &mut dyn Write, code: &Code) -> io::Result<()> {
    write_json(out, &Page { format_version: FORMAT_VERSION, code: CodeEntry::new(code) })
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
