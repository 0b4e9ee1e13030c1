//! The arguments: which commands there are, and which of the common options each of them takes.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, Parser, Subcommand};

use super::apply::{ApplyArgs, DestroyArgs};
use super::ci::CiArgs;
use super::context::Context;
use super::drift::DriftArgs;
use super::explain::ExplainArgs;
use super::export::ExportArgs;
use super::failure::Failure;
use super::fmt::FmtArgs;
use super::import::ImportArgs;
use super::init::InitArgs;
use super::migrate::MigrateArgs;
use super::plan::PlanArgs;
use super::schema::SchemaArgs;
use super::show::ShowArgs;
use super::simulator::SimArgs;
use super::state::StateArgs;
use super::validate::ValidateArgs;

/// Declarative reconciler for Cloudflare Spectrum applications: YAML in git, plan, apply, drift
#[derive(Debug, Parser)]
#[command(name = "spectrumctl", version, max_term_width = 100)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) context: Context,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a configuration to begin with; never overwrites
    Init(InitArgs),
    /// Check everything that can be known without network and state
    Validate(ValidateArgs),
    /// Show what apply would do; never locks, never writes
    Plan(PlanArgs),
    /// Show the plan, ask, and apply it
    Apply(ApplyArgs),
    /// Delete everything that is managed, as `apply --destroy`
    Destroy(DestroyArgs),
    /// Compare what is live with what was last applied
    Drift(DriftArgs),
    /// Show a saved plan, one application, or what is live
    Show(ShowArgs),
    /// Take live applications under management; never writes to the API
    Import(ImportArgs),
    /// Write live applications as configuration
    Export(ExportArgs),
    /// Take over the applications of another tool
    Migrate(MigrateArgs),
    /// Inspect and edit the state
    State(StateArgs),
    /// Rewrite configuration in canonical form; comments stay
    Fmt(FmtArgs),
    /// Check token, permissions, zones and state
    Doctor,
    /// Explain a code, a field, an exit code or a status
    Explain(ExplainArgs),
    /// Plan, apply or look for drift in a pipeline
    Ci(CiArgs),
    /// Serve the API simulator until it is interrupted
    Sim(SimArgs),
    /// Print a JSON Schema: of the configuration, a report, the state
    Schema(SchemaArgs),
    /// Print the script that completes commands in a shell
    Completions(CompletionsArgs),
    /// Print a manual page, or write all of them
    Man(ManArgs),
    /// Print the version; with -v also commit, target and formats
    Version,
}

/// The arguments of `completions`.
#[derive(Debug, Clone, Args)]
pub(super) struct CompletionsArgs {
    /// bash, elvish, fish, powershell or zsh
    #[arg(value_parser = ["bash", "elvish", "fish", "powershell", "zsh"])]
    pub(super) shell: String,
}

/// The arguments of `man`.
#[derive(Debug, Clone, Args)]
pub(super) struct ManArgs {
    /// The command, such as plan or state list
    #[arg(value_name = "COMMAND", conflicts_with = "out")]
    pub(super) command: Vec<String>,
    /// Write every page into this folder
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

/// Options that select a part of a plan.
const SELECTION: [&str; 3] = ["zone", "target", "exclude"];
/// Options that lift a guard.
const GUARDS: [&str; 5] = ["max_deletes", "max_replaces", "max_updates", "max_cut", "allow"];
/// Options that set variables of the configuration.
const VARIABLES: [&str; 2] = ["var", "var_file"];
/// Options that name what to read and what to talk to.
const PLACES: [&str; 5] = ["file", "state", "sim", "sim_token", "ca_file"];
/// The option that says how fast the API may be asked.
const RATE: [&str; 1] = ["rate_limit"];
/// Options that say in which form the result is printed.
const FORM: [&str; 2] = ["format", "redact"];

/// The common options that a command has no use for. An option that would change nothing is refused rather than ignored, so nobody
/// believes that it did something; the help does not list it.
pub(super) fn ignored(command: &str) -> Vec<&'static str> {
    let without = |groups: &[&[&'static str]]| groups.concat();
    match command {
        // A part of a plan is not what the pull request proposes.
        "ci" => without(&[&SELECTION]),
        "migrate" => without(&[&["file", "target", "exclude", "format"], &VARIABLES, &GUARDS]),
        "drift" => without(&[&GUARDS]),
        "export" => without(&[&["target", "exclude", "format"], &GUARDS]),
        "import" => without(&[&["format"], &SELECTION, &GUARDS]),
        "validate" => {
            let others = ["parallelism", "state", "sim_token", "ca_file"];
            without(&[&others, &RATE, &SELECTION, &GUARDS])
        }
        "doctor" | "state" => without(&[&["parallelism"], &SELECTION, &GUARDS]),
        "show" => without(&[&["parallelism", "target", "exclude"], &GUARDS]),
        "fmt" => {
            let others = ["parallelism", "state", "sim", "sim_token", "ca_file", "format"];
            without(&[&others, &RATE, &VARIABLES, &SELECTION, &GUARDS])
        }
        "init" => {
            let others = ["parallelism", "state", "target", "exclude"];
            without(&[&others, &FORM, &VARIABLES, &GUARDS])
        }
        "sim" => without(&[&["parallelism"], &FORM, &PLACES, &VARIABLES, &SELECTION, &GUARDS]),
        "explain" => {
            let others = ["parallelism", "redact"];
            without(&[&others, &RATE, &PLACES, &VARIABLES, &SELECTION, &GUARDS])
        }
        "schema" | "completions" | "version" | "man" => {
            without(&[&["parallelism"], &FORM, &RATE, &PLACES, &VARIABLES, &SELECTION, &GUARDS])
        }
        _ => Vec::new(),
    }
}

impl Arguments {
    /// Lets the files that are named without an option be those of `-f`, as programs pass them that know only names.
    pub(super) fn take_files(&mut self) {
        let files = match &self.command {
            Command::Validate(args) => &args.files,
            Command::Plan(args) => &args.files,
            Command::Fmt(args) => &args.files,
            _ => return,
        };
        self.context.files.file.extend(files.iter().cloned());
    }

    /// Refuses common options that the command would ignore.
    pub(super) fn must_be_used(matches: &ArgMatches) -> Result<(), Failure> {
        let is_given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let Some((command, _)) = matches.subcommand() else { return Ok(()) };
        let ignored: Vec<&str> = ignored(command).into_iter().filter(is_given).collect();
        if ignored.is_empty() {
            return Ok(());
        }
        let flags: Vec<String> = ignored.into_iter().map(flag).collect();
        Err(Failure::usage(format!(
            "`spectrumctl {command}` does not use {}; leave it out",
            flags.join(" and ")
        )))
    }
}

/// The option as it is written on the command line.
fn flag(id: &str) -> String {
    let command = Arguments::command();
    let option = command.get_arguments().find(|option| option.get_id() == id);
    let long = option.and_then(clap::Arg::get_long);
    format!("--{}", long.unwrap_or(id))
}
