//! `plan`: shows what apply would do. Never locks, never writes.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Checks, Global, Redact};
use super::exit::Exit;
use super::output::{Format, Output, say};
use super::plan_file;
use super::planning::{self, Loaded, Purpose};
use super::progress;
use super::session::Session;
use crate::plan::Plan;
use crate::render::{self, TermStyle};

/// The formats of a plan.
pub(super) const FORMATS: [Format; 6] =
    [Format::Human, Format::Json, Format::Markdown, Format::Sarif, Format::Github, Format::Junit];

/// What `plan` was told.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) detailed_exitcode: bool,
    pub(super) purpose: Purpose,
    pub(super) out: Option<PathBuf>,
    pub(super) checks: Checks,
}

/// Runs the command.
pub(super) async fn run(global: &Global, orders: Orders) -> Exit {
    let output = match Output::of(global, &FORMATS)
        .and_then(|output| planning::selection(global).map(|_| output))
    {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    let loaded = planning::load(global);
    let plan = match loaded.readable(global) {
        Ok(()) => make(global, &loaded, &orders).await,
        Err(plan) => *plan,
    };
    let exit = of_plan(&plan).min(if orders.detailed_exitcode && !plan.is_empty() {
        Exit::Pending
    } else {
        Exit::Done
    });
    let closing = (exit < Exit::Pending).then_some("nothing was changed");
    let written = output.write(global, |format, style, out| {
        write(out, format, style, &plan, &loaded, global, closing)
    });
    match written {
        Ok(()) => exit,
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            exit.min(Exit::Failed)
        }
    }
}

/// Plans, and saves the plan where that is asked for and nothing stands against carrying it out.
async fn make(global: &Global, loaded: &Loaded, orders: &Orders) -> Plan {
    let session = match Session::open(
        global,
        &loaded.files,
        &loaded.configuration,
        Arc::new(progress::wait_notifier(global)),
    )
    .await
    {
        Ok(session) => session,
        Err(finding) => return loaded.failed(*finding, global),
    };
    let planned = planning::plan(global, loaded, &session, orders.purpose, orders.checks).await;
    session.close().await;
    match planned {
        Ok(planned) => match orders.out.as_deref().filter(|_| of_plan(&planned.plan) == Exit::Done)
        {
            Some(path) => match plan_file::save(path, global, loaded, &planned) {
                Ok(()) => planned.plan,
                Err(finding) => loaded.failed(*finding, global),
            },
            None => planned.plan,
        },
        Err(finding) => loaded.failed(*finding, global),
    }
}

/// The exit code that a plan's findings make, changes aside.
pub(super) fn of_plan(plan: &Plan) -> Exit {
    if plan.verdict.unread {
        Exit::Failed
    } else if plan.verdict.errors {
        Exit::Findings
    } else if plan.verdict.guarded {
        Exit::Guarded
    } else {
        Exit::Done
    }
}

/// Writes a plan in a format.
pub(super) fn write(
    out: &mut dyn Write,
    format: Format,
    style: TermStyle,
    plan: &Plan,
    loaded: &Loaded,
    global: &Global,
    closing: Option<&str>,
) -> io::Result<()> {
    let redact = global.redact == Some(Redact::Origins);
    let sources = &loaded.files.sources;
    match format {
        Format::Human => {
            render::findings::write(
                out,
                &plan.findings,
                render::findings::RenderOptions { sources, style, redact, closing },
            )?;
            if !plan.findings.is_empty() {
                writeln!(out)?;
            }
            render::plan_text::write(out, plan, style)
        }
        Format::Json => render::plan_json::write(out, plan),
        Format::Markdown => render::plan_markdown::write(out, plan, None),
        Format::Sarif => render::sarif::write(out, &plan.findings, loaded.files.root()),
        Format::Github => render::github::write_plan(out, plan),
        Format::Junit => render::junit::write_plan(out, plan),
    }
}
