//! `version`: which program this is, how it was built, and which formats it reads and writes.

use std::io::Write;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Format, Output};
use crate::ledger::FORMAT_VERSION as STATE;
use crate::plan::saved::FORMAT_VERSION as PLAN;
use crate::render::JSON_VERSION;

/// Runs the command.
pub(super) fn run(context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    let is_long = context.output.verbose > 0;
    output.end(Exit::Done, |_, _, out| {
        writeln!(out, "spectrumctl {}", env!("CARGO_PKG_VERSION"))?;
        if is_long { write_build(out) } else { Ok(()) }
    })
}

fn write_build(out: &mut dyn Write) -> std::io::Result<()> {
    // A release names its commit when it is built; a build from a working copy has none to name.
    let commit = option_env!("SPECTRUMCTL_COMMIT").unwrap_or("not recorded");
    writeln!(out, "commit:  {commit}")?;
    writeln!(out, "target:  {}-{}", std::env::consts::ARCH, std::env::consts::OS)?;
    writeln!(out, "formats: state {STATE}, saved plan {PLAN}, JSON {JSON_VERSION}")
}
