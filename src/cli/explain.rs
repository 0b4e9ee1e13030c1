//! `explain`: what a code, a field, an exit code, a status or a file of the simulator means, and the table of all codes.

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Format, Output};
use super::topic;
use crate::render::explain;

pub(super) const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// The arguments of `explain`.
#[derive(Debug, Clone, Args)]
pub(super) struct ExplainArgs {
    /// A code (11004, port-overlap), a field (tls, edge_ips.ips), `exit 5`, `status 403`, sim-seed or sim-faults
    #[arg(required_unless_present = "list", value_name = "WORD")]
    words: Vec<String>,
    /// All codes and slugs in a table
    #[arg(long, conflicts_with = "words")]
    list: bool,
}

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?;
    if args.words.is_empty() {
        return output.end(Exit::Done, |format, style, out| match format {
            Format::Json => explain::write_list_json(out),
            Format::Markdown => explain::write_list_markdown(out),
            _ => explain::write_list(out, style),
        });
    }
    let page = topic::find(&args.words)?;
    output.end(Exit::Done, |format, style, out| match format {
        Format::Json => page.write_json(out),
        Format::Markdown => page.write_markdown(out),
        _ => page.write(out, style),
    })
}
