//! Which argument is completed with what.

use clap::{Arg, Command};
use clap_complete::engine::ArgValueCandidates;

use super::candidates;
use crate::cli::help;

/// The command line with what is offered for its values.
pub(super) fn offering() -> Command {
    with_offers(help::command(true))
}

fn with_offers(command: Command) -> Command {
    let name = command.get_name().to_owned();
    command.mut_args(|arg| with_offer(&name, arg)).mut_subcommands(with_offers)
}

fn with_offer(command: &str, arg: Arg) -> Arg {
    match (command, arg.get_id().as_str()) {
        (_, "zone") => arg.add(ArgValueCandidates::new(candidates::zones)),
        (_, "target" | "exclude") => arg.add(ArgValueCandidates::new(candidates::patterns)),
        (_, "replace" | "restore" | "address" | "from" | "to" | "pattern" | "what") => {
            arg.add(ArgValueCandidates::new(candidates::addresses))
        }
        ("explain", "words") => arg.add(ArgValueCandidates::new(candidates::codes_and_fields)),
        (_, "code") => arg.add(ArgValueCandidates::new(candidates::numbers)),
        (_, "format") => arg.add(ArgValueCandidates::new(candidates::formats)),
        (_, "allow") => arg.add(ArgValueCandidates::new(candidates::guards)),
        ("show" | "rollback", "number") => arg.add(ArgValueCandidates::new(candidates::versions)),
        _ => arg,
    }
}
