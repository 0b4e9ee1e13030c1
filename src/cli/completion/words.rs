//! What was typed so far, as far as it can be read.

use clap::FromArgMatches;

use crate::cli::context::Context;
use crate::cli::help;

/// The options among the words that were typed so far, as far as they can be read.
pub(super) fn words() -> Option<Context> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let matches = help::command(true).ignore_errors(true).try_get_matches_from(words).ok()?;
    Context::from_arg_matches(&matches).ok()
}
