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
    /// A saved plan, or an address such as example.com/ssh
    #[arg(value_name = "PLANFILE|ADDRESS")]
    what: Option<String>,
    /// The live applications; needs no configuration
    #[arg(long)]
    live: bool,
    /// The configuration with every row of `each` written out
    #[arg(long)]
    expand: bool,
}

/// Runs the command.
pub(in crate::cli) async fn run(args: ShowArgs, context: &Context) -> Result<Exit, Failure> {
    if !args.live && !context.selection.zone.is_empty() {
        return Err(Failure::usage(
            "`spectrumctl show` does not use --zone without --live; leave it out",
        ));
    }
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
