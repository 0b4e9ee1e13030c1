//! What was deleted for a replacement that did not come about: every plan offers it, and one plan brings it back.

use std::collections::BTreeSet;

use serde_json::Map;
use uuid::Uuid;

use super::change::{
    Action, Call, Change, FieldChange, Plan, Reason, StateEffect, Step, Summary, Verdict, Work,
};
use super::digest;
use super::fields::FieldView;
use super::input::{Input, LiveZone, Policy, ids};
use super::refusals::Refusals;
use crate::codes;
use crate::config::What;
use crate::finding::Finding;
use crate::ledger::Snapshot;
use crate::model::{Address, AppId, Backup, Impact, Live, Recorded, Template};

/// The offers: one warning for each application that was deleted for a replacement and has nothing in its place.
pub(super) fn offers(input: &Input<'_>, changes: &[Change]) -> Vec<Finding> {
    let dropped: BTreeSet<&AppId> = changes.iter().flat_map(|change| &change.withdraws).collect();
    let kept = input.recorded.state.pending_restore.values();
    kept.filter(|backup| !dropped.contains(&backup.id)).filter_map(offer).collect()
}

/// The changes that end an offer without a replacement: those that `removed` asks for. Leaving the configuration is not enough, because
/// a commit that is reverted would take the way back with it.
pub(super) fn dropped(input: &Input<'_>) -> Vec<Change> {
    let kept = input.recorded.state.pending_restore.values();
    kept.filter_map(|backup| drop_offer(input, backup)).collect()
}

fn drop_offer(input: &Input<'_>, backup: &Backup) -> Option<Change> {
    let configuration = input.desired.configuration;
    let address = backup.addresses.first()?;
    let is_wanted = configuration.apps().any(|app| backup.addresses.contains(&app.address));
    let is_removed = configuration.removed.iter().any(|removed| match &removed.what {
        What::App(app) => backup.addresses.contains(app),
        What::Zone(zone) => *zone == address.zone,
        What::File(_) => false,
    });
    (is_removed && !is_wanted).then(|| Change {
        app_id: Some(backup.id.clone()),
        action: Action::Forget,
        reason: Reason::Removed,
        work: Work::Nothing,
        record: StateEffect::Nothing,
        ..change_of(address, backup)
    })
}

/// What every change about a backup has.
fn change_of(address: &Address, backup: &Backup) -> Change {
    let labels = backup.recorded.as_ref().map(|recorded| recorded.labels.clone());
    Change {
        address: address.clone(),
        zone_id: backup.zone_id.clone(),
        app_id: None,
        action: Action::Create,
        reason: Reason::NotFound,
        impact: Impact::None,
        labels: labels.unwrap_or_default(),
        from: None,
        vacates: false,
        displaces: false,
        fields: Vec::new(),
        work: Work::Create { body: backup.body.clone() },
        record: StateEffect::Nothing,
        backup: None,
        describes: false,
        withdraws: vec![backup.id.clone()],
        refusals: Refusals::default(),
        expects: None,
    }
}

/// The warning about what was deleted for a replacement and is down since, with what brings it back; none where it has no address.
pub fn offer(backup: &Backup) -> Option<Finding> {
    let address = backup.addresses.first()?;
    let identity = backup.spec().identity();
    let what = identity
        .map(|identity| format!(" ({} {})", identity.hostname, identity.protocol))
        .unwrap_or_default();
    let summary = format!("{address}{what} was deleted and could not be created again");
    // Several may have been deleted for one, and each comes back by the address that is its own.
    let own = backup.at.as_ref().unwrap_or(address);
    let fix = format!(
        "run `spectrumctl apply` to create it as configured, or `spectrumctl apply --restore {own}` to \
         create it as it was"
    );
    Some(Finding::new(&codes::LOST_APPLICATION, summary).fix(fix).about(address))
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
    let Some(backup) = recorded.state.backup_of(address) else {
        return Err(Box::new(refused(format!("there is nothing to restore at {address}"))));
    };
    let Some(zone) = zones.iter().find(|zone| zone.id == backup.zone_id) else {
        let finding = refused(format!("the zone of {address} could not be read"))
            .why("another application may have taken its place")
            .fix("correct what keeps the zone from being read, and run again");
        return Err(Box::new(finding));
    };
    let identity = backup.spec().identity();
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
    // A backup that does not say where it is recorded may be of an application that moved to another zone.
    let in_zone = || backup.addresses.iter().find(|known| known.zone == zone.name);
    let address = backup.at.as_ref().or_else(in_zone).unwrap_or(address);
    if let Some(other) = recorded.state.apps.get(address).filter(|other| is_live(zone, &other.id)) {
        let summary = format!("{address} is the live application {} by now", other.id);
        let finding = refused(summary)
            .why("an address has one application")
            .fix("keep that application, or delete it first");
        return Err(Box::new(finding));
    }
    let plan = plan_of(address, backup, FieldView { policy }, recorded.state.lineage());
    Ok(Plan { known: ids(zones), ..plan })
}

fn is_live(zone: &LiveZone, id: &AppId) -> bool {
    zone.apps.iter().any(|live| live.id == *id)
}

fn plan_of(address: &Address, backup: &Backup, view: FieldView<'_>, lineage: Option<Uuid>) -> Plan {
    let change = Change {
        fields: fields_of(backup, view),
        record: backup.recorded.as_deref().map_or(StateEffect::Nothing, |recorded| {
            StateEffect::Keep(Box::new(template_of(recorded, backup)))
        }),
        ..change_of(address, backup)
    };
    let refused = Plan::refused(Vec::new(), Verdict::default(), view.policy.simulated);
    let plan = Plan {
        changes: vec![change],
        steps: vec![Step { change: 0, call: Call::Create, after: Vec::new() }],
        summary: Summary { create: 1, ..Summary::default() },
        complete: true,
        ..refused
    };
    Plan { digest: digest::compute(&plan, lineage), ..plan }
}

/// What it was, as the fields of a create.
fn fields_of(backup: &Backup, view: FieldView<'_>) -> Vec<FieldChange> {
    let live = Live {
        id: backup.id.clone(),
        spec: backup.spec(),
        created_on: None,
        modified_on: None,
        unknown: Map::new(),
    };
    let deleted = view.describe_delete(&live, backup.recorded.as_deref());
    let created = |mut field: FieldChange| {
        std::mem::swap(&mut field.before, &mut field.after);
        field.digest_input.reverse();
        field
    };
    deleted.into_iter().map(created).collect()
}

/// The record that it had. Its values count as written again.
fn template_of(recorded: &Recorded, backup: &Backup) -> Template {
    Template { applied: true, fields: backup.spec(), ..recorded.template() }
}
