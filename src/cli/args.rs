//! The arguments: what a user may write, and the help that teaches it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(super) struct Global {
    /// A configuration file or folder; may be given several times [default: spectrum.yaml, or the folder spectrum/]
    #[arg(short = 'f', long = "file", global = true, value_name = "PATH")]
    pub(super) file: Vec<String>,
    /// Run as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// Only this zone; may be given several times
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) zone: Vec<String>,
    /// Only what matches, such as example.com/ssh, 'example.com/*' or label:team=payments, and what belongs to it
    #[arg(long, global = true, value_name = "PATTERN")]
    pub(super) target: Vec<String>,
    /// Everything but what matches
    #[arg(long, global = true, value_name = "PATTERN")]
    pub(super) exclude: Vec<String>,
    /// Where the state is kept, instead of settings.state
    #[arg(long, global = true, value_name = "URL")]
    pub(super) state: Option<String>,
    /// Use an embedded simulator instead of Cloudflare; its world is kept under state/sim/, or in the file WORLD
    #[arg(long, global = true, value_name = "WORLD", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) sim: Option<String>,
    /// The output's format, or FORMAT=FILE for a copy in a file; may be given several times [default: human]
    #[arg(long, global = true, value_name = "FORMAT[=FILE]")]
    pub(super) format: Vec<String>,
    /// When to use colour; NO_COLOR is heeded
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub(super) color: Colour,
    /// Hide values from the output: `origins` hides where the traffic goes
    #[arg(long, global = true, value_enum, value_name = "WHAT")]
    pub(super) redact: Option<Redact>,
    /// Say less on stderr
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say more on stderr; twice for every call
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// The form of what is said on stderr with -v
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// How many steps run side by side [default: settings.parallelism, else 8]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(super) parallelism: Option<u32>,
    /// Certificates in PEM form that are trusted beside the system's own
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) ca_file: Option<PathBuf>,
    /// Lift the limit of deletes for this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_deletes: Option<u32>,
    /// Lift the limit of replaces for this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_replaces: Option<u32>,
    /// Lift the limit of updates for this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_updates: Option<u32>,
    /// Lift a guard for this run: empty, zone=NAME, file=PATH, vanished, no-state
    #[arg(long, global = true, value_name = "GUARD", value_parser = parse_allowance)]
    pub(super) allow: Vec<crate::plan::Allowance>,
}

/// Which checks are made before a plan is shown.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Checks {
    /// Read nothing but zones and applications: no check of records, ports, networks and prefixes
    #[arg(long)]
    pub(super) no_preflight: bool,
    /// Do not heed refusals that the state remembers
    #[arg(long)]
    pub(super) no_learned: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal.
    Auto,
    Always,
    Never,
}

/// What to hide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Redact {
    /// Where the traffic goes.
    Origins,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

/// Over which files an export is spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SplitBy {
    Zone,
    App,
}

impl SplitBy {
    /// The same in the words of what writes the files.
    pub(super) fn spread(self) -> crate::render::export::Split {
        match self {
            SplitBy::Zone => crate::render::export::Split::Zone,
            SplitBy::App => crate::render::export::Split::App,
        }
    }
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check everything that can be known without network and state
    Validate {
        /// Warnings are errors
        #[arg(long)]
        strict: bool,
    },
    /// Show what apply would do; never locks, never writes
    Plan {
        /// Exit with 2 when changes are pending
        #[arg(long)]
        detailed_exitcode: bool,
        /// Plan to delete everything that is managed
        #[arg(long)]
        destroy: bool,
        /// Save the plan in this file, to be carried out by `apply FILE`
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Only bring up to date what the state knows of ids: what is gone, moved or found again
        #[arg(long, conflicts_with = "destroy")]
        refresh_only: bool,
        #[command(flatten)]
        checks: Checks,
    },
    /// Show the plan, ask, and carry it out
    Apply {
        /// Carry out this plan, which `plan --out` saved; nothing is asked, and no configuration is read
        #[arg(value_name = "PLANFILE", conflicts_with_all = ["auto_approve", "approve", "restore", "destroy"])]
        plan: Option<PathBuf>,
        /// Do not ask
        #[arg(long)]
        auto_approve: bool,
        /// Carry the plan out if it has this digest, which `plan` has shown
        #[arg(long, value_name = "DIGEST", conflicts_with = "auto_approve")]
        approve: Option<String>,
        /// Bring back, as it was, an application that was deleted for a replacement that did not come about
        #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["approve", "destroy"])]
        restore: Option<crate::model::Address>,
        /// Delete everything that is managed
        #[arg(long)]
        destroy: bool,
        /// Only bring up to date what the state knows of ids; nothing is written to the API
        #[arg(long, conflicts_with = "destroy")]
        refresh_only: bool,
        /// How long to wait for the state's lock, such as 30s or 5m
        #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
        lock_timeout: std::time::Duration,
        #[command(flatten)]
        checks: Checks,
    },
    /// Compare what is live with what was last applied; exits with 2 when somebody else has changed something
    Drift {
        /// Keep figures for Prometheus in this file, which is replaced as a whole
        #[arg(long, value_name = "FILE")]
        metrics_textfile: Option<PathBuf>,
        /// Ask the audit log who made each change, when, and by which means
        #[arg(long)]
        who: bool,
    },
    /// Take live applications under management; writes to the state, and never to the API
    Import {
        /// The address in the configuration, such as example.com/ssh
        #[arg(required_unless_present = "all", requires = "app_id")]
        address: Option<crate::model::Address>,
        /// The live application's id
        #[arg(required_unless_present = "all")]
        app_id: Option<crate::model::AppId>,
        /// Add the application to this file of the configuration, where the configuration does not hold it
        #[arg(long, value_name = "FILE", conflicts_with = "all")]
        write: Option<PathBuf>,
        /// All live applications that are as the configuration wants them
        #[arg(long, conflicts_with_all = ["address", "app_id"])]
        all: bool,
    },
    /// Write live applications as configuration; into an existing one, only those that it lacks
    Export {
        /// One file a zone, or one an application
        #[arg(long, value_enum, value_name = "BY")]
        split: Option<SplitBy>,
        /// The folder to write to; without it everything goes to stdout
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Read `terraform show -json` output instead of asking the API
        #[arg(long, num_args = 2, value_names = ["terraform", "FILE"])]
        from: Option<Vec<String>>,
    },
    /// Say what a code or slug means: what, why, fix, and when it is found
    Explain {
        /// A Spectrum error code such as 11004, or a slug such as port-overlap
        #[arg(required_unless_present = "list")]
        code: Option<String>,
        /// All codes and slugs in a table
        #[arg(long, conflicts_with = "code")]
        list: bool,
    },
    /// Serve the API simulator until it is interrupted
    Sim {
        /// Where to listen; port 0 takes a free one
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8787")]
        listen: std::net::SocketAddr,
        /// Keep the world in this file
        #[arg(long, value_name = "FILE")]
        world: Option<PathBuf>,
        /// Begin with what this YAML file declares
        #[arg(long, value_name = "FILE")]
        seed: Option<PathBuf>,
        /// Let go wrong what this YAML file scripts
        #[arg(long, value_name = "FILE")]
        faults: Option<PathBuf>,
    },
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
    /// Write a configuration to begin with, and a pipeline; never overwrites
    Init {
        /// Also write a pipeline: plan in pull requests, apply on the default branch, drift on a schedule
        #[arg(long = "ci", value_enum, value_name = "WHERE")]
        pipeline: Option<super::init::Pipeline>,
    },
    /// Rewrite configuration in canonical form; comments stay
    Fmt {
        /// Write nothing; list the files that would change and exit with 1 if there are any
        #[arg(long)]
        check: bool,
        /// Write nothing; show what would change
        #[arg(long)]
        diff: bool,
    },
    /// Print the JSON Schema of the configuration, of a report, or of the state
    Schema {
        /// What the schema is of
        #[arg(value_enum, default_value_t = super::schema::Subject::Configuration)]
        subject: super::schema::Subject,
    },
    /// See whether token, zones, permissions and state are enough for what is configured
    Doctor,
    /// TermStyle after the state: what is remembered, and its earlier versions
    State {
        #[command(subcommand)]
        order: super::state::Order,
        /// How long to wait for the state's lock, such as 30s or 5m
        #[arg(long, global = true, value_name = "DURATION", default_value = "0s", value_parser = parse_duration)]
        lock_timeout: std::time::Duration,
    },
}

fn parse_allowance(text: &str) -> Result<crate::plan::Allowance, String> {
    use crate::plan::Allowance;
    match text.split_once('=') {
        None if text == "empty" => Ok(Allowance::Empty),
        None if text == "vanished" => Ok(Allowance::Vanished),
        None if text == "no-state" => Ok(Allowance::NoState),
        Some(("zone", name)) if !name.is_empty() => Ok(Allowance::Zone(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => Ok(Allowance::File(path.to_owned())),
        _ => Err("write empty, zone=NAME, file=PATH, vanished or no-state".to_owned()),
    }
}

fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "write a duration such as 30s or 5m".to_owned())?;
    std::time::Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}
