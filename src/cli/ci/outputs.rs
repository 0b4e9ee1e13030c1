//! What a job leaves for the steps and people after it: outputs and the summary.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::pipeline::Pipeline;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::whole_file::unwritable;
use crate::model::Impact;
use crate::plan::{Action, Plan};

/// Writes the outputs of a plan: `changes`, `deletes`, `outages`, `digest`, `exit-code`. A plan that was not made has none of the first
/// four: they are unknown, and not 0.
pub(super) fn write(pipeline: &Pipeline, plan: &Plan, exit: Exit) -> Result<(), Failure> {
    let mut lines = vec![format!("exit-code={}", exit.code())];
    if !plan.verdict.unread {
        let of = |is_it: &dyn Fn(&crate::plan::Change) -> bool| {
            plan.changes.iter().filter(|change| is_it(change)).count()
        };
        lines.push(format!("changes={}", plan.changes.len()));
        lines.push(format!("deletes={}", of(&|change| change.action == Action::Delete)));
        lines.push(format!("outages={}", of(&|change| change.impact == Impact::Outage)));
        lines.push(format!("digest={}", plan.digest));
    }
    append(pipeline.file("GITHUB_OUTPUT"), &format!("{}\n", lines.join("\n")))
}

/// Adds a text to the summary of the job, where the forge has one.
pub(super) fn summarise(pipeline: &Pipeline, text: &str) -> Result<(), Failure> {
    append(pipeline.file("GITHUB_STEP_SUMMARY"), &format!("{text}\n"))
}

fn append(path: Option<&Path>, text: &str) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let written = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(&path.display().to_string(), &error).into())
}
