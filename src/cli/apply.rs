//! `apply`: shows the plan, asks, carries it out, and says how it went.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;

use super::args::{Checks, Global, Redact};
use super::exit::Exit;
use super::output::{Format, Output, say, style_for};
use super::plan::{of_plan, write};
use super::plan_file;
use super::plan_source::{self, PlanSource};
use super::planning::{self, Loaded, Planned, Purpose};
use super::progress::{self, Progress};
use super::recovering;
use super::session::Session;
use crate::apply::{Report, Run};
use crate::config::OnError;
use crate::finding::Finding;
use crate::ledger::{JournalEntry, Snapshot, StateChange};
use crate::model::{Address, AppId};
use crate::plan::saved::Saved;
use crate::plan::{LiveZone, Plan, Verdict};
use crate::render;
use crate::state::{LockToken, Owner, Store, StoreError};

const FORMATS: [Format; 3] = [Format::Human, Format::Json, Format::Markdown];

/// What `apply` was told.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    /// A saved plan.
    pub(super) plan: Option<PathBuf>,
    pub(super) auto_approve: bool,
    /// The digest that the plan must have.
    pub(super) approve: Option<String>,
    /// The application to bring back.
    pub(super) restore: Option<Address>,
    pub(super) purpose: Purpose,
    pub(super) lock_timeout: Duration,
    pub(super) checks: Checks,
}

impl Orders {
    /// Whether somebody has approved already: by a saved plan, by its digest, or whatever it is.
    fn is_approved(&self) -> bool {
        self.auto_approve || self.approve.is_some() || self.plan.is_some()
    }
}

/// What came of the command, to be written out.
struct Ended {
    plan: Plan,
    report: Option<Report>,
    /// A failure beside the plan and the steps.
    failure: Option<Finding>,
    exit: Exit,
}

/// Runs the command.
pub(super) async fn run(global: &Global, orders: &Orders) -> Exit {
    let output = match Output::of(global, &FORMATS)
        .and_then(|output| planning::selection(global).map(|_| output))
    {
        Ok(output) => output,
        Err(usage) => {
            say(format_args!("error: {usage}"));
            return Exit::Usage;
        }
    };
    if !orders.is_approved() && !io::stdin().is_terminal() {
        say(
            "error: there is no terminal to ask on; run with --auto-approve after you have read the plan, with --approve DIGEST, or with a saved plan",
        );
        return Exit::Usage;
    }
    if let Some(path) = &orders.plan {
        return of_file(global, orders, path, &output).await;
    }
    let loaded = planning::load(global);
    let ended = match loaded.readable(global) {
        Ok(()) => connected(global, &loaded, orders, None, &output).await,
        Err(plan) => Ended { exit: of_plan(&plan), plan: *plan, report: None, failure: None },
    };
    finish(global, &loaded, &output, &ended)
}

/// Carries a saved plan out: where the state is and how to go about it stand in it.
async fn of_file(global: &Global, orders: &Orders, path: &Path, output: &Output) -> Exit {
    let mut loaded = Loaded::nothing();
    let ended = match plan_file::read(path) {
        Ok(saved) => {
            let global = Global {
                state: global.state.clone().or_else(|| Some(saved.state.clone())),
                ..global.clone()
            };
            loaded.configuration.settings.parallelism = Some(saved.parallelism);
            loaded.configuration.settings.on_error =
                if saved.stops { OnError::Stop } else { OnError::Continue };
            connected(&global, &loaded, orders, Some(&saved), output).await
        }
        Err(finding) => {
            let verdict = Verdict { unread: true, ..Verdict::default() };
            let plan = Plan::refused(vec![*finding], verdict, global.sim.is_some());
            Ended { plan, report: None, failure: None, exit: Exit::Failed }
        }
    };
    finish(global, &loaded, output, &ended)
}

async fn connected(
    global: &Global,
    loaded: &Loaded,
    orders: &Orders,
    saved: Option<&Saved>,
    output: &Output,
) -> Ended {
    let failed = |finding: Finding, exit| Ended {
        plan: loaded.failed(finding, global),
        report: None,
        failure: None,
        exit,
    };
    let session = match Session::open(
        global,
        &loaded.files,
        &loaded.configuration,
        Arc::new(progress::wait_notifier(global)),
    )
    .await
    {
        Ok(session) => session,
        Err(finding) => return failed(*finding, Exit::Failed),
    };
    let token = match session.store.lock(&owner("apply"), orders.lock_timeout).await {
        Ok(token) => Arc::new(token),
        Err(error) => {
            let exit = if matches!(error, StoreError::Locked { .. }) {
                Exit::Locked
            } else {
                Exit::Failed
            };
            session.close().await;
            return failed(error.to_finding(), exit);
        }
    };
    let ended = match plan_source::planned(global, loaded, &session, orders, saved).await {
        Ok(plan_source) => {
            locked(global, loaded, orders, output, &session, &token, plan_source).await
        }
        Err(finding) => failed(*finding, Exit::Failed),
    };
    let released = match Arc::try_unwrap(token) {
        Ok(token) => session.store.release(token).await,
        Err(_) => Ok(()),
    };
    session.close().await;
    match released {
        Err(error) if ended.failure.is_none() => {
            Ended { failure: Some(error.to_finding()), exit: ended.exit.min(Exit::Failed), ..ended }
        }
        _ => ended,
    }
}

/// What is done under the lock: show, ask, carry out, write the state.
async fn locked(
    global: &Global,
    loaded: &Loaded,
    orders: &Orders,
    output: &Output,
    session: &Session,
    token: &Arc<LockToken>,
    plan_source: PlanSource,
) -> Ended {
    let PlanSource {
        planned: Planned { mut plan, known, zones, snapshot, settled, .. },
        stale,
        edits,
    } = plan_source;
    let stopped = of_plan(&plan);
    if stopped != Exit::Done {
        return Ended { plan, report: None, failure: None, exit: stopped };
    }
    if !stale.is_empty() {
        plan.findings.extend(stale);
        return Ended { plan, report: None, failure: None, exit: Exit::Stale };
    }
    if !plan.is_empty() {
        show(global, loaded, output, &plan);
        if !orders.is_approved() && !is_confirmed() {
            let declined = Finding::error(
                "declined",
                "the plan was not confirmed",
                "only `yes` carries a plan out",
                "run apply again",
            );
            return Ended { plan, report: None, failure: Some(declined), exit: Exit::Failed };
        }
    }
    let plan = Arc::new(plan);
    let run = carry_out(global, loaded, session, token, &plan, known);
    let has_news = !settled.is_empty() || !edits.is_empty();
    let noted = match recovering::note(&*session.store, token, &settled, edits).await {
        Ok(()) => {
            note_zones(session, token, &zones, &plan, &snapshot).await.map(|news| news || has_news)
        }
        Err(error) => Err(error),
    };
    let report = match noted {
        Ok(_) => run.await,
        Err(error) => return failed_state((*plan).clone(), None, &error),
    };
    let written =
        write_state(session, token, &snapshot, plan.is_empty() && matches!(noted, Ok(false))).await;
    let plan = (*plan).clone();
    match written {
        Err(error) => failed_state(plan, Some(report), &error),
        Ok(()) => Ended { exit: of_report(&report), plan, report: Some(report), failure: None },
    }
}

fn failed_state(plan: Plan, report: Option<Report>, error: &StoreError) -> Ended {
    let exit = if report.as_ref().is_some_and(|report| report.interrupted) {
        Exit::Interrupted
    } else {
        Exit::Failed
    };
    Ended { plan, report, failure: Some(error.to_finding()), exit }
}

fn of_report(report: &Report) -> Exit {
    if report.interrupted {
        Exit::Interrupted
    } else if report.state_failure.is_some() {
        Exit::Failed
    } else if report.is_complete() {
        Exit::Done
    } else {
        Exit::Incomplete
    }
}

/// Shows the plan before it is carried out: on stdout for people, on stderr where stdout is for a program.
fn show(global: &Global, loaded: &Loaded, output: &Output, plan: &Plan) {
    let mut text = Vec::new();
    let terminal =
        if output.is_human() { io::stdout().is_terminal() } else { io::stderr().is_terminal() };
    let style = style_for(global, terminal);
    write(&mut text, Format::Human, style, plan, loaded, global, None)
        .expect("writing to memory does not fail");
    // A reader that went away does not stop what was approved.
    let _ = match (output.is_human(), global.quiet) {
        (true, _) => io::stdout().write_all(&text).and_then(|()| io::stdout().flush()),
        (false, false) => io::stderr().write_all(&text),
        (false, true) => Ok(()),
    };
}

fn is_confirmed() -> bool {
    let mut stderr = io::stderr();
    let mut answer = String::new();
    let asked = write!(stderr, "\nCarry this out? Only `yes` does: ").and_then(|()| stderr.flush());
    asked.is_ok() && io::stdin().lock().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}

async fn carry_out(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    token: &Arc<LockToken>,
    plan: &Arc<Plan>,
    known: Vec<AppId>,
) -> Report {
    let progress = Arc::new(Progress::of(global));
    let settings = &loaded.configuration.settings;
    let run = Run {
        api: Arc::clone(&session.api),
        store: Arc::clone(&session.store),
        token: Arc::clone(token),
        plan: Arc::clone(plan),
        known: Arc::new(known),
        parallelism: global.parallelism.or(settings.parallelism).unwrap_or(8) as usize,
        on_error: settings.on_error,
        looks: Arc::from(crate::apply::VERIFY_BACKOFF),
        on_event: Arc::new(move |event| progress.take(&event)),
        stop: stop_on_signal(),
    };
    run.carry_out().await
}

/// Becomes true at the first Ctrl-C or SIGTERM; the second ends the process at once.
fn stop_on_signal() -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        next_signal().await;
        say(
            "interrupted: running calls are finished, nothing new is begun; once more ends at once",
        );
        // The receiver is gone only when the run has ended, and then there is nothing to stop.
        let _ = sender.send(true);
        next_signal().await;
        std::process::exit(130);
    });
    receiver
}

pub(super) async fn next_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    // Without a signal to wait for there is nothing to do but to go on.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Notes the zones that were read and the applications that were listed as unmanaged, where that is news; says whether anything was.
async fn note_zones(
    session: &Session,
    token: &LockToken,
    zones: &[LiveZone],
    plan: &Plan,
    snapshot: &Snapshot,
) -> Result<bool, StoreError> {
    let mut news = false;
    for zone in zones {
        let ids: Vec<AppId> = plan
            .unmanaged
            .iter()
            .filter(|unmanaged_app| unmanaged_app.zone == zone.name)
            .map(|unmanaged_app| unmanaged_app.app_id.clone())
            .collect();
        let state = &snapshot.state;
        let known: Vec<&AppId> = state
            .unmanaged_seen
            .iter()
            .filter(|(_, of)| **of == zone.name)
            .map(|(id, _)| id)
            .collect();
        let same_zone = state.zones.get(&zone.name).is_some_and(|record| record.id == zone.id);
        let same_ids = known.len() == ids.len() && ids.iter().all(|id| known.contains(&id));
        let zone_edit = StateChange::Zone {
            name: zone.name.clone(),
            id: zone.id.clone(),
            account: zone.account.clone(),
        };
        let edits = [
            (!same_zone, zone_edit),
            (!same_ids, StateChange::Unmanaged { zone: zone.name.clone(), ids }),
        ];
        for edit in edits.into_iter().filter(|(is_news, _)| *is_news).map(|(_, edit)| edit) {
            news = true;
            session.store.append(token, &JournalEntry::Done { step: None, edit }).await?;
        }
    }
    Ok(news)
}

/// Takes the journal into the state. Open steps of earlier runs are settled, because what they did was read before this plan was made.
async fn write_state(
    session: &Session,
    token: &LockToken,
    before: &Snapshot,
    nothing_new: bool,
) -> Result<(), StoreError> {
    if nothing_new && before.open_steps.is_empty() {
        return Ok(());
    }
    for open in &before.open_steps {
        session
            .store
            .append(token, &JournalEntry::Settled { of_run: open.run, step: open.began.step })
            .await?;
    }
    let snapshot = session.store.read().await?;
    let tool = format!("spectrumctl {}", env!("CARGO_PKG_VERSION"));
    session.store.write(token, &snapshot.state.stamped(&tool, Timestamp::now())).await.map(drop)
}

/// Who this run is, for those who wait for its lock.
pub(super) fn owner(operation: &str) -> Owner {
    let variable = |names: [&str; 2]| {
        names
            .into_iter()
            .find_map(|name| std::env::var(name).ok())
            .unwrap_or_else(|| "unknown".to_owned())
    };
    let host = std::fs::read_to_string("/etc/hostname")
        .map(|name| name.trim().to_owned())
        .ok()
        .filter(|name| !name.is_empty());
    Owner {
        user: variable(["USER", "USERNAME"]),
        host: host.unwrap_or_else(|| variable(["HOSTNAME", "COMPUTERNAME"])),
        pid: std::process::id(),
        operation: operation.to_owned(),
    }
}

/// Writes what came of it: the plan where it was not carried out, the report where it was.
fn finish(global: &Global, loaded: &Loaded, output: &Output, ended: &Ended) -> Exit {
    let redact = global.redact == Some(Redact::Origins);
    let closing = ended.report.is_none().then_some("nothing was changed");
    let failures: Vec<Finding> = ended.failure.iter().cloned().collect();
    let written = output.write(global, |format, style, out| {
        let options = render::findings::RenderOptions {
            sources: &loaded.files.sources,
            style,
            redact,
            closing,
        };
        match (format, &ended.report) {
            (Format::Json, report) => {
                return render::apply_json::write(
                    out,
                    &ended.plan,
                    report.as_ref(),
                    ended.failure.as_ref(),
                );
            }
            (Format::Markdown, Some(report)) => return render::apply_markdown::write(out, report),
            (_, Some(report)) if !ended.plan.is_empty() => {
                render::apply_text::write(out, report, options)?
            }
            (_, None) if ended.failure.is_some() => {}
            (_, _) => write(out, format, style, &ended.plan, loaded, global, closing)?,
        }
        render::findings::write(out, &failures, options)
    });
    match written {
        Ok(()) => ended.exit,
        Err(finding) => {
            say(format_args!("error: {}; {}", finding.summary, finding.fix));
            ended.exit.min(Exit::Failed)
        }
    }
}
