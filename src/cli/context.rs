//! The options that every command takes, grouped by what they are for: what to read, how much of it, how to reach the API, how to
//! print, and which guards to lift. A function takes the group that it needs.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use crate::api::RateLimit;
use crate::config::Vars;
use crate::plan::{Allowance, Pattern, Selection};

/// What every command runs with.
#[derive(Debug, Clone, Args)]
pub(super) struct Context {
    #[command(flatten)]
    pub(super) selection: SelectionOptions,
    #[command(flatten)]
    pub(super) connection: ConnectionOptions,
    #[command(flatten)]
    pub(super) guards: GuardOptions,
    #[command(flatten)]
    pub(super) output: OutputOptions,
    #[command(flatten)]
    pub(super) files: FileOptions,
}

/// What is read from this machine.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global")]
pub(super) struct FileOptions {
    /// Files or folders [spectrum.yaml or spectrum/]
    #[arg(short = 'f', long = "file", global = true, value_name = "PATH")]
    pub(super) file: Vec<String>,
    /// Run as if started in this folder
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub(super) directory: Option<PathBuf>,
    /// Set a variable of the configuration; repeatable
    #[arg(long, global = true, value_name = "NAME=VALUE", value_parser = parse_variable)]
    pub(super) var: Vec<String>,
    /// Set variables from a YAML file; repeatable
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) var_file: Vec<PathBuf>,
    /// Where the state is, instead of settings.state
    #[arg(long, global = true, value_name = "URL", help_heading = "Connection")]
    pub(super) state: Option<String>,
}

impl FileOptions {
    /// Whether the arguments set a variable.
    pub(super) fn sets_variables(&self) -> bool {
        !(self.var.is_empty() && self.var_file.is_empty())
    }
}

/// Which part of the plan is wanted.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectionOptions {
    /// Only this zone; repeatable
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) zone: Vec<String>,
    /// Only what matches, as 'example.com/*' or label:k=v
    #[arg(long, global = true, value_name = "PATTERN")]
    pub(super) target: Vec<String>,
    /// All but what matches; repeatable
    #[arg(long, global = true, value_name = "PATTERN")]
    pub(super) exclude: Vec<String>,
}

/// How the API is reached.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connection")]
pub(super) struct ConnectionOptions {
    /// Use the built-in simulator instead of Cloudflare
    #[arg(long, global = true, value_name = "WORLD", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) sim: Option<String>,
    /// Ask the simulator with this token
    #[arg(long, global = true, value_name = "TOKEN", requires = "sim")]
    pub(super) sim_token: Option<String>,
    /// How many steps run side by side [default: 8]
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(super) parallelism: Option<u32>,
    /// Requests at most, such as 1200/5m, or none
    #[arg(long, global = true, value_name = "N/5m")]
    pub(super) rate_limit: Option<RateLimit>,
    /// Whether an answer came from a simulator that was reached by its URL.
    #[arg(skip)]
    pub(super) met_simulator: Arc<AtomicBool>,
    /// Trust these certificates (PEM) too
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) ca_file: Option<PathBuf>,
}

/// What is printed, and how.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputOptions {
    /// The format, or one more in a file; repeatable
    #[arg(long, global = true, value_name = "FORMAT[=FILE]")]
    pub(super) format: Vec<String>,
    /// auto, always or never
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,
    /// Hide origin addresses: origins or none
    #[arg(long, global = true, value_enum, value_name = "WHAT")]
    pub(super) redact: Option<Redact>,
    /// Say less on stderr
    #[arg(short, long, global = true, help_heading = "Global")]
    pub(super) quiet: bool,
    /// Say more on stderr: each call; -vv also its query
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Global")]
    pub(super) verbose: u8,
    /// text or json: what -v prints
    #[arg(long, global = true, value_enum, value_name = "FORM", help_heading = "Global", default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
}

/// Which guards are lifted for this run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Guards")]
pub(super) struct GuardOptions {
    /// Allow up to N deletes in this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_deletes: Option<u32>,
    /// Allow up to N replaces in this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_replaces: Option<u32>,
    /// Allow up to N updates in this run
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_updates: Option<u32>,
    /// Allow outages to cut N live connections
    #[arg(long, global = true, value_name = "N")]
    pub(super) max_cut: Option<u32>,
    /// empty, vanished, no-state, state-moved, zone=, file=
    #[arg(long, global = true, value_name = "GUARD", value_parser = parse_allowance)]
    pub(super) allow: Vec<Allowance>,
}

fn parse_variable(text: &str) -> Result<String, String> {
    Vars::default().set_argument(text).map(|()| text.to_owned())
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
    /// Nothing, also in what is posted in public.
    None,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    Text,
    Json,
}

impl Context {
    /// Whether the run is against a simulator: the embedded one, or one that has answered.
    pub(super) fn is_simulated(&self) -> bool {
        self.connection.sim.is_some() || self.connection.met_simulator.load(Ordering::Relaxed)
    }
}

impl OutputOptions {
    /// Whether origins are hidden.
    pub(super) fn hides_origins(&self) -> bool {
        self.redact == Some(Redact::Origins)
    }
}

impl GuardOptions {
    /// Whether any guard is lifted.
    pub(super) fn is_any(&self) -> bool {
        let limits = [self.max_deletes, self.max_replaces, self.max_updates, self.max_cut];
        limits.iter().any(Option::is_some) || !self.allow.is_empty()
    }
}

impl SelectionOptions {
    /// The names that `--zone` gives, in canonical form.
    pub(super) fn zones(&self) -> impl Iterator<Item = String> {
        self.zone.iter().map(|zone| zone.trim_end_matches('.').to_ascii_lowercase())
    }

    /// The selection; none where everything is wanted.
    pub(super) fn read(&self) -> Result<Option<Selection>, Failure> {
        let patterns = |flag: &str, texts: &[String]| -> Result<Vec<Pattern>, Failure> {
            let read = |text: &String| {
                Pattern::read(text).map_err(|why| Failure::usage(format!("{flag} {text}: {why}")))
            };
            texts.iter().map(read).collect()
        };
        let flags =
            [("--zone", &self.zone), ("--target", &self.target), ("--exclude", &self.exclude)];
        let given: Vec<String> = flags
            .into_iter()
            .flat_map(|(flag, texts)| texts.iter().map(move |text| format!("{flag} {text}")))
            .collect();
        let selection = Selection {
            zones: self.zones().collect(),
            targets: patterns("--target", &self.target)?,
            excludes: patterns("--exclude", &self.exclude)?,
            given,
        };
        Ok((!selection.given.is_empty()).then_some(selection))
    }
}

fn parse_allowance(text: &str) -> Result<Allowance, String> {
    match text.split_once('=') {
        None if text == "empty" => Ok(Allowance::Empty),
        None if text == "vanished" => Ok(Allowance::Vanished),
        None if text == "no-state" => Ok(Allowance::NoState),
        None if text == "state-moved" => Ok(Allowance::StateMoved),
        Some(("zone", name)) if !name.is_empty() => Ok(Allowance::Zone(name.to_owned())),
        Some(("file", path)) if !path.is_empty() => Ok(Allowance::File(path.to_owned())),
        _ => Err("use empty, zone=NAME, file=PATH, vanished, no-state or state-moved".to_owned()),
    }
}

/// A duration such as `30s` or `5m`.
pub(super) fn parse_duration(text: &str) -> Result<std::time::Duration, String> {
    let span: jiff::SignedDuration =
        text.parse().map_err(|_| "use a duration such as 30s or 5m".to_owned())?;
    std::time::Duration::try_from(span).map_err(|_| "a duration cannot be negative".to_owned())
}
