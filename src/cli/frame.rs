//! The frame of every command: reads the arguments, runs the command, and prints a failure, once and in one form.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use super::args::{Arguments, Command};
use super::context::{Context, OutputOptions};
use super::exit::Exit;
use super::failure::{Failure, describe_io_error};
use super::redaction::{self, Redaction};
use super::terminal::{self, fit, say, style_for, suspended};
use super::{
    apply, ci, completion, doctor, drift, explain, export, fmt, help, import, init, interrupt, log,
    manual, migrate, plan, schema, show, simulator, spelling, state, validate, version,
};
use crate::codes;
use crate::finding::Finding;
use crate::render::findings::{self, RenderOptions};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    if let Some(exit) = completion::complete() {
        return exit.into();
    }
    let words: Vec<_> = spelling::with_version_command(std::env::args_os().collect());
    let matches = match help::command(spelling::asks_for_help(&words)).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => return exit_for_clap(&error).into(),
    };
    let mut arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return exit_for_clap(&error).into(),
    };
    arguments.take_files();
    let output = arguments.context.output.clone();
    terminal::start(&output);
    let ended = Arguments::must_be_used(&matches).and_then(|()| begin(arguments));
    ended.unwrap_or_else(|failure| report(&failure, &output)).into()
}

/// Help and version are answers; everything else that clap refuses is wrong usage.
fn exit_for_clap(error: &clap::Error) -> Exit {
    let spelling = spelling::with_two_dashes(std::env::args().skip(1));
    if let (ErrorKind::UnknownArgument, Some(spelling)) = (error.kind(), spelling) {
        say(format_args!("error: {spelling}"));
        return Exit::Usage;
    }
    let printed = error.print().is_ok();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if printed => Exit::Done,
        _ => Exit::Usage,
    }
}

/// Goes where the command is to run, and runs it.
fn begin(arguments: Arguments) -> Result<Exit, Failure> {
    if let Some(folder) = &arguments.context.files.directory {
        std::env::set_current_dir(folder).map_err(|error| no_folder(folder, &error))?;
    }
    let posts = match &arguments.command {
        Command::Ci(_) => true,
        Command::Drift(args) => args.watch.posts(),
        _ => false,
    };
    redaction::start(&arguments.context.output, posts);
    log::start(&arguments.context.output);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| cannot_start(&error))?;
    runtime.block_on(run(arguments.command, &arguments.context))
}

fn no_folder(folder: &Path, error: &io::Error) -> Finding {
    let summary = format!("failed to go to {}: {}", folder.display(), describe_io_error(error));
    Finding::new(&codes::UNREADABLE_FILE, summary)
        .why("-C names the folder that the command runs in")
}

fn cannot_start(error: &io::Error) -> Finding {
    Finding::new(&codes::CANNOT_START, format!("failed to start: {error}"))
}

async fn run(command: Command, context: &Context) -> Result<Exit, Failure> {
    if !matches!(command, Command::Sim(_)) {
        interrupt::listen();
    }
    match command {
        Command::Validate(args) => validate::run(&args, context),
        Command::Plan(args) => plan::run(args, context).await,
        Command::Apply(args) => apply::run(args, context).await,
        Command::Drift(args) => drift::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Ci(args) => ci::run(args, context).await,
        Command::Explain(args) => explain::run(&args, context),
        Command::Init(args) => init::run(args, context).await,
        Command::Migrate(args) => migrate::run(args, context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Schema(args) => schema::run(&args, context),
        Command::Destroy(args) => apply::run(args.into(), context).await,
        Command::Show(args) => show::run(args, context).await,
        Command::Version => version::run(context),
        Command::Fmt(args) => fmt::run(args, context),
        Command::State(args) => state::run(args, context).await,
        Command::Sim(args) => simulator::run(args, context.connection.rate_limit).await,
        Command::Completions(args) => completion::run(&args),
        Command::Man(args) => manual::run(&args),
    }
}

/// Prints a failure on stderr; that nobody reads it there is no failure.
fn report(failure: &Failure, output: &OutputOptions) -> Exit {
    match failure {
        Failure::Usage(text) => say(format_args!("error: {text}")),
        Failure::Found { findings, .. } if findings.is_empty() => {}
        Failure::Found { findings, sources, .. } => {
            let style = style_for(output, io::stderr().is_terminal());
            let redact = output.hides_origins();
            let options = RenderOptions { sources, style, redact, closing: None };
            let mut text = Vec::new();
            Redaction::for_messages()
                .write(&mut text, |out| findings::write(out, findings, options))
                .expect("writing to memory does not fail");
            let text = fit(&String::from_utf8_lossy(&text));
            let _ = suspended(|| io::stderr().write_all(text.as_bytes()));
        }
    }
    failure.exit()
}
