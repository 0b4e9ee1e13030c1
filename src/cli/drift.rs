//! `drift`: what is live against what was last applied. Never locks, never writes to the state.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;

use super::audit::attribute;
use super::context::Context;
use super::drift_edits::{self, How};
use super::exit::Exit;
use super::failure::Failure;
use super::loaded::Loaded;
use super::metrics;
use super::observe::{Extent, Observed, observe};
use super::output::{Format, Output};
use super::plan::FORMATS;
use super::planning::must_match;
use super::purpose::Purpose;
use super::session::Session;
use crate::plan::{self, Drift};
use crate::render;
use crate::render::findings::RenderOptions;

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
    #[arg(long, value_enum, value_name = "HOW")]
    write: Option<How>,
}

/// What was found, and what it was found from; none where nothing could be compared.
pub(super) struct Found<'a> {
    pub(super) drift: Drift,
    pub(super) observed: Option<Observed<'a>>,
    calls: u64,
}

/// Runs the command.
pub(super) async fn run(args: DriftArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?.wrapping();
    context.selection.read()?;
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

/// Connects and compares; a run that fails gives the drift that says so, and only arguments that cannot be used are a failure.
pub(super) async fn find<'a>(
    context: &Context,
    loaded: &'a Loaded,
    who: bool,
) -> Result<Found<'a>, Failure> {
    let mut calls = 0;
    Ok(match look(who, context, loaded, &mut calls).await {
        Ok((drift, observed)) => Found { drift, observed: Some(observed), calls },
        Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
        Err(failure) => {
            let plan = loaded.refused(failure, context);
            let drift = Drift::refused(plan.findings, plan.verdict, plan.simulated);
            Found { drift, observed: None, calls }
        }
    })
}

pub(super) fn exit_for(drift: &Drift) -> Exit {
    if drift.verdict.unread {
        Exit::Failed
    } else if drift.verdict.errors {
        Exit::Findings
    } else if drift.is_any() {
        Exit::Pending
    } else {
        Exit::Done
    }
}

/// Connects and compares; also counts the calls, of a run that fails too.
async fn look<'a>(
    who: bool,
    context: &Context,
    loaded: &'a Loaded,
    calls: &mut u64,
) -> Result<(Drift, Observed<'a>), Failure> {
    loaded.must_be_plannable()?;
    let session = Session::open(context, loaded).await?;
    let drift = compare(who, context, loaded, &session).await;
    *calls = session.api.calls();
    session.close().await;
    drift
}

async fn compare<'a>(
    who: bool,
    context: &Context,
    loaded: &'a Loaded,
    session: &Session,
) -> Result<(Drift, Observed<'a>), Failure> {
    let observed = observe(loaded, session, Extent::Everything).await?;
    let policy = loaded.policy(context, Purpose::Configured)?;
    must_match(&observed.input(&policy))?;
    let mut drift = plan::drift(&observed.input(&policy));
    if who {
        attribute(session, &observed.zones, &mut drift).await;
    }
    Ok((drift, observed))
}

pub(super) fn write(
    out: &mut dyn Write,
    format: Format,
    drift: &Drift,
    options: RenderOptions<'_>,
    root: &str,
) -> io::Result<()> {
    let findings = || render::drift_findings::collect(drift);
    match format {
        Format::Human => render::drift_text::write(out, drift, options),
        Format::Json => render::drift_json::write(out, drift),
        Format::Markdown => render::drift_markdown::write(out, drift),
        Format::Sarif => render::sarif::write(out, &findings(), root),
        Format::Github => render::github::write(out, &findings()),
        Format::Junit => render::junit::write_drift(out, &findings(), drift.simulated),
        Format::Concise => {
            render::findings_concise::write(out, &findings())?;
            render::drift_text::write_totals(out, drift)
        }
    }
}
