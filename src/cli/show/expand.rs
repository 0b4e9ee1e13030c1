//! `show --expand`: the configuration with every row of `each` written out.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::load;
use crate::cli::output::{Format, Output};
use crate::config::format::{self, writer};
use crate::config::{self, written_out};
use crate::finding::{Finding, in_order};

/// Runs the command.
pub(super) fn run(context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    if context.output.hides_origins() {
        return Err(Failure::usage(
            "`show --expand` writes a configuration, origins included; run it without --redact",
        ));
    }
    expand(context, &output)
}

/// Writes the configuration out, unless its form is wrong: then what would be written is not what it says.
fn expand(context: &Context, output: &Output) -> Result<Exit, Failure> {
    let files = load::load(&context.files);
    let form = config::load(&files.sources, &files.vars).findings;
    let findings = in_order(files.findings.iter().cloned().chain(form).collect());
    if files.failed || findings.iter().any(Finding::is_error) {
        let exit = if files.failed { Exit::Failed } else { Exit::Findings };
        return Err(Failure::new(exit, findings).in_files(&files.sources));
    }
    let text = writer::write(&written_out(&files.sources, &files.vars));
    // The keys of an application are in the order in which they were written.
    let text = format::format("expanded", &text)?;
    output.end(Exit::Done, |_, _, out| out.write_all(text.as_bytes()))
}
