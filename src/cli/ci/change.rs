//! The configuration that a pull request proposes, as data: the tree that its merge would have, of which the YAML files are written into
//! a folder of their own. Nothing of the change is run, and no link of it is followed.

use tempfile::TempDir;

use super::git::{Git, TreeFile};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, describe_io_error};
use crate::codes;
use crate::finding::Finding;
use crate::forge::{Kind, PullRequest};

/// Writes the YAML files of the merged change, and goes to the folder that holds them. The folder goes with the value.
pub(super) fn enter(git: &Git, kind: Kind, pull: &PullRequest) -> Result<TempDir, Failure> {
    let head = git.fetch(&kind.head_ref(pull.number), false)?;
    let base = git.fetch(&format!("refs/heads/{}", pull.base_branch), false)?;
    if head != pull.head_commit {
        return Err(moved_on(kind, pull));
    }
    let Some(tree) = git.merged_tree(&base, &head)? else { return Err(conflicts(kind, pull)) };
    let files = git.files(&tree)?;
    let wanted: Vec<&TreeFile> = files.iter().filter(|file| is_yaml(&file.path)).collect();
    if let Some(link) = wanted.iter().find(|file| !file.is_regular) {
        return Err(linked(&link.path));
    }
    let folder = TempDir::with_prefix("spectrumctl-change-").map_err(|error| no_folder(&error))?;
    git.write_files(&wanted, folder.path())?;
    std::env::set_current_dir(folder.path()).map_err(|error| no_folder(&error))?;
    Ok(folder)
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

fn moved_on(kind: Kind, pull: &PullRequest) -> Failure {
    let proposal = kind.proposal();
    let summary = format!("{proposal} {} was pushed to since this job began", pull.number);
    let why = "a plan of another commit than the one under review would mislead";
    let fix = "wait for the job of the newer commit";
    Finding::new(&codes::MOVED_ON, summary).why(why).fix(fix).into()
}

fn conflicts(kind: Kind, pull: &PullRequest) -> Failure {
    let summary =
        format!("{} {} conflicts with branch {}", kind.proposal(), pull.number, pull.base_branch);
    let why = "the plan is that of the merged configuration, and there is none yet";
    let fix = format!("merge {} into the branch, or rebase it, and push", pull.base_branch);
    let finding = Finding::new(&codes::MOVED_ON, summary).why(why).fix(fix);
    Failure::new(Exit::Findings, vec![finding])
}

fn linked(path: &str) -> Failure {
    let summary = format!("{path} is a symbolic link");
    let why = "a link of a change could lead to any file of the machine that plans it, so none is followed";
    let fix = "replace the link by the file itself";
    let finding = Finding::new(&codes::UNREADABLE_FILE, summary).why(why).fix(fix);
    Failure::new(Exit::Findings, vec![finding])
}

fn no_folder(error: &std::io::Error) -> Finding {
    let summary = format!("failed to make a temporary folder: {}", describe_io_error(error));
    let why = "the files of the change are read there";
    Finding::new(&codes::UNWRITABLE_OUTPUT, summary).why(why).fix("check the room on the disk")
}
