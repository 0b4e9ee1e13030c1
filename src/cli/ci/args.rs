//! The arguments of `ci`.

use clap::{Args, Subcommand};

use super::{apply, drift, plan};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;

/// The arguments of `ci`.
#[derive(Debug, Clone, Args)]
pub(in crate::cli) struct CiArgs {
    #[command(subcommand)]
    command: CiCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum CiCommand {
    /// Plan a pull request, and write the plan into a comment
    Plan(plan::CiPlanArgs),
    /// Apply what was merged, if the comment has shown that plan
    Apply(apply::CiApplyArgs),
    /// Look for drift, and keep a pull request that accepts it
    Drift(drift::CiDriftArgs),
}

/// Runs the command.
pub(in crate::cli) async fn run(args: CiArgs, context: &Context) -> Result<Exit, Failure> {
    match args.command {
        CiCommand::Plan(args) => plan::run(args, context).await,
        CiCommand::Apply(args) => apply::run(args, context).await,
        CiCommand::Drift(args) => drift::run(args, context).await,
    }
}
