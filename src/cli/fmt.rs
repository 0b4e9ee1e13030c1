//! `fmt`: rewrites configuration in canonical form. A file that cannot be read or formatted is left as it is and told; the others are
//! formatted all the same.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use similar::TextDiff;

use super::args::Global;
use super::exit::Exit;
use super::load::{self, describe_io_error};
use super::output::{Format, Output, say, style_for};
use crate::config::format;
use crate::finding::Finding;
use crate::render;

/// What `fmt` was told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Orders {
    /// Write nothing, and exit with 1 where something would change.
    pub(super) check: bool,
    /// Write nothing, and show what would change.
    pub(super) diff: bool,
}

/// A file that is not in canonical form.
struct Changed {
    file: String,
    before: String,
    after: String,
}

/// Runs the command.
pub(super) fn run(global: &Global, orders: Orders) -> Exit {
    let output = match Output::of(global, &[Format::Human]) {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    let files = load::load(&global.file);
    let mut findings = files.findings.clone();
    let mut changed = Vec::new();
    for (file, text) in &files.sources.files {
        match format::format(file, text) {
            Ok(after) if *after != **text => {
                changed.push(Changed { file: file.to_string(), before: text.to_string(), after })
            }
            Ok(_) => {}
            Err(finding) => findings.push(*finding),
        }
    }
    let failed = files.failed || findings.iter().any(|finding| finding.code == "format-refused");
    if !orders.check && !orders.diff {
        findings.extend(
            changed.iter().filter_map(|changed| write(changed).err()).map(|finding| *finding),
        );
    }
    let written = output.write(global, |_, _, out| {
        changed.iter().try_for_each(|changed| show(out, changed, orders))
    });
    let redact = global.redact.is_some();
    let style = style_for(global, io::stderr().is_terminal());
    let options =
        render::findings::RenderOptions { sources: &files.sources, style, redact, closing: None };
    // That nobody reads stderr is no failure.
    let _ = render::findings::write(&mut io::stderr(), &findings, options);
    let unwritten = findings.iter().any(|finding| finding.code == "unwritable-output");
    match written {
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            Exit::Failed
        }
        Ok(()) if failed || unwritten || (orders.check && !changed.is_empty()) => Exit::Failed,
        Ok(()) if findings.iter().any(Finding::is_error) => Exit::Findings,
        Ok(()) => Exit::Done,
    }
}

/// The file's name, and with `--diff` what would change in it.
fn show(out: &mut dyn Write, changed: &Changed, orders: Orders) -> io::Result<()> {
    if !orders.diff {
        return writeln!(out, "{}", changed.file);
    }
    let diff = TextDiff::from_lines(&changed.before, &changed.after);
    write!(out, "{}", diff.unified_diff().header(&changed.file, &changed.file))
}

/// Replaces the file in one go, with the permissions that it has; behind a link, the file that the link names.
fn write(changed: &Changed) -> Result<(), Box<Finding>> {
    let replace = || -> io::Result<()> {
        let path = Path::new(&changed.file).canonicalize()?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut new = tempfile::NamedTempFile::new_in(folder)?;
        new.write_all(changed.after.as_bytes())?;
        new.as_file().set_permissions(path.metadata()?.permissions())?;
        new.as_file().sync_all()?;
        new.persist(&path).map(drop).map_err(|error| error.error)
    };
    replace().map_err(|error| {
        let summary = format!("failed to write {}: {}", changed.file, describe_io_error(&error));
        let why = "the file is left as it is";
        Box::new(Finding::error(
            "unwritable-output",
            summary,
            why,
            "check the permissions of the file and its folder, and the room on the disk",
        ))
    })
}
