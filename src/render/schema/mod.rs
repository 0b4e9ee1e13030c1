//! JSON Schema (draft 2020-12) of what people write and of what other programs read. The reports' schemas come from the types that are
//! written, the application's part of the configuration from the attribute table; the rest is written down here.

mod app;
mod configuration;
mod state;

use std::io::{self, Write};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value as Json, json};

use super::apply_json::ApplyReport;
use super::drift_json::DriftReport;
use super::findings_json::{FindingsReport, write_json};
use super::plan_json::PlanReport;

/// The dialect of every schema.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

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
    }
}

/// The schema of what a type is written as.
fn report_schema<T: JsonSchema>(title: &str) -> Json {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
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

/// An object that has these keys and no others.
fn closed(properties: Json) -> Json {
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// The same with a description.
fn described(mut schema: Json, text: &str) -> Json {
    if let Json::Object(object) = &mut schema {
        object.insert("description".to_owned(), json!(text));
    }
    schema
}
