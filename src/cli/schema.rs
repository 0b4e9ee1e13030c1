//! `schema`: the JSON Schema of the configuration, of a report, or of the state.

use clap::ValueEnum;

use super::args::Global;
use super::exit::Exit;
use super::output::{Format, Output, say};
use crate::render::schema;

/// What the schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Subject {
    /// The configuration
    Configuration,
    /// What `plan --format json` prints
    Plan,
    /// What `drift --format json` prints
    Drift,
    /// What `validate --format json` prints
    Findings,
    /// What `apply --format json` prints
    Report,
    /// The stored state, as `state pull` prints it
    State,
}

/// Runs the command.
pub(super) fn run(global: &Global, subject: Subject) -> Exit {
    let output = match Output::of(global, &[Format::Json]) {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    let subject = match subject {
        Subject::Configuration => schema::Subject::Configuration,
        Subject::Plan => schema::Subject::Plan,
        Subject::Drift => schema::Subject::Drift,
        Subject::Findings => schema::Subject::Findings,
        Subject::Report => schema::Subject::Report,
        Subject::State => schema::Subject::State,
    };
    match output.write(global, |_, _, out| schema::write(out, subject)) {
        Ok(()) => Exit::Done,
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            Exit::Failed
        }
    }
}
