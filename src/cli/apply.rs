//! `apply`: shows the plan, asks, carries it out, and reports.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::apply_end::{Ended, stopped};
use super::approval::is_confirmed;
use super::context::{Context, parse_duration};
use super::exit::Exit;
use super::failure::Failure;
use super::interrupt::begin_steps;
use super::loaded::Loaded;
use super::lock::with_lock;
use super::output::{Format, Output, style_for};
use super::plan;
use super::plan_file;
use super::plan_source::{Approved, PlanSource, Prepared, prepare};
use super::progress::Progress;
use super::purpose::{CheckArgs, PurposeArgs};
use super::quiet::QuietArgs;
use super::redaction::Redaction;
use super::session::Session;
use super::state_notes;
use crate::apply::Run;
use crate::model::Address;
use crate::plan::Plan;
use crate::plan::saved::Saved;
use crate::render::fitted;
use crate::state::LockToken;

pub(super) const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// The arguments of `apply`.
#[derive(Debug, Clone, Args)]
pub(super) struct ApplyArgs {
    /// A plan that `plan --out` saved; nothing is asked
    #[arg(value_name = "PLANFILE", conflicts_with_all = ["approve", "restore", "destroy", "replace", "refresh_only", "no_preflight", "no_learned"])]
    plan: Option<PathBuf>,
    /// Do not ask
    #[arg(long)]
    auto_approve: bool,
    /// Apply if the plan has this digest
    #[arg(long, value_name = "DIGEST", conflicts_with = "auto_approve")]
    approve: Option<String>,
    /// Create again what a failed replacement deleted
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["approve", "destroy", "replace", "refresh_only"])]
    restore: Option<Address>,
    /// Wait for the state's lock, such as 30s
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_duration)]
    lock_timeout: Duration,
    #[command(flatten)]
    quiet: QuietArgs,
    #[command(flatten)]
    purpose: PurposeArgs,
    #[command(flatten)]
    checks: CheckArgs,
}

/// The arguments of `destroy`.
#[derive(Debug, Clone, Args)]
pub(super) struct DestroyArgs {
    /// Do not ask
    #[arg(long)]
    auto_approve: bool,
    /// Delete if the plan has this digest
    #[arg(long, value_name = "DIGEST", conflicts_with = "auto_approve")]
    approve: Option<String>,
    /// Wait for the state's lock, such as 30s
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = parse_duration)]
    lock_timeout: Duration,
    #[command(flatten)]
    quiet: QuietArgs,
    #[command(flatten)]
    checks: CheckArgs,
}

impl From<DestroyArgs> for ApplyArgs {
    /// An apply that deletes everything that is managed.
    fn from(args: DestroyArgs) -> ApplyArgs {
        let DestroyArgs { auto_approve, approve, lock_timeout, quiet, checks } = args;
        let purpose = PurposeArgs { destroy: true, ..PurposeArgs::default() };
        let (plan, restore) = (None, None);
        ApplyArgs { plan, auto_approve, approve, restore, lock_timeout, quiet, purpose, checks }
    }
}

/// One apply, with all that it was given.
struct Apply<'a> {
    args: &'a ApplyArgs,
    context: &'a Context,
    output: &'a Output,
    loaded: &'a Loaded,
    source: PlanSource<'a>,
}

/// Runs the command.
pub(super) async fn run(args: ApplyArgs, context: &Context) -> Result<Exit, Failure> {
    let output = Output::new(&context.output, &FORMATS)?.wrapping();
    args.must_be_usable(context)?;
    let read = |path: &Path| plan_file::read(path, "apply");
    let saved = args.plan.as_deref().map(read).transpose();
    let loaded = load(context, &saved);
    let approved = args.approved();
    let ended = match &saved {
        Ok(saved) => {
            let source = args.source(saved.as_ref(), &approved);
            Apply { args: &args, context, output: &output, loaded: &loaded, source }.run().await
        }
        Err(failure) => Err(failure.clone()),
    };
    let ended = match ended {
        Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
        ended => ended.unwrap_or_else(|failure| Ended::refused(failure, context, &loaded)),
    };
    ended.report(context, &loaded, &output)
}

/// Applies the configuration without a question, if the plan is one that was approved.
pub(super) async fn run_approved(
    context: &Context,
    loaded: &Loaded,
    output: &Output,
    approved: &Approved,
    lock_timeout: Duration,
) -> Ended {
    let args = ApplyArgs {
        plan: None,
        auto_approve: true,
        approve: None,
        restore: None,
        lock_timeout,
        quiet: QuietArgs::default(),
        purpose: PurposeArgs::default(),
        checks: CheckArgs::default(),
    };
    let (purpose, checks) = (args.purpose.purpose(), args.checks);
    let source = PlanSource::Configuration { purpose, checks, approved };
    let ended = Apply { args: &args, context, output, loaded, source }.run().await;
    ended.unwrap_or_else(|failure| Ended::refused(failure, context, loaded))
}

/// The configuration; with a saved plan, what that says in its place.
fn load(context: &Context, saved: &Result<Option<Saved>, Failure>) -> Loaded {
    match saved {
        Ok(None) => Loaded::read(&context.files),
        Ok(Some(saved)) => Loaded::from_saved_plan(saved),
        Err(_) => Loaded::empty(),
    }
}

impl ApplyArgs {
    /// Refuses what cannot be used: options that a saved plan leaves no room for, and a question with nobody to ask.
    fn must_be_usable(&self, context: &Context) -> Result<(), Failure> {
        let selects = context.selection.read()?.is_some();
        if self.plan.is_some() && (selects || context.guards.is_any()) {
            return Err(Failure::usage(
                "a saved plan is applied as it was approved; give --zone, --target, --exclude, --allow and --max-… to `plan --out`",
            ));
        }
        if self.restore.is_some() && selects {
            return Err(Failure::usage(
                "--restore names what is created again; leave out --zone, --target and --exclude, which would not select anything",
            ));
        }
        if self.plan.is_some() && context.files.sets_variables() {
            return Err(Failure::usage(
                "a saved plan holds the values of its variables; give --var and --var-file to `plan --out`",
            ));
        }
        if self.is_approved() || io::stdin().is_terminal() {
            return Ok(());
        }
        Err(Failure::usage(
            "there is no terminal to ask on; run with --auto-approve after you have read the plan, with --approve DIGEST, or with a saved plan",
        ))
    }

    /// Whether somebody has approved already: by a saved plan, by its digest, or whatever it is.
    fn is_approved(&self) -> bool {
        self.auto_approve || self.approve.is_some() || self.plan.is_some()
    }

    /// Which plan was approved; without a digest the question decides, or `--auto-approve`.
    fn approved(&self) -> Approved {
        let digest = self.approve.as_deref().map(|digest| digest.trim().to_owned());
        digest.map_or(Approved::Anything, |digest| Approved::Digests(vec![digest]))
    }

    fn source<'a>(&'a self, saved: Option<&'a Saved>, approved: &'a Approved) -> PlanSource<'a> {
        match (saved, &self.restore) {
            (Some(saved), _) => PlanSource::Saved(saved),
            (None, Some(address)) => PlanSource::Restore(address),
            (None, None) => PlanSource::Configuration {
                purpose: self.purpose.purpose(),
                checks: self.checks,
                approved,
            },
        }
    }
}

impl Apply<'_> {
    /// Connects, and goes on under the lock.
    async fn run(&self) -> Result<Ended, Failure> {
        if !matches!(self.source, PlanSource::Saved(_)) {
            self.loaded.must_be_plannable()?;
        }
        let session = Session::open(self.context, self.loaded).await?;
        let work = async |token: &Arc<LockToken>| self.run_locked(&session, token).await;
        let done = with_lock(&session.store, "apply", self.args.lock_timeout, work).await;
        session.close().await;
        let (ended, released) = done?;
        Ok(ended?.then(released))
    }

    /// The run at a glance: plan, show, confirm, carry out, write the state.
    async fn run_locked(
        &self,
        session: &Session,
        token: &Arc<LockToken>,
    ) -> Result<Ended, Failure> {
        let prepared = prepare(self.context, self.loaded, session, self.source).await?;
        let store = &session.store;
        let recovered = match state_notes::write_recovered(store, token, &prepared.observed).await {
            Ok(recovered) => recovered,
            Err(error) => return Ok(Ended::not_begun(prepared.plan, Exit::Done).then(Err(error))),
        };
        let ended = self.run_planned(session, token, prepared).await;
        match ended.is_noted || recovered {
            true => Ok(ended.ended.then(state_notes::write_after(store, token).await)),
            false => Ok(ended.ended),
        }
    }

    /// Shows the plan, asks, and applies it.
    async fn run_planned(
        &self,
        session: &Session,
        token: &Arc<LockToken>,
        prepared: Prepared<'_>,
    ) -> Noted {
        if let Some(exit) = stopped(&prepared) {
            return Noted::nothing(Ended::stopped(prepared, exit));
        }
        if !prepared.plan.is_empty() {
            self.show(&prepared.plan);
            if !self.args.is_approved() && !is_confirmed(&prepared.plan).await {
                return Noted::nothing(Ended::cancelled(prepared.plan));
            }
        }
        let waited = self.args.quiet.wait(session, &prepared.plan, &self.context.output).await;
        if let Err(finding) = waited {
            let mut ended = Ended::not_begun(prepared.plan, Exit::Guarded);
            ended.add(Failure::new(Exit::Guarded, vec![*finding]));
            return Noted::nothing(ended);
        }
        let is_noted = match state_notes::write_before(&session.store, token, &prepared).await {
            Ok(is_noted) => is_noted,
            Err(error) => {
                return Noted::nothing(
                    Ended::not_begun(prepared.plan, Exit::Done).then(Err(error)),
                );
            }
        };
        let ended = self.carry_out(session, token, prepared).await;
        Noted { is_noted: is_noted || !ended.plan.is_empty(), ended }
    }

    /// Shows the plan before it is applied: on stdout for people, on stderr where stdout is for a program.
    fn show(&self, plan: &Plan) {
        let (is_human, options) = (self.output.is_human(), &self.context.output);
        let terminal =
            if is_human { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
        let shown = self.loaded.render_options(style_for(options, terminal), options, None);
        let mut text = Vec::new();
        Redaction::for_format(options.redact, Format::Human)
            .write(&mut text, |out| {
                plan::write(out, Format::Human, plan, shown, self.loaded.files.root())
            })
            .expect("writing to memory does not fail");
        if terminal {
            let style = style_for(options, terminal);
            text = fitted(&String::from_utf8_lossy(&text), style.width).into_bytes();
        }
        // A reader that went away does not stop what was approved.
        let _ = match (is_human, options.quiet) {
            (true, _) => io::stdout().write_all(&text).and_then(|()| io::stdout().flush()),
            (false, false) => io::stderr().write_all(&text),
            (false, true) => Ok(()),
        };
    }

    async fn carry_out(
        &self,
        session: &Session,
        token: &Arc<LockToken>,
        prepared: Prepared<'_>,
    ) -> Ended {
        let progress = Arc::new(Progress::new(prepared.plan.steps.len()));
        let settings = &self.loaded.configuration.settings;
        let parallelism = self.context.connection.parallelism.or(settings.parallelism);
        let plan = Arc::new(prepared.plan);
        let run = Run {
            api: Arc::clone(&session.api),
            store: Arc::clone(&session.store),
            token: Arc::clone(token),
            plan: Arc::clone(&plan),
            parallelism: parallelism.unwrap_or(8) as usize,
            on_error: settings.on_error,
            looks: Arc::from(crate::apply::VERIFY_BACKOFF),
            patience: crate::apply::WHILE_DOWN,
            stop: begin_steps(&progress),
            on_event: {
                let progress = Arc::clone(&progress);
                Arc::new(move |event| progress.take(&event))
            },
        };
        let report = run.carry_out().await;
        progress.end();
        Ended::run(Arc::unwrap_or_clone(plan), report)
    }
}

/// What came of a plan, and whether the state has to take anything in for it.
struct Noted {
    ended: Ended,
    is_noted: bool,
}

impl Noted {
    fn nothing(ended: Ended) -> Noted {
        Noted { ended, is_noted: false }
    }
}
