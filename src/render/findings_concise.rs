//! Findings in one line each, for editors and for many of them: `file:line:column: error[code]: summary`.

use std::io::{self, Write};

use super::layout::visible;
use crate::finding::Finding;

/// Writes the findings; nothing when there are none.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    findings.iter().try_for_each(|finding| {
        let place = finding.place.as_ref().map(ToString::to_string);
        let place = place.or_else(|| finding.address.as_deref().map(str::to_owned));
        let place = place.map(|place| format!("{}: ", visible(&place))).unwrap_or_default();
        let (code, summary) = (visible(&finding.code), visible(&finding.summary));
        writeln!(out, "{place}{}[{code}]: {summary}", finding.severity)
    })
}
