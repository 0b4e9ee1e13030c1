//! `explain`: what a code or slug means, and the table of all.

use super::args::Global;
use super::exit::Exit;
use super::output::{Format, Output, say};
use crate::codes;
use crate::render::explain;

const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// Runs the command.
pub(super) fn run(global: &Global, name: Option<&str>, list: bool) -> Exit {
    let output = match Output::of(global, &FORMATS) {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    let code = name.map(|name| (name, codes::find(name)));
    let written = match code {
        None => {
            debug_assert!(list, "clap demands a code without --list");
            output.write(global, |format, look, out| match format {
                Format::Json => explain::write_list_json(out),
                Format::Markdown => explain::write_list_markdown(out),
                _ => explain::write_list(out, look),
            })
        }
        Some((_, Some(code))) => output.write(global, |format, look, out| match format {
            Format::Json => explain::write_json_page(out, code),
            Format::Markdown => explain::write_markdown(out, code),
            _ => explain::write(out, code, look),
        }),
        Some((name, None)) => {
            say(format_args!(
                "error: {name} is neither a code nor a slug that is known{}; `spectrumctl explain --list` shows all",
                near(name)
            ));
            return Exit::Usage;
        }
    };
    match written {
        Ok(()) => Exit::Done,
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            Exit::Failed
        }
    }
}

/// `, perhaps port-overlap is meant`.
fn near(name: &str) -> String {
    let names = codes::all().flat_map(|code| [code.name(), code.slug.to_owned()]);
    let best = names
        .map(|known| (strsim::jaro_winkler(&known, name), known))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(likeness, _)| *likeness > 0.8)
        .map(|(_, known)| format!(", perhaps {known} is meant"))
        .unwrap_or_default()
}
