//! `fmt`: rewrites configuration in canonical form. A file that cannot be read or formatted is left as it is and reported; the others are
//! formatted all the same.

use std::io::{self, Read, Write};
use std::path::Path;

use clap::Args;
use similar::TextDiff;

use super::context::Context;
use super::exit::Exit;
use super::failure::{Failure, describe_io_error};
use super::load;
use super::output::{Format, Output};
use super::whole_file::{self, Readers};
use crate::codes;
use crate::config::{Sources, format};
use crate::finding::Finding;

/// The arguments of `fmt`.
#[derive(Debug, Clone, Args)]
pub(super) struct FmtArgs {
    /// Configuration files or folders, as with -f; - is stdin
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<String>,
    /// Write nothing; exit with 1 if anything would change
    #[arg(long)]
    check: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
}

/// A file that is not in canonical form.
struct Changed {
    file: String,
    before: String,
    after: String,
}

/// The name that stands for stdin on the command line, and the one that findings have for it.
const STDIN: &str = "-";
const STDIN_SHOWN: &str = "stdin";

/// Runs the command.
pub(super) fn run(args: FmtArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &[Format::Human])?;
    if args.files.iter().any(|file| file == STDIN) {
        return run_stdin(&args, context, &output);
    }
    let files = load::load(&context.files);
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
    if !args.check && !args.diff {
        findings.extend(changed.iter().filter_map(write).map(|finding| *finding));
    }
    let exit = exit_for(&args, files.failed, &findings, &changed);
    let shown = output.end(exit, |_, _, out| {
        changed.iter().try_for_each(|changed| show(out, changed, args.diff))
    });
    match findings.is_empty() {
        true => shown,
        false => Err(Failure::new(exit, findings).in_files(&files.sources)),
    }
}

fn exit_for(args: &FmtArgs, unread: bool, findings: &[Finding], changed: &[Changed]) -> Exit {
    let is_left = |finding: &Finding| {
        ["format-refused", "unwritable-output"].contains(&finding.code.as_str())
    };
    if unread || findings.iter().any(is_left) || (args.check && !changed.is_empty()) {
        Exit::Failed
    } else if findings.iter().any(Finding::is_error) {
        Exit::Findings
    } else {
        Exit::Done
    }
}

/// Formats what stdin holds: onto stdout, or what would change with `--check` and `--diff`.
fn run_stdin(args: &FmtArgs, context: &Context, output: &Output) -> Result<Exit, Failure> {
    if context.files.file.len() > 1 {
        return Err(Failure::usage("`fmt -` formats stdin alone; name no file beside it"));
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
        let cause = describe_io_error(&error);
        Finding::new(&codes::UNREADABLE_FILE, format!("failed to read stdin: {cause}"))
    })?;
    let text = load::decode(STDIN_SHOWN, bytes)
        .map_err(|finding| Failure::new(Exit::Findings, vec![*finding]))?;
    let after = format::format(STDIN_SHOWN, &text).map_err(|finding| {
        let exit = exit_for(args, false, std::slice::from_ref(&*finding), &[]);
        let sources = Sources::new([(STDIN_SHOWN, text.as_str())]);
        Failure::new(exit, vec![*finding]).in_files(&sources)
    })?;
    let changed = Changed { file: STDIN_SHOWN.to_owned(), before: text, after };
    let is_changed = changed.before != changed.after;
    let exit = if args.check && is_changed { Exit::Failed } else { Exit::Done };
    output.end(exit, |_, _, out| match args.check || args.diff {
        true if is_changed => show(out, &changed, args.diff),
        true => Ok(()),
        false => out.write_all(changed.after.as_bytes()),
    })
}

/// The file's name, and with `--diff` what would change in it.
fn show(out: &mut dyn Write, changed: &Changed, with_diff: bool) -> io::Result<()> {
    if !with_diff {
        return writeln!(out, "{}", changed.file);
    }
    let diff = TextDiff::from_lines(&changed.before, &changed.after);
    write!(out, "{}", diff.unified_diff().header(&changed.file, &changed.file))
}

/// Replaces the file with its canonical form; says what kept it from being written.
fn write(changed: &Changed) -> Option<Box<Finding>> {
    let path = Path::new(&changed.file);
    whole_file::replace(path, changed.after.as_bytes(), Readers::AsBefore).err()
}
