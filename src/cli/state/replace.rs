//! `state push`, `rollback` and `rebuild`: puts another state in the place of the one that is there.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use super::access::{StateAccess, refused};
use crate::cli::exit::Exit;
use crate::cli::failure::{Failure, describe_io_error};
use crate::cli::loaded::Loaded;
use crate::cli::observe::{Extent, Observed, observe};
use crate::cli::plan_source::owner_news;
use crate::cli::session::Session;
use crate::cli::state_notes::{found_without_state, recorded_ids, zone_change};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Condition, Snapshot, State, StateChange};
use crate::model::{Identity, Live, Template};
use crate::plan::LiveZone;
use crate::render::counted;
use crate::validate::Validated;

impl StateAccess<'_> {
    pub(super) async fn push(&self, file: &Path, force: bool) -> Result<(), Failure> {
        let name = file.display().to_string();
        let bytes = read(file).map_err(|error| unreadable(&name, &describe_io_error(&error)))?;
        let given = State::read(&bytes).map_err(|wrong| unreadable(&name, &wrong.to_string()))?;
        let count = given.apps.len();
        self.change("state push", async |snapshot| {
            let found = &snapshot.state;
            let refusal = if force {
                None
            } else {
                lineage_refusal(&given, found).or_else(|| serial_refusal(&given, found))
            };
            match refusal {
                Some(finding) => Err(Failure::from(Box::new(finding))),
                None => Ok((given.in_place_of(found), ())),
            }
        })
        .await?;
        self.say(format_args!("The state holds {} now.", counted(count, "application")))
    }

    pub(super) async fn rollback(&self, number: u64) -> Result<(), Failure> {
        let count = self
            .change("state rollback", async |snapshot| {
                let (_, earlier) = self.version(number).await?;
                let count = earlier.apps.len();
                Ok((earlier.in_place_of(&snapshot.state), count))
            })
            .await?;
        self.say(format_args!(
            "Version {number} is restored: the state holds {} now. A plan shows what has changed since.",
            counted(count, "application")
        ))
    }

    /// Makes a state of the live applications that are the configured ones by hostname, transport and ports. Their values are recorded as
    /// they are live and count as adopted, so that the first apply resets nothing that the configuration leaves out.
    pub(super) async fn rebuild(&self, force: bool) -> Result<(), Failure> {
        self.loaded.must_be_readable()?;
        let session = Session::open(self.context, self.loaded).await?;
        let rebuilt = self
            .change("state rebuild", async |snapshot| {
                must_be_lost(&snapshot, force)?;
                let observed = observe(self.loaded, &session, Extent::Configured).await?;
                rebuilt(self.loaded, snapshot.state, &observed)
            })
            .await;
        session.close().await;
        let (found, missing) = rebuilt?;
        self.say(format_args!(
            "The state holds {} now. Configured and not live: {missing}.",
            counted(found, "application")
        ))
    }
}

/// Refuses to replace a state that can be read.
fn must_be_lost(snapshot: &Snapshot, force: bool) -> Result<(), Failure> {
    let apps = snapshot.state.apps.len();
    if force || snapshot.condition != Condition::Read || apps == 0 {
        return Ok(());
    }
    let summary = format!("the state can be read and holds {}", counted(apps, "application"));
    let finding = Finding::new(&codes::STATE_EDIT, summary)
        .why("a rebuild forgets what was last applied, so a change made outside since then is no drift any more")
        .fix("edit it with `spectrumctl state mv` and `spectrumctl state rm`; to make it anew all the same, add --force");
    Err(finding.into())
}

/// The state with what was found live, how many applications that is, and how many that are configured were not found.
fn rebuilt(
    loaded: &Loaded,
    state: State,
    observed: &Observed<'_>,
) -> Result<(State, (usize, usize)), Failure> {
    if !observed.unread.is_empty() {
        let unread = observed.unread.iter().map(|unread| unread.finding.clone());
        return Err(Failure::new(Exit::Failed, unread.collect()));
    }
    let desired = &observed.desired;
    let mut state = State { apps: Default::default(), unmanaged_seen: Default::default(), ..state };
    let found: usize = observed.zones.iter().map(|zone| take_in(&mut state, zone, desired)).sum();
    owner_news(loaded, &state).iter().for_each(|change| state.apply(change));
    state.apply(&StateChange::Noted { zones: None });
    Ok((state, (found, desired.shapes.len() - found)))
}

/// Records the live applications of a zone that the configuration means, and says how many there are. Of two that match, none can be
/// known to be meant, so both are left to the plan, which asks.
fn take_in(state: &mut State, zone: &LiveZone, desired: &Validated<'_>) -> usize {
    let before = state.apps.len();
    state.apply(&zone_change(zone));
    let mut live: BTreeMap<Identity, Vec<&Live>> = BTreeMap::new();
    for app in &zone.apps {
        app.spec.identity().into_iter().for_each(|it| live.entry(it).or_default().push(app));
    }
    for app in desired.configuration.apps().filter(|app| app.address.zone == zone.name) {
        let Some(identity) = desired.shapes.get(&app.address).and_then(|spec| spec.identity())
        else {
            continue;
        };
        let Some([live]) = live.get(&identity).map(Vec::as_slice) else { continue };
        state.take_in(app.address.clone(), template(app, zone, live).with_id(&live.id));
    }
    let found = found_without_state(&recorded_ids(state), zone, |_| false);
    found.iter().for_each(|change| state.apply(change));
    state.apps.len() - before
}

fn template(app: &crate::config::App, zone: &LiveZone, live: &Live) -> Template {
    let masks = app
        .draft
        .given
        .iter()
        .filter_map(|(field, given)| Some((field.path().to_owned(), given.mask.clone()?)));
    Template {
        zone_id: zone.id.clone(),
        file: app.file.clone(),
        labels: app.labels.clone(),
        note: app.note.clone(),
        masks: masks.collect(),
        protect: app.lifecycle.protect,
        provenance: crate::model::Provenance::Adopted,
        applied: false,
        fields: live.spec.clone(),
    }
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    std::fs::read(file)
}

fn unreadable(file: &str, why: &str) -> Failure {
    refused(
        &format!("failed to read {file} as a state: {why}"),
        "give a file that `spectrumctl state pull` has printed",
    )
}

fn lineage_refusal(given: &State, found: &State) -> Option<Finding> {
    let other = !found.lineage.is_nil() && given.lineage != found.lineage;
    other.then(|| {
        let (file, state) = (given.lineage, found.lineage);
        let summary = format!("the file is of lineage {file}, and the state of {state}");
        Finding::new(&codes::STATE_LINEAGE, summary)
    })
}

fn serial_refusal(given: &State, found: &State) -> Option<Finding> {
    (given.serial < found.serial).then(|| {
        let summary =
            format!("the file has serial {}, and the state already {}", given.serial, found.serial);
        Finding::new(&codes::STATE_OLDER, summary)
    })
}
