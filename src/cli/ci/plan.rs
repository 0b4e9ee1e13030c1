//! `ci plan`: the plan of what a pull request proposes, in the job's log, in its one comment, as outputs, and as the status of its commit.

use std::io;

use clap::Args;

use super::pipeline::Pipeline;
use super::shown::shown;
use super::state_branch::StateBranchArgs;
use super::{change, outputs};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output, say};
use crate::cli::plan::{exit_for, write};
use crate::cli::planning;
use crate::cli::purpose::{CheckArgs, Purpose};
use crate::cli::redaction::Redaction;
use crate::cli::session::Session;
use crate::forge::{Event, ForgeError, Mark, PullRequest, StatusState};
use crate::plan::{Plan, Verdict};
use crate::render;

/// The arguments of `ci plan`.
#[derive(Debug, Clone, Args)]
pub(super) struct CiPlanArgs {
    #[command(flatten)]
    state: StateBranchArgs,
    #[command(flatten)]
    checks: CheckArgs,
}

/// Runs the command.
pub(super) async fn run(args: CiPlanArgs, context: &Context) -> Result<Exit, Failure> {
    let pipeline = Pipeline::open(context)?;
    let context = pipeline.context(context);
    let output = Output::new(&context.output, &[Format::Human])?;
    let Some(pull) = pipeline.proposal().await? else {
        let proposal = pipeline.run.kind.proposal();
        say(format_args!("No open {proposal} has this commit. A newer one has a job of its own."));
        return Ok(Exit::Done);
    };
    let (loaded, plan) = match make(&args, &context, &pipeline, &pull).await {
        Ok(made) => made,
        Err((loaded, failure)) => {
            let plan = refused(&loaded, failure, &context);
            (loaded, plan)
        }
    };
    let exit = exit_for(&plan);
    let printed = output.end(exit, |format, style, out| {
        let options = loaded.render_options(style, &context.output, None);
        write(out, format, &plan, options, loaded.files.root())
    });
    let report = Report { context: &context, loaded: &loaded, plan: &plan, exit };
    report.publish(&pipeline, &pull).await.map_err(|failure| failure.after(exit))?;
    printed
}

/// The plan that could not be made, with the verdict that belongs to the failure's exit code.
fn refused(loaded: &Loaded, failure: Failure, context: &Context) -> Plan {
    let exit = failure.exit();
    let plan = loaded.refused(failure, context);
    let verdict = Verdict {
        errors: plan.verdict.errors || exit == Exit::Findings,
        unread: !matches!(exit, Exit::Findings | Exit::Guarded),
        guarded: exit == Exit::Guarded,
    };
    Plan { verdict, ..plan }
}

/// The plan of the change, or why there is none beside what was read.
async fn make(
    args: &CiPlanArgs,
    context: &Context,
    pipeline: &Pipeline,
    pull: &PullRequest,
) -> Result<(Loaded, Plan), (Loaded, Failure)> {
    let unread = |failure| (Loaded::empty(), failure);
    let git = pipeline.git().map_err(unread)?;
    let state = args.state.fetch(&git, context).map_err(unread)?;
    let is_proposed = matches!(pipeline.run.event, Event::Proposed { .. });
    let folder = is_proposed.then(|| change::enter(&git, pipeline.run.kind, pull));
    let _folder = folder.transpose().map_err(unread)?;
    let context = state.as_ref().map_or_else(|| context.clone(), |state| state.context(context));
    let loaded = Loaded::read(&context.files);
    match plan_of(args, &context, &loaded).await {
        Ok(plan) => Ok((loaded, plan)),
        Err(failure) => Err((loaded, failure)),
    }
}

async fn plan_of(args: &CiPlanArgs, context: &Context, loaded: &Loaded) -> Result<Plan, Failure> {
    loaded.must_be_plannable()?;
    let session = Session::open(context, loaded).await?;
    let planned = planning::plan(context, loaded, &session, Purpose::Configured, args.checks).await;
    session.close().await;
    Ok(planned?.plan)
}

/// What is reported.
struct Report<'a> {
    context: &'a Context,
    loaded: &'a Loaded,
    plan: &'a Plan,
    exit: Exit,
}

impl Report<'_> {
    async fn publish(&self, pipeline: &Pipeline, pull: &PullRequest) -> Result<(), Failure> {
        let mark = self.mark(pipeline, pull);
        let text = markdown(self.context, self.plan, &mark.name)
            .map_err(|error| crate::cli::whole_file::unwritable("the comment", &error))?;
        outputs::write(pipeline, self.plan, self.exit)?;
        outputs::summarise(pipeline, &text)?;
        let failed = |error: ForgeError| Failure::from(error.to_finding());
        let key = pipeline.key.as_ref();
        let is_quiet = self.exit == Exit::Done && self.plan.is_empty();
        let has_comment = async || pipeline.forge.comment(pull.number, &mark, key).await;
        // A change of something else gets no comment; a comment that is there is kept up to date.
        if !is_quiet || has_comment().await.map_err(failed)?.is_some() {
            pipeline.forge.keep_comment(pull.number, &mark, &text, key).await.map_err(failed)?;
        }
        if matches!(pipeline.run.event, Event::Proposed { .. }) {
            self.set_status(pipeline, pull, &mark).await.map_err(failed)?;
        }
        Ok(())
    }

    /// Only a plan that an apply would carry out has a digest that can be approved.
    fn mark(&self, pipeline: &Pipeline, pull: &PullRequest) -> Mark {
        let mark = pipeline.mark("plan", self.context, self.loaded).made_for(&pull.head_commit);
        match self.exit {
            Exit::Done => mark.with_digest(&self.plan.digest).showing(shown(self.plan)),
            _ => mark,
        }
    }

    async fn set_status(
        &self,
        pipeline: &Pipeline,
        pull: &PullRequest,
        mark: &Mark,
    ) -> Result<(), ForgeError> {
        let (state, text) = match (self.exit, self.plan.changes.len()) {
            (Exit::Done, 0) => (StatusState::Success, "No changes.".to_owned()),
            (Exit::Done, 1) => (StatusState::Success, "1 change; see the comment.".to_owned()),
            (Exit::Done, n) => (StatusState::Success, format!("{n} changes; see the comment.")),
            _ => (StatusState::Failure, "Nothing will be applied; see the comment.".to_owned()),
        };
        let name = match &self.loaded.configuration.settings.name {
            Some(_) => format!("spectrum plan ({})", mark.name),
            None => "spectrum plan".to_owned(),
        };
        let page = pipeline.run.page.as_deref().unwrap_or_default();
        pipeline.forge.set_status(&pull.head_commit, state, &name, &text, page).await
    }
}

/// The plan as a comment, without the mark.
fn markdown(context: &Context, plan: &Plan, name: &str) -> io::Result<String> {
    let mut text = Vec::new();
    Redaction::for_format(context.output.redact, Format::Markdown)
        .write(&mut text, |out| render::plan_markdown::write(out, plan, Some(name)))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
