//! The command line as it is parsed, with the help of each command: only the options that it uses, in groups.

use clap::builder::styling::Styles;
use clap::{Arg, ArgAction, Command, CommandFactory};

use super::pages::page;
use super::text::sections;
use crate::cli::args::{Arguments, ignored};
use crate::cli::state::LOCKLESS;

/// The options that `-h` leaves out and `--help` lists.
const RARE: [&str; 8] = [
    "sim_token",
    "ca_file",
    "rate_limit",
    "log_format",
    "var_file",
    "redact",
    "no_preflight",
    "no_learned",
];

/// The command line. A whole page, for `--help`, has every option, examples, variables, formats and exit codes.
pub(in crate::cli) fn command(whole: bool) -> Command {
    let root = Arguments::command().arg(help()).arg(version());
    let common: Vec<Arg> =
        root.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let root = root.mut_args(|arg| {
        let is_shown = arg.get_help_heading() == Some("Global");
        arg.hide(!is_shown)
    });
    let root = root.mut_subcommands(|sub| {
        let ignored = ignored(sub.get_name());
        let sub = common.iter().fold(sub, |sub, arg| {
            let is_used = !ignored.contains(&arg.get_id().as_str());
            sub.arg(arg.clone().hide(!is_used))
        });
        let sub = match sub.get_name() {
            "init" => sub.mut_arg("zone", |zone| zone.help("The zone to write about")),
            _ => sub,
        };
        let path = sub.get_name().to_owned();
        paged(sub, &path, whole)
    });
    finished(root, "", whole)
}

/// The command and those below it, each with its page.
fn paged(command: Command, path: &str, whole: bool) -> Command {
    let timeout = command.get_arguments().find(|arg| arg.get_id() == "lock_timeout").cloned();
    let timeout = timeout.filter(clap::Arg::is_global_set);
    let command = command.mut_subcommands(|sub| {
        let path = format!("{path} {}", sub.get_name());
        let is_lockless = LOCKLESS.contains(&sub.get_name());
        let sub = match &timeout {
            Some(timeout) => sub.arg(timeout.clone().hide(is_lockless)),
            None => sub,
        };
        paged(sub, &path, whole)
    });
    finished(command, path, whole)
}

fn finished(command: Command, path: &str, whole: bool) -> Command {
    let command = command.mut_args(|arg| {
        let is_rare = !whole && RARE.contains(&arg.get_id().as_str());
        let is_hidden = arg.is_hide_set() || is_rare;
        let takes_values = arg.get_action().takes_values();
        arg.hide(is_hidden).hide_possible_values(takes_values)
    });
    let below = match (page(path), whole) {
        (Some(page), true) => sections(page, &Styles::styled()),
        (Some(_), false) => {
            "--help adds examples, formats, exit codes and the rare options.".to_owned()
        }
        (None, _) => format!("`spectrumctl {path} COMMAND --help` shows the page of each."),
    };
    command.after_help(below).disable_version_flag(true)
}

fn help() -> Arg {
    let about = "Print help; -h the usual options only";
    let arg = Arg::new("help").short('h').long("help").action(ArgAction::HelpShort);
    arg.global(true).help_heading("Global").help(about)
}

fn version() -> Arg {
    let arg = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    arg.help_heading("Global").help("Print the version")
}
