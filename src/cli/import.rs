//! `import`: takes live applications under management. Nothing is written to the API, only to the state, and with `--write` to a file of the
//! configuration.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::context::Context;
use super::exit::Exit;
use super::failure::Failure;
use super::import_file::add_to_file;
use super::loaded::Loaded;
use super::lock::{with_lock, write_state};
use super::observe::{Extent, Observed, observe};
use super::output::say;
use super::plan_source::owner_news;
use super::purpose::Purpose;
use super::session::Session;
use super::state_notes::{first_met, zone_change};
use crate::codes;
use crate::config::App;
use crate::finding::Finding;
use crate::model::{Address, AppId, Live, Recorded, Spec};
use crate::plan::{self, LiveZone, Unread, UnreadCause};
use crate::render::counted;
use crate::state::{LockToken, StoreError};

/// The arguments of `import`.
#[derive(Debug, Clone, Args)]
pub(super) struct ImportArgs {
    /// The address, such as example.com/ssh
    #[arg(required_unless_present = "all", requires = "app_id")]
    address: Option<Address>,
    /// The live application's id
    #[arg(required_unless_present = "all")]
    app_id: Option<AppId>,
    /// Add the application to this file
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    write: Option<PathBuf>,
    /// Every application that is live as configured
    #[arg(long, conflicts_with_all = ["address", "app_id"])]
    all: bool,
}

/// What is recorded of an application that is imported.
type Imported = (Address, Recorded);

impl ImportArgs {
    /// `import --all`.
    pub(super) fn everything() -> ImportArgs {
        ImportArgs { address: None, app_id: None, write: None, all: true }
    }

    /// The application that is named; none with `--all`. clap lets both be given or neither.
    fn named(&self) -> Option<(&Address, &AppId)> {
        self.address.as_ref().zip(self.app_id.as_ref())
    }
}

/// Runs the command.
pub(super) async fn run(args: ImportArgs, context: &Context) -> Result<Exit, Failure> {
    let mut loaded = Loaded::read(&context.files);
    loaded.must_be_plannable()?;
    if let (Some((address, _)), Some(_)) = (args.named(), &args.write) {
        loaded.add_zone(&address.zone);
    }
    let session = Session::open(context, &loaded).await?;
    let work = async |token: &std::sync::Arc<LockToken>| {
        import(&args, context, &loaded, &session, token).await
    };
    let done = with_lock(&session.store, "import", Duration::ZERO, work).await;
    session.close().await;
    let (imported, released) = done?;
    let (imported, left) = imported?;
    released?;
    for (address, recorded) in &imported {
        say(format_args!("imported {address}: app {}", recorded.id));
    }
    say(format_args!(
        "{} imported; `spectrumctl plan` shows what differs from the configuration",
        counted(imported.len(), "application")
    ));
    loaded.left_out()?;
    Ok(if left == 0 { Exit::Done } else { Exit::Incomplete })
}

/// Finds what is to be imported, and records it; also says how many were left because their values differ.
async fn import(
    args: &ImportArgs,
    context: &Context,
    loaded: &Loaded,
    session: &Session,
    token: &LockToken,
) -> Result<(Vec<Imported>, usize), Failure> {
    let observed = observe(loaded, session, Extent::Everything).await?;
    must_be_read(args, loaded, &observed)?;
    let (imported, left) = match args.named() {
        Some((address, id)) => (vec![one(args, context, loaded, &observed, address, id)?], 0),
        None => all(context, loaded, &observed)?,
    };
    record(loaded, session, token, &observed, &imported).await?;
    Ok((imported, left))
}

/// Refuses to go on where a zone that matters was not read.
fn must_be_read(
    args: &ImportArgs,
    loaded: &Loaded,
    observed: &Observed<'_>,
) -> Result<(), Failure> {
    let matters = |zone: &str| args.named().is_none_or(|(address, _)| address.zone == zone);
    let is_there = |unread: &&Unread| unread.cause != UnreadCause::Gone && matters(&unread.zone);
    let mut unread: Vec<_> = observed.unread.iter().filter(is_there).collect();
    // With all zones the others are imported, and what is wrong is said at the end.
    if args.named().is_some() && unread.iter().any(|one| one.cause == UnreadCause::Mistaken) {
        loaded.left_out()?;
    }
    unread.retain(|unread| unread.cause != UnreadCause::Mistaken);
    let failed = unread.iter().any(|unread| unread.cause == UnreadCause::Failed);
    let findings: Vec<Finding> = unread.into_iter().map(|unread| unread.finding.clone()).collect();
    match findings.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(if failed { Exit::Failed } else { Exit::Findings }, findings)),
    }
}

/// One application, by its id.
fn one(
    args: &ImportArgs,
    context: &Context,
    loaded: &Loaded,
    observed: &Observed<'_>,
    address: &Address,
    id: &AppId,
) -> Result<Imported, Failure> {
    let (zone, live) = find(&observed.zones, address, id)?;
    must_be_free(observed, address, id)?;
    let zones = &loaded.configuration.zones;
    if zones.get(&address.zone).is_some_and(|zone| zone.apps.contains_key(&address.key)) {
        return take(loaded, zone, address, live);
    }
    add_to_file(loaded, address, live, args.write.as_deref())?;
    let with_it = Loaded::read(&context.files);
    with_it.must_be_plannable()?;
    take(&with_it, zone, address, live)
}

fn find<'z>(
    zones: &'z [LiveZone],
    address: &Address,
    id: &AppId,
) -> Result<(&'z LiveZone, &'z Live), Failure> {
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
        refused(Finding::new(&codes::NOT_LIVE, what).fix(fix))
    })
}

/// An import that cannot be made.
fn refused(finding: Finding) -> Failure {
    Failure::new(Exit::Findings, vec![finding])
}

/// An application has one address, and an address one application.
fn must_be_free(observed: &Observed<'_>, address: &Address, id: &AppId) -> Result<(), Failure> {
    let apps = &observed.recorded.state.apps;
    if let Some((other, _)) =
        apps.iter().find(|(other, recorded)| recorded.id == *id && *other != address)
    {
        let fix = format!(
            "rename it with `moved: [{{from: {other}, to: {address}}}]`, or run `spectrumctl state mv {other} {address}`"
        );
        let summary = format!("the application {id} is managed as {other}");
        return Err(refused(Finding::new(&codes::ALREADY_MANAGED, summary).fix(fix)));
    }
    match apps.get(address).filter(|recorded| recorded.id != *id) {
        Some(recorded) => {
            let summary = format!("{address} is the application {}", recorded.id);
            let finding = Finding::new(&codes::ALREADY_MANAGED, summary)
                .why("the import would leave that application running without management")
                .fix(format!("to do that, run `spectrumctl state rm {address}` first"));
            Err(refused(finding))
        }
        None => Ok(()),
    }
}

/// What is recorded of an application.
fn take(
    loaded: &Loaded,
    zone: &LiveZone,
    address: &Address,
    live: &Live,
) -> Result<Imported, Failure> {
    let configured = loaded.configuration.zones.get(&address.zone);
    let app = configured.and_then(|zone| zone.apps.get(&address.key)).ok_or_else(|| {
        let summary = format!("the configuration does not have {address}");
        let finding = Finding::new(&codes::NOT_CONFIGURED, summary)
            .why("the file of --write is not one of those that -f names")
            .fix("name that file with -f too, and run again");
        refused(finding)
    })?;
    must_be_the_same(app, live)?;
    Ok((address.clone(), plan::imported(app, &zone.id, live)))
}

/// Refuses an application that is on another hostname or port than the address says.
fn must_be_the_same(app: &App, live: &Live) -> Result<(), Failure> {
    let given = app.draft.given.iter().map(|(field, given)| (*field, given.value.clone()));
    let configured = Spec::new(given);
    match (configured.identity(), live.spec.identity()) {
        (None, _) => {
            let summary =
                format!("{} cannot be read, so its hostname and port are unknown", app.address);
            Err(refused(Finding::new(&codes::OTHER_IDENTITY, summary).about(&app.address)))
        }
        (Some(wanted), Some(found)) if wanted != found => {
            let summary = format!(
                "{} is on {} {}, and {} on {} {}",
                live.id,
                found.hostname,
                found.protocol,
                app.address,
                wanted.hostname,
                wanted.protocol
            );
            Err(refused(Finding::new(&codes::OTHER_IDENTITY, summary).about(&app.address)))
        }
        _ => Ok(()),
    }
}

/// Those that match the configuration in every value. Those that match by identity only are named and counted.
fn all(
    context: &Context,
    loaded: &Loaded,
    observed: &Observed<'_>,
) -> Result<(Vec<Imported>, usize), Failure> {
    let policy = loaded.policy(context, Purpose::Configured)?;
    let plan = plan::plan(&observed.input(&policy));
    let (same, other) = plan::matches(&plan.changes);
    for (address, id) in &other {
        say(format_args!(
            "not imported: {address} has other values than app {id}; `spectrumctl import {address} {id}` imports it all the same"
        ));
    }
    let taken = same.into_iter().map(|(address, id)| {
        let (zone, live) = find(&observed.zones, address, id)?;
        take(loaded, zone, address, live)
    });
    Ok((taken.collect::<Result<_, _>>()?, other.len()))
}

async fn record(
    loaded: &Loaded,
    session: &Session,
    token: &LockToken,
    observed: &Observed<'_>,
    imported: &[Imported],
) -> Result<(), StoreError> {
    if imported.is_empty() {
        return Ok(());
    }
    let mut state = observed.recorded.state.clone();
    let is_touched =
        |zone: &&LiveZone| imported.iter().any(|(address, _)| address.zone == zone.name);
    for zone in observed.zones.iter().filter(is_touched) {
        state.apply(&zone_change(zone));
    }
    owner_news(loaded, &state).iter().for_each(|change| state.apply(change));
    let taken = imported.iter().map(|(_, recorded)| &recorded.id).collect();
    first_met(observed, &taken).iter().for_each(|change| state.apply(change));
    for (address, recorded) in imported {
        state.take_in(address.clone(), recorded.clone());
    }
    write_state(&session.store, token, "import", state).await
}
