//! `ci`: what the pipelines of `init --ci` call. Reads what the job's environment says, plans or applies like `plan`, `apply` and
//! `drift`, and reports where people decide: the comment on the pull request, the status of the commit, the summary of the job.

mod apply;
mod args;
mod change;
mod checkpoints;
mod drift;
mod git;
mod outputs;
mod pipeline;
mod plan;
mod shown;
mod state_branch;

pub(super) use args::{CiArgs, run};
