//! Drift: what is live against what was last applied. Pure, like the plan, and made from the same input; the configuration only says
//! which zones are looked at, what is ignored, and what a repair would set.

use std::collections::{BTreeMap, BTreeSet};

use super::accepted;
use super::change::{
    Action, ChangeCause, FieldChange, Reason, Selected, Side, UnmanagedApp, Verdict,
};
use super::fields::FieldView;
use super::input::{Input, LiveZone};
use super::merged;
use super::pair::Pair;
use super::paired::{self, PairedZone};
use super::recover;
use super::select::Selection;
use super::three_way::ThreeWay;
use super::without_memory;
use crate::config::{App, OnDrift};
use crate::diff::{self, Delta};
use crate::finding::{Finding, Place, in_order};
use crate::model::field::Mutability as Changeability;
use crate::model::{Address, AppId, Field, Impact, Live, Recorded, Source, Spec, ZoneId};

/// Who did something to an application, as the audit log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditEvent {
    /// When, RFC 3339.
    pub time: String,
    /// What: `create`, `update`, `delete`.
    pub action: String,
    /// Who: a user's address or a token's name.
    pub actor: String,
    /// By which means: `dash`, `api_token`, `api_key`.
    pub means: Option<String>,
}

/// A field that somebody else has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct DriftedField {
    /// What a repair would do: before it the live value, after it the desired one.
    pub change: FieldChange,
    /// What was last applied; `None` for nothing.
    pub applied: Option<Side>,
}

/// An application that is no longer as it was applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Drifted {
    /// The address.
    pub address: Address,
    /// The zone's id.
    pub zone_id: ZoneId,
    /// The live application's id.
    pub app_id: AppId,
    /// The id that it was applied under, where it was created again outside.
    pub former_id: Option<AppId>,
    /// What the next apply does about it.
    pub action: Action,
    /// `differs`, or `recreated_outside`.
    pub reason: Reason,
    /// What clients notice of a repair.
    pub impact: Impact,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// When it was last modified, as the API wrote it.
    pub modified_on: Option<String>,
    /// What differs, in table order.
    pub fields: Vec<DriftedField>,
    /// Where it is configured.
    pub place: Option<Place>,
    /// Who has done something to it, the newest first.
    pub who: Vec<AuditEvent>,
}

/// An application that was applied and is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The address.
    pub address: Address,
    /// The id that it had.
    pub app_id: AppId,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Where it is configured.
    pub place: Option<Place>,
    /// Who deleted it.
    pub who: Vec<AuditEvent>,
}

/// A live application that the configuration does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The application.
    pub unmanaged_app: UnmanagedApp,
    /// Whether no apply has met it yet.
    pub appeared: bool,
    /// Who created it.
    pub who: Vec<AuditEvent>,
}

/// What is live against what was last applied.
#[derive(Debug, Clone, Default)]
pub struct Drift {
    /// Applications that were changed or created again outside, by address.
    pub changed: Vec<Drifted>,
    /// Applications that are gone, by address.
    pub missing: Vec<Missing>,
    /// Live applications that the configuration does not have.
    pub unmanaged: Vec<Appearance>,
    /// Changes in fields that the configuration ignores.
    pub ignored: Vec<Drifted>,
    /// Changes that the configuration has taken over since.
    pub accepted: Vec<Drifted>,
    /// How many applications are as they were applied.
    pub unchanged: usize,
    /// How many changes an apply would make for another reason than drift.
    pub pending: usize,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What stands against relying on it.
    pub verdict: Verdict,
    /// The names of the zones that were not read.
    pub unread: Vec<String>,
    /// Whether every zone was read and nothing is wrong.
    pub complete: bool,
    /// The digest of the plan that would repair it.
    pub digest: String,
    /// What was selected, and how much that left out; none for everything.
    pub selection: Option<Selected>,
    /// Whether the audit log was asked.
    pub asked: bool,
    /// Whether it was looked for in a simulator.
    pub simulated: bool,
}

impl Drift {
    /// A report that could not be made, for what is wrong.
    pub fn refused(findings: Vec<Finding>, verdict: Verdict, simulated: bool) -> Drift {
        Drift {
            findings: in_order(findings),
            verdict,
            digest: super::digest::compute(&[], None),
            simulated,
            ..Drift::default()
        }
    }

    /// Whether anything drifted: a field, an application that is missing, or one that appeared.
    pub fn is_any(&self) -> bool {
        !self.changed.is_empty() || !self.missing.is_empty() || self.appeared().next().is_some()
    }

    /// The live applications that no apply has met.
    pub fn appeared(&self) -> impl Iterator<Item = &Appearance> {
        self.unmanaged.iter().filter(|unmanaged_app| unmanaged_app.appeared)
    }

    /// The ids that the audit log may know something about, by zone.
    pub fn ids(&self) -> BTreeMap<&str, BTreeSet<&AppId>> {
        let mut ids: BTreeMap<&str, BTreeSet<&AppId>> = BTreeMap::new();
        for drifted in self.changed.iter().chain(&self.ignored) {
            ids.entry(&drifted.address.zone)
                .or_default()
                .extend([&drifted.app_id].into_iter().chain(&drifted.former_id));
        }
        for missing in &self.missing {
            ids.entry(&missing.address.zone).or_default().insert(&missing.app_id);
        }
        for appeared in self.appeared() {
            ids.entry(&appeared.unmanaged_app.zone)
                .or_default()
                .insert(&appeared.unmanaged_app.app_id);
        }
        ids
    }

    /// Takes over what the audit log tells, by application and with the newest first. A change is told by updates, an application that
    /// is new by its creation, one that is gone by its deletion.
    pub fn attribute(&mut self, deeds: &BTreeMap<AppId, Vec<AuditEvent>>) {
        let of = |id: &AppId, actions: &[&str]| -> Vec<AuditEvent> {
            let all = deeds.get(id).into_iter().flatten();
            all.filter(|deed| actions.contains(&deed.action.as_str()))
                .take(DEEDS_SHOWN)
                .cloned()
                .collect()
        };
        for drifted in self.changed.iter_mut().chain(&mut self.ignored) {
            drifted.who = match &drifted.former_id {
                Some(former) => of(&drifted.app_id, &["create", "update"])
                    .into_iter()
                    .chain(of(former, &["delete"]))
                    .collect(),
                None => of(&drifted.app_id, &["update"]),
            };
        }
        self.missing.iter_mut().for_each(|missing| missing.who = of(&missing.app_id, &["delete"]));
        self.unmanaged.iter_mut().for_each(|unmanaged_app| {
            unmanaged_app.who = of(&unmanaged_app.unmanaged_app.app_id, &["create"])
        });
        self.asked = true;
    }
}

/// How many deeds are told of one application.
const DEEDS_SHOWN: usize = 3;

/// Looks for drift.
pub fn drift(input: &Input<'_>) -> Drift {
    let zones = paired::pair_zones(input);
    let plan = super::plan_pairs(input, &zones);
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
    findings.extend(input.unread.iter().map(|unread| unread.finding.clone()));
    findings.extend(recover::open_steps(input.recorded, input.live));
    let failed = |finding: &Finding| {
        input.unread.iter().any(|unread| unread.failed && unread.finding == *finding)
    };
    let errors = findings.iter().any(|finding| finding.is_error() && !failed(finding));
    let selection = input.policy.selection.as_ref().map(|selection| select(&mut found, selection));
    found.unmanaged.sort_by(|a, b| a.unmanaged_app.cmp(&b.unmanaged_app));
    Drift {
        pending: plan.changes.iter().filter(|change| is_pending(change)).count(),
        findings: in_order(findings),
        verdict: Verdict {
            unread: found.verdict.unread || input.unread.iter().any(|unread| unread.failed),
            errors,
            guarded: false,
        },
        unread: plan.unread,
        complete: input.unread.is_empty()
            && !errors
            && selection.as_ref().is_none_or(|selected| selected.left_out == 0),
        selection,
        digest: plan.digest,
        simulated: input.policy.simulated,
        ..found
    }
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
        Reason::Differs | Reason::ImmutableField => !change.fields.is_empty() && by_drift(),
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
