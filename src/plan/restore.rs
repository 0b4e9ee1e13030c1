//! What was deleted for a replacement that did not come about: every plan offers it, and one plan brings it back.

use serde_json::Map;
use uuid::Uuid;

use super::change::{
    Action, Call, Change, FieldChange, Plan, Reason, Refusals, StateEffect, Step, Summary,
    Template, Verdict, Work,
};
use super::fields::FieldView;
use super::input::{Input, LiveZone, Policy};
use crate::codes;
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
    let summary = format!("{address}{what} was deleted and could not be created again");
    let fix = format!(
        "run `spectrumctl apply` to create it as configured, or `spectrumctl apply --restore {address}` to \
         create it as it was"
    );
    Finding::new(&codes::LOST_APPLICATION, summary).fix(fix).about(address)
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
    let refused = |summary: String| Finding::new(&codes::RESTORE, summary).about(address);
    let Some(former) = recorded.state.lost.get(address) else {
        return Err(Box::new(refused(format!("there is nothing to restore at {address}"))));
    };
    let Some(zone) = zone_of(zones, former) else {
        let finding = refused(format!("the zone of {address} could not be read"))
            .why("another application may have taken its place")
            .fix("correct what keeps the zone from being read, and run again");
        return Err(Box::new(finding));
    };
    let identity = former.spec().identity();
    if let Some(live) =
        zone.apps.iter().find(|live| identity.is_some() && live.spec.identity() == identity)
    {
        let summary =
            format!("the live application {} has the hostname and port of {address}", live.id);
        let finding = refused(summary)
            .why("two applications cannot serve the same hostname and port")
            .fix("keep that application, or delete it first");
        return Err(Box::new(finding));
    }
    Ok(plan_of(address, former, FieldView { policy }, recorded.state.lineage()))
}

fn plan_of(address: &Address, former: &Backup, view: FieldView<'_>, lineage: Option<Uuid>) -> Plan {
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
        digest: super::digest::compute(std::slice::from_ref(&change), lineage),
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
