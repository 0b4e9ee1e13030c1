//! The prepared way back: what takes back the steps of changes that belong together once one of them is refused. It holds every call,
//! body, condition and effect in order, so that apply takes it or stops, and decides nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Map;

use super::body;
use super::change::{Call, Change, Plan, StateEffect, Work};
use super::compensation::{Compensation, StepEnd, Undo, WayBack};
use super::input::{Input, LiveZone};
use crate::ledger::Effect;
use crate::model::{Address, AppId, Backup, Live, ZoneId};

impl WayBack {
    /// Whether the end of one of its steps makes the way back necessary. A create without a known outcome does not: what it was to make
    /// may well be there.
    pub fn is_called_for(call: Call, end: StepEnd) -> bool {
        end == StepEnd::NoEffect || (end == StepEnd::Unknown && call == Call::Delete)
    }
}

impl Compensation {
    /// The same for the applications as they were read right before the first write; `found` gives that of a change.
    #[must_use]
    pub fn for_newest<'a>(
        &self,
        plan: &Plan,
        found: impl Fn(usize) -> Option<&'a Live>,
    ) -> Compensation {
        let change = &plan.changes[self.change];
        if let Some(backup) = change.backup_for(found(self.change)) {
            return compensation(change, &backup, self.clone());
        }
        let newest = |backup: &Backup| {
            let is_of =
                |change: &Change| change.backup.as_ref().is_some_and(|it| it.id == backup.id);
            let of = plan.changes.iter().position(is_of)?;
            plan.changes[of].backup_for(found(of))
        };
        let effects = self.effects.iter().cloned().map(|effect| match effect {
            Effect::Offer { backup } => {
                Effect::Offer { backup: newest(&backup).map_or(backup, Box::new) }
            }
            other => other,
        });
        Compensation { effects: effects.collect(), ..self.clone() }
    }
}

/// A compensation with the body and the effects of this backup.
fn compensation(change: &Change, backup: &Backup, of: Compensation) -> Compensation {
    let (undo, effects) = match of.undo {
        Undo::Delete => (Undo::Delete, change.offered(backup)),
        Undo::Create { .. } => {
            (Undo::Create { body: backup.body.clone() }, change.restored(backup))
        }
    };
    Compensation { undo, effects, ..of }
}

/// Prepares the way back of each group, and of each replacement that is in none.
pub(super) fn prepare(plan: &Plan) -> Vec<WayBack> {
    let by_address: BTreeMap<&Address, usize> =
        plan.changes.iter().enumerate().map(|(index, change)| (&change.address, index)).collect();
    let members = plan.groups.iter().map(|group| {
        group.members.iter().filter_map(|member| by_address.get(member).copied()).collect()
    });
    let groups: Vec<BTreeSet<usize>> = members.collect();
    let in_group: BTreeSet<usize> = groups.iter().flatten().copied().collect();
    let is_replace = |index: &usize| matches!(plan.changes[*index].work, Work::Replace { .. });
    let alone = (0..plan.changes.len()).filter(is_replace);
    let alone = alone.filter(|index| !in_group.contains(index));
    let alone: Vec<BTreeSet<usize>> = alone.map(|index| BTreeSet::from([index])).collect();
    if groups.is_empty() && alone.is_empty() {
        return Vec::new();
    }
    let steps = StepsOf::new(plan);
    groups.iter().chain(&alone).map(|members| steps.way_back(members)).collect()
}

/// The steps of each change that write.
struct StepsOf<'a> {
    plan: &'a Plan,
    steps: BTreeMap<usize, Vec<usize>>,
}

impl<'a> StepsOf<'a> {
    fn new(plan: &'a Plan) -> StepsOf<'a> {
        let mut steps: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, step) in plan.steps.iter().enumerate() {
            if step.call != Call::Read {
                steps.entry(step.change).or_default().push(index);
            }
        }
        StepsOf { plan, steps }
    }

    fn of(&self, change: usize) -> impl Iterator<Item = usize> + '_ {
        self.steps.get(&change).into_iter().flatten().copied()
    }

    fn step(&self, change: usize, call: Call) -> Option<usize> {
        self.of(change).find(|step| self.plan.steps[*step].call == call)
    }

    /// The step that creates what takes the place of a member.
    fn creating(&self, member: usize, members: &BTreeSet<usize>) -> Option<usize> {
        match self.plan.changes[member].work {
            Work::Replace { .. } => self.step(member, Call::Create),
            // What moves to another zone is created by another change.
            _ => members.iter().find_map(|other| self.step(*other, Call::Create)),
        }
    }

    /// What takes back the creates of a group in which several applications make room for others: each of them takes the place of all that
    /// are deleted, so all of those are offered once it is gone.
    fn undone_together(&self, members: &BTreeSet<usize>) -> Vec<Compensation> {
        let changes = members.iter().map(|member| (*member, &self.plan.changes[*member]));
        let deletes = changes.clone().filter(|(_, change)| change.removes());
        let creates = changes.filter(|(_, change)| matches!(change.work, Work::Create { .. }));
        let (deletes, creates): (Vec<_>, Vec<_>) = (deletes.collect(), creates.collect());
        if deletes.is_empty() || deletes.len() + creates.len() < 3 {
            return Vec::new();
        }
        let offered = deletes.iter().filter_map(|(_, gone)| Some((*gone, gone.backup.as_deref()?)));
        let offered: Vec<Effect> =
            offered.flat_map(|(gone, backup)| gone.offered(backup)).collect();
        let undone = |(member, change): (usize, &Change)| {
            let forget = Effect::Forget { address: change.address.clone() };
            let effects = [forget].into_iter().chain(offered.clone()).collect();
            let undoes = self.step(member, Call::Create)?;
            Some(Compensation { change: member, undoes, undo: Undo::Delete, after: None, effects })
        };
        creates.into_iter().filter_map(undone).collect()
    }

    fn way_back(&self, members: &BTreeSet<usize>) -> WayBack {
        let mut steps: Vec<usize> = members.iter().flat_map(|member| self.of(*member)).collect();
        steps.sort_unstable();
        let mut compensations = self.undone_together(members);
        let last = compensations.len().checked_sub(1);
        let mut creates: Vec<Compensation> = Vec::new();
        for member in members {
            let change = &self.plan.changes[*member];
            let taken_away = self.step(*member, Call::Delete).zip(change.backup.as_deref());
            let Some((undoes, backup)) = taken_away else { continue };
            let blank = Compensation {
                change: *member,
                undoes,
                undo: Undo::Delete,
                after: None,
                effects: Vec::new(),
            };
            let after = last.or_else(|| {
                let undoes = self.creating(*member, members)?;
                let undone = Compensation { undoes, ..blank.clone() };
                compensations.push(compensation(change, backup, undone));
                Some(compensations.len() - 1)
            });
            let undo = Undo::Create { body: Map::new() };
            creates.push(compensation(change, backup, Compensation { undo, after, ..blank }));
        }
        compensations.extend(creates);
        WayBack { steps, compensations }
    }
}

/// Keeps what each replacement deletes, under each address that it may be asked for by.
pub(super) fn keep_backups(input: &Input<'_>, changes: &mut [Change]) {
    if !changes.iter().any(|change| matches!(change.work, Work::Replace { .. })) {
        return;
    }
    let apps = input.live.iter().flat_map(|zone| zone.apps.iter().map(move |live| (zone, live)));
    let live: BTreeMap<(&ZoneId, &AppId), (&LiveZone, &Live)> =
        apps.map(|(zone, live)| ((&zone.id, &live.id), (zone, live))).collect();
    for change in changes.iter_mut().filter(|change| matches!(change.work, Work::Replace { .. })) {
        let replaced = change.app_id.as_ref().and_then(|id| live.get(&(&change.zone_id, id)));
        let Some((zone, live)) = replaced else { continue };
        let addresses = [&change.address].into_iter().chain(&change.from).cloned().collect();
        let former = former_of(input, change, zone, live);
        change.backup = Some(Box::new(Backup { addresses, ..former }));
    }
}

/// What the live application of a change is, with what is recorded of it.
pub(super) fn former_of(
    input: &Input<'_>,
    change: &Change,
    zone: &LiveZone,
    live: &Live,
) -> Backup {
    let address = change.from.as_ref().unwrap_or(&change.address);
    let recorded = input.recorded.state.apps.get(address);
    Backup {
        id: live.id.clone(),
        addresses: Vec::new(),
        at: Some(change.address.clone()),
        zone_id: zone.id.clone(),
        body: body::as_found(live, zone.tier),
        recorded: recorded.filter(|recorded| recorded.id == live.id).cloned().map(Box::new),
    }
}

/// Lets each change end the offers that it makes good: of what it deletes itself, and of what was at its address or had its hostname
/// and ports.
pub(super) fn end_offers(input: &Input<'_>, changes: &mut [Change]) {
    let mut moving: BTreeMap<Address, Vec<AppId>> = BTreeMap::new();
    for backup in changes.iter().filter_map(|change| change.backup.as_deref()) {
        let first = backup.addresses.first().cloned();
        first.into_iter().for_each(|to| moving.entry(to).or_default().push(backup.id.clone()));
    }
    let offers = input.recorded.state.offers();
    for change in changes {
        let StateEffect::Keep(template) = &change.record else { continue };
        let own = moving.get(&change.address).into_iter().flatten().cloned();
        let mut ended = offers.ended_by(&change.address, template);
        ended.extend(own);
        change.withdraws.extend(ended);
    }
}
