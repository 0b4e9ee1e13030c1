//! A state that is kept on a branch: fetched into a folder before the run, pushed while it goes on, and after it. Only one run at a time
//! may write it; a run that finds that another one has written meanwhile does not overwrite that.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use clap::Args;
use tempfile::TempDir;

use super::git::{Git, TreeFile};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, describe_io_error};
use crate::codes;
use crate::finding::Finding;
use crate::plan::Allowance;
use crate::state::{JOURNAL_FILE, STATE_FILE};

/// The file that says who is writing; it means nothing to another machine.
const LOCK: &str = "lock.json";
/// How often a push is tried, and the pause after the first failure.
const TRIES: u32 = 5;
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Where the state is.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct StateBranchArgs {
    /// Keep the state on this branch, which apply creates
    #[arg(long, value_name = "BRANCH")]
    pub(super) state_branch: Option<String>,
}

/// The state of a branch in a folder.
pub(super) struct StateBranch {
    branch: String,
    folder: TempDir,
    /// The commit that the folder was filled from; none where there is no branch yet.
    base: Option<String>,
    /// The commits that this run has pushed, or tried to push without an answer.
    ours: BTreeSet<String>,
}

impl StateBranchArgs {
    /// Fetches the branch, where one is named.
    pub(super) fn fetch(
        &self,
        git: &Git,
        context: &Context,
    ) -> Result<Option<StateBranch>, Failure> {
        let Some(branch) = &self.state_branch else { return Ok(None) };
        if context.files.state.is_some() {
            return Err(Failure::usage(
                "--state and --state-branch name two places; give one of them",
            ));
        }
        let folder = temporary(branch)?;
        let mut base = None;
        if git.has_branch(branch)? {
            let commit = git.fetch(&format!("refs/heads/{branch}"), true)?;
            let files = git.files(&commit)?;
            // A first run whose machine died has left its journal only.
            let is_kept = |file: &TreeFile| {
                file.path == STATE_FILE || file.path == JOURNAL_FILE && file.size > 0
            };
            if !files.iter().any(is_kept) {
                return Err(lost(branch));
            }
            let wanted: Vec<&TreeFile> = files.iter().filter(|file| file.is_regular).collect();
            git.write_files(&wanted, folder.path())?;
            base = Some(commit);
        }
        Ok(Some(StateBranch { branch: branch.clone(), folder, base, ours: BTreeSet::new() }))
    }
}

impl StateBranch {
    /// The options of a run that uses the folder. Where there is no branch yet this is the first run, so no state is missing.
    pub(super) fn context(&self, context: &Context) -> Context {
        let mut context = context.clone();
        context.files.state = Some(self.folder.path().to_string_lossy().into_owned());
        if self.base.is_none() {
            context.guards.allow.push(Allowance::NoState);
        }
        context
    }

    /// Pushes the folder to the branch, where anything in it has changed. What cannot be pushed is kept in the folder.
    pub(super) fn store(mut self, git: &Git, text: &str) -> Result<(), Failure> {
        let Err(failure) = self.push(git, text) else { return Ok(()) };
        let kept = self.folder.keep();
        let reason: Vec<String> =
            failure.into_findings().into_iter().map(|finding| finding.summary).collect();
        let fix = format!(
            "apply again: what was done is found by hostname and port; the files are in {} until this machine is gone",
            kept.display()
        );
        Err(not_stored(&self.branch, &reason.join("; "), &fix))
    }

    /// Pushes once what the folder has by now, where anything in it has changed.
    pub(super) fn checkpoint(&mut self, git: &Git, text: &str) -> Result<(), Failure> {
        let copied = temporary(&self.branch)?;
        copy(self.folder.path(), copied.path()).map_err(|error| {
            let reason = describe_io_error(&error);
            not_stored(&self.branch, &reason, "see that the folder for temporary files has room")
        })?;
        let Some((tree, _)) = self.news(git, &copied)? else { return Ok(()) };
        let commit = git.commit(&tree, self.base.as_deref(), text)?;
        self.ours.insert(commit.clone());
        git.push(&commit, &self.branch, false)?;
        self.base = Some(commit);
        Ok(())
    }

    /// The tree of a folder and that of the branch, where they differ.
    fn news(
        &self,
        git: &Git,
        folder: &TempDir,
    ) -> Result<Option<(String, Option<String>)>, Failure> {
        let tree = git.tree_of(folder.path(), LOCK)?;
        let before = self.base.as_deref().map(|base| git.tree(base)).transpose()?;
        // An empty folder is that of a run that has stored nothing.
        let is_empty = git.files(&tree)?.is_empty();
        let is_old = before.as_ref() == Some(&tree) || (before.is_none() && is_empty);
        Ok((!is_old).then_some((tree, before)))
    }

    fn push(&mut self, git: &Git, text: &str) -> Result<(), Failure> {
        let Some((tree, before)) = self.news(git, &self.folder)? else { return Ok(()) };
        let mut after = self.base.clone();
        let mut pause = FIRST_PAUSE;
        for tried in 1.. {
            let commit = git.commit(&tree, after.as_deref(), text)?;
            self.ours.insert(commit.clone());
            let Err(failure) = git.push(&commit, &self.branch, false) else { return Ok(()) };
            if tried == TRIES {
                return Err(failure);
            }
            sleep(pause);
            pause *= 2;
            after = self.fresh(git, before.as_deref())?;
            if after.as_deref().map(|commit| git.tree(commit)).transpose()?.as_ref() == Some(&tree)
            {
                // It was taken, and only the answer got lost.
                return Ok(());
            }
        }
        Ok(())
    }

    /// The commit that the branch has now, if it holds what it held or what this run has stored; a state that another run has stored is never overwritten.
    fn fresh(&self, git: &Git, before: Option<&str>) -> Result<Option<String>, Failure> {
        if !git.has_branch(&self.branch)? {
            return Ok(None);
        }
        let commit = git.fetch(&format!("refs/heads/{}", self.branch), true)?;
        if self.ours.contains(&commit) || before == Some(git.tree(&commit)?.as_str()) {
            return Ok(Some(commit));
        }
        let reason = "another run has stored a state there meanwhile";
        Err(not_stored(&self.branch, reason, "let only one job apply at a time"))
    }
}

/// Copies a state that is being written: the journal before the state that takes it in, so that a step is in one of them at least.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let first = [JOURNAL_FILE, STATE_FILE];
    for name in first.iter().filter(|name| from.join(name).is_file()) {
        fs::copy(from.join(name), to.join(name))?;
    }
    for entry in fs::read_dir(from)? {
        let name = entry?.file_name();
        let (path, copied) = (from.join(&name), to.join(&name));
        if path.is_dir() {
            fs::create_dir_all(&copied)?;
            copy(&path, &copied)?;
        } else if !copied.exists() {
            fs::copy(&path, &copied)?;
        }
    }
    Ok(())
}

/// A folder that goes with the run.
fn temporary(branch: &str) -> Result<TempDir, Failure> {
    TempDir::with_prefix("spectrumctl-state-").map_err(|error| {
        let reason = format!("there is no temporary folder: {}", describe_io_error(&error));
        not_stored(branch, &reason, "run the job again")
    })
}

fn lost(branch: &str) -> Failure {
    let summary = format!("branch {branch} is there, but holds no state");
    let why = "the state was stored there and is gone, so what is managed is unknown";
    let fix = format!(
        "restore the branch from its history (`git log {branch}`); or delete the branch to begin anew: applications are found by hostname and port, and nothing is deleted"
    );
    let finding = Finding::new(&codes::MISSING_STATE, summary).why(why).fix(fix);
    Failure::new(Exit::Guarded, vec![finding])
}

fn not_stored(branch: &str, reason: &str, fix: &str) -> Failure {
    let summary = format!("the state was not stored on branch {branch}: {reason}");
    let why = "the next run does not know what this one has done";
    Finding::new(&codes::STATE_NOT_STORED, summary).why(why).fix(fix).into()
}
