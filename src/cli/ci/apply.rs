//! `ci apply`: applies what was merged, if that is the plan that the comment on the pull request has shown. Else it shows what has moved
//! since, and stops, so a person can decide.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::checkpoints::Checkpoints;
use super::outputs;
use super::pipeline::Pipeline;
use super::shown::{moved, repeats, shown};
use super::state_branch::StateBranchArgs;
use crate::cli::apply;
use crate::cli::apply_end::Ended;
use crate::cli::context::{Context, parse_duration};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::interrupt;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output, say};
use crate::cli::plan_source::Approved;
use crate::cli::redaction::Redaction;
use crate::cli::whole_file::unwritable;
use crate::codes;
use crate::finding::Finding;
use crate::forge::{Event, ForgeError, Mark, PullRequest, Shown, Trust};
use crate::render;

/// The arguments of `ci apply`.
#[derive(Debug, Clone, Args)]
pub(super) struct CiApplyArgs {
    /// Apply the plan with this digest, whatever was shown
    #[arg(long, value_name = "DIGEST")]
    approve: Option<String>,
    /// If the plan is not the one shown: stop or apply
    #[arg(long, value_enum, value_name = "HOW", default_value_t = WhenChanged::Stop, conflicts_with = "approve")]
    when_changed: WhenChanged,
    /// Wait for the state's lock, such as 30s
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_duration)]
    lock_timeout: Duration,
    #[command(flatten)]
    state: StateBranchArgs,
}

/// What to do with a plan that nobody has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum WhenChanged {
    /// Show it, and stop.
    Stop,
    /// Apply it.
    Apply,
}

/// What people have seen and merged.
#[derive(Default)]
struct Seen {
    pulls: Vec<PullRequest>,
    digests: Vec<String>,
    shown: Vec<Shown>,
    findings: Vec<Finding>,
}

impl Seen {
    /// Whether the plan needs nobody's approval: it changes nothing, or only records exactly what was shown, because an earlier run has done
    /// it and the state does not know.
    fn covers(&self, ended: &Ended) -> bool {
        let is_repeated =
            |change| self.shown.iter().any(|shown| repeats(shown, &ended.plan, change));
        ended.plan.changes.iter().all(is_repeated)
    }
}

/// Runs the command.
pub(super) async fn run(args: CiApplyArgs, context: &Context) -> Result<Exit, Failure> {
    let pipeline = Pipeline::open(context)?;
    let context = pipeline.context(context);
    let output = Output::new(&context.output, &[Format::Human])?;
    let branch = pushed_branch(&pipeline)?;
    let git = Arc::new(pipeline.git()?);
    let state = args.state.fetch(&git, &context)?;
    let context = state.as_ref().map_or_else(|| context.clone(), |state| state.context(&context));
    let loaded = Loaded::read(&context.files);
    let plan_mark = pipeline.mark("plan", &context, &loaded);
    let seen = seen(&pipeline, &branch, &plan_mark).await?;
    let approved = match (&args.approve, args.when_changed) {
        (Some(digest), _) => Approved::Digests(vec![digest.trim().to_owned()]),
        (None, WhenChanged::Apply) => {
            must_be_newest(&pipeline, git.tip(&branch)?)?;
            Approved::Anything
        }
        (None, WhenChanged::Stop) => Approved::Digests(seen.digests.clone()),
    };
    let run = async |approved: &Approved| {
        apply::run_approved(&context, &loaded, &output, approved, args.lock_timeout).await
    };
    // Whoever interrupts stops the steps; that the state is stored and the comment written is waited for.
    let _held = interrupt::hold();
    let text = format!("state: {}", pipeline.run.commit);
    let checkpoints = state
        .map(|state| Checkpoints::start(state, Arc::clone(&git), format!("{text}, in progress")));
    let mut ended = run(&approved).await;
    if ended.exit == Exit::Stale && seen.covers(&ended) {
        ended = run(&Approved::Digests(vec![ended.plan.digest.clone()])).await;
    }
    let stored = checkpoints.map_or(Ok(()), |checkpoints| checkpoints.end().store(&git, &text));
    ended.plan.findings.extend(seen.findings.iter().cloned());
    if let Err(failure) = stored {
        ended.add(failure);
    }
    let printed = ended.report(&context, &loaded, &output);
    let mark = pipeline.mark("apply", &context, &loaded);
    publish(&pipeline, &context, &ended, &seen, &mark)
        .await
        .map_err(|failure| failure.after(ended.exit))?;
    printed
}

/// Refuses to apply whatever is planned for a commit that is no longer the newest one: that would take back what was merged since.
fn must_be_newest(pipeline: &Pipeline, tip: Option<String>) -> Result<(), Failure> {
    let commit = &pipeline.run.commit;
    match tip.filter(|tip| tip != commit) {
        None => Ok(()),
        Some(tip) => {
            let summary = format!("commit {commit} is not the newest one: {tip} was merged since");
            let finding = Finding::new(&codes::MOVED_ON, summary)
                .why("applying an older configuration would take back what was merged since")
                .fix("wait for the job of the newer commit, or run that one again");
            Err(Failure::new(Exit::Stale, vec![finding]))
        }
    }
}

/// The branch that is applied: only the default branch is, so nobody applies what is not merged.
fn pushed_branch(pipeline: &Pipeline) -> Result<String, Failure> {
    let default = pipeline.run.default_branch.clone();
    match (&pipeline.run.event, default) {
        (Event::Push { branch }, Some(default)) if *branch != default => {
            let summary = format!("branch {branch} is not the default branch {default}");
            let why = "only what was merged into the default branch is applied";
            let fix = "run this job for pushes to the default branch only, as `spectrumctl init --ci` writes it";
            let finding = Finding::new(&codes::NO_FORGE, summary).why(why).fix(fix);
            Err(Failure::new(Exit::Guarded, vec![finding]))
        }
        (Event::Push { branch }, None) => Ok(branch.clone()),
        (Event::PullRequest { .. } | Event::Proposed { .. }, _) => {
            let summary = format!("this job was started by a {}", pipeline.run.kind.proposal());
            let why = "what is only proposed is not applied";
            let fix = "run `ci apply` for pushes to the default branch only";
            let finding = Finding::new(&codes::NO_FORGE, summary).why(why).fix(fix);
            Err(Failure::new(Exit::Guarded, vec![finding]))
        }
        (_, default) => Ok(default.unwrap_or_default()),
    }
}

/// What the comments of the merged pull requests have shown. An edited comment is not believed, and the plan is then new to everybody.
async fn seen(pipeline: &Pipeline, branch: &str, mark: &Mark) -> Result<Seen, Failure> {
    let failed = |error: ForgeError| Failure::from(error.to_finding());
    let mut seen = Seen::default();
    let pulls = pipeline.forge.merged_with(&pipeline.run.commit, branch).await.map_err(failed)?;
    for pull in pulls {
        let found = pipeline.forge.comment(pull.number, mark, pipeline.key.as_ref()).await;
        match found.map_err(failed)? {
            Some((_, _, Trust::Broken)) => seen.findings.push(edited(pipeline, &pull)),
            // A plan of an earlier push is not what was merged.
            Some((read, _, _)) if read.commit.as_deref() == Some(&pull.head_commit) => {
                seen.digests.extend(read.digest);
                seen.shown.extend(read.shown);
            }
            _ => {}
        }
        seen.pulls.push(pull);
    }
    Ok(seen)
}

fn edited(pipeline: &Pipeline, pull: &PullRequest) -> Finding {
    let proposal = pipeline.run.kind.proposal();
    let summary = format!("the comment with the plan on {proposal} {} was edited", pull.number);
    let why = "its seal does not fit, so what it shows may not be what was planned";
    let fix = "find out who edited it, and use the same SPECTRUMCTL_COMMENT_KEY in all jobs";
    Finding::new(&codes::EDITED_COMMENT, summary).why(why).fix(fix)
}

async fn publish(
    pipeline: &Pipeline,
    context: &Context,
    ended: &Ended,
    seen: &Seen,
    mark: &Mark,
) -> Result<(), Failure> {
    let moved = if ended.exit == Exit::Stale { what_moved(seen, ended) } else { Vec::new() };
    for line in &moved {
        say(line);
    }
    let text =
        markdown(context, ended, &moved).map_err(|error| unwritable("the comment", &error))?;
    outputs::write(pipeline, &ended.plan, ended.exit)?;
    outputs::summarise(pipeline, &text)?;
    for pull in &seen.pulls {
        let kept = pipeline.forge.keep_comment(pull.number, mark, &text, pipeline.key.as_ref());
        kept.await.map_err(|error| Failure::from(error.to_finding()))?;
    }
    Ok(())
}

/// What has moved since the plan was shown, and how it can be applied.
fn what_moved(seen: &Seen, ended: &Ended) -> Vec<String> {
    let now = shown(&ended.plan);
    let mut lines = match seen.shown.as_slice() {
        [] => vec!["No plan of this commit was shown on a merged pull request.".to_owned()],
        [before] => {
            let moved = moved(before, &now).into_iter().map(|line| format!("- {line}"));
            std::iter::once("Since the plan was shown, this has moved:".to_owned())
                .chain(moved)
                .collect()
        }
        _ => vec![
            "Several pull requests were merged at once, and no comment shows them together."
                .to_owned(),
        ],
    };
    lines.push(format!(
        "To apply this plan after you have read it, start the job by hand with the digest {}.",
        ended.plan.digest
    ));
    lines
}

/// What came of it, as a comment: the report, or the plan that was not applied and why.
fn markdown(context: &Context, ended: &Ended, moved: &[String]) -> io::Result<String> {
    let mut text = Vec::new();
    Redaction::for_format(context.output.redact, Format::Markdown).write(&mut text, |out| {
        render::ci_markdown::write_moved(out, moved)?;
        match &ended.report {
            Some(report) if !ended.plan.is_empty() => render::apply_markdown::write(out, report)?,
            _ => render::plan_markdown::write(out, &ended.plan, None)?,
        }
        ended
            .failure
            .iter()
            .try_for_each(|failure| render::ci_markdown::write_failure(out, failure))
    })?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
