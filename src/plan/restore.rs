//! What was deleted for a replacement that did not come about: every plan offers it, and one plan brings it back.

use serde_json::Map;

use super::change::{
    Action, Call, Change, FieldChange, Plan, Reason, Refusals, StateEffect, Step, Summary,
    Template, Verdict, Work,
};
use super::fields::FieldView;
use super::input::{Input, LiveZone, Policy};
use crate::finding::Finding;
use crate::ledger::Snapshot;
use crate::model::{Address, AppId, Backup, Impact, Live, Recorded};

/// The offers: one warning for each application that is lost and does not stand in its place again.
pub(super) fn offers(input: &Input<'_>) -> Vec<Finding> {
    let lost = input
        .recorded
        .state
        .lost
        .iter()
        .filter(|(address, _)| !input.recorded.state.apps.contains_key(*address));
    lost.map(|(address, former)| offer(address, former)).collect()
}

fn zone_of<'a>(zones: &'a [LiveZone], former: &Backup) -> Option<&'a LiveZone> {
    zones.iter().find(|zone| zone.id == former.zone_id)
}

fn offer(address: &Address, former: &Backup) -> Finding {
    let identity = former.spec().identity();
    let what = identity
        .map(|identity| format!(" ({} {})", identity.hostname, identity.protocol))
        .unwrap_or_default();
    let summary = format!("{address}{what} was deleted for a replacement that did not come about");
    let why = "the API refused what was to take its place, or the run ended in between, so that nothing serves it now";
    let fix = format!(
        "apply to create it as configured, or bring back what it was by `spectrumctl apply --restore {address}`"
    );
    Finding::warning("lost-application", summary, why, fix).about(address)
}

/// The plan that brings an application back as it was.
///
/// # Errors
/// There is nothing to bring back at the address, its zone was not read, or something else is in its place.
pub fn restore(
    recorded: &Snapshot,
    address: &Address,
    zones: &[LiveZone],
    policy: &Policy,
) -> Result<Plan, Box<Finding>> {
    let refused = |summary: String, why: &str, fix: &str| {
        Box::new(Finding::error("restore", summary, why, fix).about(address))
    };
    let Some(former) = recorded.state.lost.get(address) else {
        let why = "only what apply has deleted for a replacement, and could not replace, is kept to be brought back";
        return Err(refused(
            format!("there is nothing to bring back at {address}"),
            why,
            "see the addresses that plan names",
        ));
    };
    let Some(zone) = zone_of(zones, former) else {
        let why = "without the zone it is not known what is in its place";
        return Err(refused(
            format!("the zone of {address} was not read"),
            why,
            "see why it was not, and try again",
        ));
    };
    let identity = former.spec().identity();
    if let Some(live) =
        zone.apps.iter().find(|live| identity.is_some() && live.spec.identity() == identity)
    {
        let why = "two applications cannot serve the same hostname and port";
        let summary = format!("the live application {} is in the place of {address}", live.id);
        return Err(refused(summary, why, "delete that one first, or keep it"));
    }
    Ok(plan_of(address, former, FieldView { policy, lineage: recorded.state.lineage() }))
}

fn plan_of(address: &Address, former: &Backup, view: FieldView<'_>) -> Plan {
    let change = Change {
        address: address.clone(),
        zone_id: former.zone_id.clone(),
        app_id: None,
        action: Action::Create,
        reason: Reason::NotFound,
        impact: Impact::None,
        labels: former
            .recorded
            .as_ref()
            .map(|recorded| recorded.labels.clone())
            .unwrap_or_default(),
        from: None,
        vacates: false,
        fields: fields_of(former, view),
        work: Work::Create { body: former.body.clone() },
        record: former.recorded.as_deref().map_or(StateEffect::Nothing, |recorded| {
            StateEffect::Keep(Box::new(template_of(recorded, former)))
        }),
        refusals: Refusals::default(),
        expects: None,
    };
    let refused = Plan::refused(Vec::new(), Verdict::default(), view.policy.simulated);
    Plan {
        digest: super::digest::compute(std::slice::from_ref(&change)),
        changes: vec![change],
        steps: vec![Step { change: 0, call: Call::Create, after: Vec::new() }],
        summary: Summary { create: 1, ..Summary::default() },
        complete: true,
        ..refused
    }
}

/// What it was, as the fields of a create.
fn fields_of(former: &Backup, view: FieldView<'_>) -> Vec<FieldChange> {
    let live = Live {
        id: AppId::from_api(""),
        spec: former.spec(),
        created_on: None,
        modified_on: None,
        unknown: Map::new(),
    };
    let deleted = view.describe_delete(&live, former.recorded.as_deref());
    let created = |mut field: FieldChange| {
        std::mem::swap(&mut field.before, &mut field.after);
        field.digest_input.reverse();
        field
    };
    deleted.into_iter().map(created).collect()
}

/// The record that it had. Its values count as written again.
fn template_of(recorded: &Recorded, former: &Backup) -> Template {
    Template {
        zone_id: recorded.zone_id.clone(),
        file: recorded.file.clone(),
        labels: recorded.labels.clone(),
        note: recorded.note.clone(),
        masks: recorded.masks.clone(),
        protect: recorded.protect,
        provenance: recorded.provenance,
        applied: true,
        fields: former.spec(),
    }
}
