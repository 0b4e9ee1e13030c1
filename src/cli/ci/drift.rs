//! `ci drift`: looks for drift, and keeps one pull request with the edit of the configuration that takes it over, or one issue. Closes
//! it by itself when the drift is gone; what could not be read is unknown, and then it is left as it is.

use std::io;

use clap::{Args, ValueEnum};

use super::outputs;
use super::pipeline::Pipeline;
use super::state_branch::StateBranchArgs;
use crate::cli::context::Context;
use crate::cli::drift_edits::{self, Edits, How};
use crate::cli::drift_look::{Found, exit_for, find, write};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::loaded::Loaded;
use crate::cli::output::{Format, Output, say};
use crate::cli::redaction::Redaction;
use crate::cli::whole_file::unwritable;
use crate::codes;
use crate::finding::Finding;
use crate::forge::{ForgeError, Mark};
use crate::plan::Drift;
use crate::render;

/// The arguments of `ci drift`.
#[derive(Debug, Clone, Args)]
pub(super) struct CiDriftArgs {
    /// To where: pull-request, issue or job
    #[arg(long, value_enum, value_name = "WHERE", default_value_t = Report::PullRequest)]
    report: Report,
    /// Do not ask the audit log who made each change
    #[arg(long)]
    no_who: bool,
    #[command(flatten)]
    state: StateBranchArgs,
}

/// Where drift is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Report {
    PullRequest,
    Issue,
    Job,
}

/// Runs the command.
pub(super) async fn run(args: CiDriftArgs, context: &Context) -> Result<Exit, Failure> {
    let pipeline = Pipeline::open(context)?;
    let context = pipeline.context(context);
    let output = Output::new(&context.output, &[Format::Human])?;
    let git = pipeline.git()?;
    let state = args.state.fetch(&git, &context)?;
    let context = state.as_ref().map_or_else(|| context.clone(), |state| state.context(&context));
    let loaded = Loaded::read(&context.files);
    let Found { mut drift, observed, .. } = find(&context, &loaded, !args.no_who).await?;
    let edits = match &observed {
        Some(observed) if drift.is_any() => {
            drift_edits::make(How::Accept, &context, &loaded, observed, &drift)?
        }
        _ => Edits::default(),
    };
    drift.findings.extend(edits.refused.iter().cloned());
    let exit = exit_for(&drift);
    let printed = output.end(exit, |format, style, out| {
        let options = loaded.render_options(style, &context.output, None);
        write(out, format, &drift, options, loaded.files.root())
    });
    let text = markdown(&context, &drift).map_err(|error| unwritable("the report", &error))?;
    outputs::summarise(&pipeline, &text)?;
    let report = Reported {
        pipeline: &pipeline,
        mark: pipeline.mark("drift", &context, &loaded),
        drift: &drift,
        edits: &edits,
        text: &text,
    };
    report.publish(args.report, &git).await.map_err(|failure| failure.after(exit))?;
    printed
}

/// What is reported.
struct Reported<'a> {
    pipeline: &'a Pipeline,
    mark: Mark,
    drift: &'a Drift,
    edits: &'a Edits,
    text: &'a str,
}

impl Reported<'_> {
    async fn publish(&self, report: Report, git: &super::git::Git) -> Result<(), Failure> {
        let verdict = self.drift.verdict;
        if verdict.unread || verdict.errors || report == Report::Job {
            return Ok(());
        }
        match (self.drift.is_any(), report) {
            (false, _) => self.close().await,
            (true, Report::PullRequest) if !self.edits.files.is_empty() => self.propose(git).await,
            (true, _) => self.raise().await,
        }
    }

    /// The branch of the pull request; several configurations of one repository do not share it.
    fn branch(&self) -> String {
        let is_safe = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let name: String = self
            .mark
            .name
            .chars()
            .map(|letter| if is_safe(letter) { letter } else { '-' })
            .collect();
        format!("spectrum-drift/{}", name.trim_matches(['-', '.']))
    }

    fn title(&self) -> String {
        let (changed, missing) = (self.drift.changed.len(), self.drift.missing.len());
        let appeared = self.drift.appeared().count();
        format!("Spectrum drift: {changed} changed, {missing} missing, {appeared} appeared")
    }

    async fn propose(&self, git: &super::git::Git) -> Result<(), Failure> {
        let run = &self.pipeline.run;
        let target = run.default_branch.clone().ok_or_else(no_target)?;
        let branch = self.branch();
        let base = git.fetch(&format!("refs/heads/{target}"), true)?;
        let tree = git.edited(&base, &self.edits.files)?;
        let title = self.title();
        let commit = git.commit(&tree, Some(&base), &title)?;
        git.push(&commit, &branch, true)?;
        let text = format!(
            "{}\n\nThis takes over what is live. Merge it to keep the changes; close it, and the next apply repairs them.",
            self.text
        );
        let body = self.mark.comment(0, &text, self.pipeline.key.as_ref());
        let kept = self.pipeline.forge.keep_pull(&branch, &target, &title, &body).await;
        let number = kept.map_err(failed)?;
        say(format_args!("The drift is taken over by {} {number}.", run.kind.proposal()));
        Ok(())
    }

    async fn raise(&self) -> Result<(), Failure> {
        let kept = self.pipeline.forge.keep_issue(&self.mark, &self.title(), self.text).await;
        say(format_args!("The drift is reported in issue {}.", kept.map_err(failed)?));
        Ok(())
    }

    async fn close(&self) -> Result<(), Failure> {
        let forge = &self.pipeline.forge;
        let pulls = forge.close_pulls(&self.branch()).await.map_err(failed)?;
        let issue = forge.close_issue(&self.mark).await.map_err(failed)?;
        for number in pulls.into_iter().chain(issue) {
            say(format_args!("Closed {number}: the drift is gone."));
        }
        Ok(())
    }
}

fn failed(error: ForgeError) -> Failure {
    error.to_finding().into()
}

fn no_target() -> Failure {
    let why = "the pull request goes to the default branch";
    let fix = "run `ci drift` in a scheduled job, as `spectrumctl init --ci` writes it";
    Finding::new(&codes::NO_FORGE, "the forge does not say which branch is the default one")
        .why(why)
        .fix(fix)
        .into()
}

fn markdown(context: &Context, drift: &Drift) -> io::Result<String> {
    let mut text = Vec::new();
    Redaction::for_format(context.output.redact, Format::Markdown)
        .write(&mut text, |out| render::drift_markdown::write(out, drift))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
