//! `validate`: everything that can be known without network and state.

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::loaded::Loaded;
use super::output::{Format, Output};
use crate::finding::{Finding, Severity};
use crate::render::{self, counted};

pub(super) const FORMATS: [Format; 6] =
    [Format::Human, Format::Json, Format::Sarif, Format::Github, Format::Junit, Format::Concise];

/// The arguments of `validate`.
#[derive(Debug, Clone, Args)]
pub(super) struct ValidateArgs {
    /// Warnings are errors
    #[arg(long)]
    strict: bool,
    /// Configuration files or folders, as with -f
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &ValidateArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?.wrapping();
    let loaded = Loaded::read(&context.files);
    let mut findings = loaded.validated().findings;
    if args.strict {
        findings.iter_mut().for_each(|finding| finding.severity = Severity::Error);
    }
    let exit = if loaded.files.failed {
        Exit::Failed
    } else if findings.iter().any(Finding::is_error) {
        Exit::Findings
    } else {
        Exit::Done
    };
    output.end(exit, |format, style, out| match format {
        Format::Json => render::findings_json::write(out, &findings),
        Format::Sarif => render::sarif::write(out, &findings, loaded.files.root()),
        Format::Github => render::github::write(out, &findings),
        Format::Junit => render::junit::write(out, &findings),
        Format::Concise => render::findings_concise::write(out, &findings),
        Format::Human | Format::Markdown => {
            let options = loaded.render_options(style, &context.output, None);
            render::findings::write(out, &findings, options)?;
            match exit {
                Exit::Done => writeln!(out, "The configuration is valid: {}.", contents(&loaded)),
                _ => Ok(()),
            }
        }
    })
}

/// `2 applications in 1 zone`.
fn contents(loaded: &Loaded) -> String {
    let (apps, zones) = (loaded.configuration.apps().count(), loaded.configuration.zones.len());
    format!("{} in {}", counted(apps, "application"), counted(zones, "zone"))
}
