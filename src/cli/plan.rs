//! `plan`: shows what apply would do. Never locks, never writes.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::loaded::Loaded;
use super::output::{Format, Output};
use super::plan_file;
use super::planning;
use super::purpose::{CheckArgs, PurposeArgs};
use super::session::Session;
use crate::codes;
use crate::plan::Plan;
use crate::render;
use crate::render::findings::RenderOptions;

/// The formats of a plan.
pub(super) const FORMATS: [Format; 7] = [
    Format::Human,
    Format::Json,
    Format::Markdown,
    Format::Sarif,
    Format::Github,
    Format::Junit,
    Format::Concise,
];

/// The arguments of `plan`.
#[derive(Debug, Clone, Args)]
pub(super) struct PlanArgs {
    /// Configuration files or folders, as with -f
    #[arg(value_name = "FILE")]
    pub(super) files: Vec<String>,
    /// Exit with 2 when changes are pending
    #[arg(long)]
    detailed_exitcode: bool,
    /// Save the plan for `apply FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    purpose: PurposeArgs,
    #[command(flatten)]
    checks: CheckArgs,
}

/// Runs the command.
pub(super) async fn run(args: PlanArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?.wrapping();
    context.selection.read()?;
    let loaded = Loaded::read(&context.files);
    let plan = match make(&args, context, &loaded).await {
        Ok(plan) => plan,
        Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
        Err(failure) => loaded.refused(failure, context),
    };
    let is_gone = plan.findings.iter().any(|finding| finding.code == codes::ZONE_GONE.slug);
    let has_news = args.detailed_exitcode && (is_gone || !plan.is_empty());
    let exit = exit_for(&plan).min(if has_news { Exit::Pending } else { Exit::Done });
    output.end(exit, |format, style, out| {
        let options = loaded.render_options(style, &context.output, None);
        write(out, format, &plan, options, loaded.files.root())
    })
}

/// Plans, and saves the plan where that is asked for and apply would not refuse it.
async fn make(args: &PlanArgs, context: &Context, loaded: &Loaded) -> Result<Plan, Failure> {
    loaded.must_be_plannable()?;
    let session = Session::open(context, loaded).await?;
    let purpose = args.purpose.purpose();
    let planned = planning::plan(context, loaded, &session, purpose, args.checks).await;
    session.close().await;
    let planned = planned?;
    if let Some(path) = args.out.as_deref().filter(|_| exit_for(&planned.plan) == Exit::Done) {
        plan_file::save(path, context, loaded, &planned)?;
    }
    Ok(planned.plan)
}

/// The exit code that a plan's findings lead to, changes aside.
pub(super) fn exit_for(plan: &Plan) -> Exit {
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

/// Writes a plan in a format; `root` is a file of the configuration, for what has no place of its own.
pub(super) fn write(
    out: &mut dyn Write,
    format: Format,
    plan: &Plan,
    options: RenderOptions<'_>,
    root: &str,
) -> io::Result<()> {
    match format {
        Format::Human => render::plan_text::write_with_findings(out, plan, options),
        Format::Json => render::plan_json::write(out, plan),
        Format::Markdown => render::plan_markdown::write(out, plan, None),
        Format::Sarif => render::sarif::write(out, &plan.findings, root),
        Format::Github => render::github::write_plan(out, plan),
        Format::Junit => render::junit::write_plan(out, plan),
        Format::Concise => {
            render::findings_concise::write(out, &plan.findings)?;
            render::plan_text::write_totals(out, plan)
        }
    }
}
