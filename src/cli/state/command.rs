//! The commands on the state: their arguments, and which of them does what.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use uuid::Uuid;

use super::access::StateAccess;
use crate::cli::context::{Context, parse_duration};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output};
use crate::cli::session;
use crate::finding::Finding;
use crate::model::Address;
use crate::plan::Pattern;
use crate::state::Store;

/// The arguments of `state`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct StateArgs {
    #[command(subcommand)]
    command: StateCommand,
    /// Wait for the state's lock, such as 30s
    #[arg(long, global = true, value_name = "TIME", value_parser = parse_duration)]
    lock_timeout: Option<Duration>,
}

/// What is to be done with the state.
#[derive(Debug, Clone, Subcommand)]
enum StateCommand {
    /// List the applications that are managed
    List {
        /// Only addresses that match, such as 'example.com/*'
        #[arg(value_parser = read_pattern)]
        pattern: Option<Pattern>,
    },
    /// Show what is recorded of an application
    #[command(disable_version_flag = true)]
    Show {
        /// The address, such as example.com/ssh
        address: String,
        /// As an earlier version has it; `state history` lists them
        #[arg(long = "version", value_name = "N")]
        number: Option<u64>,
    },
    /// Give an application another address
    Mv {
        /// The present address
        from: Address,
        /// The new address
        to: Address,
    },
    /// Stop managing what matches, and leave it running
    Rm {
        /// The addresses, such as 'example.com/*'
        #[arg(value_parser = read_pattern)]
        pattern: Pattern,
    },
    /// Print the state as JSON
    Pull,
    /// Replace the state with what `state pull` printed
    Push {
        /// The file, or - for stdin
        #[arg(value_name = "FILE")]
        source: PathBuf,
        /// Also if it is older, or of another lineage
        #[arg(long)]
        force: bool,
    },
    /// List the earlier versions that are kept
    History,
    /// Restore an earlier version
    Rollback {
        /// Its number in `state history`
        #[arg(value_name = "N")]
        number: u64,
    },
    /// Rebuild a lost state from what is configured and live
    Rebuild {
        /// Also if the state can be read
        #[arg(long)]
        force: bool,
    },
    /// Remove the lock of a run that has died
    Unlock {
        /// The lock's id, which the refusal prints
        id: Uuid,
    },
    /// Forget cached refusals, so the calls are tried again
    ForgetLearned {
        /// Only this error code
        code: Option<String>,
    },
}

fn read_pattern(text: &str) -> Result<Pattern, String> {
    Pattern::read(text).map_err(|why| format!("the pattern cannot be used: {why}"))
}

impl StateCommand {
    /// The formats that it can print.
    fn formats(&self) -> &'static [Format] {
        match self {
            StateCommand::Pull => &[Format::Json],
            StateCommand::List { .. } | StateCommand::Show { .. } | StateCommand::History => {
                &[Format::Human, Format::Json]
            }
            _ => &[Format::Human],
        }
    }
}

/// The commands that take no lock, and have no use for its time.
pub(in crate::cli) const LOCKLESS: [&str; 5] = ["list", "show", "pull", "history", "unlock"];

impl StateArgs {
    /// How long the lock is waited for; refused where none is taken.
    fn lock_timeout(&self) -> Result<Duration, Failure> {
        let lockless = match &self.command {
            StateCommand::List { .. } => Some("list"),
            StateCommand::Show { .. } => Some("show"),
            StateCommand::Pull => Some("pull"),
            StateCommand::History => Some("history"),
            StateCommand::Unlock { .. } => Some("unlock"),
            _ => None,
        };
        match (lockless, self.lock_timeout) {
            (Some(name), Some(_)) => Err(Failure::usage(format!(
                "`spectrumctl state {name}` does not use --lock-timeout; leave it out"
            ))),
            (_, given) => Ok(given.unwrap_or_default()),
        }
    }
}

/// Runs the command.
pub(in crate::cli) async fn run(args: StateArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, args.command.formats())?.wrapping();
    let lock_timeout = args.lock_timeout()?;
    let loaded = Loaded::read(&context.files);
    let store = Arc::new(open(context, &loaded)?);
    let access = StateAccess { context, loaded: &loaded, store, output, lock_timeout };
    match args.command {
        StateCommand::List { pattern } => access.list(pattern.as_ref()).await?,
        StateCommand::Show { address, number } => access.show(&address, number).await?,
        StateCommand::Pull => access.pull().await?,
        StateCommand::History => access.history().await?,
        StateCommand::Mv { from, to } => access.mv(&from, &to).await?,
        StateCommand::Rm { pattern } => access.rm(&pattern).await?,
        StateCommand::Unlock { id } => access.unlock(id).await?,
        StateCommand::ForgetLearned { code } => access.forget_learned(code.as_deref()).await?,
        StateCommand::Push { source, force } => access.push(&source, force).await?,
        StateCommand::Rollback { number } => access.rollback(number).await?,
        StateCommand::Rebuild { force } => access.rebuild(force).await?,
    }
    Ok(Exit::Done)
}

/// The store. Where it is must be known: without `--state`, a configuration that cannot be read does not say.
fn open(context: &Context, loaded: &Loaded) -> Result<Store, Failure> {
    let cuts_off = |finding: &&Finding| {
        finding.is_error() && (finding.place.is_none() || finding.code == "yaml-syntax")
    };
    let named = context.files.state.is_some() || loaded.configuration.settings.state.is_some();
    let unread: Vec<Finding> = loaded.form.iter().filter(cuts_off).cloned().collect();
    if !named && !unread.is_empty() {
        return Err(Failure::new(Exit::Failed, unread).in_files(&loaded.files.sources));
    }
    Ok(session::store(context, loaded)?)
}
