//! The frame of every command: reads the arguments, runs the command, and prints a failure, once and in one form.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use tracing_subscriber::EnvFilter;

use super::args::{Arguments, Command};
use super::context::{Context, LogFormat, OutputOptions};
use super::exit::Exit;
use super::failure::{Failure, describe_io_error};
use super::output::{say, style_for};
use super::redaction::{self, LogWriter, Redaction};
use super::whole_file::unwritable;
use super::{
    apply, ci, doctor, drift, explain, export, fmt, import, init, migrate, plan, schema, show,
    simulator, spelling, state, validate, version,
};
use crate::codes;
use crate::finding::Finding;
use crate::render::findings::{self, RenderOptions};

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let matches = match Arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return exit_for_clap(&error).into(),
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => return exit_for_clap(&error).into(),
    };
    let output = arguments.context.output.clone();
    let ended = arguments.must_be_used(&matches).and_then(|()| begin(arguments));
    ended.unwrap_or_else(|failure| report(&failure, &output)).into()
}

/// Help and version are answers; everything else that clap refuses is wrong usage.
fn exit_for_clap(error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    let printed = error.print().is_ok();
    if let Some(spelling) = spelling::with_two_dashes(std::env::args().skip(1)) {
        say(format_args!("\n{spelling}"));
    }
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
    redaction::start(&arguments.context.output);
    start_log(&arguments.context.output);
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
    match command {
        Command::Validate(args) => validate::run(&args, context),
        Command::Plan(args) => plan::run(args, context).await,
        Command::Apply(args) => apply::run(args, context).await,
        Command::Drift(args) => drift::run(args, context).await,
        Command::Import(args) => import::run(args, context).await,
        Command::Export(args) => export::run(args, context).await,
        Command::Ci(args) => ci::run(args, context).await,
        Command::Explain(args) => explain::run(&args, context),
        Command::Init(args) => init::run(&args, context),
        Command::Migrate(args) => migrate::run(args, context).await,
        Command::Doctor => doctor::run(context).await,
        Command::Schema(args) => schema::run(&args, context),
        Command::Destroy(args) => apply::run(args.destroying(), context).await,
        Command::Show(args) => show::run(args, context).await,
        Command::Version => version::run(context),
        Command::Fmt(args) => fmt::run(args, context),
        Command::State(args) => state::run(args, context).await,
        Command::Sim(args) => simulator::run(args, context.connection.rate_limit).await,
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(shell, &mut command, "spectrumctl", &mut io::stdout());
            Ok(Exit::Done)
        }
        Command::Man => {
            let page = clap_mangen::Man::new(Arguments::command()).render(&mut io::stdout());
            page.map_err(|error| unwritable("stdout", &error))?;
            Ok(Exit::Done)
        }
    }
}

/// Prints a failure on stderr; that nobody reads it there is no failure.
fn report(failure: &Failure, output: &OutputOptions) -> Exit {
    match failure {
        Failure::Usage(text) => say(format_args!("error: {text}")),
        Failure::Found { findings, sources, .. } => {
            let style = style_for(output, io::stderr().is_terminal());
            let redact = output.hides_origins();
            let options = RenderOptions { sources, style, redact, closing: None };
            let _ = Redaction::for_messages()
                .write(&mut io::stderr(), |out| findings::write(out, findings, options));
        }
    }
    failure.exit()
}

/// Starts what `-v` prints on stderr.
fn start_log(output: &OutputOptions) {
    let level = match output.verbose {
        0 => return,
        1 => "spectrumctl=info",
        2 => "spectrumctl=debug",
        _ => "spectrumctl=trace",
    };
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(EnvFilter::new(level)).with_writer(|| LogWriter);
    match output.log_format {
        LogFormat::Text => subscriber.with_target(false).init(),
        LogFormat::Json => subscriber.json().init(),
    }
}
