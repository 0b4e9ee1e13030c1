//! Taking the journal into the state: pure, and the one place that says what each edit does.

use super::format::{Learned, LedgerZone, Released, State};
use super::journal::{JournalEntry, Line, OpenStep, StateChange};
use crate::model::{AccountId, Address, Recorded, ZoneId};

impl State {
    /// Takes in the lines that it does not hold yet, in their order, and returns the steps that have no end on record. A state without
    /// a lineage takes that of the lines; one with a lineage leaves out the lines of others.
    pub fn fold(&mut self, lines: &[Line]) -> Vec<OpenStep> {
        for line in lines {
            if self.lineage.is_nil() {
                self.lineage = line.lineage;
            }
            if line.lineage == self.lineage && line.serial > self.serial {
                self.serial = line.serial;
                if let JournalEntry::Done { edit, .. } = &line.entry {
                    self.apply(edit);
                }
            }
        }
        open_steps(lines)
    }

    /// Makes one change.
    pub fn apply(&mut self, edit: &StateChange) {
        match edit {
            StateChange::Put { address, recorded } => {
                self.released.remove(&recorded.id);
                self.unmanaged_seen.remove(&recorded.id);
                self.lost.remove(address);
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
            StateChange::Lost { address, former } => {
                self.apps.remove(address);
                self.lost.remove(address);
                self.lost.extend(former.iter().map(|former| (address.clone(), (**former).clone())));
            }
            StateChange::Planned { plan, at } => {
                self.plans.insert(*plan, *at);
            }
            StateChange::Learned(learned) => {
                self.learned.retain(|known| subject_of(known) != subject_of(learned));
                self.learned.push(learned.clone());
            }
            StateChange::Unlearned { code, account, zone, subject } => {
                self.learned.retain(|known| subject_of(known) != (code, account, zone, subject));
            }
        }
    }
}

impl State {
    /// Records an application. One that takes another's id, as in an exchange of which the first half is done, gives that other what was
    /// recorded here, so that each id stays recorded once.
    fn put(&mut self, address: &Address, recorded: &Recorded) {
        let former = self
            .apps
            .insert(address.clone(), recorded.clone())
            .filter(|former| former.id != recorded.id);
        let Some(former) = former else { return };
        if let Some((_, other)) =
            self.apps.iter_mut().find(|(other, known)| *other != address && known.id == recorded.id)
        {
            *other = former;
        }
    }
}

/// What a lesson is about; the later of two about the same replaces the earlier.
fn subject_of(learned: &Learned) -> (&String, &Option<AccountId>, &Option<ZoneId>, &String) {
    (&learned.code, &learned.account, &learned.zone, &learned.subject)
}

/// The steps that began and have no end, each once, however often its beginning was written down. Lines that the state already holds count too, because an open step outlives a write.
fn open_steps(lines: &[Line]) -> Vec<OpenStep> {
    let mut open: Vec<OpenStep> = Vec::new();
    for line in lines {
        let ended = match &line.entry {
            JournalEntry::StepStarted(began) => {
                open.retain(|begun| (begun.run, begun.began.step) != (line.run, began.step));
                open.push(OpenStep { run: line.run, began: began.clone() });
                continue;
            }
            JournalEntry::Done { step, .. } => step.map(|step| (line.run, step)),
            JournalEntry::Failed { step, .. } => Some((line.run, *step)),
            JournalEntry::Settled { of_run, step } => Some((*of_run, *step)),
        };
        open.retain(|begun| Some((begun.run, begun.began.step)) != ended);
    }
    open
}
