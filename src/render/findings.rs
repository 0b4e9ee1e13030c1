//! Findings for people: what is wrong, the line it stands on, why, and what to do.

use std::io::{self, Write};

use annotate_snippets::{
    AnnotationKind, Element, Group, Level, Origin, Padding, Renderer, Snippet,
};

use super::excerpt::Excerpt;
use super::layout::{counted, visible, width, wrapped};
use super::style::{self, TermStyle};
use crate::config::Sources;
use crate::finding::{Finding, Place, Refusal, Severity};
use crate::model::Field;

/// How findings are shown.
#[derive(Debug, Clone, Copy)]
pub struct RenderOptions<'a> {
    /// The files, for the lines that findings are about.
    pub sources: &'a Sources,
    /// Colour and width.
    pub style: TermStyle,
    /// Whether lines that hold origins are left out.
    pub redact: bool,
    /// What did not happen because of the findings, such as `nothing was changed`; no full stop.
    pub closing: Option<&'a str>,
}

/// Writes all findings, and a line that counts them; nothing when there are none.
///
/// # Errors
/// Those of the writer.
pub fn write(
    out: &mut dyn Write,
    findings: &[Finding],
    options: RenderOptions<'_>,
) -> io::Result<()> {
    write_each(out, findings, options)?;
    match count(findings) {
        Some(count) => {
            let closing = options.closing.map(|closing| format!("; {closing}")).unwrap_or_default();
            writeln!(out, "{}{closing}", options.style.paint(style::STRONG, count))
        }
        None => Ok(()),
    }
}

/// Writes all findings, for a report whose last line says what follows from them.
pub(super) fn write_each(
    out: &mut dyn Write,
    findings: &[Finding],
    options: RenderOptions<'_>,
) -> io::Result<()> {
    for finding in findings {
        write_one(out, finding, options)?;
        writeln!(out)?;
    }
    Ok(())
}

/// `2 errors, 1 warning`; nothing when there are none.
pub(super) fn count(findings: &[Finding]) -> Option<String> {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let parts = [(errors, "error"), (findings.len() - errors, "warning")];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn write_one(out: &mut dyn Write, finding: &Finding, options: RenderOptions<'_>) -> io::Result<()> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(
        level.primary_title(visible(&finding.summary)).id(visible(&finding.code)),
    );
    let lines = line_number_width(finding);
    if let Some(place) = &finding.place {
        group = group.elements(at(place, None, finding, options));
    }
    for related in &finding.related {
        group = group.elements(at(&related.place, Some(&related.note), finding, options));
    }
    if finding.place.is_some() || !finding.related.is_empty() {
        group = group.element(Padding);
    }
    for (name, text) in notes(finding) {
        let text =
            wrapped(&text, options.style.width.saturating_sub(lines + 5 + width(name))).join("\n");
        group = group.element(Level::NOTE.with_name(name).message(text));
    }
    for line in renderer(options.style).render(&[group]).lines().filter(|line| !is_joint(line)) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// The sign that joins a place to an excerpt of another one; here both are the same.
fn is_joint(line: &str) -> bool {
    anstream::adapter::strip_str(line).to_string().trim() == ":::"
}

fn renderer(style: TermStyle) -> Renderer {
    let renderer =
        if style.colour { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
    renderer
        .warning(if style.colour { style::CHANGED.bold() } else { anstyle::Style::new() })
        .term_width(style.width.max(40) + 20)
}

/// How many digits the greatest line number has, which is how far annotate-snippets moves everything to the right.
fn line_number_width(finding: &Finding) -> usize {
    let lines = finding
        .place
        .iter()
        .chain(finding.related.iter().map(|related| &related.place))
        .map(|place| place.line);
    lines.max().unwrap_or(1).to_string().len()
}

/// A place: its file and position, and its line where that can be shown.
fn at<'a>(
    place: &Place,
    note: Option<&str>,
    finding: &Finding,
    options: RenderOptions<'_>,
) -> Vec<Element<'a>> {
    let (line, column) = (place.line as usize, place.column as usize);
    let origin = Origin::path(visible(&place.file)).line(line).char_column(column);
    let most = options.style.width.saturating_sub(line_number_width(finding) + 4).max(30);
    let excerpt = options.sources.text(&place.file).map(|text| Excerpt::new(text, place, most));
    let hidden =
        |excerpt: &Excerpt| options.redact && (is_of_origin(finding) || excerpt.shows_origin);
    let Some(excerpt) = excerpt.filter(|excerpt| !hidden(excerpt)) else {
        return vec![origin.into()];
    };
    let Excerpt { text, span, shifted, .. } = excerpt;
    let kind = if note.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
    let snippet =
        Snippet::source(text).line_start(line).annotation(kind.span(span).label(note.map(visible)));
    if shifted {
        // The renderer counts columns in the text that it is given, and here that does not begin where the line does.
        return vec![origin.into(), snippet.into()];
    }
    vec![snippet.path(visible(&place.file)).into()]
}

/// Whether the finding is about a value that `--redact origins` hides.
fn is_of_origin(finding: &Finding) -> bool {
    let path = finding.path.as_deref().unwrap_or_default();
    path.starts_with("origin_") || Field::with_path(path).is_some_and(|field| field.row().origin)
}

/// What is told below the excerpt, each with its name.
fn notes(finding: &Finding) -> Vec<(&'static str, String)> {
    let mut notes = Vec::new();
    notes.extend(finding.address.as_ref().map(|address| ("app", address.clone())));
    notes.extend(finding.refusal.as_ref().map(|refusal| ("answer", answer(refusal))));
    notes.extend(finding.notes().map(|(name, note)| (name, note.to_owned())));
    notes.extend(finding.docs.as_ref().map(|docs| ("docs", docs.clone())));
    notes.retain(|(_, text)| !text.trim().is_empty());
    notes
}

/// The server's own words, and what its support asks for.
fn answer(refusal: &Refusal) -> String {
    let status = if refusal.http_status == 0 {
        "no answer".to_owned()
    } else {
        format!("HTTP {}", refusal.http_status)
    };
    let ray = refusal.ray_id.as_ref().map(|ray| format!(", Ray ID {ray}")).unwrap_or_default();
    let again = if refusal.retryable {
        "the same call may succeed later"
    } else {
        "the same call will be refused again"
    };
    format!("{}\n{status}{ray}; {again}", refusal.message)
}
