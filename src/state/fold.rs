//! Taking the journal into the state: pure, and the one place that says what each edit does.

use super::format::{Learned, Released, State, ZoneRecord};
use super::journal::{Edit, Entry, Line, Unsettled};
use crate::model::{AccountId, Address, Recorded, ZoneId};

impl State {
    /// Takes in the lines that it does not hold yet, in their order, and returns the steps that have no end on record. A state without
    /// a lineage takes that of the lines; one with a lineage leaves out the lines of others.
    pub fn fold(&mut self, lines: &[Line]) -> Vec<Unsettled> {
        for line in lines {
            if self.lineage.is_nil() {
                self.lineage = line.lineage;
            }
            if line.lineage == self.lineage && line.serial > self.serial {
                self.serial = line.serial;
                if let Entry::Done { edit, .. } = &line.entry {
                    self.apply(edit);
                }
            }
        }
        unsettled(lines)
    }

    /// Makes one change.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Put { address, recorded } => {
                self.released.remove(&recorded.id);
                self.unmanaged_seen.remove(&recorded.id);
                self.lost.remove(address);
                self.put(address, recorded);
            }
            Edit::Drop { address, released } => {
                let Some(gone) = self.apps.remove(address) else { return };
                if let Some(when) = released {
                    self.released.insert(
                        gone.id,
                        Released { address: address.clone(), zone: gone.zone_id, when: *when },
                    );
                }
            }
            Edit::Move { from, to } => {
                if let Some(moved) = self.apps.remove(from) {
                    self.apps.insert(to.clone(), moved);
                }
            }
            Edit::Zone { name, id, account } => {
                self.zones
                    .insert(name.clone(), ZoneRecord { id: id.clone(), account: account.clone() });
            }
            Edit::Unmanaged { zone, ids } => {
                self.unmanaged_seen.retain(|_, seen_in| seen_in != zone);
                self.unmanaged_seen.extend(ids.iter().map(|id| (id.clone(), zone.clone())));
            }
            Edit::Lost { address, former } => {
                self.apps.remove(address);
                self.lost.remove(address);
                self.lost.extend(former.iter().map(|former| (address.clone(), (**former).clone())));
            }
            Edit::Planned { plan, at } => {
                self.plans.insert(*plan, *at);
            }
            Edit::Learned(learned) => {
                self.learned.retain(|known| subject_of(known) != subject_of(learned));
                self.learned.push(learned.clone());
            }
            Edit::Unlearned { code, account, zone, subject } => {
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
fn unsettled(lines: &[Line]) -> Vec<Unsettled> {
    let mut open: Vec<Unsettled> = Vec::new();
    for line in lines {
        let ended = match &line.entry {
            Entry::Began(began) => {
                open.retain(|begun| (begun.run, begun.began.step) != (line.run, began.step));
                open.push(Unsettled { run: line.run, began: began.clone() });
                continue;
            }
            Entry::Done { step, .. } => step.map(|step| (line.run, step)),
            Entry::Failed { step, .. } => Some((line.run, *step)),
            Entry::Settled { of_run, step } => Some((*of_run, *step)),
        };
        open.retain(|begun| Some((begun.run, begun.began.step)) != ended);
    }
    open
}
