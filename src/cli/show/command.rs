//! What `show` was asked for, by its flags or by what its argument names.

use std::path::Path;

use clap::Args;

use super::{app, expand, live, plan};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::model::Address;

/// The arguments of `show`.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct ShowArgs {
    /// A plan that `plan --out` saved, or the address of an application, such as example.com/ssh
    #[arg(value_name = "PLANFILE|ADDRESS")]
    what: Option<String>,
    /// The live applications; with --zone also without a configuration
    #[arg(long)]
    live: bool,
    /// The configuration with every row of `each` written out as an application of its own; references to variables stay as they are
    #[arg(long)]
    expand: bool,
}

/// Runs the command.
pub(in crate::cli) async fn run(args: ShowArgs, context: &Context) -> Result<Exit, Failure> {
    match &args.what {
        _ if args.expand => expand::run(context),
        None => live::run(context).await,
        Some(path) if Path::new(path).is_file() => plan::run(Path::new(path), context),
        Some(text) => match text.parse::<Address>() {
            Ok(address) => app::run(&address, context).await,
            Err(_) => Err(Failure::usage(format!(
                "{text} is neither a file nor an address such as example.com/ssh"
            ))),
        },
    }
}
