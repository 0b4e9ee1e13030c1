//! One look for drift: what `drift`, a watch and the nightly job of a pipeline do alike, and how it is reported.

use std::io::{self, Write};

use super::audit::attribute;
use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::format::Format;
use super::loaded::Loaded;
use super::observe::{Extent, Observed, observe};
use super::planning::must_match;
use super::purpose::Purpose;
use super::session::Session;
use crate::plan::{self, Drift};
use crate::render;
use crate::render::findings::RenderOptions;

/// What was found, and what it was found from; none where nothing could be compared.
pub(super) struct Found<'a> {
    pub(super) drift: Drift,
    pub(super) observed: Option<Observed<'a>>,
    pub(super) calls: u64,
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
    if drift.verdict.unread || drift.verdict.guarded {
        // Nothing of its own is guarded: the run ended before it compared anything.
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
