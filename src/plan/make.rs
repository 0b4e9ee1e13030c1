//! Makes the plan from what is there of each address: decides, groups, orders, checks, guards and selects.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{
    Action, Change, ChangeCause, Plan, Reason, StateEffect, Step, Summary, UnmanagedApp, Verdict,
    Work,
};
use super::decide::{Decider, Decisions, Scenes};
use super::expect::Expectation;
use super::fields::FieldView;
use super::input::{Input, Unread, UnreadCause, ids};
use super::paired::PairedZone;
use super::refusals::Refusals;
use super::{
    digest, entries, exchange, group, guard, loads, losses, make_room, order, paired, preflight,
    recover, refresh, restore, select, way_back, zone_moves,
};
use crate::config::Unmanaged;
use crate::finding::{Finding, Severity, in_order};
use crate::model::{Address, Impact, Live};

/// Plans.
pub fn plan(input: &Input<'_>) -> Plan {
    plan_pairs(input, &paired::pair_zones(input))
}

/// Plans from what is there of each address.
pub(super) fn plan_pairs<'a>(input: &Input<'a>, zones: &[PairedZone<'a>]) -> Plan {
    let mut made = Decisions::default();
    let mut unmanaged = Vec::new();
    let scenes = Scenes::new(input);
    for zone in zones {
        plan_zone(input, &scenes, zone, &mut made, &mut unmanaged);
    }
    let waiting: BTreeSet<&Address> = recover::waiting(input.recorded, input.live).collect();
    made.changes.retain(|change| !waiting.contains(&change.address));
    made.blocked.retain(|change| !waiting.contains(&change.address));
    made.findings.extend(recover::open_steps(input.recorded, input.live));
    made.changes.extend(restore::dropped(input));
    made.findings.extend(restore::offers(input, &made.changes));
    made.changes.sort_by(|a, b| a.address.cmp(&b.address));
    unmanaged.sort();
    if input.policy.refresh_only {
        refresh::keep_what_is_known(&mut made);
    }
    let merged = std::mem::take(&mut made.merged);
    let formed = group::form(input, &merged, &mut made.changes);
    made.findings.extend(formed.findings);
    made.refusals.extend(formed.refusals);
    let order::Order { mut steps, findings, refusals, made_room } =
        order::order(input, &merged, &mut made.changes);
    exchange::bind(&input.recorded.state, &mut steps, &mut made.changes);
    group::bind(&mut steps, &made.changes, &formed.groups);
    let steps = order::sorted(&steps);
    way_back::keep_backups(input, &mut made.changes);
    let moves = zone_moves::form(input, &merged, &mut made.changes);
    let rooms = make_room::form(input, &merged, &mut made.changes, &made_room);
    way_back::end_offers(input, &mut made.changes);
    made.findings.extend(findings);
    made.refusals.extend(refusals);
    preflight::look(input, &merged, &mut made);
    made.findings.extend(entries::check(input, &made.changes));
    made.refusals.extend(losses::check(input, &made.changes));
    made.refusals.extend(match input.policy.refresh_only {
        true => guard::check_refresh(input, &made.changes),
        false => guard::check_plan(input, &made.changes),
    });
    let loads = loads::of(input, &made.changes);
    made.refusals.extend(loads::check(input, &made.changes, &loads));
    let withheld = made.withheld;
    let mut plan = Plan {
        loads,
        groups: [formed.groups, moves, rooms].concat(),
        ..finish(input, made, steps, unmanaged)
    };
    if let Some(selection) = &input.policy.selection {
        select::select(&mut plan, selection, withheld);
        plan.summary = summary(&plan.changes, plan.summary.unchanged, plan.summary.unmanaged);
    }
    plan.summary.drifted += plan.held();
    plan.ways_back = way_back::prepare(&plan);
    plan.digest = digest::compute(&plan, plan.lineage);
    plan
}

fn plan_zone<'a>(
    input: &Input<'a>,
    scenes: &Scenes<'a>,
    paired: &PairedZone<'a>,
    made: &mut Decisions,
    unmanaged: &mut Vec<UnmanagedApp>,
) {
    made.findings.extend(paired.findings.iter().cloned());
    let view = FieldView { policy: input.policy };
    let made_before = std::mem::take(made);
    let mut decider = Decider { input, scenes, zone: paired.zone, view, made: made_before };
    decider.merge(&paired.pairs);
    for pair in &paired.pairs {
        decider.decide(pair);
    }
    for live in &paired.unmanaged {
        decide_unmanaged(&mut decider, paired.wish, live, unmanaged);
    }
    *made = decider.made;
}

/// A live application that the configuration does not have: not mentioned, shown, or deleted.
fn decide_unmanaged(
    decider: &mut Decider<'_, '_>,
    wish: Unmanaged,
    live: &Live,
    unmanaged: &mut Vec<UnmanagedApp>,
) {
    let (input, zone) = (decider.input, decider.zone);
    if input.policy.destroy {
        return;
    }
    let partial = input.policy.selection.is_some();
    let known = input.recorded.state.unmanaged_seen.contains_key(&live.id)
        && !input.recorded.state.released.contains_key(&live.id);
    let may_delete =
        wish != Unmanaged::Report && known && guard::may_delete_unmanaged(input, &zone.name);
    if partial || !may_delete {
        decider.made.withheld += usize::from(may_delete);
        unmanaged.push(UnmanagedApp::new(zone, live));
        return;
    }
    decider.made.changes.push(Change {
        address: guard::unmanaged_address(&zone.name, live),
        zone_id: zone.id.clone(),
        app_id: Some(live.id.clone()),
        action: Action::Delete,
        reason: Reason::Unmanaged,
        impact: Impact::Outage,
        labels: Default::default(),
        from: None,
        vacates: false,
        displaces: false,
        fields: decider.view.describe_delete(live, None),
        work: Work::Delete { id: live.id.clone() },
        record: StateEffect::Nothing,
        backup: None,
        withdraws: Vec::new(),
        describes: false,
        refusals: Refusals::default(),
        expects: Some(Expectation::new(live, None, BTreeSet::new(), zone.tier, &[])),
    });
}

fn finish(
    input: &Input<'_>,
    made: Decisions,
    steps: Vec<Step>,
    unmanaged: Vec<UnmanagedApp>,
) -> Plan {
    let guarded = made.refusals.iter().any(Finding::is_error);
    let nothing_sent = |change: &&Change| change.work == Work::Nothing;
    let as_live: Vec<Address> = made
        .changes
        .iter()
        .filter(nothing_sent)
        .map(|change| change.address.clone())
        .chain(made.unchanged.clone())
        .collect();
    let mut findings = accepted(input, &as_live);
    findings.extend(made.findings);
    findings.extend(
        input
            .unread
            .iter()
            .filter(|unread| !has_failed(unread))
            .map(|unread| unread.finding.clone()),
    );
    let errors = findings.iter().any(Finding::is_error);
    let blocked_by = blocking_codes(&made.refusals);
    findings.extend(made.refusals);
    findings.extend(
        input
            .unread
            .iter()
            .filter(|unread| has_failed(unread))
            .map(|unread| unread.finding.clone()),
    );
    let is_waiting = recover::waiting(input.recorded, input.live).next().is_some();
    let unread = is_waiting || input.unread.iter().any(has_failed);
    let verdict = Verdict { unread, errors, guarded };
    Plan {
        summary: summary(&made.changes, made.unchanged.len(), unmanaged.len()),
        digest: String::new(),
        lineage: input.recorded.state.lineage(),
        changes: made.changes,
        blocked: made.blocked,
        steps,
        groups: Vec::new(),
        ways_back: Vec::new(),
        known: ids(input.live),
        confirms: made.confirms,
        unmanaged,
        loads: BTreeMap::new(),
        findings: in_order(findings),
        verdict,
        blocked_by,
        unread: input
            .unread
            .iter()
            .filter(|unread| unread.cause != UnreadCause::Gone)
            .map(zone_of)
            .collect(),
        selection: None,
        complete: input.unread.is_empty() && !is_waiting && !errors && !guarded,
        simulated: input.policy.simulated,
    }
}

fn has_failed(unread: &Unread) -> bool {
    unread.cause == UnreadCause::Failed
}

fn zone_of(unread: &Unread) -> String {
    unread.zone.clone()
}

/// The codes of the guards that refuse the plan, in order, each once.
fn blocking_codes(refusals: &[Finding]) -> Vec<String> {
    let codes: BTreeSet<String> = refusals
        .iter()
        .filter(|refusal| refusal.is_error())
        .map(|refusal| refusal.code.to_string())
        .collect();
    codes.into_iter().collect()
}

/// What validation found; an application that is live with exactly the desired values is accepted as it is, so an error against it
/// becomes a warning.
pub(super) fn accepted(input: &Input<'_>, unchanged: &[Address]) -> Vec<Finding> {
    let unchanged: BTreeSet<(&str, &str)> =
        unchanged.iter().map(|address| (address.zone.as_str(), address.key.as_str())).collect();
    let is_unchanged = |finding: &Finding| {
        let address = finding.address.as_deref().and_then(|address| address.split_once('/'));
        address.is_some_and(|address| unchanged.contains(&address))
    };
    let soften = |finding: &Finding| match finding.is_error() && is_unchanged(finding) {
        true => Finding { severity: Severity::Warning, ..finding.clone() },
        false => finding.clone(),
    };
    input.desired.findings.iter().map(soften).collect()
}

fn summary(changes: &[Change], unchanged: usize, unmanaged: usize) -> Summary {
    let mut summary = Summary { unchanged, unmanaged, ..Summary::default() };
    for change in changes {
        let count = match change.action {
            Action::Create => &mut summary.create,
            Action::Update => &mut summary.update,
            Action::Replace => &mut summary.replace,
            Action::Delete => &mut summary.delete,
            Action::Adopt => &mut summary.adopt,
            Action::Move => &mut summary.moved,
            Action::Forget => &mut summary.forget,
            Action::Record => &mut summary.record,
        };
        *count += 1;
        summary.drifted +=
            usize::from(change.fields.iter().any(|field| field.cause != ChangeCause::Config));
    }
    summary
}
