//! `state …`: looks after the state. Everything here reads it whole; what writes takes the lock, reads again under it, and replaces the
//! state in one go, so that a change is made or not made, and the version before stays in the history.

mod edit;
mod look;
mod replace;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use jiff::Timestamp;
use uuid::Uuid;

use super::apply::owner;
use super::args::Global;
use super::exit::Exit;
use super::output::{Format, Output, say, style_for};
use super::planning::{self, Loaded};
use super::session::{self, Kept};
use crate::finding::Finding;
use crate::ledger::{Condition, Snapshot, State};
use crate::model::Address;
use crate::plan::Pattern;
use crate::render;
use crate::state::{Store, StoreError};

/// What is to be done with the state.
#[derive(Debug, Subcommand)]
pub(super) enum Order {
    /// List the applications that are ours
    List {
        /// Only addresses that match, such as 'example.com/*'
        pattern: Option<String>,
    },
    /// Show what is remembered of an application
    #[command(disable_version_flag = true)]
    Show {
        /// The address, such as example.com/ssh
        address: String,
        /// As an earlier version of the state has it; `state history` lists them
        #[arg(long = "version", value_name = "N")]
        number: Option<u64>,
    },
    /// Give an application another address; write `moved:` into the configuration where others apply it too
    Mv {
        /// The address it has
        from: Address,
        /// The address it is to have
        to: Address,
    },
    /// Stop managing what matches and leave it running; it is never deleted as unmanaged
    Rm {
        /// The addresses, such as 'example.com/*'
        pattern: String,
    },
    /// Print the state as JSON
    Pull,
    /// Put a state in the place of the one that is there
    Push {
        /// The file, or - for stdin
        #[arg(value_name = "FILE")]
        source: PathBuf,
        /// Also a state of another lineage, or an older one
        #[arg(long)]
        force: bool,
    },
    /// List the earlier versions that are kept
    History,
    /// Bring an earlier version back
    Rollback {
        /// Its number in `state history`
        #[arg(value_name = "N")]
        number: u64,
    },
    /// Make a state anew from the live applications that match the configuration
    Rebuild {
        /// Also where the state that is there can be read
        #[arg(long)]
        force: bool,
    },
    /// Take the lock away from a run that is gone for good
    Unlock {
        /// The lock's id, which the refusal prints
        id: Uuid,
    },
    /// Forget what the API taught by refusing, so that it is tried again
    ForgetLearned {
        /// Only this error code
        code: Option<String>,
    },
}

/// How a command of the state failed.
pub(super) struct Failure {
    exit: Exit,
    finding: Box<Finding>,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit =
            if matches!(error, StoreError::Locked { .. }) { Exit::Locked } else { Exit::Failed };
        Failure { exit, finding: Box::new(error.to_finding()) }
    }
}

impl From<Box<Finding>> for Failure {
    fn from(finding: Box<Finding>) -> Self {
        Failure { exit: Exit::Failed, finding }
    }
}

/// The state with what every order needs beside it.
struct Room<'a> {
    global: &'a Global,
    loaded: &'a Loaded,
    store: Arc<Kept>,
    output: Output,
    lock_timeout: Duration,
}

/// Runs the command.
pub(super) async fn run(global: &Global, order: Order, lock_timeout: Duration) -> Exit {
    let allowed: &[Format] = match order {
        Order::Pull => &[Format::Json],
        Order::List { .. } | Order::Show { .. } | Order::History => &[Format::Human, Format::Json],
        _ => &[Format::Human],
    };
    let usage = |text: String| {
        say(format_args!("error: {text}"));
        Exit::Usage
    };
    let output = match Output::of(global, allowed) {
        Ok(output) => output,
        Err(text) => return usage(text),
    };
    let patterns = match &order {
        Order::List { pattern: Some(pattern) } | Order::Rm { pattern } => {
            Pattern::read(pattern).map(Some)
        }
        _ => Ok(None),
    };
    let pattern = match patterns {
        Ok(pattern) => pattern,
        Err(why) => return usage(format!("the pattern cannot be used: {why}")),
    };
    let loaded = planning::load(global);
    match carry_out(global, &loaded, output, order, pattern, lock_timeout).await {
        Ok(()) => Exit::Done,
        Err(Failure { exit, finding }) => {
            tell(global, &loaded, &finding);
            exit
        }
    }
}

async fn carry_out(
    global: &Global,
    loaded: &Loaded,
    output: Output,
    order: Order,
    pattern: Option<Pattern>,
    lock_timeout: Duration,
) -> Result<(), Failure> {
    let store = Arc::new(open(global, loaded)?);
    let room = Room { global, loaded, store, output, lock_timeout };
    match order {
        Order::List { .. } => room.list(pattern.as_ref()).await,
        Order::Show { address, number } => room.show(&address, number).await,
        Order::Pull => room.pull().await,
        Order::History => room.history().await,
        Order::Mv { from, to } => room.mv(&from, &to).await,
        Order::Rm { .. } => room.rm(&pattern.expect("the pattern of rm was read above")).await,
        Order::Unlock { id } => room.unlock(id).await,
        Order::ForgetLearned { code } => room.forget_learned(code.as_deref()).await,
        Order::Push { source, force } => room.push(&source, force).await,
        Order::Rollback { number } => room.rollback(number).await,
        Order::Rebuild { force } => room.rebuild(force).await,
    }
}

/// The store. Where it is must be known: without `--state`, a configuration that cannot be read does not tell.
fn open(global: &Global, loaded: &Loaded) -> Result<Kept, Box<Finding>> {
    let cuts_off = |finding: &&Finding| {
        finding.is_error() && (finding.place.is_none() || finding.code == "yaml-syntax")
    };
    let named = global.state.is_some() || loaded.configuration.settings.state.is_some();
    if !named && let Some(finding) = loaded.form.iter().find(cuts_off) {
        return Err(Box::new(finding.clone()));
    }
    session::store(global, &loaded.files, &loaded.configuration)
}

fn tell(global: &Global, loaded: &Loaded, finding: &Finding) {
    let style = style_for(global, std::io::IsTerminal::is_terminal(&std::io::stderr()));
    let redact = global.redact.is_some();
    let options = render::findings::RenderOptions {
        sources: &loaded.files.sources,
        style,
        redact,
        closing: Some("nothing was changed"),
    };
    // That nobody reads stderr is no failure.
    let _ = render::findings::write(&mut std::io::stderr(), std::slice::from_ref(finding), options);
}

impl Room<'_> {
    /// Replaces the state, under the lock, by what is made of it; nothing is written when that fails.
    async fn change<T>(
        &self,
        operation: &str,
        make: impl AsyncFnOnce(Snapshot) -> Result<(State, T), Failure>,
    ) -> Result<T, Failure> {
        let token = self.store.lock(&owner(operation), self.lock_timeout).await?;
        let made = match self.store.read().await {
            Ok(snapshot) => make(snapshot).await,
            Err(error) => Err(error.into()),
        };
        let written = match made {
            Ok((state, said)) => {
                let tool = format!("spectrumctl {}", env!("CARGO_PKG_VERSION"));
                self.store
                    .write(&token, &state.stamped(&tool, Timestamp::now()))
                    .await
                    .map(|_| said)
                    .map_err(Failure::from)
            }
            Err(failure) => Err(failure),
        };
        let released = self.store.release(token).await;
        let said = written?;
        released?;
        Ok(said)
    }

    /// Says what was done.
    fn say(&self, text: impl std::fmt::Display) -> Result<(), Failure> {
        Ok(self.output.write(self.global, |_, _, out| writeln!(out, "{text}"))?)
    }
}

/// A state that may be edited: one that was read. A damaged one is brought back first.
fn readable(snapshot: Snapshot) -> Result<State, Failure> {
    match &snapshot.condition {
        Condition::Read => Ok(snapshot.state),
        Condition::Absent => Err(refused(
            "there is no state yet",
            "an apply writes the first one, and `state rebuild` makes one of what is live",
        )),
        Condition::Broken { why } => Err(refused(
            &format!("the state is damaged: {why}"),
            "bring an earlier version back with `state rollback`, or make a new one with `state rebuild`",
        )),
    }
}

/// A change that cannot be made.
fn refused(summary: &str, fix: &str) -> Failure {
    let why = "the state would hold an application twice, lose what it knows, or name what it does not have";
    Failure::from(Box::new(Finding::error("state-edit", summary, why, fix)))
}
