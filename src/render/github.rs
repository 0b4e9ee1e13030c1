//! Findings as workflow commands of GitHub Actions, which the forge shows beside the lines they are about.

use std::io::{self, Write};

use super::layout::visible;
use super::words;
use crate::finding::Finding;
use crate::plan::Plan;

/// Writes a command for each finding.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    for finding in findings {
        let title = format!("title={}", property(&title(finding)));
        let place = finding.place.as_ref();
        let place = place.map(|place| {
            format!("file={},line={},col={},", property(&place.file), place.line, place.column)
        });
        writeln!(
            out,
            "::{} {}{title}::{}",
            finding.severity,
            place.unwrap_or_default(),
            data(&message(finding))
        )?;
    }
    Ok(())
}

/// Writes the findings of a plan, and what the plan comes to.
///
/// # Errors
/// Those of the writer.
pub fn write_plan(out: &mut dyn Write, plan: &Plan) -> io::Result<()> {
    write(out, &plan.findings)?;
    writeln!(out, "::notice title=spectrumctl plan::{}", data(&words::titled_summary(plan)))
}

fn title(finding: &Finding) -> String {
    finding
        .address
        .as_ref()
        .map_or_else(|| finding.code.clone(), |address| format!("{} {address}", finding.code))
}

fn message(finding: &Finding) -> String {
    let answer = finding
        .refusal
        .as_ref()
        .map(|refusal| format!("\nanswer: {}", refusal.message))
        .unwrap_or_default();
    let notes: String = finding.notes().map(|(name, note)| format!("\n{name}: {note}")).collect();
    format!("{}{answer}{notes}", finding.summary)
}

/// A text after the second `::`, where only the percent sign and line breaks have a meaning.
fn data(text: &str) -> String {
    visible(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

/// The value of a property, which the colon and the comma would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
