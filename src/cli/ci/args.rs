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
    /// Plan what the pull request proposes, and write the plan into its comment
    Plan(plan::CiPlanArgs),
    /// Apply what was merged, if it is what the comment on the pull request has shown
    Apply(apply::CiApplyArgs),
    /// Look for drift, and keep one pull request that takes it over
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
