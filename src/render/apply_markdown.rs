//! What came of an apply, as Markdown for a pull request.

use std::io::{self, Write};

use super::apply_text::summary;
use super::markdown::{Page, code, escaped};
use crate::apply::{Outcome, Report};

/// The most bytes of the page; forges refuse comments of more than 65,536 characters.
const MOST: usize = 60_000;

/// Writes the report.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut page = Page::new(MOST);
    page.push(&format!(
        "<!-- spectrumctl apply -->\n### Spectrum apply\n\n{}\n",
        escaped(&summary(report))
    ));
    if !report.outcomes.is_empty() {
        page.push("\n| Address | Action | Result | |\n|---|---|---|---|\n");
        let left = page.push_all(report.outcomes.iter().map(row), 200);
        if left > 0 {
            page.push(&format!("\nand {left} more; see the job's log\n"));
        }
    }
    out.write_all(page.text().as_bytes())
}

fn row(outcome: &Outcome) -> String {
    let error = outcome.error.as_deref().map(|finding| {
        let refusal = finding.refusal.as_ref().map(|refusal| format!(" ({})", refusal.message));
        let answer = refusal.unwrap_or_default();
        escaped(&format!("{}: {}{answer}; {}", finding.code, finding.summary, finding.fix))
    });
    let status = format!("{:?}", outcome.status).to_lowercase();
    let address = code(&outcome.address.to_string());
    format!(
        "| {address} | {} | {status} | {} |\n",
        outcome.action.text(),
        error.unwrap_or_default()
    )
}
