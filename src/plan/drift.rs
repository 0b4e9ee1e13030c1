//! Drift: what is live against what was last applied. Pure, like the plan, and made from the same input; the configuration only says
//! which zones are looked at, what is ignored, and what a repair would set.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Action, ChangeCause, FieldChange, Reason, Selected, UnmanagedApp, Verdict};
use super::drift_report::{Appearance, Drift, Drifted, DriftedField, Missing};
use super::fields::FieldView;
use super::input::{Input, LiveZone, Unread, UnreadCause};
use super::make::{accepted, plan_pairs};
use super::merged;
use super::paired::{self, PairedZone};
use super::recover;
use super::restore;
use super::selection::Selection;
use super::three_way::{Pair, ThreeWay};
use super::without_memory;
use crate::codes;
use crate::config::{App, OnDrift};
use crate::diff::{self, Delta};
use crate::finding::{Finding, in_order};
use crate::model::field::Mutability as Changeability;
use crate::model::{Address, Field, Impact, Live, Recorded, Source, Spec};

/// Looks for drift.
pub fn drift(input: &Input<'_>) -> Drift {
    let zones = paired::pair_zones(input);
    let plan = plan_pairs(input, &zones);
    let mut search = Search {
        input,
        actions: plan.changes.iter().map(|change| (&change.address, change.action)).collect(),
        view: FieldView { policy: input.policy },
        as_desired: Vec::new(),
        found: Drift::default(),
    };
    for zone in &zones {
        search.compare_zone(zone);
    }
    let Search { as_desired, mut found, .. } = search;
    let compared = without_memory::compare(input, &plan, &mut found);
    found.findings.extend(compared.findings);
    let is_pending =
        |change: &super::Change| !is_repair(change) && !compared.listed.contains(&change.address);
    let mut findings = accepted(input, &as_desired);
    findings.append(&mut found.findings);
    findings.extend(since_unknown(input, &found));
    findings.extend(input.unread.iter().map(|unread| unread.finding.clone()));
    findings.extend(recover::open_steps(input.recorded, input.live));
    findings.extend(restore::offers(input, &plan.changes));
    let failed = |finding: &Finding| {
        input.unread.iter().any(|unread| is_unknown(unread) && unread.finding == *finding)
    };
    let errors = findings.iter().any(|finding| finding.is_error() && !failed(finding));
    let is_waiting = recover::waiting(input.recorded, input.live).next().is_some();
    let selection = input.policy.selection.as_ref().map(|selection| select(&mut found, selection));
    found.unmanaged.sort_by(|a, b| a.unmanaged_app.cmp(&b.unmanaged_app));
    Drift {
        pending: plan.changes.iter().filter(|change| is_pending(change)).count(),
        findings: in_order(findings),
        verdict: Verdict {
            unread: found.verdict.unread || is_waiting || input.unread.iter().any(is_unknown),
            errors,
            guarded: false,
        },
        unread: input.unread.iter().map(|unread| unread.zone.clone()).collect(),
        complete: input.unread.is_empty()
            && !is_waiting
            && !errors
            && selection.as_ref().is_none_or(|selected| selected.left_out == 0),
        selection,
        digest: plan.digest,
        simulated: input.policy.simulated,
        ..found
    }
}

/// That applications differ from what is recorded as an earlier state or a damaged journal left it.
fn since_unknown(input: &Input<'_>, found: &Drift) -> Option<Finding> {
    let is_old = |address: &&Address| {
        input.recorded.state.apps.get(*address).is_some_and(|recorded| !recorded.confirmed)
    };
    let differing = found.changed.iter().map(|drifted| &drifted.address);
    let missing = found.missing.iter().map(|missing| &missing.address);
    let old: Vec<String> =
        differing.chain(missing).filter(is_old).map(ToString::to_string).collect();
    (!old.is_empty()).then(|| {
        let are = if old.len() == 1 { "is" } else { "are" };
        let summary = format!(
            "since when {} {are} different is unknown: what is recorded came back with an earlier state, or is from before the damage of the journal",
            old.join(", ")
        );
        Finding::new(&codes::SINCE_UNKNOWN, summary)
    })
}

/// Whether nothing is known of the drift of a zone.
fn is_unknown(unread: &Unread) -> bool {
    matches!(unread.cause, UnreadCause::Failed | UnreadCause::Gone)
}

/// Leaves what is selected.
fn select(found: &mut Drift, selection: &Selection) -> Selected {
    let count = |found: &Drift| {
        found.changed.len()
            + found.missing.len()
            + found.unmanaged.len()
            + found.ignored.len()
            + found.accepted.len()
    };
    let before = count(found);
    for list in [&mut found.changed, &mut found.ignored, &mut found.accepted] {
        list.retain(|drifted| selection.covers(&drifted.address, &drifted.labels));
    }
    found.missing.retain(|missing| selection.covers(&missing.address, &missing.labels));
    found.unmanaged.retain(|one| {
        let address = Address::for_unmanaged(&one.unmanaged_app.zone, &one.unmanaged_app.app_id);
        selection.covers(&address, &BTreeMap::new())
    });
    Selected {
        given: selection.given.clone(),
        added: Vec::new(),
        held_back: Vec::new(),
        left_out: before - count(found),
    }
}

/// Whether a planned change does nothing but undo what somebody else has done.
fn is_repair(change: &super::Change) -> bool {
    let by_drift = || change.fields.iter().all(|field| field.cause == ChangeCause::Drift);
    match change.reason {
        Reason::DeletedOutside | Reason::RecreatedOutside => true,
        Reason::Differs | Reason::ImmutableField | Reason::Requested => {
            !change.fields.is_empty() && by_drift()
        }
        _ => false,
    }
}

/// What is found on the way through the zones.
struct Search<'a, 'i> {
    input: &'i Input<'a>,
    actions: BTreeMap<&'i Address, Action>,
    view: FieldView<'i>,
    /// The addresses that are live with exactly the desired values.
    as_desired: Vec<Address>,
    found: Drift,
}

impl<'a> Search<'a, '_> {
    fn compare_zone(&mut self, paired: &PairedZone<'a>) {
        self.found.findings.extend(paired.findings.iter().cloned());
        for pair in &paired.pairs {
            self.compare_pair(paired.zone, pair);
        }
        for live in &paired.unmanaged {
            self.add_unmanaged(paired.zone, live);
        }
    }

    fn compare_pair(&mut self, zone: &LiveZone, pair: &Pair<'a>) {
        let recorded = || self.input.recorded.state.apps.get(&pair.address);
        match pair.three_way {
            ThreeWay::Managed { desired, recorded, live } => {
                self.compare(zone, pair, Some(desired), recorded, live)
            }
            ThreeWay::RecordedAndLive { recorded, live } => {
                self.compare(zone, pair, None, recorded, live)
            }
            ThreeWay::ConfiguredAndLive { desired, live } if pair.recreated => {
                if let Some(recorded) = recorded() {
                    self.compare(zone, pair, Some(desired), recorded, live);
                }
            }
            ThreeWay::ConfiguredAndRecorded { desired } => {
                self.found.missing.extend(recorded().map(|gone| missing(pair, gone, Some(desired))))
            }
            ThreeWay::Recorded { recorded } => {
                self.found.missing.push(missing(pair, recorded, None))
            }
            ThreeWay::Configured { .. } | ThreeWay::ConfiguredAndLive { .. } => {}
        }
    }

    fn compare(
        &mut self,
        zone: &LiveZone,
        pair: &Pair<'a>,
        app: Option<&App>,
        recorded: &Recorded,
        live: &Live,
    ) {
        let desired =
            app.and_then(|app| self.input.desired.shapes.get(&app.address)).map(|spec| &**spec);
        if app.zip(desired).is_some_and(|(app, desired)| {
            let found = merged::Found {
                live,
                recorded: Some(recorded),
                own: live,
                applied: Some(recorded),
                kept: self.input.recorded.state.kept.get(&pair.address),
            };
            merged::merge(desired, app, OnDrift::Repair, found).deltas.is_empty()
        }) {
            self.as_desired.push(pair.address.clone());
        }
        let ignored: BTreeSet<Field> = app
            .into_iter()
            .flat_map(|app| &app.lifecycle.ignore_changes)
            .flat_map(|ignored| ignored.fields.iter().copied())
            .collect();
        let is_settled = |delta: &Delta| {
            desired.is_some_and(|desired| desired.effective(delta.field) == delta.before.as_ref())
        };
        let (left_alone, rest): (Vec<Delta>, Vec<Delta>) =
            diff::between(&live.spec, &recorded.spec())
                .into_iter()
                .partition(|delta| ignored.contains(&delta.field));
        let (accepted, changed): (Vec<Delta>, Vec<Delta>) = rest.into_iter().partition(is_settled);
        let former_id = (recorded.id != live.id).then(|| recorded.id.clone());
        let made = |deltas: &[Delta]| Drifted {
            former_id: former_id.clone(),
            fields: deltas.iter().map(|delta| self.field(delta, app, desired, recorded)).collect(),
            ..self.drifted(zone, pair, app, recorded, live, deltas)
        };
        let (changed_app, ignored_app, settled_app) =
            (made(&changed), made(&left_alone), made(&accepted));
        let is_changed = !changed.is_empty() || former_id.is_some();
        self.found.unchanged +=
            usize::from(!is_changed && left_alone.is_empty() && accepted.is_empty());
        self.found.changed.extend(is_changed.then_some(changed_app));
        self.found.ignored.extend((!left_alone.is_empty()).then_some(ignored_app));
        self.found.accepted.extend((!accepted.is_empty()).then_some(settled_app));
    }

    fn drifted(
        &self,
        zone: &LiveZone,
        pair: &Pair<'a>,
        app: Option<&App>,
        recorded: &Recorded,
        live: &Live,
        deltas: &[Delta],
    ) -> Drifted {
        Drifted {
            address: pair.address.clone(),
            zone_id: zone.id.clone(),
            app_id: live.id.clone(),
            former_id: None,
            action: self.actions.get(&pair.address).copied().unwrap_or(Action::Update),
            reason: if recorded.id == live.id { Reason::Differs } else { Reason::RecreatedOutside },
            impact: deltas
                .iter()
                .map(|delta| delta.field.row().impact)
                .max()
                .unwrap_or(Impact::None),
            labels: app.map_or_else(|| recorded.labels.clone(), |app| app.labels.clone()),
            modified_on: live.modified_on.clone(),
            fields: Vec::new(),
            place: app.and_then(|app| app.place.clone()),
            who: Vec::new(),
        }
    }

    /// A field whose live value is not what was applied. What a variable went into is masked on every side.
    fn field(
        &self,
        delta: &Delta,
        app: Option<&App>,
        desired: Option<&Spec>,
        recorded: &Recorded,
    ) -> DriftedField {
        let field = delta.field;
        let given = app.and_then(|app| app.draft.given.get(&field));
        let written = recorded.masks.get(field.path()).map(String::as_str);
        let mask = given.and_then(|given| given.mask.as_deref()).or(written);
        let changed = mask.map(|mask| format!("{mask} (changed)"));
        let after = desired.and_then(|desired| desired.effective(field));
        let forces = field.row().change == Changeability::ForcesReplace;
        DriftedField {
            change: FieldChange {
                field,
                before: delta
                    .before
                    .as_ref()
                    .map(|value| self.view.side(field, value, changed.as_deref())),
                after: after.map(|value| self.view.side(field, value, mask)),
                cause: if desired.is_some() && after == delta.after.as_ref() {
                    ChangeCause::Drift
                } else {
                    ChangeCause::Both
                },
                source: given.map_or(Source::ApiDefault, |given| given.source),
                forces_replace: forces && delta.before.is_some(),
                is_unseen: delta.is_unseen,
                digest_input: [String::new(), String::new()],
            },
            applied: delta
                .after
                .as_ref()
                .map(|value| self.view.side(field, value, written.or(mask))),
        }
    }

    fn add_unmanaged(&mut self, zone: &LiveZone, live: &Live) {
        let state = &self.input.recorded.state;
        let met =
            state.unmanaged_seen.contains_key(&live.id) || state.released.contains_key(&live.id);
        let unmanaged_app = UnmanagedApp::new(zone, live);
        self.found.unmanaged.push(Appearance { unmanaged_app, appeared: !met, who: Vec::new() });
    }
}

fn missing(pair: &Pair<'_>, recorded: &Recorded, app: Option<&App>) -> Missing {
    let place = app.and_then(|app| app.place.clone());
    let labels = app.map_or_else(|| recorded.labels.clone(), |app| app.labels.clone());
    Missing {
        address: pair.address.clone(),
        app_id: recorded.id.clone(),
        labels,
        place,
        who: Vec::new(),
    }
}
