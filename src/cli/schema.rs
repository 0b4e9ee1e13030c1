//! `schema`: the JSON Schema of the configuration, of a report, or of the state.

use clap::{Args, ValueEnum};

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Format, Output};
use crate::render::schema;

/// The arguments of `schema`.
#[derive(Debug, Clone, Args)]
pub(super) struct SchemaArgs {
    /// What the schema is of
    #[arg(value_enum, default_value_t = Subject::Configuration)]
    subject: Subject,
}

/// What the schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Subject {
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
    /// What the simulator's account holds: `sim.yaml`, or the file of `sim --seed`
    SimSeed,
    /// What goes wrong at the simulator: the file of `sim --faults`
    SimFaults,
}

/// Runs the command.
pub(super) fn run(args: &SchemaArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Json])?;
    let subject = match args.subject {
        Subject::Configuration => schema::Subject::Configuration,
        Subject::Plan => schema::Subject::Plan,
        Subject::Drift => schema::Subject::Drift,
        Subject::Findings => schema::Subject::Findings,
        Subject::Report => schema::Subject::Report,
        Subject::State => schema::Subject::State,
        Subject::SimSeed => schema::Subject::SimSeed,
        Subject::SimFaults => schema::Subject::SimFaults,
    };
    output.end(Exit::Done, |_, _, out| schema::write(out, subject))
}
