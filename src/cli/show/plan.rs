//! `show PLANFILE`: a saved plan as `plan` showed it.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::output::Output;
use crate::cli::{plan, plan_file, redaction};

/// Runs the command.
pub(super) fn run(path: &Path, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &plan::FORMATS)?.wrapping();
    let saved = plan_file::read(path, "show --expand")?;
    let (loaded, shown) = (Loaded::from_saved_plan(&saved), saved.plan());
    redaction::collect_plan(&shown);
    output.end(Exit::Done, |format, style, out| {
        let options = loaded.render_options(style, &context.output, None);
        plan::write(out, format, &shown, options, loaded.files.root())
    })
}
