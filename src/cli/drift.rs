//! `drift`: what is live against what was last applied. Never locks, never writes to the state.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::args::{Global, Redact};
use super::exit::Exit;
use super::output::{Format, Output, say};
use super::plan::FORMATS;
use super::planning::{self, Loaded, Purpose};
use super::progress;
use super::refresh::{Refreshed, refresh};
use super::session::{self, Session};
use crate::api::AuditEntry;
use crate::finding::Finding;
use crate::model::AppId;
use crate::plan::{self, AuditEvent, Condition, Drift, Input, LiveZone};
use crate::render::drift_metrics::{LAST_SUCCESS, Measured};
use crate::render::{self, TermStyle};
use crate::state::Store;
use crate::validate;

/// How far back the audit log is read.
const LOOKED_BACK: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What `drift` was told.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    pub(super) metrics: Option<PathBuf>,
    pub(super) who: bool,
}

/// What came of the command.
struct Looked {
    drift: Drift,
    calls: u64,
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
    let begun = Instant::now();
    let loaded = planning::load(global);
    let looked = match loaded.readable(global) {
        Ok(()) => look_for(global, &loaded, &orders).await,
        Err(plan) => {
            Looked { drift: Drift::refused(plan.findings, plan.verdict, plan.simulated), calls: 0 }
        }
    };
    let mut exit = of_drift(&looked.drift);
    let mut written = output.write(global, |format, style, out| {
        write(out, format, style, &looked.drift, &loaded, global)
    });
    if let Some(path) = &orders.metrics {
        let figures = write_metrics(path, &looked, &loaded, begun);
        written = written.and(figures.map_err(|error| Box::new(unwritable(path, &error))));
    }
    if let Err(finding) = written {
        say(format_args!("error: {}; {}", finding.summary, finding.fix));
        exit = exit.min(Exit::Failed);
    }
    exit
}

fn of_drift(drift: &Drift) -> Exit {
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

async fn look_for(global: &Global, loaded: &Loaded, orders: &Orders) -> Looked {
    let failed = |finding: Finding, calls| {
        let plan = loaded.failed(finding, global);
        Looked { drift: Drift::refused(plan.findings, plan.verdict, plan.simulated), calls }
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
        Err(finding) => return failed(*finding, 0),
    };
    let found = connected(global, loaded, &session, orders).await;
    let calls = session.api.calls();
    session.close().await;
    match found {
        Ok(drift) => Looked { drift, calls },
        Err(finding) => failed(*finding, calls),
    }
}

async fn connected(
    global: &Global,
    loaded: &Loaded,
    session: &Session,
    orders: &Orders,
) -> Result<Drift, Box<Finding>> {
    let snapshot = session.store.read().await.map_err(|error| Box::new(error.to_finding()))?;
    let remembered = session::remembered(&snapshot, jiff::Timestamp::now());
    let Refreshed { zones, unread } =
        refresh(&session.api, &loaded.configuration, &remembered).await;
    let facts = session::informed(validate::zone_facts(&loaded.configuration), &zones);
    let absent =
        (remembered.condition == Condition::Absent && remembered.apps.is_empty()).then(no_state);
    let form = loaded
        .form
        .iter()
        .cloned()
        .chain(session::state_warning(&snapshot))
        .chain(absent)
        .collect();
    let desired = validate::validate_with(&loaded.configuration, form, loaded.today, facts);
    let policy = loaded.policy(global, Purpose::Configured);
    let input = Input {
        desired: &desired,
        recorded: &remembered,
        live: &zones,
        unread: &unread,
        policy: &policy,
        facts: None,
    };
    let mut drift = plan::drift(&input);
    if orders.who {
        ask_who(session, &zones, &mut drift).await;
    }
    Ok(drift)
}

fn no_state() -> Finding {
    let why = "drift is told from what was last applied, and without a state nothing is known to have been";
    let fix = "apply once, or name the state with --state; `plan` compares with the configuration instead";
    Finding::warning("no-state", "there is no state, so nothing can have drifted", why, fix)
}

/// Asks the audit log of each account in question; where it may not be read, that is told and the report goes on without it.
async fn ask_who(session: &Session, zones: &[LiveZone], drift: &mut Drift) {
    let now = Timestamp::now();
    let since = now.checked_sub(LOOKED_BACK).unwrap_or(Timestamp::UNIX_EPOCH);
    let before = now.checked_add(SignedDuration::from_mins(5)).unwrap_or(now);
    let in_question: Vec<String> = drift.ids().keys().map(|zone| (*zone).to_owned()).collect();
    let mut deeds: BTreeMap<AppId, Vec<AuditEvent>> = BTreeMap::new();
    let mut silent = Vec::new();
    for zone in zones.iter().filter(|zone| in_question.contains(&zone.name)) {
        let Some(account) = &zone.account else {
            silent.push(nobody_tells(
                &zone.name,
                "the account of the zone is not known",
                "name it with `account:` in the configuration",
            ));
            continue;
        };
        match session
            .api
            .audit_log(account, Some(&zone.id), &since.to_string(), &before.to_string())
            .await
        {
            Ok(entries) => entries
                .into_iter()
                .filter_map(deed)
                .for_each(|(id, deed)| deeds.entry(id).or_default().push(deed)),
            Err(error) => {
                let finding = error.to_finding();
                silent.push(nobody_tells(&zone.name, &finding.summary, &finding.fix));
            }
        }
    }
    deeds.values_mut().for_each(|deeds| deeds.sort_by(|a, b| b.cmp(a)));
    if silent.is_empty() || !deeds.is_empty() {
        drift.attribute(&deeds);
    }
    drift.findings.extend(silent);
}

fn nobody_tells(zone: &str, because: &str, fix: &str) -> Finding {
    let summary = format!("who made the changes in {zone} is not known: {because}");
    Finding::warning(
        "audit-log",
        summary,
        "only the account's audit log tells who changed what",
        fix,
    )
}

/// What an entry tells, if it is about an application and took effect.
fn deed(entry: AuditEntry) -> Option<(AppId, AuditEvent)> {
    let applies =
        entry.product.as_deref().is_none_or(|product| product.eq_ignore_ascii_case("spectrum"));
    if !applies || entry.result.as_deref().is_some_and(|result| result != "success") {
        return None;
    }
    let id = AppId::from_api(entry.resource_id?);
    let actor = entry
        .actor_email
        .or(entry.token_name.map(|name| format!("token {name}")))
        .unwrap_or_else(|| "an unnamed actor".to_owned());
    Some((id, AuditEvent { time: entry.time?, action: entry.action?, actor, means: entry.context }))
}

fn write(
    out: &mut dyn Write,
    format: Format,
    style: TermStyle,
    drift: &Drift,
    loaded: &Loaded,
    global: &Global,
) -> io::Result<()> {
    let redact = global.redact == Some(Redact::Origins);
    let findings = || render::drift_findings::collect(drift);
    match format {
        Format::Human => {
            let options = render::findings::RenderOptions {
                sources: &loaded.files.sources,
                style,
                redact,
                closing: None,
            };
            render::findings::write(out, &drift.findings, options)?;
            if !drift.findings.is_empty() {
                writeln!(out)?;
            }
            render::drift_text::write(out, drift, style)
        }
        Format::Json => render::drift_json::write(out, drift),
        Format::Markdown => render::drift_markdown::write(out, drift),
        Format::Sarif => render::sarif::write(out, &findings(), loaded.files.root()),
        Format::Github => render::github::write(out, &findings()),
        Format::Junit => render::junit::write_drift(out, &findings(), drift.simulated),
    }
}

/// Replaces the file as a whole, so that whoever reads it sees one run. A run that failed keeps the time of the last success.
fn write_metrics(path: &Path, looked: &Looked, loaded: &Loaded, begun: Instant) -> io::Result<()> {
    let success = looked.drift.complete;
    let now = Timestamp::now().as_millisecond() as f64 / 1000.0;
    let last_success = if success { Some(now) } else { earlier_success(path) };
    let measured = Measured {
        success,
        last_success,
        calls: looked.calls,
        seconds: begun.elapsed().as_secs_f64(),
    };
    let readable = !looked.drift.verdict.unread || !looked.drift.unread.is_empty();
    let zones: Vec<String> =
        if readable { loaded.configuration.zones.keys().cloned().collect() } else { Vec::new() };
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = readable_by_all(&mut tempfile::Builder::new()).tempfile_in(folder)?;
    render::drift_metrics::write(&mut file, &looked.drift, &zones, measured)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// The collector usually runs as another user.
fn readable_by_all<'b, 'p, 's>(
    builder: &'b mut tempfile::Builder<'p, 's>,
) -> &'b mut tempfile::Builder<'p, 's> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o644))
    }
    #[cfg(not(unix))]
    builder
}

fn earlier_success(path: &Path) -> Option<f64> {
    let text = std::fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(LAST_SUCCESS))?;
    line.trim().parse().ok()
}

fn unwritable(path: &Path, error: &io::Error) -> Finding {
    let summary =
        format!("failed to write {}: {}", path.display(), super::load::describe_io_error(error));
    let why = "figures that are not replaced would tell of an earlier run";
    Finding::error(
        "unwritable-output",
        summary,
        why,
        "check the path, its permissions, and the room on the disk",
    )
}
