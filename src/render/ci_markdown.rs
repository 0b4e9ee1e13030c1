//! What the comment of a pipeline says beside a plan or a report: why a plan was not applied, and what failed.

use std::io::{self, Write};

use super::markdown::{code, escaped, prose};
use crate::finding::Finding;

/// Writes what has moved since a plan was shown: the first and the last line as sentences, the addresses between them as a list. Nothing
/// where nothing has moved.
///
/// # Errors
/// Those of the writer.
pub fn write_moved(out: &mut dyn Write, moved: &[String]) -> io::Result<()> {
    if moved.is_empty() {
        return Ok(());
    }
    writeln!(out, "### Not applied: nobody has approved this plan\n")?;
    for line in moved {
        match line.strip_prefix("- ") {
            Some(entry) => writeln!(out, "- {}", code(entry))?,
            None => writeln!(out, "\n{}\n", escaped(line))?,
        }
    }
    writeln!(out)
}

/// Writes what failed beside the steps.
///
/// # Errors
/// Those of the writer.
pub fn write_failure(out: &mut dyn Write, failure: &Finding) -> io::Result<()> {
    writeln!(out, "\n**{}**: {}", escaped(&failure.code), prose(&failure.summary))?;
    writeln!(out, "\n{}", prose(&failure.fix))
}
