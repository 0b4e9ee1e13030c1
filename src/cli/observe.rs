//! What is known before anything is decided: the state, what is live, and the configuration with both taken in. Every command that
//! compares begins here, so what a killed run left open is recovered the same way for all of them.

use std::collections::BTreeMap;

use super::failure::Failure;
use super::loaded::Loaded;
use super::redaction;
use super::refresh::{self, Refreshed};
use super::session::Session;
use crate::codes;
use crate::finding::Finding;
use crate::ledger::{Condition, JournalEntry, Snapshot};
use crate::model::{AppId, ZoneFacts};
use crate::plan::recover::recover;
use crate::plan::saved::SavedZone;
use crate::plan::{Input, LiveZone, Policy, Unread};
use crate::state::Store;
use crate::validate::{self, Validated};

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
    /// The configuration, validated with what the API says of its zones.
    pub(super) desired: Validated<'a>,
}

/// Reads the state and what is live.
pub(super) async fn observe<'a>(
    loaded: &'a Loaded,
    session: &Session,
    extent: Extent<'_>,
) -> Result<Observed<'a>, Failure> {
    let mut recorded = session.store.read().await?;
    let (api, configuration) = (&session.api, &loaded.configuration);
    let Refreshed { zones, unread } = match extent {
        Extent::Everything => refresh::refresh(api, configuration, &recorded).await,
        Extent::Configured => refresh::refresh(api, configuration, &Snapshot::default()).await,
        Extent::Only(zones) => refresh::refresh_zones(api, zones, &recorded).await,
    };
    redaction::collect_state(&recorded.state);
    redaction::collect_live(&zones);
    let recovered = recover(&mut recorded, &zones);
    let facts = informed(validate::zone_facts(configuration), &zones);
    let form = loaded.form.iter().cloned().chain(state_warning(&recorded)).collect();
    let desired = validate::validate_with(configuration, form, loaded.today, facts);
    Ok(Observed { recorded, recovered, zones, unread, desired })
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

    /// The ids that are live.
    pub(super) fn live_ids(&self) -> Vec<AppId> {
        self.zones.iter().flat_map(|zone| &zone.apps).map(|live| live.id.clone()).collect()
    }

    /// Adds what a command finds of the state as a whole.
    pub(super) fn note(&mut self, finding: Option<Finding>) {
        self.desired.findings.extend(finding);
    }
}

/// What the state's own condition has to say.
pub(super) fn state_warning(snapshot: &Snapshot) -> Option<Finding> {
    let Condition::Broken { why } = &snapshot.condition else { return None };
    let summary = format!("the state is damaged and is not used: {why}");
    Some(Finding::new(&codes::STATE_BROKEN, summary))
}

/// The zones' facts with what the API says of them.
fn informed(mut zones: Vec<ZoneFacts>, read: &[LiveZone]) -> Vec<ZoneFacts> {
    for zone in &mut zones {
        if let Some(read) = read.iter().find(|read| read.name == zone.name) {
            zone.id = Some(read.id.clone());
            zone.account = zone.account.take().or_else(|| read.account.clone());
            zone.tier = read.tier;
        }
    }
    zones
}
