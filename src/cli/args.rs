//! The arguments: which commands there are, and which of the common options each of them takes.

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, Parser, Subcommand};

use super::apply::ApplyArgs;
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

/// Declarative reconciler for Cloudflare Spectrum applications.
///
/// Keep the applications as YAML in git; `plan` shows exactly what would happen, `apply` makes it so.
#[derive(Debug, Parser)]
#[command(name = "spectrumctl", version, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Try it without an account: `spectrumctl -f examples/quickstart --sim apply`\n\
Exit codes: 0 done · 1 failed · 2 changes are pending · 3 an error finding · 4 refused by a guard · 5 stale · 6 apply incomplete · 7 locked · 64 usage · 130 interrupted"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) context: Context,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check everything that can be known without network and state
    Validate(ValidateArgs),
    /// Show what apply would do; never locks, never writes
    Plan(PlanArgs),
    /// Show the plan, ask, and carry it out
    Apply(ApplyArgs),
    /// Compare what is live with what was last applied; exits with 2 when somebody else has changed something
    Drift(DriftArgs),
    /// Take live applications under management; writes to the state, and never to the API
    Import(ImportArgs),
    /// Write live applications as configuration; into an existing one, only those that it lacks
    Export(ExportArgs),
    /// Plan, apply or look for drift in a pipeline, and report on the pull request
    Ci(CiArgs),
    /// Say what a code or slug means: what, why, fix, and when it is found
    Explain(ExplainArgs),
    /// Serve the API simulator until it is interrupted
    Sim(SimArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Write a configuration to begin with, and a pipeline; never overwrites
    Init(InitArgs),
    /// Take over the applications of another tool, with a proof that nothing changes
    Migrate(MigrateArgs),
    /// Rewrite configuration in canonical form; comments stay
    Fmt(FmtArgs),
    /// Delete everything that is managed: the same as `apply --destroy`
    Destroy(ApplyArgs),
    /// Show a saved plan, one application from all sides, what is live, or the configuration written out
    Show(ShowArgs),
    /// Print the version; with -v also how it was built and which formats it reads and writes
    Version,
    /// Print the JSON Schema of the configuration, of a report, or of the state
    Schema(SchemaArgs),
    /// See whether token, zones, permissions and state are enough for what is configured
    Doctor,
    /// Look after the state: what is recorded, and its earlier versions
    State(StateArgs),
}

/// Options that select a part of a plan.
const SELECTION: [&str; 3] = ["zone", "target", "exclude"];
/// Options that lift a guard.
const GUARDS: [&str; 4] = ["max_deletes", "max_replaces", "max_updates", "allow"];
/// Options that set variables of the configuration.
const VARIABLES: [&str; 2] = ["var", "var_file"];
/// Options that name what to read and what to talk to.
const PLACES: [&str; 4] = ["file", "state", "sim", "ca_file"];
/// The option that says how fast the API may be asked.
const RATE: [&str; 1] = ["rate_limit"];

impl Command {
    /// The common options that the command has no use for. An option that would change nothing is refused rather than ignored, so nobody
    /// believes that it did something.
    fn ignored(&self) -> Vec<&'static str> {
        let without = |groups: &[&[&'static str]]| groups.concat();
        match self {
            Command::Plan(_) | Command::Apply(_) | Command::Destroy(_) => Vec::new(),
            // A part of a plan is not what the pull request proposes.
            Command::Ci(_) => without(&[&SELECTION]),
            Command::Migrate(_) => {
                without(&[&["file", "target", "exclude", "format"], &VARIABLES, &GUARDS])
            }
            Command::Drift(_) => without(&[&GUARDS]),
            Command::Export(_) => without(&[&["target", "exclude", "format"], &GUARDS]),
            Command::Import(_) => without(&[&["format"], &SELECTION, &GUARDS]),
            Command::Validate(_) | Command::Doctor | Command::State(_) => {
                without(&[&["parallelism"], &SELECTION, &GUARDS])
            }
            Command::Show(_) => without(&[&["parallelism", "target", "exclude"], &GUARDS]),
            Command::Fmt(_) => without(&[&["parallelism"], &RATE, &VARIABLES, &SELECTION, &GUARDS]),
            Command::Init(_) => without(&[
                &["parallelism", "state", "sim", "ca_file"],
                &RATE,
                &VARIABLES,
                &SELECTION,
                &GUARDS,
            ]),
            Command::Sim(_) => {
                without(&[&["parallelism"], &PLACES, &VARIABLES, &SELECTION, &GUARDS])
            }
            Command::Explain(_)
            | Command::Schema(_)
            | Command::Completions { .. }
            | Command::Version
            | Command::Man => {
                without(&[&["parallelism"], &RATE, &PLACES, &VARIABLES, &SELECTION, &GUARDS])
            }
        }
    }
}

impl Arguments {
    /// Refuses common options that the command would ignore.
    pub(super) fn must_be_used(&self, matches: &ArgMatches) -> Result<(), Failure> {
        let is_given = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let ignored: Vec<&str> = self.command.ignored().into_iter().filter(is_given).collect();
        let Some((command, _)) = matches.subcommand().filter(|_| !ignored.is_empty()) else {
            return Ok(());
        };
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
