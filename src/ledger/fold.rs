//! Taking the journal into the state: pure, and the one place that says what each edit does.

use jiff::Timestamp;
use uuid::Uuid;

use super::change::StateChange;
use super::earlier::EarlierBackup;
use super::effect::Effect;
use super::format::{LedgerZone, Released, State};
use super::journal::{JournalEntry, Line, OpenStep};
use super::snapshot::Snapshot;
use crate::model::{Address, AppId, Kept, Recorded};

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
                self.kept.remove(address);
                self.put(address, recorded);
            }
            StateChange::Drop { address, released } => self.let_go(address, *released),
            StateChange::Move { from, to, id } => {
                self.relocate(id.as_ref(), from, to);
            }
            StateChange::Swap { id, from, to } => self.swap(id, from, to),
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
            StateChange::Noted { zones } => self.note(zones.as_deref()),
            StateChange::Offer { backup } => {
                self.pending_restore.insert(backup.id.clone(), (**backup).clone());
            }
            StateChange::Keep { address, kept } => {
                self.kept.entry(address.clone()).or_default().join(kept);
            }
            StateChange::Withdraw { id } => drop(self.pending_restore.remove(id)),
            StateChange::Lost { address, former } => self.lose(address, former.as_deref()),
            StateChange::Planned { plan, at } => {
                self.plans.insert(*plan, *at);
            }
            StateChange::Owner { name } => self.owner = Some(name.clone()),
            StateChange::Location { url } => self.location.clone_from(url),
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
    /// Forgets an application; one that is let go alive leaves a tombstone.
    fn let_go(&mut self, address: &Address, released: Option<Timestamp>) {
        self.kept.remove(address);
        if let Some((gone, when)) = self.apps.remove(address).zip(released) {
            let tombstone = Released { address: address.clone(), zone: gone.zone_id, when };
            self.released.insert(gone.id, tombstone);
        }
    }

    /// What an earlier program wrote of an application that was deleted and not replaced.
    fn lose(&mut self, address: &Address, former: Option<&EarlierBackup>) {
        self.apps.remove(address);
        self.pending_restore.retain(|_, kept| !kept.addresses.contains(address));
        if let Some(backup) = former.map(|former| former.clone().at(address)) {
            self.pending_restore.insert(backup.id.clone(), backup);
        }
    }

    /// Records an application that somebody took in by hand; it ends the offers that it makes good.
    pub fn take_in(&mut self, address: Address, recorded: Recorded) {
        let ended = self.offers().ended_by(&address, &recorded.template());
        for id in ended {
            self.apply(&StateChange::Withdraw { id });
        }
        self.apply(&StateChange::Put { address, recorded: Box::new(recorded) });
    }

    /// Notes that the live applications of these zones are known; of every zone, where none are named.
    fn note(&mut self, zones: Option<&[String]>) {
        match zones {
            None => self.noted = None,
            Some(zones) => {
                self.noted.iter_mut().for_each(|noted| noted.extend(zones.iter().cloned()))
            }
        }
    }

    /// Gives an application another address, and what is recorded there the one that it leaves.
    fn swap(&mut self, id: &AppId, from: &Address, to: &Address) {
        if let Some((left, displaced, kept)) = self.relocate(Some(id), from, to) {
            self.apps.insert(left.clone(), displaced);
            self.kept.extend(kept.map(|kept| (left, kept)));
        }
    }

    /// Gives an application another address, with what is kept for it; returns the address that it leaves with what was recorded and kept at
    /// the new one.
    fn relocate(
        &mut self,
        id: Option<&AppId>,
        from: &Address,
        to: &Address,
    ) -> Option<(Address, Recorded, Option<Kept>)> {
        let is_it = |address: &Address| {
            self.apps.get(address).is_some_and(|it| id.is_none_or(|id| it.id == *id))
        };
        let at = match is_it(from) {
            true => from.clone(),
            false => self.apps.other_holder(id?, to)?,
        };
        let own = self.kept.remove(&at);
        let kept = self.kept.remove(to);
        self.kept.extend(own.map(|own| (to.clone(), own)));
        let moved = self.apps.remove(&at)?;
        self.apps.insert(to.clone(), moved).map(|displaced| (at, displaced, kept))
    }

    /// Records an application. One that takes another's id, as in an exchange of which the first half is done, gives that other the id
    /// that was recorded here, with the values that were written to it, so that each id stays recorded once. What belongs to an address
    /// and not to an id stays where it is: protection, labels, file.
    fn put(&mut self, address: &Address, recorded: &Recorded) {
        let former = self.apps.insert(address.clone(), recorded.clone());
        let Some(former) = former.filter(|former| former.id != recorded.id) else { return };
        let Some(other) = self.apps.other_holder(&recorded.id, address) else { return };
        if let Some(known) = self.apps.get(&other) {
            let Recorded { id, fields, masks, .. } = former;
            let known = Recorded { id, fields, masks, ..known.clone() };
            self.apps.insert(other, known);
        }
    }
}

impl State {
    /// Makes what a call has brought about true for the application with this id. An address that has another application by now keeps
    /// that one.
    fn take_effect(&mut self, effect: &Effect, id: &AppId, at: Timestamp) {
        let is_served = |address: &Address, by: &AppId| {
            self.apps.get(address).is_some_and(|known| known.id == *by)
        };
        if let Effect::Keep { address, id, .. } = effect
            && is_served(address, id)
        {
            return;
        }
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
