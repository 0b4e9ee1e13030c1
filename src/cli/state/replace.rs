//! `state push`, `rollback` and `rebuild`: puts another state in the place of the one that is there.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::{Failure, Room, refused};
use crate::cli::load::describe_io_error;
use crate::cli::progress;
use crate::cli::refresh::refresh;
use crate::cli::session::Session;
use crate::finding::Finding;
use crate::ledger::{Condition, State, StateChange};
use crate::model::Live;
use crate::plan::{LiveZone, Remembered, Template};
use crate::validate::{self, Validated};

impl Room<'_> {
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
        self.say(format_args!("The state holds {count} applications now."))
    }

    pub(super) async fn rollback(&self, number: u64) -> Result<(), Failure> {
        let count = self
            .change("state rollback", async |snapshot| {
                let (_, earlier) = self.version(number).await?;
                let count = earlier.apps.len();
                Ok((earlier.in_place_of(&snapshot.state), count))
            })
            .await?;
        self.say(format_args!("Version {number} is back: the state holds {count} applications now. A plan shows what has changed since."))
    }

    /// Makes a state of the live applications that are the configured ones by hostname, transport and ports. Their values are recorded as
    /// they are live and count as adopted, so that the first apply resets nothing that the configuration leaves out.
    pub(super) async fn rebuild(&self, force: bool) -> Result<(), Failure> {
        let desired = validate::validate(
            &self.loaded.configuration,
            self.loaded.form.clone(),
            self.loaded.today,
        );
        if let Some(finding) =
            desired.findings.iter().find(|finding| finding.is_error() && !desired.readable)
        {
            return Err(Failure::from(Box::new(finding.clone())));
        }
        let told = Arc::new(progress::wait_notifier(self.global));
        let session =
            Session::open(self.global, &self.loaded.files, &self.loaded.configuration, told)
                .await?;
        let live = refresh(&session.api, &self.loaded.configuration, &Remembered::default()).await;
        session.close().await;
        if let Some(unread) = live.unread.first() {
            return Err(Failure::from(Box::new(unread.finding.clone())));
        }
        let (found, missing) = self
            .change("state rebuild", async |snapshot| {
                if snapshot.condition == Condition::Read && !snapshot.state.apps.is_empty() && !force {
                    let summary = format!("the state can be read and holds {} applications", snapshot.state.apps.len());
                    return Err(refused(
                        &summary,
                        "edit it with `state mv` and `state rm`; if it is to be made anew all the same, add --force",
                    ));
                }
                let mut state = State { apps: Default::default(), unmanaged_seen: Default::default(), ..snapshot.state };
                let found: usize = live.zones.iter().map(|zone| take_in(&mut state, zone, &desired)).sum();
                Ok((state, (found, desired.shapes.len() - found)))
            })
            .await?;
        self.say(format_args!(
            "The state holds {found} applications now; {missing} that are configured are not live."
        ))
    }
}

/// Records the live applications of a zone that the configuration means, and says how many there are. Of two that match, none can be
/// known to be meant, so that both are left to the plan, which asks.
fn take_in(state: &mut State, zone: &LiveZone, desired: &Validated<'_>) -> usize {
    let before = state.apps.len();
    let account = zone.account.clone();
    state.apply(&StateChange::Zone { name: zone.name.clone(), id: zone.id.clone(), account });
    for app in desired.configuration.apps().filter(|app| app.address.zone == zone.name) {
        let Some(identity) = desired.shapes.get(&app.address).and_then(|spec| spec.identity())
        else {
            continue;
        };
        let mut matching =
            zone.apps.iter().filter(|live| live.spec.identity().as_ref() == Some(&identity));
        let (Some(live), None) = (matching.next(), matching.next()) else { continue };
        let recorded = Box::new(template(app, zone, live).with_id(&live.id));
        state.apply(&StateChange::Put { address: app.address.clone(), recorded });
    }
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
        "give a file that `state pull` has printed",
    )
}

fn lineage_refusal(given: &State, found: &State) -> Option<Finding> {
    let other = !found.lineage.is_nil() && given.lineage != found.lineage;
    other.then(|| {
        let summary = format!("the file is of lineage {}, and the state of {}", given.lineage, found.lineage);
        let why = "two states that do not descend from one another know different applications, and one would forget those of the other";
        Finding::error("state-lineage", summary, why, "check the file and the state's place; if it is meant, add --force")
    })
}

fn serial_refusal(given: &State, found: &State) -> Option<Finding> {
    (given.serial < found.serial).then(|| {
        let summary =
            format!("the file has serial {}, and the state already {}", given.serial, found.serial);
        let why = "what was recorded since the file was pulled would be forgotten";
        Finding::error(
            "state-older",
            summary,
            why,
            "pull the state again and edit that; if it is meant, add --force",
        )
    })
}
