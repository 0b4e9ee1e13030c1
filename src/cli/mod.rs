//! The command line: arguments, environment, wiring, progress, exit codes. The only floor that prints or reads the environment.
//!
//! Floor 9: names everything below, and is named by nothing but `main`.

mod apply;
mod args;
mod backend;
mod doctor;
mod drift;
mod exit;
mod explain;
mod export;
mod fmt;
mod import;
mod init;
mod load;
mod output;
mod plan;
mod plan_file;
mod plan_source;
mod planning;
mod preflight;
mod progress;
mod recovering;
mod refresh;
mod schema;
mod session;
mod simulator;
mod state;
mod validate;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tracing_subscriber::EnvFilter;

use args::{Arguments, Command, Global, LogFormat};
use exit::Exit;
use output::say;
use planning::Purpose;

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return of_usage(&error).into(),
    };
    if let Some(folder) = &arguments.global.directory
        && let Err(error) = std::env::set_current_dir(folder)
    {
        say(format_args!(
            "error: failed to go to {}: {}",
            folder.display(),
            load::describe_io_error(&error)
        ));
        return Exit::Failed.into();
    }
    log(&arguments.global);
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(dispatch(arguments)).into(),
        Err(error) => {
            say(format_args!("error: failed to start: {error}"));
            Exit::Failed.into()
        }
    }
}

async fn dispatch(arguments: Arguments) -> Exit {
    let global = arguments.global;
    match arguments.command {
        Command::Validate { strict } => validate::run(&global, strict),
        Command::Plan { detailed_exitcode, destroy, refresh_only, out, checks } => {
            plan::run(
                &global,
                plan::Orders {
                    detailed_exitcode,
                    purpose: Purpose::of(destroy, refresh_only),
                    out,
                    checks,
                },
            )
            .await
        }
        Command::Apply {
            plan,
            auto_approve,
            approve,
            restore,
            destroy,
            refresh_only,
            lock_timeout,
            checks,
        } => {
            let purpose = Purpose::of(destroy, refresh_only);
            apply::run(
                &global,
                &apply::Orders {
                    plan,
                    auto_approve,
                    approve,
                    restore,
                    purpose,
                    lock_timeout,
                    checks,
                },
            )
            .await
        }
        Command::Drift { metrics_textfile, who } => {
            drift::run(&global, drift::Orders { metrics: metrics_textfile, who }).await
        }
        Command::Import { address, app_id, write, .. } => {
            import::run(&global, import_orders(address, app_id, write)).await
        }
        Command::Export { split, out, from } => {
            let split = split.map(|split| split.spread());
            match from.as_deref() {
                Some([tool, _]) if tool != "terraform" => {
                    say(format_args!(
                        "error: --from {tool} is not known; write --from terraform FILE"
                    ));
                    Exit::Usage
                }
                from => {
                    let terraform = from.and_then(|from| from.last()).map(std::path::PathBuf::from);
                    export::run(&global, export::Orders { split, out, terraform }).await
                }
            }
        }
        Command::Explain { code, list } => explain::run(&global, code.as_deref(), list),
        Command::Init { pipeline } => init::run(&global, pipeline),
        Command::Doctor => doctor::run(&global).await,
        Command::Schema { subject } => schema::run(&global, subject),
        Command::Fmt { check, diff } => fmt::run(&global, fmt::Orders { check, diff }),
        Command::State { order, lock_timeout } => state::run(&global, order, lock_timeout).await,
        Command::Sim { listen, world, seed, faults } => {
            simulator::run(simulator::Orders { listen, world, seed, faults }).await
        }
        Command::Completions { shell } => {
            clap_complete::generate(
                shell,
                &mut Arguments::command(),
                "spectrumctl",
                &mut std::io::stdout(),
            );
            Exit::Done
        }
        Command::Man => {
            match clap_mangen::Man::new(Arguments::command()).render(&mut std::io::stdout()) {
                Ok(()) => Exit::Done,
                Err(_) => Exit::Failed,
            }
        }
    }
}

/// clap lets both be given or neither.
fn import_orders(
    address: Option<crate::model::Address>,
    id: Option<crate::model::AppId>,
    write: Option<std::path::PathBuf>,
) -> import::Orders {
    match address.zip(id) {
        Some((address, id)) => import::Orders::One { address, id, write },
        None => import::Orders::All,
    }
}

/// Help and version are answers; everything else that clap refuses is wrong usage.
fn of_usage(error: &clap::Error) -> Exit {
    use clap::error::ErrorKind;
    let printed = error.print().is_ok();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion if printed => Exit::Done,
        _ => Exit::Usage,
    }
}

/// What is said with `-v`, on stderr.
fn log(global: &Global) {
    let level = match global.verbose {
        0 => return,
        1 => "spectrumctl=info",
        2 => "spectrumctl=debug",
        _ => "spectrumctl=trace",
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(level))
        .with_writer(std::io::stderr);
    match global.log_format {
        LogFormat::Text => subscriber.with_target(false).init(),
        LogFormat::Json => subscriber.json().init(),
    }
}
