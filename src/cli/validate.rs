//! `validate`: everything that can be known without network and state.

use super::args::{Global, Redact};
use super::exit::Exit;
use super::output::{Format, Output, say};
use super::planning;
use crate::finding::{Finding, Severity};
use crate::render;
use crate::validate;

const FORMATS: [Format; 5] =
    [Format::Human, Format::Json, Format::Sarif, Format::Github, Format::Junit];

/// Runs the command.
pub(super) fn run(global: &Global, strict: bool) -> Exit {
    let output = match Output::of(global, &FORMATS) {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    let loaded = planning::load(global);
    let mut findings =
        validate::validate(&loaded.configuration, loaded.form.clone(), loaded.today).findings;
    if strict {
        findings.iter_mut().for_each(|finding| finding.severity = Severity::Error);
    }
    let exit = if loaded.files.failed {
        Exit::Failed
    } else if findings.iter().any(Finding::is_error) {
        Exit::Findings
    } else {
        Exit::Done
    };
    let redact = global.redact == Some(Redact::Origins);
    let apps = loaded.configuration.apps().count();
    let written = output.write(global, |format, style, out| match format {
        Format::Json => render::findings_json::write(out, &findings),
        Format::Sarif => render::sarif::write(out, &findings, loaded.files.root()),
        Format::Github => render::github::write(out, &findings),
        Format::Junit => render::junit::write(out, &findings),
        Format::Human | Format::Markdown => {
            let options = render::findings::RenderOptions {
                sources: &loaded.files.sources,
                style,
                redact,
                closing: None,
            };
            render::findings::write(out, &findings, options)?;
            match exit {
                Exit::Done => {
                    writeln!(
                        out,
                        "The configuration is valid: {apps} applications in {} zones.",
                        loaded.configuration.zones.len()
                    )
                }
                _ => Ok(()),
            }
        }
    });
    match written {
        Ok(()) => exit,
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            exit.min(Exit::Failed)
        }
    }
}
