//! Drift in a zone that the state does not know: nothing was recorded that could be compared, so the configuration is. Nothing
//! compared is never "nothing differs".

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, Change, ChangeCause, FieldChange, Plan, Work};
use super::drift_report::{Drift, Drifted, DriftedField, Missing};
use super::input::{Input, LiveZone};
use crate::codes;
use crate::finding::Finding;
use crate::ledger::Condition;
use crate::model::{Address, AppId, Live, ZoneId};

/// What a comparison with the configuration gave.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// What is to be said about it.
    pub(super) findings: Vec<Finding>,
    /// The addresses that were added to the report.
    pub(super) listed: BTreeSet<Address>,
}

/// Adds what differs from the configuration in the zones that the state does not know, and what is to be said about that.
pub(super) fn compare(input: &Input<'_>, plan: &Plan, found: &mut Drift) -> Compared {
    let unknown: Vec<&LiveZone> = input.live.iter().filter(|zone| !is_known(input, zone)).collect();
    if unknown.is_empty() && !has_nothing(input) {
        return Compared::default();
    }
    let is_configured = |zone: &&LiveZone| {
        let configured = input.desired.configuration.zones.get(&zone.name);
        configured.is_some_and(|zone| !zone.apps.is_empty())
    };
    if unknown.len() == input.live.len() && !input.live.iter().any(|zone| is_configured(&zone)) {
        found.verdict.unread = true;
        let summary =
            "nothing is recorded and no application is configured, so nothing was compared";
        let findings = vec![Finding::new(&codes::NOTHING_TO_COMPARE, summary)];
        return Compared { findings, ..Compared::default() };
    }
    let mut listed = BTreeSet::new();
    let ids: BTreeSet<&ZoneId> = unknown.iter().map(|zone| &zone.id).collect();
    let live = unknown.iter().flat_map(|zone| &zone.apps);
    let live: BTreeMap<&AppId, &Live> = live.map(|live| (&live.id, live)).collect();
    for change in &plan.changes {
        let is_here = ids.contains(&change.zone_id);
        let place = change.refusals.place_of("").cloned();
        if is_here && change.action == Action::Create {
            listed.insert(change.address.clone());
            let labels = change.labels.clone();
            let (address, app_id) = (change.address.clone(), AppId::from_api(""));
            found.missing.push(Missing { address, app_id, labels, place, who: Vec::new() });
        } else if let Some(id) =
            change.app_id.clone().filter(|_| is_here && !change.fields.is_empty())
            && matches!(change.work, Work::Update { .. } | Work::Replace { .. })
        {
            listed.insert(change.address.clone());
            found.changed.push(differing(live.get(&id).copied(), change, id));
        }
    }
    let unnamed = unknown.iter().filter(|zone| is_configured(zone));
    let findings = unnamed.map(|zone| compared_with_configuration(&zone.name)).collect();
    Compared { findings, listed }
}

/// Whether neither the configuration nor what is recorded names a zone.
fn has_nothing(input: &Input<'_>) -> bool {
    let is_recorded = !input.recorded.state.apps.is_empty();
    input.live.is_empty() && input.unread.is_empty() && !is_recorded
}

fn is_known(input: &Input<'_>, zone: &LiveZone) -> bool {
    let state = &input.recorded.state;
    let is_read = input.recorded.condition == Condition::Read || !state.apps.is_empty();
    is_read && (state.zones.contains_key(&zone.name) || state.apps_in(&zone.name).next().is_some())
}

fn compared_with_configuration(zone: &str) -> Finding {
    let summary =
        format!("the state does not know {zone}, so it was compared with the configuration");
    Finding::new(&codes::NO_STATE, summary)
}

fn differing(live: Option<&Live>, change: &Change, app_id: AppId) -> Drifted {
    let field = |field: &FieldChange| DriftedField {
        applied: None,
        change: FieldChange { cause: ChangeCause::Drift, ..field.clone() },
    };
    Drifted {
        address: change.address.clone(),
        zone_id: change.zone_id.clone(),
        former_id: None,
        action: change.action,
        reason: change.reason,
        impact: change.impact,
        labels: change.labels.clone(),
        modified_on: live.and_then(|live| live.modified_on.clone()),
        fields: change.fields.iter().map(field).collect(),
        place: change.refusals.place_of("").cloned(),
        who: Vec::new(),
        app_id,
    }
}
