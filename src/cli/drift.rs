//! `drift`: what is live against what was last applied. Never locks, never writes to the state.

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::context::Context;
use super::drift_edits::{self, How};
use super::drift_look::{Found, exit_for, find, write};
use super::exit::Exit;
use super::failure::Failure;
use super::loaded::Loaded;
use super::metrics;
use super::output::Output;
use super::plan::FORMATS;
use super::watch::{self, Beside, WatchArgs};

/// The arguments of `drift`.
#[derive(Debug, Clone, Args)]
pub(super) struct DriftArgs {
    /// Write metrics for Prometheus to this file
    #[arg(long, value_name = "FILE")]
    metrics_textfile: Option<PathBuf>,
    /// Ask the audit log who made each change
    #[arg(long)]
    who: bool,
    /// Edit the configuration: accept or ignore
    #[arg(long, value_enum, value_name = "HOW", conflicts_with = "watch")]
    write: Option<How>,
    #[command(flatten)]
    pub(super) watch: WatchArgs,
}

/// Runs the command.
pub(super) async fn run(args: DriftArgs, context: &Context) -> Result<Exit, Failure> {
    context.selection.read()?;
    if args.watch.watch.is_some() {
        let beside = Beside { who: args.who, metrics: args.metrics_textfile.as_deref() };
        return watch::run(&args.watch, beside, context).await;
    }
    let output = Output::new(&context.output, &FORMATS)?.wrapping();
    let begun = Instant::now();
    let loaded = Loaded::read(&context.files);
    let Found { mut drift, observed, calls } = find(context, &loaded, args.who).await?;
    let exit = exit_for(&drift);
    if let (Some(how), Some(observed)) = (args.write, &observed) {
        let edits = drift_edits::make(how, context, &loaded, observed, &drift)?;
        edits.write()?;
        drift.findings.extend(edits.refused);
    }
    let reported = output.end(exit, |format, style, out| {
        let options = loaded.render_options(style, &context.output, None);
        write(out, format, &drift, options, loaded.files.root())
    });
    if let Some(path) = &args.metrics_textfile {
        let run = metrics::Run { drift: &drift, calls, begun };
        metrics::write(path, &run, &loaded.configuration)
            .map_err(|finding| Failure::from(finding).after(exit))?;
    }
    reported
}
