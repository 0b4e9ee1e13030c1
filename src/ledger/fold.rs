//! Taking the journal into the state: pure, and the one place that says what each edit does.

use jiff::Timestamp;
use uuid::Uuid;

use super::change::StateChange;
use super::effect::Effect;
use super::format::{LedgerZone, Released, State};
use super::journal::{JournalEntry, Line, OpenStep};
use super::snapshot::Snapshot;
use crate::model::{Address, AppId, Backup, Recorded};

impl Snapshot {
    /// Takes in the lines that the state does not hold yet, in their order. A state without a lineage takes that of the lines; one with
    /// a lineage leaves out the lines of others. A step that the state already holds stays open until its end is on record, because an
    /// open step outlives a write.
    pub(super) fn fold(&mut self, lines: &[Line]) {
        for line in lines {
            if self.state.lineage.is_nil() {
                self.state.lineage = line.lineage;
            }
            let is_new = line.lineage == self.state.lineage && line.serial > self.state.serial;
            if is_new {
                self.state.serial = line.serial;
            }
            self.take_entry(line.run, &line.entry, is_new);
        }
    }

    /// Takes in an entry that a run is about to write down, as the next reader of the journal does.
    pub fn take(&mut self, run: Uuid, entry: &JournalEntry) {
        self.take_entry(run, entry, true);
    }

    fn take_entry(&mut self, run: Uuid, entry: &JournalEntry, is_new: bool) {
        match entry {
            JournalEntry::StepStarted(began) => {
                self.close(run, began.step);
                self.open_steps.push(OpenStep { run, began: began.clone() });
            }
            JournalEntry::Done { step, edit } => {
                if is_new {
                    self.state.apply(edit);
                }
                step.iter().for_each(|step| self.close(run, *step));
            }
            JournalEntry::Failed { step, .. } => self.close(run, *step),
            JournalEntry::TookEffect { of_run, step, app_id, at } => {
                let is_it = |open: &&OpenStep| (open.run, open.began.step) == (*of_run, *step);
                let open = self.open_steps.iter().find(is_it).filter(|_| is_new);
                for effect in open.map(|open| open.began.effects()).unwrap_or_default() {
                    self.state.take_effect(&effect, app_id, *at);
                }
                self.close(*of_run, *step);
            }
            JournalEntry::Settled { of_run, step } => self.close(*of_run, *step),
        }
    }

    fn close(&mut self, run: Uuid, step: u32) {
        self.open_steps.retain(|open| (open.run, open.began.step) != (run, step));
    }
}

impl State {
    /// Makes one change.
    pub fn apply(&mut self, edit: &StateChange) {
        match edit {
            StateChange::Put { address, recorded } => {
                self.released.remove(&recorded.id);
                self.unmanaged_seen.remove(&recorded.id);
                self.withdraw_replaced(address, recorded);
                self.put(address, recorded);
            }
            StateChange::Drop { address, released } => {
                let Some(gone) = self.apps.remove(address) else { return };
                if let Some(when) = released {
                    self.released.insert(
                        gone.id,
                        Released { address: address.clone(), zone: gone.zone_id, when: *when },
                    );
                }
            }
            StateChange::Move { from, to } => {
                if let Some(moved) = self.apps.remove(from) {
                    self.apps.insert(to.clone(), moved);
                }
            }
            StateChange::Zone { name, id, account } => {
                self.zones
                    .insert(name.clone(), LedgerZone { id: id.clone(), account: account.clone() });
            }
            StateChange::Unmanaged { zone, ids } => {
                self.unmanaged_seen.retain(|_, seen_in| seen_in != zone);
                self.unmanaged_seen.extend(ids.iter().map(|id| (id.clone(), zone.clone())));
            }
            StateChange::Found { id, address, zone, when } => {
                let found = Released { address: address.clone(), zone: zone.clone(), when: *when };
                self.released.entry(id.clone()).or_insert(found);
            }
            StateChange::Offer { backup } => {
                self.pending_restore.insert(backup.id.clone(), (**backup).clone());
            }
            StateChange::Withdraw { id } => drop(self.pending_restore.remove(id)),
            StateChange::Lost { address, former } => {
                self.apps.remove(address);
                self.pending_restore.retain(|_, kept| !kept.addresses.contains(address));
                if let Some(backup) = former.as_deref().map(|former| former.clone().at(address)) {
                    self.pending_restore.insert(backup.id.clone(), backup);
                }
            }
            StateChange::Planned { plan, at } => {
                self.plans.insert(*plan, *at);
            }
            StateChange::Owner { name } => self.owner = Some(name.clone()),
            StateChange::Learned(learned) => {
                self.learned.retain(|known| known.key() != learned.key());
                self.learned.push(learned.clone());
            }
            StateChange::Unlearned { code, account, zone, subject } => {
                self.learned.retain(|known| known.key() != (code, account, zone, subject));
            }
        }
    }
}

impl State {
    /// What was deleted for a replacement is no longer offered once the replacement stands at its address, or anything in its place.
    fn withdraw_replaced(&mut self, address: &Address, recorded: &Recorded) {
        if self.pending_restore.is_empty() {
            return;
        }
        let identity = recorded.spec().identity();
        let is_replaced = |kept: &Backup| {
            kept.addresses.first() == Some(address)
                || kept.zone_id == recorded.zone_id
                    && identity.is_some()
                    && kept.spec().identity() == identity
        };
        self.pending_restore.retain(|_, kept| !is_replaced(kept));
    }

    /// Records an application. One that takes another's id, as in an exchange of which the first half is done, gives that other the id
    /// that was recorded here, with the values that were written to it, so that each id stays recorded once. What belongs to an address
    /// and not to an id stays where it is: protection, labels, file.
    fn put(&mut self, address: &Address, recorded: &Recorded) {
        let former = self.apps.insert(address.clone(), recorded.clone());
        let Some(former) = former.filter(|former| former.id != recorded.id) else { return };
        let holds = |(other, known): &(&Address, &mut Recorded)| {
            *other != address && known.id == recorded.id
        };
        if let Some((_, known)) = self.apps.iter_mut().find(holds) {
            (known.id, known.fields, known.masks) = (former.id, former.fields, former.masks);
        }
    }
}

impl State {
    /// Makes what a call has brought about true for the application with this id. An address that has another application by now keeps
    /// that one.
    fn take_effect(&mut self, effect: &Effect, id: &AppId, at: Timestamp) {
        let gone_at = match effect {
            Effect::Forget { address } | Effect::Release { address } => Some(address),
            _ => None,
        };
        let is_another = |address| self.apps.get(address).is_none_or(|known| known.id != *id);
        let change = effect.change(Some(id), at).filter(|_| !gone_at.is_some_and(is_another));
        if let Some(change) = change {
            self.apply(&change);
        }
    }
}
