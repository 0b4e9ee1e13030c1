//! `import`: takes live applications under management. Nothing is written to the API, only to the state, and with `--write` to a file of the
//! configuration.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::apply::owner;
use super::args::Global;
use super::exit::Exit;
use super::export::{counted, settle};
use super::load;
use super::output::say;
use super::planning::{self, Loaded, Purpose};
use super::progress;
use super::refresh::{Refreshed, refresh};
use super::session::{self, Session};
use crate::config::{self, Zone};
use crate::finding::Finding;
use crate::ledger::{Snapshot, StateChange};
use crate::model::{Address, AppId, Live, Recorded};
use crate::plan::{self, Input, LiveZone};
use crate::render::export::{ExportedApp, ZoneExport, application};
use crate::state::{Store, StoreError};
use crate::validate;

/// What `import` was told.
#[derive(Debug, Clone)]
pub(super) enum Orders {
    /// One application, and the file that its YAML is added to where the configuration does not have it.
    One { address: Address, id: AppId, write: Option<PathBuf> },
    /// All that match.
    All,
}

/// Why nothing was imported, and what the program exits with.
struct Refused(Exit, Box<Finding>);

impl From<Box<Finding>> for Refused {
    fn from(finding: Box<Finding>) -> Refused {
        Refused(Exit::Failed, finding)
    }
}

/// Runs the command.
pub(super) async fn run(global: &Global, orders: Orders) -> Exit {
    match import(global, orders).await {
        Ok(()) => Exit::Done,
        Err(Refused(exit, finding)) => {
            say(format_args!(
                "error: {}\n  why: {}\n  fix: {}",
                finding.summary, finding.why, finding.fix
            ));
            exit
        }
    }
}

async fn import(global: &Global, orders: Orders) -> Result<(), Refused> {
    let mut loaded = planning::load(global);
    must_be_readable(&loaded)?;
    if let Orders::One { address, write: Some(_), .. } = &orders {
        let zone = || Zone { name: address.zone.clone(), ..Zone::default() };
        loaded.configuration.zones.entry(address.zone.clone()).or_insert_with(zone);
    }
    let session = Session::open(
        global,
        &loaded.files,
        &loaded.configuration,
        Arc::new(progress::wait_notifier(global)),
    )
    .await?;
    let owner = owner("import");
    let done = match session.store.lock(&owner, Duration::ZERO).await {
        Ok(token) => {
            let done = locked(global, &mut loaded, &session, &orders, &token).await;
            done.and(session.store.release(token).await.map_err(|error| state_failed(&error)))
        }
        Err(error) => Err(state_failed(&error)),
    };
    session.close().await;
    done
}

fn state_failed(error: &StoreError) -> Refused {
    let exit = if matches!(error, StoreError::Locked { .. }) { Exit::Locked } else { Exit::Failed };
    Refused(exit, Box::new(error.to_finding()))
}

fn must_be_readable(loaded: &Loaded) -> Result<(), Refused> {
    let offline = validate::validate(&loaded.configuration, loaded.form.clone(), loaded.today);
    if offline.readable && !loaded.files.failed {
        return Ok(());
    }
    let exit = if loaded.files.failed { Exit::Failed } else { Exit::Findings };
    let first = offline.findings.into_iter().find(Finding::is_error).unwrap_or_else(|| {
        Finding::error(
            "no-configuration",
            "the configuration cannot be read",
            "imports are into it",
            "run `spectrumctl validate`",
        )
    });
    Err(Refused(exit, Box::new(first)))
}

async fn locked(
    global: &Global,
    loaded: &mut Loaded,
    session: &Session,
    orders: &Orders,
    token: &crate::state::LockToken,
) -> Result<(), Refused> {
    let snapshot = session.store.read().await.map_err(|error| state_failed(&error))?;
    let Refreshed { zones, unread } = refresh(
        &session.api,
        &loaded.configuration,
        &session::remembered(&snapshot, jiff::Timestamp::now()),
    )
    .await;
    let is_asked =
        |zone: &str| !matches!(orders, Orders::One { address, .. } if address.zone != zone);
    if let Some(unread) = unread.into_iter().find(|unread| is_asked(&unread.zone)) {
        return Err(Refused(
            if unread.failed { Exit::Failed } else { Exit::Findings },
            Box::new(unread.finding),
        ));
    }
    let taken = match orders {
        Orders::One { address, id, write } => {
            let (zone, live) = find(&zones, address, id)?;
            must_be_free(&snapshot, address, id)?;
            let address_is_new = loaded
                .configuration
                .zones
                .get(&address.zone)
                .is_none_or(|zone| !zone.apps.contains_key(&address.key));
            if address_is_new {
                add_to_file(global, loaded, address, live, write.as_deref())?;
            }
            vec![take(loaded, zone, address, live)?]
        }
        Orders::All => all(global, loaded, &snapshot, &zones)?,
    };
    record(session, token, &snapshot, &zones, &taken)
        .await
        .map_err(|error| state_failed(&error))?;
    for (address, recorded) in &taken {
        say(format_args!("imported {address}: app {}", recorded.id));
    }
    say(format_args!(
        "{} imported; `spectrumctl plan` shows what differs from the configuration",
        counted(taken.len(), "application")
    ));
    Ok(())
}

fn find<'z>(
    zones: &'z [LiveZone],
    address: &Address,
    id: &AppId,
) -> Result<(&'z LiveZone, &'z Live), Refused> {
    let zone = zones.iter().find(|zone| zone.name == address.zone);
    let found = zone.and_then(|zone| Some((zone, zone.apps.iter().find(|live| live.id == *id)?)));
    found.ok_or_else(|| {
        let (what, fix) = match zone {
            Some(_) => (
                format!("the zone {} has no application {id}", address.zone),
                "check the id; `spectrumctl export` shows all",
            ),
            None => (
                format!("the configuration has no zone {}", address.zone),
                "add the zone, or name a file with --write",
            ),
        };
        refused("not-live", what, "only what is live can be taken under management", fix)
    })
}

fn refused(code: &str, summary: String, why: &str, fix: impl Into<String>) -> Refused {
    Refused(Exit::Findings, Box::new(Finding::error(code, summary, why, fix)))
}

/// An application has one address, and an address one application.
fn must_be_free(snapshot: &Snapshot, address: &Address, id: &AppId) -> Result<(), Refused> {
    let apps = &snapshot.state.apps;
    if let Some((other, _)) =
        apps.iter().find(|(other, recorded)| recorded.id == *id && *other != address)
    {
        let why = "an application has one address, so that no plan does two things to it";
        let fix = format!(
            "rename it with `moved: [{{from: {other}, to: {address}}}]`, or run `spectrumctl state mv {other} {address}`"
        );
        return Err(refused(
            "already-managed",
            format!("the application {id} is managed as {other}"),
            why,
            fix,
        ));
    }
    match apps.get(address).filter(|recorded| recorded.id != *id) {
        Some(recorded) => {
            let why = "taking another application would leave the first one running with nobody to manage it";
            let fix = format!("run `spectrumctl state rm {address}` first if that is meant");
            Err(refused(
                "already-managed",
                format!("{address} is the application {}", recorded.id),
                why,
                fix,
            ))
        }
        None => Ok(()),
    }
}

/// Adds the application to the file, or says what to add where none is named.
fn add_to_file(
    global: &Global,
    loaded: &mut Loaded,
    address: &Address,
    live: &Live,
    write: Option<&Path>,
) -> Result<(), Refused> {
    let entry = ExportedApp::new(address.key.clone(), live.clone());
    if !entry.unreadable().is_empty() {
        let fix = "use a newer version of this tool if there is one";
        return Err(refused(
            "unread-value",
            application(&entry),
            "what cannot be read cannot be configured",
            fix,
        ));
    }
    let mut sheets = [ZoneExport { zone: address.zone.clone(), head: None, entries: vec![entry] }];
    settle(&mut sheets, loaded);
    let block = application(&sheets[0].entries[0]);
    let by_hand = |what: String| {
        let yaml = crate::render::export::indented(&block, 6);
        let fix = format!(
            "add this, or name a file with --write:\nzones:\n  {}:\n    apps:\n{yaml}",
            address.zone
        );
        refused(
            "not-configured",
            what,
            "what is managed without a configuration would be deleted by the next apply",
            fix,
        )
    };
    let Some(path) = write else {
        return Err(by_hand(format!("the configuration does not hold {address}")));
    };
    let unwritable = |error: std::io::Error| {
        let summary =
            format!("failed to write {}: {}", path.display(), load::describe_io_error(&error));
        Refused(
            Exit::Failed,
            Box::new(Finding::error(
                "unwritable-output",
                summary,
                "the application must be added to it",
                "check the path",
            )),
        )
    };
    let text = match std::fs::read_to_string(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        read => read.map_err(unwritable)?,
    };
    let added = config::insert(&text, &address.zone, &address.key, &block).ok_or_else(|| {
        by_hand(format!(
            "{} is written such that nothing can be added to it safely",
            path.display()
        ))
    })?;
    replace(path, &added).map_err(unwritable)?;
    *loaded = planning::load(global);
    must_be_readable(loaded)
}

/// Replaces a file as a whole; its permissions stay.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let folder =
        path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !path.exists() {
        return std::fs::write(path, text);
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// What is written down of an application.
fn take(
    loaded: &Loaded,
    zone: &LiveZone,
    address: &Address,
    live: &Live,
) -> Result<(Address, Recorded), Refused> {
    let app =
        loaded.configuration.zones.get(&address.zone).and_then(|zone| zone.apps.get(&address.key));
    let app = app.ok_or_else(|| {
        let why = "the file that was written is not one of those that were read";
        refused(
            "not-configured",
            format!("the configuration does not hold {address}"),
            why,
            "name it with -f too, and run it again",
        )
    })?;
    Ok((address.clone(), plan::imported(app, &zone.id, live)))
}

/// Those that match the configuration in every value; those that match by identity only are told.
fn all(
    global: &Global,
    loaded: &Loaded,
    snapshot: &Snapshot,
    zones: &[LiveZone],
) -> Result<Vec<(Address, Recorded)>, Refused> {
    let remembered = session::remembered(snapshot, jiff::Timestamp::now());
    let facts = session::informed(validate::zone_facts(&loaded.configuration), zones);
    let desired =
        validate::validate_with(&loaded.configuration, loaded.form.clone(), loaded.today, facts);
    let policy = loaded.policy(global, Purpose::Configured);
    let input = Input {
        desired: &desired,
        recorded: &remembered,
        live: zones,
        unread: &[],
        policy: &policy,
        facts: None,
    };
    let plan = plan::plan(&input);
    let (same, other) = plan::matches(&plan.changes);
    for (address, id) in other {
        say(format_args!(
            "not imported: {address} has other values than app {id}; `spectrumctl import {address} {id}` takes it all the same"
        ));
    }
    same.into_iter()
        .map(|(address, id)| {
            find(zones, address, id).and_then(|(zone, live)| take(loaded, zone, address, live))
        })
        .collect()
}

async fn record(
    session: &Session,
    token: &crate::state::LockToken,
    before: &Snapshot,
    zones: &[LiveZone],
    taken: &[(Address, Recorded)],
) -> Result<(), StoreError> {
    if taken.is_empty() {
        return Ok(());
    }
    let mut state = before.state.clone();
    for zone in
        zones.iter().filter(|zone| taken.iter().any(|(address, _)| address.zone == zone.name))
    {
        state.apply(&StateChange::Zone {
            name: zone.name.clone(),
            id: zone.id.clone(),
            account: zone.account.clone(),
        });
    }
    for (address, recorded) in taken {
        state.apply(&StateChange::Put {
            address: address.clone(),
            recorded: Box::new(recorded.clone()),
        });
    }
    let tool = format!("spectrumctl {}", env!("CARGO_PKG_VERSION"));
    session.store.write(token, &state.stamped(&tool, Timestamp::now())).await.map(drop)
}
