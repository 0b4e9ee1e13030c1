//! A state that is kept on a branch: fetched into a folder before the run, and pushed after it. Only one run at a time may write it; a
//! run that finds that another one has written meanwhile does not overwrite that.

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

/// The file that a stored state always has.
const STATE: &str = "state.json";
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
        let folder = TempDir::with_prefix("spectrumctl-state-").map_err(|error| {
            let reason = describe_io_error(&error);
            not_stored(
                branch,
                &format!("there is no temporary folder: {reason}"),
                "run the job again",
            )
        })?;
        let mut base = None;
        if git.has_branch(branch)? {
            let commit = git.fetch(&format!("refs/heads/{branch}"), true)?;
            let files = git.files(&commit)?;
            if !files.iter().any(|file| file.path == STATE) {
                return Err(lost(branch));
            }
            let wanted: Vec<&TreeFile> = files.iter().filter(|file| file.is_regular).collect();
            git.write_files(&wanted, folder.path())?;
            base = Some(commit);
        }
        Ok(Some(StateBranch { branch: branch.clone(), folder, base }))
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
    pub(super) fn store(self, git: &Git, text: &str) -> Result<(), Failure> {
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

    fn push(&self, git: &Git, text: &str) -> Result<(), Failure> {
        let tree = git.tree_of(self.folder.path(), LOCK)?;
        let before = self.base.as_deref().map(|base| git.tree(base)).transpose()?;
        // An empty folder is that of a run that has stored nothing.
        let is_empty = git.files(&tree)?.is_empty();
        if before.as_ref() == Some(&tree) || (before.is_none() && is_empty) {
            return Ok(());
        }
        let mut after = self.base.clone();
        let mut pause = FIRST_PAUSE;
        for tried in 1.. {
            let commit = git.commit(&tree, after.as_deref(), text)?;
            let Err(failure) = git.push(&commit, &self.branch, false) else { return Ok(()) };
            if tried == TRIES {
                return Err(failure);
            }
            sleep(pause);
            pause *= 2;
            after = self.fresh(git, before.as_deref())?;
        }
        Ok(())
    }

    /// The commit that the branch has now, if it holds what it held; a state that another run has stored is never overwritten.
    fn fresh(&self, git: &Git, before: Option<&str>) -> Result<Option<String>, Failure> {
        if !git.has_branch(&self.branch)? {
            return Ok(None);
        }
        let commit = git.fetch(&format!("refs/heads/{}", self.branch), true)?;
        if before == Some(git.tree(&commit)?.as_str()) {
            return Ok(Some(commit));
        }
        let reason = "another run has stored a state there meanwhile";
        Err(not_stored(&self.branch, reason, "let only one job apply at a time"))
    }
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
