//! What is known before anything is decided: the state, what is live, and the configuration with both taken in. Every command that
//! compares begins here, so what a killed run left open is recovered the same way for all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::sleep;

use super::activity::Activity;
use super::failure::Failure;
use super::loaded::Loaded;
use super::redaction;
use super::refresh::{self, Refreshed};
use super::session::Session;
use super::terminal::say;
use crate::api::Client;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Condition, JournalEntry, Snapshot};
use crate::model::{AppId, Live, ZoneFacts};
use crate::plan::recover::{Look, recover, waiting};
use crate::plan::saved::SavedZone;
use crate::plan::{Input, LiveZone, Policy, Unread};
use crate::state::StoreError;
use crate::validate::{self, Validated};

/// The pause between two lists of a zone in which a create is open, and how many there are: longer than lists may lag.
const WAIT: Duration = Duration::from_secs(1);
const WAITS: u32 = 17;

/// Which zones are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extent<'a> {
    /// Those of the configuration, and those in which the state has applications.
    Everything,
    /// Those of the configuration.
    Configured,
    /// These.
    Only(&'a BTreeMap<String, SavedZone>),
}

/// What is known before anything is decided.
pub(super) struct Observed<'a> {
    /// What is recorded, with the recovered calls taken in.
    pub(super) recorded: Snapshot,
    /// What was found of the calls that earlier runs left open, to be written down.
    pub(super) recovered: Vec<JournalEntry>,
    /// The zones that were read.
    pub(super) zones: Vec<LiveZone>,
    /// The zones that were not.
    pub(super) unread: Vec<Unread>,
    /// Whether every zone of the configuration and of the state was read.
    pub(super) is_whole: bool,
    /// The configuration, validated with what the API says of its zones.
    pub(super) desired: Validated<'a>,
}

/// Reads the state and what is live.
pub(super) async fn observe<'a>(
    loaded: &'a Loaded,
    session: &Session,
    extent: Extent<'_>,
) -> Result<Observed<'a>, Failure> {
    let since = Timestamp::now();
    let mut recorded = read_state(session).await?;
    let (api, configuration) = (&session.api, &loaded.configuration);
    let mistaken = validate::mistaken_zones(configuration, &loaded.form);
    let Refreshed { mut zones, unread } = match extent {
        Extent::Everything => refresh::refresh(api, configuration, &recorded, mistaken).await,
        Extent::Configured => {
            refresh::refresh(api, configuration, &Snapshot::default(), mistaken).await
        }
        Extent::Only(zones) => refresh::refresh_zones(api, zones, &recorded).await,
    };
    let asked: BTreeSet<AppId> =
        recorded.open_steps.iter().filter_map(|open| open.began.app_id.clone()).collect();
    let look = Look { now: Timestamp::now(), since };
    let mut recovered = recover(&mut recorded, &zones, look);
    recovered.extend(wait_for_creates(api, &mut recorded, &mut zones, (&asked, since)).await);
    redaction::collect_state(&recorded.state);
    redaction::collect_live(&zones);
    let facts = informed(validate::zone_facts(configuration), &zones);
    let of_state = state_warning(&recorded).into_iter().chain(session.state_warning.clone());
    let form = loaded.form.iter().cloned().chain(of_state).collect();
    let desired = validate::validate_with(configuration, form, loaded.today, facts);
    let is_whole = matches!(extent, Extent::Everything) && unread.is_empty();
    Ok(Observed { recorded, recovered, zones, unread, is_whole, desired })
}

async fn read_state(session: &Session) -> Result<Snapshot, StoreError> {
    let _shown = Activity::named("reading the state");
    session.store.read().await
}

/// Lists the zones again in which a create is open, until it is seen or the lists can no longer lag behind it. What was asked for by
/// itself is known better than by a list.
async fn wait_for_creates(
    api: &Client,
    recorded: &mut Snapshot,
    zones: &mut [LiveZone],
    (asked, since): (&BTreeSet<AppId>, Timestamp),
) -> Vec<JournalEntry> {
    let mut recovered = Vec::new();
    for again in 0..WAITS {
        let waiting: Vec<String> = waiting(recorded, zones).map(ToString::to_string).collect();
        if waiting.is_empty() {
            break;
        }
        if again == 0 {
            say(format_args!(
                "waiting for the outcome of an earlier create: {}",
                waiting.join(", ")
            ));
        }
        sleep(WAIT).await;
        let is_open = |zone: &&mut LiveZone| {
            recorded.open_steps.iter().any(|open| open.is_of(&zone.name, &zone.id))
        };
        let mut listed_again = Vec::new();
        for zone in zones.iter_mut().filter(is_open) {
            // A list that cannot be had leaves the step open, which the plan says.
            let Ok(listed) = api.list_apps(&zone.id).await else { continue };
            let is_new = |live: &Live| {
                !asked.contains(&live.id) && zone.apps.iter().all(|known| known.id != live.id)
            };
            let new: Vec<Live> = listed.into_iter().filter(is_new).collect();
            zone.apps.extend(new);
            zone.apps.sort_by(|a, b| a.id.cmp(&b.id));
            listed_again.push(zone.clone());
        }
        let look = Look { now: Timestamp::now(), since };
        recovered.extend(recover(recorded, &listed_again, look));
    }
    recovered
}

impl Observed<'_> {
    /// What a plan is made from.
    pub(super) fn input<'i>(&'i self, policy: &'i Policy) -> Input<'i> {
        Input {
            desired: &self.desired,
            recorded: &self.recorded,
            live: &self.zones,
            unread: &self.unread,
            policy,
            facts: None,
        }
    }

    /// Says that the state is damaged, where it is; says whether it is.
    pub(super) fn warns_of_damage(&self) -> bool {
        let damage = state_warning(&self.recorded);
        damage.iter().for_each(|finding| say(format_args!("warning: {}", finding.summary)));
        damage.is_some()
    }

    /// The ids that are live.
    pub(super) fn live_ids(&self) -> Vec<AppId> {
        self.zones.iter().flat_map(|zone| &zone.apps).map(|live| live.id.clone()).collect()
    }
}

/// What the state's own condition has to say.
pub(super) fn state_warning(snapshot: &Snapshot) -> Option<Finding> {
    let Condition::Broken { why } = &snapshot.condition else { return None };
    Some(Finding::new(&codes::STATE_BROKEN, format!("the state is damaged: {why}")))
}

/// The zones' facts with what the API says of them.
pub(super) fn informed(mut zones: Vec<ZoneFacts>, read: &[LiveZone]) -> Vec<ZoneFacts> {
    let read: BTreeMap<&str, &LiveZone> =
        read.iter().map(|read| (read.name.as_str(), read)).collect();
    for zone in &mut zones {
        if let Some(read) = read.get(zone.name.as_str()) {
            zone.id = Some(read.id.clone());
            zone.account = zone.account.take().or_else(|| read.account.clone());
            zone.tier = read.tier;
        }
    }
    zones
}
