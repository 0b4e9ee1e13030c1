//! What there is a schema of, and the schemas of the reports, which come from the types that are written.

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value as Json, json};

use super::{configuration, state};
use crate::render::apply_json::ApplyReport;
use crate::render::drift_json::DriftReport;
use crate::render::findings_json::{FindingsReport, write_json};
use crate::render::plan_json::PlanReport;
use crate::sim::Fixture;
use crate::sim::fault::WrittenFault;

/// What there is a schema of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// The configuration, as YAML or JSON.
    Configuration,
    /// `plan --format json`.
    Plan,
    /// `drift --format json`.
    Drift,
    /// `validate --format json`.
    Findings,
    /// `apply --format json`.
    Report,
    /// The stored state.
    State,
    /// What a simulated account holds.
    SimSeed,
    /// What goes wrong at the simulator.
    SimFaults,
}

/// The schema of a subject.
pub fn build(subject: Subject) -> Json {
    match subject {
        Subject::Configuration => configuration::schema(),
        Subject::Plan => report_schema::<PlanReport<'static>>("spectrumctl plan"),
        Subject::Drift => report_schema::<DriftReport<'static>>("spectrumctl drift"),
        Subject::Findings => report_schema::<FindingsReport<'static>>("spectrumctl validate"),
        Subject::Report => report_schema::<ApplyReport<'static>>("spectrumctl apply"),
        Subject::State => state::schema(),
        Subject::SimSeed => input_schema::<Fixture>("spectrumctl sim seed"),
        Subject::SimFaults => input_schema::<Vec<WrittenFault>>("spectrumctl sim faults"),
    }
}

/// The schema of what a type is written as.
fn report_schema<T: JsonSchema>(title: &str) -> Json {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(title));
    schema.to_value()
}

/// The schema of what a type is read from.
fn input_schema<T: JsonSchema>(title: &str) -> Json {
    let generator = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), json!(title));
    schema.to_value()
}

/// Writes the schema of a subject.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, subject: Subject) -> io::Result<()> {
    write_json(out, &build(subject))
}
