//! `explain`: what a code or slug means, and the table of all.

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Format, Output};
use crate::codes::{self, Code};
use crate::model::did_you_mean;
use crate::render::explain;

const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// The arguments of `explain`.
#[derive(Debug, Clone, Args)]
pub(super) struct ExplainArgs {
    /// A Spectrum error code such as 11004, or a slug such as port-overlap
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// All codes and slugs in a table
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

/// Runs the command.
pub(super) fn run(args: &ExplainArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?;
    match &args.code {
        None => output.end(Exit::Done, |format, style, out| match format {
            Format::Json => explain::write_list_json(out),
            Format::Markdown => explain::write_list_markdown(out),
            _ => explain::write_list(out, style),
        }),
        Some(name) => {
            let code = find(name)?;
            output.end(Exit::Done, |format, style, out| match format {
                Format::Json => explain::write_json_page(out, code),
                Format::Markdown => explain::write_markdown(out, code),
                _ => explain::write(out, code, style),
            })
        }
    }
}

fn find(name: &str) -> Result<&'static Code, Failure> {
    codes::find(name).ok_or_else(|| {
        Failure::usage(format!(
            "{name} is neither a code nor a slug{}; `spectrumctl explain --list` shows all",
            near(name)
        ))
    })
}

/// `, perhaps port-overlap is meant`.
fn near(name: &str) -> String {
    let names: Vec<_> = codes::all().flat_map(|code| [code.name(), code.slug.to_owned()]).collect();
    did_you_mean(name, names.iter().map(String::as_str))
        .map(|known| format!(", perhaps {known} is meant"))
        .unwrap_or_default()
}
