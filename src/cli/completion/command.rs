//! `completions`: prints the script; and the answer to a shell that asks, which does so by a variable of the environment.

use std::io::{self, Write};

use clap_complete::CompleteEnv;
use clap_complete::env::Shells;

use super::offers::offering;
use super::words::words;
use crate::cli::args::CompletionsArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::whole_file::unwritable;

/// The variable by which a shell asks; its value is the shell.
const VARIABLE: &str = "SPECTRUMCTL_COMPLETE";
const PROGRAM: &str = "spectrumctl";

/// Prints the script that a shell reads.
pub(in crate::cli) fn run(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let shells = Shells::builtins();
    let shell =
        shells.completer(&args.shell).expect("clap lets only shells through that there are");
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, PROGRAM, PROGRAM, PROGRAM, &mut script)
        .expect("writing to memory does not fail");
    match io::stdout().lock().write_all(&script) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(unwritable("stdout", &error).into())
        }
        _ => Ok(Exit::Done),
    }
}

/// Answers a shell that asks what may come next; nothing where none does.
pub(in crate::cli) fn complete() -> Option<Exit> {
    std::env::var_os(VARIABLE).filter(|shell| !shell.is_empty())?;
    if let Some(folder) = words().and_then(|context| context.files.directory) {
        // A folder that is not there has nothing to offer.
        std::env::set_current_dir(folder).ok();
    }
    let answered =
        CompleteEnv::with_factory(offering).var(VARIABLE).try_complete(std::env::args_os(), None);
    match answered {
        Ok(true) => Some(Exit::Done),
        Ok(false) => None,
        Err(error) => {
            // The shell shows what it cannot use; there is nobody else to tell.
            error.print().ok();
            Some(Exit::Failed)
        }
    }
}
