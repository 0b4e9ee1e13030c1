//! `explain`: what a code or slug means, and the table of all.

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{Format, Output};
use crate::codes::{self, Code};
use crate::model::{Field, did_you_mean};
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

/// The entry of a code. A word that may mean several entries, such as the name of a field, is answered with a list of them.
fn find(name: &str) -> Result<&'static Code, Failure> {
    let about = codes::about(name);
    let exact = codes::find(name);
    let is_field = Field::all().any(|field| field.top() == name.to_lowercase());
    if (exact.is_none() || is_field) && about.len() > 1 {
        return Err(Failure::usage(format!("{name} may mean one of several: {}", listed(&about))));
    }
    exact.or_else(|| about.first().copied()).ok_or_else(|| {
        Failure::usage(format!(
            "{name} is neither a code nor a slug{}; `spectrumctl explain --list` shows all",
            near(name)
        ))
    })
}

/// `udp-tls (TLS on UDP), worker-origin (…)`.
fn listed(codes: &[&Code]) -> String {
    let named = codes.iter().map(|code| format!("{} ({})", code.name(), code.title));
    named.collect::<Vec<_>>().join(", ")
}

/// `, perhaps port-overlap is meant`.
fn near(name: &str) -> String {
    let names: Vec<_> = codes::all().flat_map(|code| [code.name(), code.slug.to_owned()]).collect();
    did_you_mean(name, names.iter().map(String::as_str))
        .map(|known| format!(", perhaps {known} is meant"))
        .unwrap_or_default()
}
